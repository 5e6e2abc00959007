// Pushes: one message for each ref.
import { actor, azureDevOps, eventId, filled, group, message, utc } from "./event.js";
import { locate } from "./place.js";

const COMMIT_COPIES_MAX = 5000;

export function pushMessages(context) {
  const push = context.notification.resource;
  const place = locate(push.repository);
  const all = (push.commits ?? []).map((commit) => ({
    id: commit.commitId,
    message: filled(commit.comment),
    author: gitIdentity(commit.author),
    committer: gitIdentity(commit.committer),
    url: `${place.repository.webUrl}/commit/${commit.commitId}`,
  }));
  const ids = new Set(all.map((commit) => commit.id));
  const holders = push.refUpdates.filter((update) => ids.has(update.newObjectId)).length;
  const sharing = holders || push.refUpdates.length;
  const share = sharing > 1 ? Math.floor(COMMIT_COPIES_MAX / sharing) : Infinity;
  return push.refUpdates.map((update) => {
    const held = holders === 0 || ids.has(update.newObjectId) ? all : [];
    return refMessage(context, place, update, held.slice(0, share), held.length > share);
  });
}

function gitIdentity({ name, email, date }) {
  return { name: filled(name), email: filled(email), date: utc(date) };
}

function refMessage(context, place, update, commits, isCut) {
  const { integration, notification } = context;
  const push = notification.resource;
  const { name } = update;
  const [before, after] = [update.oldObjectId, update.newObjectId].map((id) => (/^0+$/.test(id) ? null : id));
  const change = before === null ? "created" : after === null ? "deleted" : "updated";
  const [refKind, shortName] = kindOf(name);
  const id = eventId("push", [integration, place.repository.id, String(push.pushId), name]);
  const { defaultBranch } = place.repository;
  const event = {
    specversion: "1.0",
    id,
    source: place.repository.webUrl,
    subject: name,
    time: utc(push.date),
    datacontenttype: "application/json",
    dataschema: "urn:hookpost:schema:push:1",
    integration,
    partitionkey: group(place.repository.id, name),
    type: "com.azure.dev.git.push",
    data: {
      integration,
      ...place,
      actor: actor(push.pushedBy),
      azureDevOps: azureDevOps(context),
      ref: name,
      refKind,
      shortName,
      change,
      before,
      after,
      isDefaultBranch: defaultBranch === null ? null : defaultBranch === name,
      pushId: push.pushId,
      commits,
      ...(isCut && { commitsComplete: false }),
    },
  };
  return message(event, name, change);
}

function kindOf(name) {
  if (name.startsWith("refs/heads/")) return ["branch", name.slice("refs/heads/".length)];
  if (name.startsWith("refs/tags/")) return ["tag", name.slice("refs/tags/".length)];
  return ["other", name.replace(/^refs\//, "")];
}
