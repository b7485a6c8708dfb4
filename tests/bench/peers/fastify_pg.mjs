// Fastify and PostgreSQL: a referral with its indexes and an event, in one statement, so
// one transaction, that is on disk before the answer.
import { drafted, idOf, requireFrom, serve } from "./common.mjs";

const pg = requireFrom("pg");
const READ = "SELECT body FROM referrals WHERE id = $1";
const CREATE = `
  WITH made AS (
    INSERT INTO referrals (id, person, referrer, provider, state, referred_date, body)
    VALUES ($1, $2, $3, $4, $5, $6::date, $7::text::jsonb))
  INSERT INTO events (type, resource, subject, organisation, digest)
  VALUES ('referral.created', $1, $8, $3, sha256(convert_to($7::text, 'UTF8')))`;

await serve(Number(process.env.PORT), async () => {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 32 });
  return {
    async read(id) {
      const found = await pool.query({ name: "read", text: READ, values: [id] });
      return found.rows[0]?.body;
    },
    async create(body, principal) {
      const record = drafted(body, principal);
      await pool.query({ name: "create", text: CREATE, values: [
        idOf(record), record.person, record.referrer, record.provider, record.state,
        record.referredDate, JSON.stringify(record), principal.sub] });
      return record;
    },
  };
});
