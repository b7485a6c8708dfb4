// issuer.mjs PORT REDIRECT_URI SECRET - an OpenID provider (npm's oidc-provider) that signs
// whoever comes in as "finance.lead" at once. Prints a line when it listens.
import { createRequire } from "node:module";
import http from "node:http";
import { generateKeyPairSync } from "node:crypto";

const require = createRequire(new URL("../../build/npm/package.json", import.meta.url));
const { default: Provider } = await import(require.resolve("oidc-provider"));

const [port, redirectUri, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
const client = (id, more) => ({ client_id: id, redirect_uris: [redirectUri], grant_types: ["authorization_code"],
  response_types: ["code"], id_token_signed_response_alg: "ES256", ...more });

const provider = new Provider(issuer, {
  clients: [client("pages", { token_endpoint_auth_method: "none" }), client("other", { token_endpoint_auth_method: "none" }),
    client("confidential", { client_secret: secret, token_endpoint_auth_method: "client_secret_basic" })],
  jwks: { keys: [{ ...key, alg: "ES256", use: "sig", kid: "one" }] },
  cookies: { keys: ["test"] },
  pkce: { required: () => true, methods: ["S256"] },
  scopes: ["openid", "directory.read", "payments.read"],
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => ({ scope: "directory.read payments.read", accessTokenFormat: "jwt",
        accessTokenTTL: 600, audience: resource === "urn:other" ? "other" : "wellgate", jwt: { sign: { alg: "ES256" } } }),
    },
  },
  extraTokenClaims: () => ({ organisation: "organisations/newcastle-ccg" }),
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
});

async function interact(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") return provider.interactionFinished(request, response, { login: { accountId: "finance.lead" } });
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  grant.addResourceScope(params.resource, "directory.read payments.read");
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

const serve = provider.callback();
http.createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return serve(request, response);
  return interact(request, response).catch((error) => response.writeHead(500).end(String(error)));
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
