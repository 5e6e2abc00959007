// Your code.

import type { HookpostEvent } from "./events.ts";

/**
 * Handles an event, once for each happening. Throw to get it again; after five failures SQS moves it to the dead-letter
 * queue.
 *
 * Do not deploy a `late` event: a newer one of its branch or pull request was received before.
 */
export async function handle(event: HookpostEvent, late: boolean): Promise<void> {
  const { id, type, subject } = event;
  console.log(JSON.stringify({ id, type, subject, action: actionOf(event), late }));
}

function actionOf(event: HookpostEvent): string {
  switch (event.type) {
    case "com.azure.dev.git.push":
      return event.data.change;
    case "com.azure.dev.git.pullrequest.commented":
      return event.data.comment.change;
    default:
      return event.data.action;
  }
}
