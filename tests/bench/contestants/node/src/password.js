// The webhook password: fetched once in five minutes, compared as digests.
import { createHash, timingSafeEqual } from "node:crypto";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

const client = new SecretsManagerClient({});
const known = new Map();
const TTL_MS = 300_000;

export async function isAdmitted(integration, authorization) {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return false;
  const credentials = Buffer.from(encoded, "base64").toString("utf8");
  const presented = digest(credentials.slice(credentials.indexOf(":") + 1));
  return timingSafeEqual(presented, await expected(integration));
}

async function expected(integration) {
  const found = known.get(integration);
  if (found !== undefined && Date.now() - found.since < TTL_MS) return found.digest;
  const SecretId = `${process.env.HOOKPOST_SECRET_PREFIX}/${integration}/webhook`;
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage: "AWSCURRENT" }));
  const fresh = { digest: digest(JSON.parse(SecretString).password), since: Date.now() };
  known.set(integration, fresh);
  return fresh.digest;
}

function digest(text) {
  return createHash("sha256").update(text).digest();
}
