// What events of pushes and of pull requests share.
import { createHash } from "node:crypto";

const MESSAGE_BYTES_MAX = 256 * 1024;

export const filled = (text) => (text ? text : null);

export function actor(identity) {
  if (!identity) return null;
  const { id = null, displayName = null, uniqueName = null } = identity;
  return { id, displayName, uniqueName };
}

// UTC, without zeros at the end of the fraction; null for the year 1, which means none.
export function utc(text) {
  if (!text || text.startsWith("0001-01-01T")) return null;
  return text.replace(/(\.\d*?)0+Z$/, "$1Z").replace(".Z", "Z");
}

export function azureDevOps({ notification, activityId = null }) {
  return {
    eventType: notification.eventType,
    eventId: notification.id,
    subscriptionId: notification.subscriptionId,
    notificationId: notification.notificationId,
    resourceVersion: notification.resourceVersion,
    activityId,
  };
}

// An id over the parts that make the happening what it is.
export function eventId(kind, parts) {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = Buffer.from(part, "utf8");
    const length = Buffer.alloc(8);
    length.writeUInt32BE(bytes.length, 4);
    hash.update(length).update(bytes);
  }
  return `${kind}-${hash.digest("hex").slice(0, 32)}`;
}

// The message group: readable when SQS takes that.
export function group(repositoryId, subject) {
  const readable = `${repositoryId}:${subject}`;
  if (readable.length <= 128 && /^[!-~]*$/.test(readable)) return readable;
  return `${repositoryId}:${createHash("sha256").update(subject).digest("hex").slice(0, 32)}`;
}

export function message(event, ref, action) {
  const { integration, organization, project, repository } = event.data;
  const attributes = {
    type: event.type,
    integration,
    organization: organization.name,
    project: project.name,
    repository: repository.name,
    ref,
    action,
    contentType: "application/cloudevents+json; charset=utf-8",
  };
  const around = Object.entries(attributes).reduce((sum, [name, value]) => sum + bytesOf(name + value) + 6, 0);
  let body = JSON.stringify(event);
  let bytes = bytesOf(body) + around;
  while (bytes > MESSAGE_BYTES_MAX) {
    cut(event.data, bytes - MESSAGE_BYTES_MAX);
    body = JSON.stringify(event);
    bytes = bytesOf(body) + around;
  }
  return { event, body, attributes, bytes };
}

// Takes commits out, the oldest first.
function cut(data, excess) {
  if (!data.commits?.length) throw new Error("the event does not fit a message");
  data.commitsComplete = false;
  for (let taken = 0; taken < excess + 32 && data.commits.length > 0; ) {
    taken += bytesOf(JSON.stringify(data.commits.pop())) + 1;
  }
}

function bytesOf(text) {
  return Buffer.byteLength(text, "utf8");
}
