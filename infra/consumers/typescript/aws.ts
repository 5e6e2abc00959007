// The loop works in the Region of its queue, the function in its own.

/** Undefined if no queue's URL tells it: the SDK then looks for one. */
export const region = process.env.EVENTS_QUEUE_URL?.match(/^https?:\/\/(?:[^/]*\.)?sqs[^./]*\.([^./]+)\./)?.[1];
