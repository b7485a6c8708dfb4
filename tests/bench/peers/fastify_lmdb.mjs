// Fastify and lmdb-js: the same rows and keys, in transactions that lmdb-js gathers;
// an answer leaves once its own is on disk.
import cluster from "node:cluster";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { chained, drafted, idOf, requireFrom, serve } from "./common.mjs";

const lmdb = requireFrom("lmdb");

function openStore() {
  const root = lmdb.open({ path: process.env.STORE, maxDbs: 8, mapSize: 64 * 2 ** 30,
                           noSync: false, overlappingSync: true });
  const table = (name) => root.openDB(name);
  return { root, records: table("records"), index: table("index"), events: table("events"),
           people: table("people") };
}

async function fill({ root, people }) {
  for await (const line of createInterface({ input: createReadStream(process.env.PEOPLE) }))
    people.put(JSON.parse(line).name, true);
  await root.flushed;
}

function addEvent(events, record, principal) {
  const head = events.get("head") ?? { sequence: 0, hash: Buffer.alloc(32) };
  const sequence = head.sequence + 1, hash = chained(head.hash, JSON.stringify(record));
  events.put(sequence, { sequence, hash, type: "referral.created", resource: record.name,
                         subject: principal.sub, organisation: principal.organisation });
  events.put("head", { sequence, hash });
}

if (cluster.isPrimary) await fill(openStore());
await serve(Number(process.env.PORT), async () => {
  const { root, records, index, events, people } = openStore();
  return {
    async read(id) {
      return records.get(id);
    },
    async create(body, principal) {
      if (!people.get(body.person)) throw new Error("no such person");
      const record = drafted(body, principal), id = idOf(record);
      await root.transaction(() => {
        records.put(id, record);
        index.put(["referrer", record.referrer, id], "");
        index.put(["state", record.state, record.referredDate, id], "");
        index.put(["person", record.person, id], "");
        addEvent(events, record, principal);
      });
      await root.flushed;
      return record;
    },
  };
});
