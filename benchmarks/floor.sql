-- The least that a check of these tables has to do: read each new service once, find the fee of its
-- day and the patient's regime, and write the columns of a decision. No rule is asked.
COPY (
    SELECT
        services.service_id,
        'accepted' AS outcome,
        (fees.fee * services.count)::DECIMAL(18, 2) AS fee_agreed,
        (fees.maximum_fee * services.count)::DECIMAL(18, 2) AS fee_maximum,
        (CASE WHEN patients.preferential THEN fees.reimbursement_preferential
            ELSE fees.reimbursement END * services.count)::DECIMAL(18, 2) AS reimbursement,
        (fees.fee * services.count)::DECIMAL(18, 2)
            - (CASE WHEN patients.preferential THEN fees.reimbursement_preferential
                ELSE fees.reimbursement END * services.count)::DECIMAL(18, 2) AS patient_share,
        NULL::BOOLEAN AS supplement_allowed,
        greatest(
            services.fee + services.supplement
                - coalesce(fees.maximum_fee, fees.fee) * services.count,
            0
        )::DECIMAL(18, 2) AS above_fee,
        NULL::DECIMAL(18, 2) AS overcharge,
        NULL::DECIMAL(18, 2) AS compensation,
        NULL::VARCHAR AS convention_status,
        0::BIGINT AS rules_asked,
        'none' AS law
    FROM services
        LEFT JOIN patients ON patients.patient_id = services.patient_id
        LEFT JOIN fees ON fees.code = services.code
            AND (fees.valid_from IS NULL OR fees.valid_from <= services.performed_at::DATE)
            AND (fees.valid_to IS NULL OR services.performed_at::DATE <= fees.valid_to)
    WHERE services.decided IS NULL
) TO 'decisions.parquet' (FORMAT parquet, COMPRESSION zstd)
