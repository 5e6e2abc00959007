// Messages onto the FIFO queue, ten at a time.
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";

const client = new SQSClient({});
const QueueUrl = process.env.HOOKPOST_EVENTS_QUEUE_URL;
const BATCH_BYTES_MAX = 1024 * 1024;

const text = (StringValue) => ({ DataType: "String", StringValue });

// The message ids, in order.
export async function send(messages, trace) {
  const ids = [];
  for (const batch of batches(messages)) {
    const Entries = batch.map(({ event, body, attributes }, place) => ({
      Id: String(place),
      MessageBody: body,
      MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, text(value)])),
      MessageGroupId: event.partitionkey,
      MessageDeduplicationId: event.id,
      MessageSystemAttributes: { AWSTraceHeader: text(trace) },
    }));
    const { Successful = [], Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`SQS failed ${Failed.length} messages: ${Failed[0].Code}`);
    const placed = Successful.toSorted((one, other) => Number(one.Id) - Number(other.Id));
    ids.push(...placed.map(({ MessageId }) => MessageId));
  }
  return ids;
}

function batches(messages) {
  const all = [];
  let bytes = 0;
  for (const message of messages) {
    const last = all.at(-1);
    if (last === undefined || last.length === 10 || bytes + message.bytes > BATCH_BYTES_MAX) {
      all.push([message]);
      bytes = message.bytes;
    } else {
      last.push(message);
      bytes += message.bytes;
    }
  }
  return all;
}
