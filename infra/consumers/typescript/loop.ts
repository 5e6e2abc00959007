// The loop, which runs anywhere. Set `EVENTS_QUEUE_URL` and `STATE_TABLE`.
//
// On SIGTERM or Ctrl-C it ends after the current event, or the current long poll. You may run several: SQS gives the
// events of one branch or pull request to one of them at a time.

import { setTimeout } from "node:timers/promises";
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { region } from "./aws.ts";
import { consume } from "./consume.ts";

const sqs = new SQSClient({ region });
const QueueUrl = process.env.EVENTS_QUEUE_URL;
if (!QueueUrl) throw new Error("Set EVENTS_QUEUE_URL to the URL of the events queue.");

/** Before the queue is asked again after a failure. */
const PAUSE_MS = 3000;

/** The next message, if one came within the long poll. An outage of SQS does not end the loop. */
async function poll(): Promise<Message[]> {
  // One at a time: in a batch of one branch, SQS would count those behind a failed event as failed too.
  const request = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 20 });
  try {
    return (await sqs.send(request)).Messages ?? [];
  } catch (error) {
    console.error(`received nothing, will be tried again: ${error}`);
    await setTimeout(PAUSE_MS);
    return [];
  }
}

/** An event that fails stays on the queue. Only the events of its branch or pull request wait for it. */
async function receive({ MessageId, Body, ReceiptHandle }: Message): Promise<void> {
  try {
    await consume(Body ?? "");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  } catch (error) {
    console.error(`failed, will be retried: ${MessageId}: ${error}`);
  }
}

const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());
while (!stopping.signal.aborted) {
  for (const message of await poll()) await receive(message);
}
