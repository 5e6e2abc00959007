// From the notification of a push to an event for each of its refs.
import { createHash } from "node:crypto";

const REPOSITORY = /^https:\/\/(?:[^@/]+@)?dev\.azure\.com\/([^/]+)\/([^/]+)\/_git\/([^/]+)$/;

export function pushEvents(integration, notification, activityId = null) {
  const push = notification.resource;
  const repository = describeRepository(push.repository, notification.resourceContainers.collection.id);
  const common = {
    integration,
    ...repository,
    actor: pick(push.pushedBy, ["id", "displayName", "uniqueName"]),
    message: notification.message.text,
    detailedMessage: notification.detailedMessage?.text ?? null,
    azureDevOps: {
      eventType: notification.eventType,
      eventId: notification.id,
      subscriptionId: notification.subscriptionId,
      notificationId: notification.notificationId,
      resourceVersion: notification.resourceVersion,
      activityId,
    },
    pushId: push.pushId,
    commits: (push.commits ?? []).map((commit) => ({
      id: commit.commitId,
      message: commit.comment || null,
      author: gitIdentity(commit.author),
      committer: gitIdentity(commit.committer),
      url: `${repository.repository.webUrl}/commit/${commit.commitId}`,
    })),
  };
  return push.refUpdates.map((update) => envelope({ ...common, ...refChange(update, push.repository) }, utc(push.date)));
}

function envelope(data, time) {
  const { integration, repository, ref } = data;
  return {
    specversion: "1.0",
    id: eventId([integration, repository.id, String(data.pushId), ref]),
    source: repository.webUrl,
    subject: ref,
    time,
    datacontenttype: "application/json",
    dataschema: "urn:hookpost:schema:push:1",
    integration,
    partitionkey: `${repository.id}:${ref}`,
    sequence: String(data.pushId).padStart(20, "0"),
    type: "com.azure.dev.git.push",
    data,
  };
}

function refChange({ name, oldObjectId, newObjectId }, { defaultBranch }) {
  const [before, after] = [oldObjectId, newObjectId].map((id) => (/^0+$/.test(id) ? null : id));
  const [, kind, shortName] = /^refs\/(?:(heads|tags)\/)?(.*)$/.exec(name);
  return {
    ref: name,
    refKind: { heads: "branch", tags: "tag" }[kind] ?? "other",
    shortName,
    change: before === null ? "created" : after === null ? "deleted" : "updated",
    before,
    after,
    isDefaultBranch: defaultBranch === undefined ? null : defaultBranch === name,
  };
}

// With every URL a consumer may know the repository by.
function describeRepository({ id, name, project, defaultBranch = null, webUrl, remoteUrl }, organizationId) {
  const [, displayName, projectPath, namePath] = REPOSITORY.exec(webUrl ?? remoteUrl);
  const organization = displayName.toLowerCase();
  const home = `https://dev.azure.com/${organization}`;
  const path = `${projectPath}/_git/${namePath}`;
  return {
    organization: { id: organizationId, name: organization, displayName, url: home },
    project: pick(project, ["id", "name"]),
    repository: {
      id,
      name,
      webUrl: `${home}/${path}`,
      httpsUrl: `${home}/${path}`,
      sshUrl: `git@ssh.dev.azure.com:v3/${organization}/${projectPath}/${namePath}`,
      apiUrl: `${home}/_apis/git/repositories/${id}`,
      alternateUrls: [
        `https://${organization}@dev.azure.com/${organization}/${path}`,
        `https://${organization}.visualstudio.com/${path}`,
        `https://${organization}.visualstudio.com/DefaultCollection/${path}`,
        `ssh://git@ssh.dev.azure.com/v3/${organization}/${projectPath}/${namePath}`,
        `${organization}@vs-ssh.visualstudio.com:v3/${organization}/${projectPath}/${namePath}`,
        `ssh://${organization}@vs-ssh.visualstudio.com/v3/${organization}/${projectPath}/${namePath}`,
        `ssh://${organization}@${organization}.visualstudio.com:22/${path}`,
        `ssh://${organization}@${organization}.visualstudio.com:22/DefaultCollection/${path}`,
        `ssh://${organization}@vs-ssh.visualstudio.com:22/${projectPath}/_ssh/${namePath}`,
        `ssh://${organization}@vs-ssh.visualstudio.com:22/DefaultCollection/${projectPath}/_ssh/${namePath}`,
      ],
      defaultBranch,
    },
  };
}

function gitIdentity({ name, email, date }) {
  return { name: name || null, email: email || null, date: utc(date) };
}

// Without zeros at the end of the fraction.
function utc(text) {
  return text.replace(/(\.\d*?)0+Z$/, "$1Z").replace(".Z", "Z");
}

// A digest of the parts, each behind its length.
function eventId(parts) {
  const hash = createHash("sha256");
  for (const part of parts) {
    const length = Buffer.alloc(8);
    length.writeUInt32BE(Buffer.byteLength(part), 4);
    hash.update(length).update(part);
  }
  return `push-${hash.digest("hex").slice(0, 32)}`;
}

function pick(object, names) {
  return Object.fromEntries(names.map((name) => [name, object[name] ?? null]));
}
