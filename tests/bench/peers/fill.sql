-- What the gateway lists, as rows.
INSERT INTO organisations VALUES ('organisations/north-gp'), ('organisations/first-contact');
INSERT INTO people SELECT line->>'name' FROM listed_people;
INSERT INTO referrals (id, person, referrer, provider, state, referred_date, body)
  SELECT split_part(line->>'name', '/', 4), line->>'person', line->>'referrer', line->>'provider',
         line->>'state', (line->>'referredDate')::date, line
  FROM listed_referrals;
DROP TABLE listed_people, listed_referrals;
VACUUM ANALYZE;
CHECKPOINT;
