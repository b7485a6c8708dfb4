// peer.mjs - a child that answers frames with frames, as frames.h has them; and packages
// of build/npm.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Import a package's file, which no import of its name would find from here.
export function fromNpm(path) {
  return import(pathToFileURL(join('build/npm/node_modules', path)).href);
}

async function* framesOf(stream) {
  let bytes = Buffer.alloc(0);
  for await (const chunk of stream) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32LE()) {
      const end = 4 + bytes.readUInt32LE();
      yield bytes.subarray(4, end);
      bytes = bytes.subarray(end);
    }
  }
}

export class Peer {
  #stdin;
  #answers;

  constructor(command) {
    const child = spawn(command, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => {}); // its end is met when an answer is missing
    this.#stdin = child.stdin;
    this.#answers = framesOf(child.stdout);
  }

  async ask(bytes) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    this.#stdin.write(length);
    this.#stdin.write(bytes);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('the peer is gone');
    return value;
  }

  close() {
    this.#stdin.end();
  }
}
