// A receiver of pushes as it is written without Hookpost: checks the password, sends a message for each ref.
import { createHash, timingSafeEqual } from "node:crypto";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { pushEvents } from "./push.js";

const secretsManager = new SecretsManagerClient({});
const sqs = new SQSClient({});
const QueueUrl = process.env.HOOKPOST_EVENTS_QUEUE_URL;
const TTL_MS = 300_000;
const passwords = new Map();

export async function handler(event) {
  const integration = event.pathParameters.integration;
  if (!(await isAuthorized(integration, header(event, "authorization")))) {
    return response(401, { status: "refused", code: "unauthorized" });
  }
  const events = pushEvents(integration, JSON.parse(event.body), header(event, "x-vss-activityid"));
  const sent = [];
  for (let first = 0; first < events.length; first += 10) {
    sent.push(...(await send(events.slice(first, first + 10))));
  }
  console.log(JSON.stringify({ event: "delivery", integration, status: 202, events: events.length }));
  return response(202, { status: "queued", events: sent });
}

async function isAuthorized(integration, authorization) {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return false;
  const credentials = Buffer.from(encoded, "base64").toString("utf8");
  const presented = digest(credentials.slice(credentials.indexOf(":") + 1));
  return timingSafeEqual(presented, await expectedDigest(integration));
}

// Fetched once in five minutes.
async function expectedDigest(integration) {
  const cached = passwords.get(integration);
  if (cached !== undefined && Date.now() - cached.since < TTL_MS) return cached.digest;
  const SecretId = `${process.env.HOOKPOST_SECRET_PREFIX}/${integration}/webhook`;
  const command = new GetSecretValueCommand({ SecretId, VersionStage: "AWSCURRENT" });
  const { SecretString } = await secretsManager.send(command);
  const fresh = { digest: digest(JSON.parse(SecretString).password), since: Date.now() };
  passwords.set(integration, fresh);
  return fresh.digest;
}

async function send(events) {
  const Entries = events.map((event, place) => ({
    Id: String(place),
    MessageBody: JSON.stringify(event),
    MessageAttributes: attributes({
      type: event.type,
      integration: event.integration,
      organization: event.data.organization.name,
      project: event.data.project.name,
      repository: event.data.repository.name,
      ref: event.data.ref,
      action: event.data.change,
      contentType: "application/cloudevents+json; charset=utf-8",
    }),
    MessageGroupId: event.partitionkey,
    MessageDeduplicationId: event.id,
    MessageSystemAttributes: attributes({ AWSTraceHeader: process.env._X_AMZN_TRACE_ID }),
  }));
  const { Successful = [], Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  if (Failed.length > 0) throw new Error(`SQS failed ${Failed.length} messages: ${Failed[0].Code}`);
  return Successful.map(({ Id, MessageId }) => ({ id: events[Number(Id)].id, messageId: MessageId }));
}

function attributes(values) {
  const text = ([name, StringValue]) => [name, { DataType: "String", StringValue }];
  return Object.fromEntries(Object.entries(values).map(text));
}

function header(event, name) {
  const found = Object.keys(event.headers).find((present) => present.toLowerCase() === name);
  return found === undefined ? undefined : event.headers[found];
}

function response(statusCode, body) {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function digest(text) {
  return createHash("sha256").update(text).digest();
}
