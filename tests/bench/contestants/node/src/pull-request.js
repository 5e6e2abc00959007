// Pull requests: opened, changed, merged, closed.
import { actor, azureDevOps, eventId, filled, group, message, utc } from "./event.js";
import { locate } from "./place.js";

const VOTES = { 10: "approved", 5: "approved_with_suggestions", 0: "none", "-5": "waiting_for_author", "-10": "rejected" };

export function pullRequestMessages(context) {
  const { integration, notification } = context;
  const it = notification.resource;
  const place = locate(it.repository);
  const merged = it.status === "completed" && it.mergeStatus === "succeeded";
  const [kind, action, actionSource] = whatHappened(notification.eventType, it.status, merged);
  const [createdBy, closedBy] = [actor(it.createdBy), actor(it.closedBy)];
  const subject = `pullrequest/${it.pullRequestId}`;
  const event = {
    specversion: "1.0",
    id: eventId(`pr-${kind}`, [integration, place.repository.id, String(it.pullRequestId), notification.id]),
    source: place.repository.webUrl,
    subject,
    time: utc(notification.createdDate),
    datacontenttype: "application/json",
    dataschema: "urn:hookpost:schema:pull-request:1",
    integration,
    partitionkey: group(place.repository.id, subject),
    type: `com.azure.dev.git.pullrequest.${kind}`,
    data: {
      integration,
      ...place,
      actor: action === "created" ? createdBy : ["completed", "abandoned"].includes(action) ? closedBy : null,
      azureDevOps: azureDevOps(context),
      number: it.pullRequestId,
      action,
      actionSource,
      status: filled(it.status),
      mergeStatus: filled(it.mergeStatus),
      merged,
      isDraft: it.isDraft ?? null,
      title: filled(it.title),
      description: filled(it.description),
      source: { ref: filled(it.sourceRefName), commit: commitId(it.lastMergeSourceCommit), repository: null },
      target: { ref: filled(it.targetRefName), commit: commitId(it.lastMergeTargetCommit) },
      mergeCommit: commitId(it.lastMergeCommit),
      reviewers: (it.reviewers ?? []).map(reviewer),
      createdBy,
      closedBy,
      createdAt: utc(it.creationDate),
      closedAt: utc(it.closedDate),
      url: `${place.repository.webUrl}/${subject}`,
    },
  };
  return [message(event, it.targetRefName, action)];
}

function whatHappened(eventType, status, merged) {
  switch (eventType) {
    case "git.pullrequest.created":
      return ["created", "created", "event"];
    case "git.pullrequest.merged":
      return ["merged", merged ? "completed" : "merge_attempted", "event"];
    case "git.pullrequest.updated":
      if (status === "completed" || status === "abandoned") return ["updated", status, "state"];
      return ["updated", "updated", "unknown"];
    default:
      throw new Error(`event type ${eventType} is not forwarded`);
  }
}

function commitId(commit) {
  return commit?.commitId ?? null;
}

function reviewer(wire) {
  return {
    ...actor(wire),
    vote: VOTES[wire.vote] ?? String(wire.vote),
    isRequired: wire.isRequired ?? false,
    isGroup: wire.isContainer ?? false,
    hasDeclined: wire.hasDeclined ?? false,
  };
}
