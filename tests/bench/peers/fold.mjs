// fold.mjs duckdb FILE | pg URL: for each line of input, a query, a line of JSON with the
// milliseconds that it took and its rows.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const requireFrom = createRequire(process.env.NODE_FROM + "/");
const [kind, where] = process.argv.slice(2);

async function openDuckdb() {
  const { DuckDBInstance } = requireFrom("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`CREATE TABLE readings AS SELECT * FROM read_csv('${where}', header = false,
    columns = {'person': 'INTEGER', 'day': 'DATE', 'value': 'INTEGER'})`);
  return async (sql) => (await connection.runAndReadAll(sql)).getRowsJson();
}

async function openPg() {
  const { Client } = requireFrom("pg");
  const client = new Client({ connectionString: where });
  await client.connect();
  return async (sql) => (await client.query({ text: sql, rowMode: "array" })).rows;
}

const ask = await (kind === "pg" ? openPg() : openDuckdb());
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  const begin = performance.now(), rows = await ask(line);
  process.stdout.write(JSON.stringify({ ms: performance.now() - begin, rows }) + "\n");
}
process.exit(0);
