// A consumer of Hookpost's events that runs anywhere:  node loop.js EVENTS_QUEUE_URL
//
// Ends after the event at hand, or the wait for one, on SIGTERM or Ctrl-C. Run as many as you like: SQS gives the events of one branch or pull
// request to one of them at a time.

import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

/** The envelope; `data` is described in event.schema.json. */
interface HookpostEvent {
  id: string;
  type: string;
  source: string;
  subject: string;
  time: string;
  integration: string;
  data: Record<string, unknown>;
}

/** What you do with an event. Throw when it has to come again; after five times it is put aside. */
async function handle(event: HookpostEvent): Promise<void> {
  console.log(JSON.stringify({ id: event.id, type: event.type, subject: event.subject }));
}

/** An event that fails stays on the queue; its branch or pull request waits for it, and the others go on. */
async function consume(sqs: SQSClient, queueUrl: string, message: Message): Promise<void> {
  try {
    await handle(JSON.parse(message.Body ?? "") as HookpostEvent);
  } catch (error) {
    console.error(`failed, comes again: ${message.MessageId}: ${error}`);
    return;
  }
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
}

async function main(queueUrl: string): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());
  const sqs = new SQSClient();
  while (!stopping.signal.aborted) {
    // One at a time: of several of one branch, those behind one that fails would be counted as failed too.
    const receive = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 20 });
    const { Messages = [] } = await sqs.send(receive);
    for (const message of Messages) await consume(sqs, queueUrl, message);
  }
}

const [queueUrl] = process.argv.slice(2);
if (!queueUrl) throw new Error("usage: node loop.js EVENTS_QUEUE_URL");
await main(queueUrl);
