// Fastify and PostgreSQL: a referral with three indexes and an event, in one
// transaction that is on disk before the answer.
import { serve, requireFrom } from "./common.mjs";

const pg = requireFrom("pg");

await serve(Number(process.env.PORT), async () => {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 32 });
  return {
    async read(id) {
      const found = await pool.query({ name: "read", values: [id],
        text: "SELECT body FROM referrals WHERE id = $1" });
      return found.rows[0]?.body;
    },
    async create(body, principal) {
      const made = await pool.query({ name: "create",
        values: [body.person, principal.organisation, body.provider ?? null,
                 body.referredDate ?? null, JSON.stringify(body), principal.sub],
        text: `WITH made AS (
                 INSERT INTO referrals (person, referrer, provider, state, referred_date, body)
                 SELECT id, $2, $3, 'DRAFT', coalesce($4::date, current_date), $5::jsonb
                 FROM people WHERE id = $1 RETURNING id, body)
               INSERT INTO events (type, resource, subject, organisation, digest)
               SELECT 'referral.created', id, $6, $2, sha256(convert_to(body::text, 'UTF8'))
               FROM made RETURNING resource` });
      return { name: made.rows[0].resource, ...body };
    },
  };
});
