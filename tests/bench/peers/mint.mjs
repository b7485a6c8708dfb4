// mint.mjs PEM TOKEN N: so many tokens like this one, each with an id of its own.
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";

const [pem, token, n] = process.argv.slice(2);
const key = { key: createPrivateKey(readFileSync(pem)), dsaEncoding: "ieee-p1363" };
const [head, claims] = token.split(".");
const like = JSON.parse(Buffer.from(claims, "base64url"));

for (let i = 0; i < Number(n); i++) {
  const own = Buffer.from(JSON.stringify({ ...like, jti: `${like.jti}-${i}` })).toString("base64url");
  const signed = `${head}.${own}`;
  const signature = sign("sha256", Buffer.from(signed), key).toString("base64url");
  process.stdout.write(`${signed}.${signature}\n`);
}
