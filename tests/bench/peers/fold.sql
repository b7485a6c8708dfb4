-- What the draft reckons: for each kind of cohort and each quarter up to the statement's,
-- the sum of the gains, the people paired, and those with a baseline. A reading is the
-- follow-up from its quarter on, until the next reading's; so one pass has every quarter.
WITH placed AS (
  SELECT day, value,
         CAST(extract(year FROM day) * 4 + extract(quarter FROM day) - 1 AS int) AS quarter,
         row_number() OVER w AS place,
         first_value(day) OVER w AS first_day,
         first_value(value) OVER w AS first_value,
         lead(day) OVER w AS next_day
  FROM readings
  WHERE day BETWEEN DATE '{first}' AND DATE '{last}'
  WINDOW w AS (PARTITION BY person ORDER BY day)
), judged AS (
  SELECT quarter, place,
         CAST(extract(year FROM first_day) * 4 + extract(quarter FROM first_day) - 1 AS int)
           AS first_quarter,
         CAST(extract(year FROM next_day) * 4 + extract(quarter FROM next_day) - 1 AS int)
           AS next_quarter,
         CASE WHEN place > 1 AND day - first_day >= {apart} THEN value - first_value END AS gain
  FROM placed
), begun AS (
  SELECT quarter, count(*) AS n FROM judged WHERE place = 1 GROUP BY quarter
), taken AS (
  SELECT quarter, sum(gain) AS gain, count(gain) AS n FROM judged WHERE gain IS NOT NULL
  GROUP BY quarter
), replaced AS (
  SELECT next_quarter AS quarter, sum(gain) AS gain, count(gain) AS n FROM judged
  WHERE gain IS NOT NULL AND next_quarter IS NOT NULL GROUP BY next_quarter
), moved AS (
  SELECT quarter, gain, n, 0 AS begun FROM taken
  UNION ALL SELECT quarter, -gain, -n, 0 FROM replaced
  UNION ALL SELECT quarter, 0, 0, n FROM begun
), to_date AS (
  SELECT quarter, sum(sum(gain)) OVER q AS gain, sum(sum(n)) OVER q AS n,
         sum(sum(begun)) OVER q AS begun
  FROM moved GROUP BY quarter WINDOW q AS (ORDER BY quarter)
), followed AS (
  SELECT quarter, coalesce(sum(gain), 0) AS gain, count(gain) AS n, count(*) AS begun
  FROM judged WHERE place > 1 AND (next_quarter IS NULL OR next_quarter > quarter)
  GROUP BY quarter
), started AS (
  SELECT first_quarter AS quarter, coalesce(sum(gain), 0) AS gain, count(gain) AS n,
         count(*) AS begun
  FROM judged WHERE next_quarter IS NULL
  GROUP BY first_quarter
), every_kind AS (
  SELECT 'TO_DATE' AS cohort, quarter, gain, n, begun FROM to_date
  UNION ALL SELECT 'FOLLOW_UP_IN_PERIOD', quarter, gain, n, begun FROM followed
  UNION ALL SELECT 'STARTED_IN', quarter, gain, n, begun FROM started
)
SELECT cohort, CAST(quarter AS int) AS quarter, CAST(gain AS int) AS gain, CAST(n AS int) AS n,
       CAST(begun AS int) AS begun
FROM every_kind
