// What both services in JavaScript share: tokens checked once and remembered, the
// fields of a referral, two processes as the machine has two cores.
import { createPublicKey, createHash, randomBytes, verify } from "node:crypto";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import cluster from "node:cluster";

export const requireFrom = createRequire(process.env.NODE_FROM + "/");
const Fastify = requireFrom("fastify");

const key = createPublicKey({
  key: JSON.parse(readFileSync(process.env.JWKS)).keys[0],
  format: "jwk",
});
const seen = new Map();

function principalOf(header) {
  if (!header?.startsWith("Bearer ")) return null;
  const token = header.slice(7);
  const known = seen.get(token);
  if (known && known.exp > Date.now() / 1000) return known;
  const [head, claims, signature] = token.split(".");
  if (JSON.parse(Buffer.from(head, "base64url")).alg !== "ES256") return null;
  const fits = verify("sha256", Buffer.from(`${head}.${claims}`),
                      { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  const principal = fits && JSON.parse(Buffer.from(claims, "base64url"));
  if (!principal || principal.exp <= Date.now() / 1000) return null;
  if (seen.size < 10000) seen.set(token, principal);
  return principal;
}

const referral = {
  type: "object",
  required: ["person"],
  additionalProperties: false,
  properties: {
    person: { type: "string", maxLength: 200 },
    provider: { type: "string", maxLength: 100 },
    referredDate: { type: "string", format: "date" },
    note: { type: "string", maxLength: 1000 },
  },
};

// open: answers with { read(id), create(referral, principal) }, both async, in each process
export async function serve(port, open) {
  if (cluster.isPrimary) {
    for (let i = 0; i < 2; i++) cluster.fork();
    process.on("SIGTERM", () => {
      for (const worker of Object.values(cluster.workers)) worker.process.kill("SIGKILL");
      process.exit(0);
    });
    return;
  }
  const store = await open();
  const app = Fastify();
  app.addHook("onError", async (request, reply, error) => console.error(error));
  app.addHook("onRequest", async (request, reply) => {
    request.principal = principalOf(request.headers.authorization);
    if (!request.principal) return reply.code(401).send();
  });
  app.get("/v1/programmes/:programme/referrals/:id", async (request, reply) => {
    const found = await store.read(request.params.id);
    return found ?? reply.code(404).send();
  });
  app.post("/v1/programmes/:programme/referrals", { schema: { body: referral } },
           async (request) => store.create({ ...request.params, ...request.body }, request.principal));
  await app.listen({ port, host: "127.0.0.1" });
}

// What is stored and answered; ids rise with time, as is kind to the indexes.
export function drafted({ programme, ...body }, principal) {
  const id = Date.now().toString(36) + randomBytes(10).toString("hex");
  const now = new Date().toISOString();
  return { name: `programmes/${programme}/referrals/ref-${id}`, referrer: principal.organisation,
           state: "DRAFT", referredDate: now.slice(0, 10), createTime: now, updateTime: now, ...body };
}

export const idOf = (record) => record.name.split("/").at(-1);

// A link of the chain of events over what is stored, as the gateway makes one.
export function chained(previous, stored) {
  return createHash("sha256").update(previous).update(stored).digest();
}
