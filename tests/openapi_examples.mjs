/*
 * openapi_examples.mjs - every example of openapi.yaml is valid against its schema, and
 * every body, parameter and header that is JSON or text has one.
 *
 *   node tests/openapi_examples.mjs MODULES [DOCUMENT]
 *
 * MODULES has a package.json beside node_modules with ajv, ajv-formats and js-yaml.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [modules, path = "openapi.yaml"] = process.argv.slice(2);
const require = createRequire(resolve(modules, "package.json"));
const Ajv = require("ajv/dist/2020").default;
const document = require("js-yaml").load(readFileSync(path, "utf8"));

const ID = "https://wellgate.example/openapi.yaml"; // so that its $refs resolve
const ajv = new Ajv({ strict: false, allErrors: true });
require("ajv-formats").default(ajv);
ajv.addSchema(document, ID);

const faults = [];
let valid = 0;

const pointer = (keys) => keys.map((key) => key.replace(/~/g, "~0").replace(/\//g, "~1")).join("/");

function validate(keys, value) {
  const check = ajv.getSchema(`${ID}#/${keys.map((key) =>
    encodeURIComponent(key.replace(/~/g, "~0").replace(/\//g, "~1"))).join("/")}`);
  if (check(value)) valid++;
  else faults.push(`${pointer(keys)}: ${ajv.errorsText(check.errors)}: ${JSON.stringify(value)}`);
}

/* A media type, parameter or header with a schema: its own examples, else its schema's. */
function visitHolder(keys, holder) {
  const values = [
    ...("example" in holder ? [holder.example] : []),
    ...Object.values(holder.examples ?? {}).map((example) => example.value),
  ];
  for (const value of values) validate([...keys, "schema"], value);
  return values.length > 0;
}

/* Examples that stand in schemas are visited as such. */
function visit(keys, node) {
  if (node === null || typeof node !== "object") return;
  const named = keys.at(-2) === "properties"; // a field may be called "schema"
  if (!named && node.schema && !visitHolder(keys, node) && keys.at(-2) === "content")
    faults.push(`${pointer(keys)}: no example`);
  if (!named && Array.isArray(node.examples) && (node.type || node.$ref))
    for (const value of node.examples) validate(keys, value);
  for (const [key, value] of Object.entries(node))
    if (key !== "example" && key !== "examples") visit([...keys, key], value);
}

visit([], document);
for (const fault of faults) console.log(`# ${fault}`);
console.log(`# ${valid} examples are valid, ${faults.length} are not or are missing`);
process.exit(faults.length || !valid ? 1 : 0);
