-- What the draft reckons: for each kind of cohort and each quarter up to the statement's,
-- the sum of the gains, the people paired, and those with a baseline. A reading is the
-- follow-up from its quarter on, until the next reading's; so one pass has every quarter.
WITH placed AS (
  SELECT day, value,
         row_number() OVER w = 1 AS is_first,
         first_value(day) OVER w AS first_day,
         first_value(value) OVER w AS first_value,
         lead(day) OVER w AS next_day
  FROM readings
  WHERE day BETWEEN DATE '{first}' AND DATE '{last}'
  WINDOW w AS (PARTITION BY person ORDER BY day)
), judged AS (
  SELECT is_first,
         date_part('year', day) * 4 + date_part('quarter', day) - 1 AS quarter,
         date_part('year', first_day) * 4 + date_part('quarter', first_day) - 1 AS first_quarter,
         date_part('year', next_day) * 4 + date_part('quarter', next_day) - 1 AS next_quarter,
         CASE WHEN NOT is_first AND day - first_day >= {apart} THEN value - first_value END AS gain
  FROM placed
), cells AS (
  SELECT is_first, quarter, first_quarter, next_quarter,
         coalesce(sum(gain), 0) AS gain, count(gain) AS paired, count(*) AS people
  FROM judged GROUP BY is_first, quarter, first_quarter, next_quarter
), moved AS (
  SELECT quarter, gain, paired, CASE WHEN is_first THEN people ELSE 0 END AS begun FROM cells
  UNION ALL
  SELECT next_quarter, -gain, -paired, 0 FROM cells WHERE next_quarter IS NOT NULL
), every_kind AS (
  SELECT 'TO_DATE' AS cohort, quarter, sum(sum(gain)) OVER q AS gain,
         sum(sum(paired)) OVER q AS paired, sum(sum(begun)) OVER q AS begun
  FROM moved GROUP BY quarter WINDOW q AS (ORDER BY quarter)
  UNION ALL
  SELECT 'FOLLOW_UP_IN_PERIOD', quarter, sum(gain), sum(paired), sum(people)
  FROM cells WHERE NOT is_first AND (next_quarter IS NULL OR next_quarter > quarter)
  GROUP BY quarter
  UNION ALL
  SELECT 'STARTED_IN', first_quarter, sum(gain), sum(paired), sum(people)
  FROM cells WHERE next_quarter IS NULL GROUP BY first_quarter
)
SELECT cohort, CAST(quarter AS int) AS quarter, CAST(gain AS int) AS gain,
       CAST(paired AS int) AS paired, CAST(begun AS int) AS begun
FROM every_kind
