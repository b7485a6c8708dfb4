// differential.mjs - the gateway's JSON mapping and that of @bufbuild/protobuf, which
// were written apart, say the same of random texts.
//
// usage: node tests/conformance/differential.mjs TESTEE DESCRIPTOR_SET [SEED [N]]
import { readFileSync } from 'node:fs';
import { Peer, fromNpm } from './peer.mjs';
import { RandomJson, generator } from './random_json.mjs';

const { create, createFileRegistry, fromBinary, fromJsonString, toBinary, toJson } =
  await fromNpm('@bufbuild/protobuf/dist/esm/index.js');
const { FileDescriptorSetSchema } = await fromNpm('@bufbuild/protobuf/dist/esm/wkt/index.js');

const [testeePath, setPath, seedText, countText] = process.argv.slice(2);
const seed = Number(seedText ?? process.env.SEED ?? Date.now() % 2 ** 31);
const count = Number(countText ?? 2000);

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(setPath)));
const type = registry.getMessage('protobuf_test_messages.proto3.TestAllTypesProto3');
const requestType = registry.getMessage('conformance.ConformanceRequest');
const responseType = registry.getMessage('conformance.ConformanceResponse');
const PROTOBUF = 1, JSON_FORMAT = 2;

// ---- Two that read and write ----

const testee = new Peer(testeePath);

// What the testee makes of a payload: {case, value} of its response.
async function ours(payload, format) {
  const request = create(requestType, { payload, requestedOutputFormat: format, messageType: type.typeName });
  return fromBinary(responseType, await testee.ask(toBinary(requestType, request))).result;
}

// Bytes of the message, or null where the text is refused.
async function oursOf(text) {
  const result = await ours({ case: 'jsonPayload', value: text }, PROTOBUF);
  return result.case === 'protobufPayload' ? result.value : null;
}

// A Value that is 1e400 is taken as Infinity, and found out where it is written.
function theirsOf(text) {
  try {
    const message = fromJsonString(type, text, { registry });
    toJson(type, message, { registry });
    return toBinary(type, message);
  } catch {
    return null;
  }
}

// ---- Comparing ----

// The same for all encodings of a message: entries of maps are in order, and -0 is seen.
function canonical(bytes) {
  const sort = (value) =>
    Array.isArray(value) ? value.map(sort)
    : value && typeof value === 'object' ? Object.fromEntries(Object.keys(value).sort().map((k) => [k, sort(value[k])]))
    : Object.is(value, -0) ? '-0' : value;
  return JSON.stringify(sort(toJson(type, fromBinary(type, bytes), { registry })));
}

function same(a, b) {
  return a && b ? canonical(a) === canonical(b) : a === b;
}

const wrong = [];
function complain(what, text, ...more) {
  wrong.push([what, text, ...more].join('\n    '));
}

// ---- What is tried ----

async function tryValid(text) {
  const theirs = theirsOf(text), mine = await oursOf(text);
  if (!theirs || !same(mine, theirs)) {
    complain('a valid text is read otherwise', text, mine && canonical(mine), theirs && canonical(theirs));
    return;
  }
  const written = await ours({ case: 'protobufPayload', value: theirs }, JSON_FORMAT);
  if (written.case !== 'jsonPayload' || !same(theirsOf(written.value), theirs))
    complain('what is written is read otherwise', text, `${written.case}: ${written.value}`);
}

async function tryMutated({ text, was, is }) {
  const theirs = theirsOf(text), mine = await oursOf(text);
  const verdict = mine && theirs ? 'read otherwise' : mine ? 'taken' : 'refused';
  if (!same(mine, theirs) && !isKnown(verdict, was, is, theirs))
    complain(verdict, `${was} is ${is}`, text, mine && canonical(mine), theirs && canonical(theirs));
}

// ---- Where the two differ for a reason ----

// A literal as JavaScript has it.
function parsed(literal) {
  try {
    return JSON.parse(literal);
  } catch {
    return undefined;
  }
}

// Paths of all masks in what toJson makes of a message.
function masksIn(json) {
  if (!json || typeof json !== 'object') return [];
  const own = [json.optionalFieldMask, json.repeatedFieldmask,
               /FieldMask$/.test(json['@type']) ? json.value : undefined];
  return [...own.flat().filter((m) => typeof m === 'string'), ...Object.values(json).flatMap(masksIn)];
}

const isText = (pattern) => ({ is }) => typeof parsed(is) === 'string' && pattern.test(parsed(is));

const KNOWN = [
  // JavaScript reads these as numbers, proto3's mapping only what JSON does.
  ['refused', isText(/^\s*$|^\s|\s$|^\+|^-?0\d|^-?0[xXoObB]|^-?\.\d|^-?\d+\.(e|E|$)/)],
  // Padding or space within base64, padding that is too short.
  ['refused', isText(/^[\w+/=\s-]*[=\s][\w+/=\s-]*$/)],
  ['refused', isText(/^-?\d+(\.\d+)?s./)], // a duration that goes on behind its s
  ['refused', isText(/T24:|-(29|30|31)T|[+-]\d\d:\d\d$/)], // times that do not exist
  ['refused', isText(/\0|[\ud800-\udfff]/u)], // what a string of C or UTF-8 cannot hold
  ['refused', ({ theirs }) => masksIn(theirs).some((mask) => !/^([a-zA-Z0-9.*]+(,|$))*$/.test(mask) || /,$/.test(mask))],
  ['refused', isText(/^[\w.]+$/), ({ was }) => was.includes('type.googleapis.com/')], // a type URL without a slash
  // Another message's fields, where a type with a JSON of its own has "value".
  ['refused', isText(/\/google\.protobuf\.\w+$/), ({ was }) => was.includes('type.googleapis.com/')],
  ['refused', ({ was }) => was === '"value"'], // the content of an Any beside its type
  // Numbers that only a double makes whole.
  ['refused', ({ is }) => /[.eE]/.test(is) && Number.isInteger(Number(parsed(is)))],
  ['taken', isText(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/)], // 64 bits as "1.0" and "1e3"
  // An Any keeps its URL here; there it gets one anew.
  ['read otherwise', ({ was }) => was.includes('type.googleapis.com/')],
  // protobuf-c leaves out -0 where 0 is left out.
  ['read otherwise', ({ theirs }) => /"-0"/.test(JSON.stringify(theirs))],
  // Past 2^53 a double has not all digits of a whole number.
  ...['refused', 'taken', 'read otherwise'].map((verdict) =>
    [verdict, ({ is }) => typeof parsed(is) === 'number' && Math.abs(parsed(is)) > Number.MAX_SAFE_INTEGER]),
];

function isKnown(verdict, was, is, theirs) {
  const it = { was, is, theirs: theirs && JSON.parse(canonical(theirs)) };
  return KNOWN.some(([of, ...holds]) => of === verdict && holds.every((hold) => hold(it)));
}

// ---- The whole ----

const random = new RandomJson(generator(seed));
let valid = 0, mutated = 0;
for (; valid < count && wrong.length < 20; valid++) {
  const text = random.message(type);
  await tryValid(text);
  for (let i = 0; i < 3; i++, mutated++) await tryMutated(random.mutate(text));
}
testee.close();
wrong.forEach((line) => console.log(line));
console.log(`${wrong.length ? 'not ok' : 'ok'} ${valid} random messages and ${mutated} mutated texts are to ` +
            `@bufbuild/protobuf what they are to us (seed ${seed})`);
process.exit(wrong.length ? 1 : 0);
