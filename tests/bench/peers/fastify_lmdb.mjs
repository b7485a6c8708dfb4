// Fastify and lmdb-js: the same rows and keys, in transactions that lmdb-js gathers;
// an answer leaves once its own is on disk.
import { randomUUID } from "node:crypto";
import { chained, requireFrom, serve } from "./common.mjs";

const { open } = requireFrom("lmdb");

await serve(Number(process.env.PORT), async () => {
  const root = open({ path: process.env.STORE, maxDbs: 8, mapSize: 8 * 2 ** 30 });
  const records = root.openDB("records"), index = root.openDB("index"), events = root.openDB("events");
  return {
    async read(id) {
      return records.get(id);
    },
    async create(body, principal) {
      const id = randomUUID(), day = body.referredDate ?? new Date().toISOString().slice(0, 10);
      const record = { ...body, name: id, state: "DRAFT", referrer: principal.organisation };
      await root.transaction(() => {
        const head = events.get("head") ?? { sequence: 0, hash: Buffer.alloc(32) };
        const hash = chained(head.hash, JSON.stringify(record));
        const event = { sequence: head.sequence + 1, hash, type: "referral.created", resource: id,
                        subject: principal.sub, organisation: principal.organisation };
        records.put(id, record);
        index.put(["referrer", record.referrer, id], "");
        index.put(["state", record.state, day, id], "");
        index.put(["person", body.person, id], "");
        events.put(event.sequence, event);
        events.put("head", { sequence: event.sequence, hash });
      });
      await root.flushed;
      return record;
    },
  };
});
