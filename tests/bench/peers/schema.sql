CREATE TABLE organisations (id text PRIMARY KEY);
CREATE TABLE people (id text PRIMARY KEY);
CREATE TABLE referrals (
  id text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  person text NOT NULL REFERENCES people,
  referrer text NOT NULL REFERENCES organisations,
  provider text REFERENCES organisations,
  state text NOT NULL,
  referred_date date NOT NULL,
  body jsonb NOT NULL,
  created timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON referrals (referrer, id);
CREATE INDEX ON referrals (state, referred_date);
CREATE INDEX ON referrals (person);
CREATE TABLE events (
  sequence bigserial PRIMARY KEY,
  time timestamptz NOT NULL DEFAULT now(),
  type text NOT NULL,
  resource text NOT NULL,
  subject text NOT NULL,
  organisation text NOT NULL,
  digest bytea NOT NULL
);
