// Hands each event to `handle` once, whether the function or the loop received it.

import { EVENT_TYPES, type HookpostEvent } from "./events.ts";
import { handle } from "./handle.ts";
import { isDone, isLate, markDone } from "./state.ts";

/**
 * Handles the body of a message, unless that has been done or its type is not known.
 *
 * SQS gives nobody the other events of a branch or pull request meanwhile. So no lock is needed: an event is handled
 * twice only if the process ends between the last two steps.
 */
export async function consume(body: string): Promise<void> {
  const event = parse(body);
  if (event === undefined) return;
  const late = await isLate(event);
  const key = keyOf(event);
  if (await isDone(key)) return;
  await handle(event, late);
  await markDone(key);
}

/** The event; undefined if a later version added its type. */
function parse(body: string): HookpostEvent | undefined {
  const event: HookpostEvent = JSON.parse(body);
  if (typeof event?.id !== "string" || typeof event.type !== "string") throw new Error("The message is no event.");
  if (EVENT_TYPES.includes(event.type)) return event;
  countUnknown(event.type);
  return undefined;
}

/** What is handled once: the event, or the completion of a pull request, which arrives as two events. */
function keyOf(event: HookpostEvent): string {
  const { id, type, source, subject, data } = event;
  const isChange = type === "com.azure.dev.git.pullrequest.updated" || type === "com.azure.dev.git.pullrequest.merged";
  if (!isChange || data.action !== "completed" || !data.closedAt) return id;
  return `${source}|${subject}|${data.action}|${data.closedAt}`;
}

/** Prints a line that CloudWatch counts as a metric when Lambda logs it; `console.log` would put words before it. */
function countUnknown(type: string): void {
  const metrics = [{ Name: "UnknownEvents", Unit: "Count" }];
  const directive = { Namespace: "HookpostConsumer", Dimensions: [[]], Metrics: metrics };
  const aws = { Timestamp: Date.now(), CloudWatchMetrics: [directive] };
  process.stdout.write(`${JSON.stringify({ _aws: aws, UnknownEvents: 1, Type: type })}\n`);
}
