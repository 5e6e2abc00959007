// What the consumer remembers: a DynamoDB table with the key `id` and the time to live `expiration`.

import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { region } from "./aws.ts";
import type { HookpostEvent } from "./events.ts";

const dynamodb = new DynamoDBClient({ region });
const TableName = process.env.STATE_TABLE;
if (!TableName) throw new Error("Set STATE_TABLE to the name of the DynamoDB table.");

/** 14 days until a replay, 14 on the queue, 14 among the dead letters and 14 on the queue again. */
const KEPT_SECONDS = 60 * 24 * 60 * 60;

/** Whether a newer event of the branch or pull request came before, as it may after a retry or an outage. */
export async function isLate({ partitionkey, sequence }: HookpostEvent): Promise<boolean> {
  if (!sequence) return false; // Azure DevOps did not say.
  const put = new PutItemCommand({
    TableName,
    Item: { id: { S: `newest#${partitionkey}` }, newest: { S: sequence }, expiration: expiration() },
    ConditionExpression: "attribute_not_exists(newest) OR newest <= :this",
    ExpressionAttributeValues: { ":this": { S: sequence } },
  });
  try {
    await dynamodb.send(put);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return true;
    throw error;
  }
  return false;
}

/** Whether `key` has been handled. */
export async function isDone(key: string): Promise<boolean> {
  const get = new GetItemCommand({ TableName, Key: { id: { S: `done#${key}` } }, ConsistentRead: true });
  return (await dynamodb.send(get)).Item !== undefined;
}

/** Remembers that `key` has been handled. */
export async function markDone(key: string): Promise<void> {
  await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: `done#${key}` }, expiration: expiration() } }));
}

function expiration(): { N: string } {
  return { N: String(Math.floor(Date.now() / 1000) + KEPT_SECONDS) };
}
