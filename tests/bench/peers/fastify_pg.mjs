// Fastify and PostgreSQL: a referral with its indexes and an event, in one statement, so
// one transaction, that is on disk before the answer.
import { serve, requireFrom } from "./common.mjs";

const pg = requireFrom("pg");
const READ = "SELECT body FROM referrals WHERE id = $1";
const CREATE = `
  WITH made AS (
    INSERT INTO referrals (person, referrer, provider, state, referred_date, body)
    VALUES ($1, $2, $3, 'DRAFT', coalesce($4::date, current_date), $5::jsonb)
    RETURNING id)
  INSERT INTO events (type, resource, subject, organisation, digest)
  SELECT 'referral.created', id, $6, $2, sha256(convert_to($5, 'UTF8'))
  FROM made RETURNING resource`;

await serve(Number(process.env.PORT), async () => {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 32 });
  return {
    async read(id) {
      const found = await pool.query({ name: "read", text: READ, values: [id] });
      return found.rows[0]?.body;
    },
    async create(body, principal) {
      const made = await pool.query({ name: "create", text: CREATE, values: [
        body.person, principal.organisation, body.provider ?? null, body.referredDate ?? null,
        JSON.stringify(body), principal.sub] });
      return { name: made.rows[0].resource, referrer: principal.organisation, state: "DRAFT",
               ...body };
    },
  };
});
