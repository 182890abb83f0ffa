-- Three pairs of codes go with no other radiography in one session; the later of two is refused.
-- Who was refused is in nobody's way, so each session is walked through from its first service.
WITH RECURSIVE radiography AS (
    SELECT
        service_id, code, line, performed_at, patient_id, practitioner, session_id, decided,
        CASE WHEN session_id IS NULL THEN performed_at::DATE END AS session_day,
        code IN ('377230', '377241', '307230', '307241', '307252', '307263') AS alone,
        coalesce(section = 'radiography' AND article IN ('5', '17', '17ter'), false) AS other
    FROM services JOIN nomenclature USING (code)
    WHERE alone OR other
), crowded AS (
    SELECT *
    FROM radiography
    WHERE performed_at IS NOT NULL
    WINDOW session AS (PARTITION BY patient_id, practitioner, session_id, session_day)
    QUALIFY bool_or(alone) OVER session AND count(*) OVER session > 1
), placed AS (
    SELECT
        service_id, alone, other, decided IS NOT NULL AS history,
        coalesce(decided, 'accepted') <> 'refused'
            AND service_id NOT IN (SELECT service_id FROM refused_otherwise) AS may_stand,
        dense_rank() OVER (ORDER BY patient_id, practitioner, session_id, session_day) AS session,
        row_number() OVER (
            PARTITION BY patient_id, practitioner, session_id, session_day
            ORDER BY decided IS NULL, performed_at, line NULLS FIRST, service_id
        ) AS place
    FROM crowded
), walked AS (
    SELECT
        session, 0::BIGINT AS place, NULL::VARCHAR AS service_id, false AS history,
        []::VARCHAR[] AS against, []::VARCHAR[] AS standing_alone, []::VARCHAR[] AS standing_other
    FROM (SELECT DISTINCT session FROM placed)
    UNION ALL
    SELECT
        session, place, service_id, history, before,
        CASE WHEN alone AND stands THEN list_append(standing_alone, service_id)
            ELSE standing_alone END,
        CASE WHEN other AND stands THEN list_append(standing_other, service_id)
            ELSE standing_other END
    FROM (
        SELECT
            placed.*, walked.standing_alone, walked.standing_other,
            list_distinct(list_concat(
                CASE WHEN placed.alone THEN walked.standing_other ELSE [] END,
                CASE WHEN placed.other THEN walked.standing_alone ELSE [] END
            )) AS before,
            placed.may_stand AND (placed.history OR len(before) = 0) AS stands
        FROM walked JOIN placed
            ON placed.session = walked.session AND placed.place = walked.place + 1
    )
)
SELECT service_id, 'refuse' AS severity, unnest(against) AS evidence_service_id
FROM walked
WHERE service_id IS NOT NULL AND NOT history
UNION ALL
SELECT service_id, 'unchecked', NULL
FROM radiography
WHERE decided IS NULL AND performed_at IS NULL
