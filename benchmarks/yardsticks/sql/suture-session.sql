-- From May 2009 to the end of 2010: a suture needs an extraction, or the removal of a root,
-- that stands in its session. Sutures are decided after it, whatever the hour.
WITH sutures AS (
    SELECT service_id, patient_id, practitioner, session_id, performed_at
    FROM services JOIN nomenclature USING (code)
    WHERE kind = 'suture' AND decided IS NULL
), extractions AS (
    SELECT patient_id, practitioner, session_id, performed_at
    FROM services JOIN nomenclature USING (code)
    WHERE section = 'extraction' AND kind IN ('extraction', 'root-removal')
        AND performed_at IS NOT NULL AND coalesce(decided, 'accepted') <> 'refused'
        AND service_id NOT IN (SELECT service_id FROM refused_otherwise)
)
SELECT service_id, 'refuse' AS severity, NULL::VARCHAR AS evidence_service_id
FROM sutures
WHERE performed_at::DATE BETWEEN DATE '2009-05-01' AND DATE '2010-12-31'
    AND NOT EXISTS (
        FROM extractions
        WHERE extractions.patient_id = sutures.patient_id
            AND extractions.practitioner = sutures.practitioner
            AND extractions.session_id IS NOT DISTINCT FROM sutures.session_id
            AND (sutures.session_id IS NOT NULL
                OR extractions.performed_at::DATE = sutures.performed_at::DATE)
    )
UNION ALL
SELECT service_id, 'unchecked', NULL
FROM sutures
WHERE performed_at IS NULL
