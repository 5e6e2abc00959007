// A consumer of Hookpost's events that runs anywhere:  node loop.js EVENTS_QUEUE_URL
//
// On SIGTERM or Ctrl-C it ends after the current event, or the current long poll. You may run several: SQS gives the
// events of one branch or pull request to one of them at a time. Then keep `newest` in a table, as lambda/handler.py does.

import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

/** The CloudEvents envelope. event.schema.json describes `data`. */
interface HookpostEvent {
  id: string;
  type: string;
  source: string;
  subject: string;
  time: string;
  integration: string;
  partitionkey: string;
  sequence?: string;
  data: Record<string, unknown>;
}

/** The highest `sequence` so far of each branch and pull request. It is lost when the process ends. */
const newest = new Map<string, string>();

/** Whether a newer event of the branch or pull request came before, as it may after a retry or an outage. */
function isLate({ partitionkey, sequence }: HookpostEvent): boolean {
  if (sequence === undefined) return false; // Azure DevOps did not say.
  if (sequence < (newest.get(partitionkey) ?? "")) return true;
  newest.set(partitionkey, sequence);
  return false;
}

/**
 * Your code. Throw to get the event again; after five times SQS moves it to the dead-letter queue.
 *
 * Do not deploy a `late` event: a newer one of its branch or pull request has been handled already.
 */
async function handle(event: HookpostEvent, late: boolean): Promise<void> {
  console.log(JSON.stringify({ id: event.id, type: event.type, subject: event.subject, late }));
}

/** An event that fails stays on the queue. Only the events of its branch or pull request wait for it. */
async function consume(sqs: SQSClient, queueUrl: string, message: Message): Promise<void> {
  try {
    const event = JSON.parse(message.Body ?? "") as HookpostEvent;
    await handle(event, isLate(event));
  } catch (error) {
    console.error(`failed, will be retried: ${message.MessageId}: ${error}`);
    return;
  }
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
}

async function main(queueUrl: string): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());
  const sqs = new SQSClient();
  while (!stopping.signal.aborted) {
    // One at a time: in a batch of one branch, SQS would count those behind a failed event as failed too.
    const receive = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 20 });
    const { Messages = [] } = await sqs.send(receive);
    for (const message of Messages) await consume(sqs, queueUrl, message);
  }
}

const [queueUrl] = process.argv.slice(2);
if (!queueUrl) throw new Error("usage: node loop.js EVENTS_QUEUE_URL");
await main(queueUrl);
