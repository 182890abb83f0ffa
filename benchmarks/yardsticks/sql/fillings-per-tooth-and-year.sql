-- At most two fillings of a tooth in a calendar year, each row being one filling.
WITH fillings AS (
    SELECT
        service_id, patient_id, tooth, year(performed_at) AS of_year, decided IS NOT NULL AS history,
        coalesce(decided, 'accepted') <> 'refused'
            AND service_id NOT IN (SELECT service_id FROM refused_otherwise) AS may_stand,
        row_number() OVER (
            PARTITION BY patient_id, tooth, year(performed_at)
            ORDER BY decided IS NULL, performed_at, line NULLS FIRST, service_id
        ) AS place
    FROM services JOIN nomenclature USING (code)
    WHERE kind IN ('filling-1', 'filling-2', 'filling-3', 'cusp', 'incisal-edge', 'crown-buildup')
), standing AS (
    SELECT patient_id, tooth, of_year, place, service_id
    FROM fillings
    WHERE may_stand AND tooth IS NOT NULL
    QUALIFY history
        OR row_number() OVER (PARTITION BY patient_id, tooth, of_year ORDER BY place) <= 2
)
SELECT fillings.service_id, 'refuse' AS severity, standing.service_id AS evidence_service_id
FROM fillings JOIN standing USING (patient_id, tooth, of_year)
WHERE NOT fillings.history AND standing.place < fillings.place
QUALIFY count(*) OVER (PARTITION BY fillings.service_id) >= 2
UNION ALL
SELECT service_id, 'unchecked', NULL
FROM fillings
WHERE NOT history AND (tooth IS NULL OR of_year IS NULL)
