// One receiver for pushes and pull requests.
import { isAdmitted } from "./password.js";
import { pullRequestMessages } from "./pull-request.js";
import { pushMessages } from "./push.js";
import { send } from "./queue.js";

export async function handler(event) {
  const integration = event.pathParameters.integration;
  if (!(await isAdmitted(integration, header(event, "authorization")))) {
    return answer(401, { status: "refused", code: "unauthorized" });
  }
  const notification = JSON.parse(event.body);
  const context = { integration, notification, activityId: header(event, "x-vss-activityid") };
  const messages = notification.eventType === "git.push" ? pushMessages(context) : pullRequestMessages(context);
  const ids = await send(messages, process.env._X_AMZN_TRACE_ID);
  const events = messages.map((message, place) => ({ id: message.event.id, messageId: ids[place] }));
  console.log(JSON.stringify({ event: "delivery", integration, status: 202, events: events.length }));
  return answer(202, { status: "queued", events });
}

function header(event, name) {
  const found = Object.keys(event.headers).find((present) => present.toLowerCase() === name);
  return found === undefined ? undefined : event.headers[found];
}

function answer(statusCode, body) {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
