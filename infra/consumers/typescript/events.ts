// Generated from event.schema.json by `make types`. Do not edit.

/**
 * One event in a repository, which is one message in the queue.
 */
export type HookpostEvent =
  PushEvent | PullRequestCreatedEvent | PullRequestUpdatedEvent | PullRequestMergedEvent | PullRequestCommentedEvent;
/**
 * What happened to a ref.
 * A later version may add words.
 *
 * - `created`: The ref was created.
 * - `updated`: The ref was updated, forward or not.
 * - `deleted`: The ref was deleted.
 */
export type RefChange = "created" | "updated" | "deleted";
/**
 * The kind of a ref.
 * A later version may add words.
 *
 * - `branch`: `refs/heads/…`
 * - `tag`: `refs/tags/…`
 * - `other`: Any other ref.
 */
export type RefKind = "branch" | "tag" | "other";
/**
 * What was done to a pull request.
 * A later version may add words.
 *
 * - `created`: The pull request was created.
 * - `source_updated`: Commits were pushed to the source branch.
 * - `reviewers_changed`: Reviewers were added or removed.
 * - `voted`: A reviewer voted, or reset the vote.
 * - `completed`: The pull request was merged and closed.
 * - `abandoned`: The pull request was closed without merging.
 * - `reactivated`: The pull request was reopened.
 * - `published`: The draft was published.
 * - `drafted`: The pull request became a draft.
 * - `merge_attempted`: A merge was attempted without completing the pull request.
 * - `updated`: Another change, or an unknown one.
 */
export type Action =
  | "created"
  | "source_updated"
  | "reviewers_changed"
  | "voted"
  | "completed"
  | "abandoned"
  | "reactivated"
  | "published"
  | "drafted"
  | "merge_attempted"
  | "updated";
/**
 * How the action was determined. Azure DevOps's deliveries do not say what an update changed.
 * A later version may add words.
 *
 * - `event`: From the event type: exact.
 * - `subscription`: From the filter of the subscription that matched: exact.
 * - `message`: From the English message text: likely.
 * - `state`: From the state of the pull request: correct unless several changes happened at once.
 * - `unknown`: The action could not be determined.
 */
export type ActionSource = "event" | "subscription" | "message" | "state" | "unknown";
/**
 * What happened to a comment.
 * A later version may add words.
 *
 * - `created`: The comment was created.
 * - `edited`: The comment was edited.
 * - `updated`: Something but the text changed, such as a like.
 * - `deleted`: The comment was deleted.
 */
export type CommentChange = "created" | "edited" | "updated" | "deleted";

/**
 * One ref was created, moved or deleted.
 */
export interface PushEvent {
  /**
   * The media type of `data`: `application/json`.
   */
  datacontenttype: string;
  /**
   * The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
   */
  dataschema: string;
  /**
   * Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
   * must not process an event twice must store its id, because SQS deduplicates for five minutes only.
   */
  id: string;
  /**
   * The integration that received the delivery.
   */
  integration: string;
  /**
   * The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
   * the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
   */
  partitionkey: string;
  /**
   * The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
   * event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
   * which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
   * say.
   */
  sequence?: string | null;
  /**
   * The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
   */
  source: string;
  /**
   * Version of the `CloudEvents` specification: `1.0`.
   */
  specversion: string;
  /**
   * The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
   */
  subject: string;
  /**
   * When the event happened.
   */
  time: string;
  /**
   * The W3C trace context of the delivery, if it had one.
   */
  traceparent?: string | null;
  /**
   * The type of the event.
   */
  type: "com.azure.dev.git.push";
  data: Push;
}
/**
 * One ref update. A push of several refs is several events.
 */
export interface Push {
  /**
   * Who caused the event; `null` when Azure DevOps does not say, as for updates and preview merges.
   */
  actor?: Actor | null;
  /**
   * The commit (or tag object) after the push; `null` when the ref was deleted.
   */
  after?: string | null;
  azureDevOps: AzureDevOps;
  /**
   * The commit (or tag object) before the push; `null` when the ref was created.
   */
  before?: string | null;
  change: RefChange | (string & {});
  /**
   * Commits of the push, newest first. Azure DevOps sends only some of them, often none; use `before` and `after` for the
   * whole range.
   */
  commits?: Commit[];
  /**
   * `false` when commits were left out to fit the message size; absent otherwise.
   */
  commitsComplete?: boolean | null;
  /**
   * The same with details, such as commits, over several lines. Plain text, else Markdown; `null` when the subscription
   * sends no detailed messages.
   */
  detailedMessage?: string | null;
  /**
   * `false` when the detailed message was cut to fit the message size; absent otherwise.
   */
  detailedMessageComplete?: boolean | null;
  /**
   * The integration that received the delivery.
   */
  integration: string;
  /**
   * Whether the ref is the default branch; `null` when not known.
   */
  isDefaultBranch?: boolean | null;
  /**
   * What Azure DevOps says about the event to people, such as `Ada Lind pushed updates to main`. Often the only place that
   * names who acted. Plain text, else Markdown; `null` when the subscription sends no messages.
   */
  message?: string | null;
  /**
   * `false` when the message was cut to fit the message size; absent otherwise.
   */
  messageComplete?: boolean | null;
  organization: Organization;
  project: Project;
  /**
   * The number of the push, unique within the repository.
   */
  pushId?: number | null;
  /**
   * The full ref, such as `refs/heads/main`.
   */
  ref: string;
  refKind: RefKind | (string & {});
  repository: Repository;
  /**
   * The ref without `refs/heads/`, `refs/tags/` or, for other kinds, `refs/`. A branch and a tag may have the same one.
   */
  shortName: string;
}
/**
 * A person, a group or a service.
 */
export interface Actor {
  /**
   * The display name.
   */
  displayName?: string | null;
  /**
   * The id, usually a GUID. It is opaque.
   */
  id?: string | null;
  /**
   * An e-mail address, `DOMAIN\user`, `Build\{guid}` or another form. It is opaque.
   */
  uniqueName?: string | null;
}
/**
 * The identifiers that Azure DevOps gives a delivery, for finding it in the history of a subscription.
 */
export interface AzureDevOps {
  /**
   * The activity id, by which Microsoft's support finds the delivery.
   */
  activityId?: string | null;
  /**
   * The id of the event in Azure DevOps.
   */
  eventId?: string | null;
  /**
   * The event type in Azure DevOps, such as `git.push`.
   */
  eventType?: string | null;
  /**
   * The number of the notification within its subscription.
   */
  notificationId?: number | null;
  /**
   * `true` when Azure DevOps did not deliver the event, for example while a subscription was on probation, and Hookpost
   * reconstructed it from the lists of pushes and pull requests. Absent otherwise.
   */
  reconstructed?: boolean | null;
  /**
   * The resource version of the delivery.
   */
  resourceVersion?: string | null;
  /**
   * The subscription.
   */
  subscriptionId?: string | null;
}
/**
 * A Git commit.
 */
export interface Commit {
  /**
   * The author: a Git identity, unrelated to identities of Azure DevOps.
   */
  author?: GitIdentity | null;
  /**
   * The committer.
   */
  committer?: GitIdentity | null;
  /**
   * The hash of the commit, 40 hex digits.
   */
  id?: string | null;
  /**
   * The commit message, which Azure DevOps may have shortened.
   */
  message?: string | null;
  /**
   * The URL for a browser.
   */
  url?: string | null;
}
/**
 * The name, e-mail address and date in a Git commit.
 */
export interface GitIdentity {
  /**
   * The date.
   */
  date?: string | null;
  /**
   * The e-mail address.
   */
  email?: string | null;
  /**
   * The name.
   */
  name?: string | null;
}
/**
 * An Azure DevOps organization, or a collection of Azure DevOps Server.
 */
export interface Organization {
  /**
   * The name as it was sent, such as `Contoso`.
   */
  displayName?: string | null;
  /**
   * The GUID of the collection, lower case. Renaming the organization does not change it.
   */
  id?: string | null;
  /**
   * The name, such as `contoso`: of an organization in lower case, of a collection as it was sent.
   */
  name?: string | null;
  /**
   * The canonical URL, without a slash at the end, such as `https://dev.azure.com/contoso`.
   */
  url?: string | null;
}
/**
 * A project.
 */
export interface Project {
  /**
   * The GUID, lower case.
   */
  id?: string | null;
  /**
   * The name.
   */
  name?: string | null;
}
/**
 * A repository, with every form of its URL. `webUrl`, `httpsUrl`, `sshUrl` and `apiUrl` have one form for one repository,
 * but for the `sshUrl` of a server, which is as it was sent.
 */
export interface Repository {
  /**
   * Other URLs of the same repository: with user info, with the older host, and in every form for SSH, then the URLs of
   * the delivery as they were sent, as far as they are not among these.
   */
  alternateUrls?: string[];
  /**
   * The URL in the REST API.
   */
  apiUrl?: string | null;
  /**
   * The default branch as a full ref; `null` for pull requests, whose deliveries do not have it.
   */
  defaultBranch?: string | null;
  /**
   * The clone URL for HTTPS, without user info.
   */
  httpsUrl?: string | null;
  /**
   * The GUID, lower case. Renaming the repository does not change it, which makes it the best key.
   */
  id?: string | null;
  /**
   * The name.
   */
  name?: string | null;
  /**
   * The clone URL for SSH.
   */
  sshUrl?: string | null;
  /**
   * The URL for a browser, which is also the `source` of the event.
   */
  webUrl?: string | null;
}
/**
 * A pull request was created.
 */
export interface PullRequestCreatedEvent {
  /**
   * The media type of `data`: `application/json`.
   */
  datacontenttype: string;
  /**
   * The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
   */
  dataschema: string;
  /**
   * Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
   * must not process an event twice must store its id, because SQS deduplicates for five minutes only.
   */
  id: string;
  /**
   * The integration that received the delivery.
   */
  integration: string;
  /**
   * The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
   * the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
   */
  partitionkey: string;
  /**
   * The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
   * event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
   * which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
   * say.
   */
  sequence?: string | null;
  /**
   * The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
   */
  source: string;
  /**
   * Version of the `CloudEvents` specification: `1.0`.
   */
  specversion: string;
  /**
   * The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
   */
  subject: string;
  /**
   * When the event happened.
   */
  time: string;
  /**
   * The W3C trace context of the delivery, if it had one.
   */
  traceparent?: string | null;
  /**
   * The type of the event.
   */
  type: "com.azure.dev.git.pullrequest.created";
  data: PullRequest;
}
/**
 * A pull request in its state when Azure DevOps created the delivery. That may be the state before the event, after it, or
 * after later events. Request the pull request with the REST API before relying on its state.
 */
export interface PullRequest {
  action: Action | (string & {});
  actionSource: ActionSource | (string & {});
  /**
   * Who caused the event; `null` when Azure DevOps does not say, as for updates and preview merges.
   */
  actor?: Actor | null;
  /**
   * Who set the pull request to complete by itself once its policies allow it; `null` when nobody did.
   */
  autoCompleteSetBy?: Actor | null;
  azureDevOps: AzureDevOps;
  /**
   * When the pull request was completed or abandoned.
   */
  closedAt?: string | null;
  /**
   * Who completed or abandoned the pull request.
   */
  closedBy?: Actor | null;
  /**
   * How the pull request is to be completed; `null` until somebody says so.
   */
  completionOptions?: CompletionOptions | null;
  /**
   * When the completion was queued.
   */
  completionQueuedAt?: string | null;
  /**
   * When the pull request was created.
   */
  createdAt?: string | null;
  /**
   * Who created the pull request.
   */
  createdBy?: Actor | null;
  /**
   * The description.
   */
  description?: string | null;
  /**
   * `false` when the description was cut to fit the message size; absent otherwise.
   */
  descriptionComplete?: boolean | null;
  /**
   * The same with details, such as commits, over several lines. Plain text, else Markdown; `null` when the subscription
   * sends no detailed messages.
   */
  detailedMessage?: string | null;
  /**
   * `false` when the detailed message was cut to fit the message size; absent otherwise.
   */
  detailedMessageComplete?: boolean | null;
  /**
   * The integration that received the delivery.
   */
  integration: string;
  /**
   * Whether the pull request is a draft; `null` when not known.
   */
  isDraft?: boolean | null;
  /**
   * The commit of the last merge, which may be a preview; `null` on a conflict and while merging.
   */
  mergeCommit?: string | null;
  /**
   * `succeeded`, `conflicts`, `queued`, `rejectedByPolicy`, `failure`, `notSet`, or a value that Azure
   * DevOps adds.
   */
  mergeStatus?: string | null;
  /**
   * Whether the pull request is completed: `completed` and `succeeded`. `false` after a successful preview merge.
   */
  merged: boolean;
  /**
   * What Azure DevOps says about the event to people, such as `Ada Lind pushed updates to main`. Often the only place that
   * names who acted. Plain text, else Markdown; `null` when the subscription sends no messages.
   */
  message?: string | null;
  /**
   * `false` when the message was cut to fit the message size; absent otherwise.
   */
  messageComplete?: boolean | null;
  /**
   * The number of the pull request, as in its URL.
   */
  number: number;
  organization: Organization;
  project: Project;
  repository: Repository;
  /**
   * The reviewers.
   */
  reviewers?: Reviewer[];
  source: Source;
  /**
   * `active`, `completed`, `abandoned`, or a value that Azure DevOps adds.
   */
  status?: string | null;
  target: Target;
  /**
   * The title.
   */
  title?: string | null;
  /**
   * The URL for a browser, as it was sent. If it was not sent, `webUrl` of the repository and the number.
   */
  url?: string | null;
}
/**
 * How a pull request is to be completed.
 */
export interface CompletionOptions {
  /**
   * Whether the source branch is deleted afterwards; `null` when not said.
   */
  deleteSourceBranch?: boolean | null;
  /**
   * `noFastForward`, `squash`, `rebase`, `rebaseMerge`, or a value that Azure DevOps adds.
   */
  mergeStrategy?: string | null;
}
/**
 * A reviewer and the vote.
 */
export interface Reviewer {
  /**
   * The display name.
   */
  displayName?: string | null;
  /**
   * Whether the reviewer declined to review.
   */
  hasDeclined: boolean;
  /**
   * The id, usually a GUID. It is opaque.
   */
  id?: string | null;
  /**
   * Whether the reviewer is a group or team.
   */
  isGroup: boolean;
  /**
   * Whether the reviewer's approval is required.
   */
  isRequired: boolean;
  /**
   * An e-mail address, `DOMAIN\user`, `Build\{guid}` or another form. It is opaque.
   */
  uniqueName?: string | null;
  /**
   * `approved`, `approved_with_suggestions`, `none`, `waiting_for_author`, `rejected`, or the number
   * that Azure DevOps sent.
   */
  vote?: string | null;
}
/**
 * The branch to merge from.
 */
export interface Source {
  /**
   * The head of the branch at the last merge attempt, which may be behind the latest push.
   */
  commit?: string | null;
  /**
   * The full ref. For a fork, it is the ref in the fork.
   */
  ref?: string | null;
  /**
   * The fork; `null` when the branch is in the target repository.
   */
  repository?: RepositoryReference | null;
}
/**
 * The fork that a pull request comes from.
 */
export interface RepositoryReference {
  /**
   * The GUID, lower case.
   */
  id?: string | null;
  /**
   * The name.
   */
  name?: string | null;
  project: Project;
  /**
   * The URL for a browser.
   */
  webUrl?: string | null;
}
/**
 * The branch to merge into.
 */
export interface Target {
  /**
   * The head of the branch at the last merge attempt.
   */
  commit?: string | null;
  /**
   * The full ref.
   */
  ref?: string | null;
}
/**
 * A pull request was updated. `action` is the change, as far as it is known.
 */
export interface PullRequestUpdatedEvent {
  /**
   * The media type of `data`: `application/json`.
   */
  datacontenttype: string;
  /**
   * The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
   */
  dataschema: string;
  /**
   * Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
   * must not process an event twice must store its id, because SQS deduplicates for five minutes only.
   */
  id: string;
  /**
   * The integration that received the delivery.
   */
  integration: string;
  /**
   * The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
   * the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
   */
  partitionkey: string;
  /**
   * The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
   * event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
   * which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
   * say.
   */
  sequence?: string | null;
  /**
   * The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
   */
  source: string;
  /**
   * Version of the `CloudEvents` specification: `1.0`.
   */
  specversion: string;
  /**
   * The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
   */
  subject: string;
  /**
   * When the event happened.
   */
  time: string;
  /**
   * The W3C trace context of the delivery, if it had one.
   */
  traceparent?: string | null;
  /**
   * The type of the event.
   */
  type: "com.azure.dev.git.pullrequest.updated";
  data: PullRequest;
}
/**
 * A merge was attempted, as a preview or to complete the pull request. `merged` says whether it is completed.
 */
export interface PullRequestMergedEvent {
  /**
   * The media type of `data`: `application/json`.
   */
  datacontenttype: string;
  /**
   * The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
   */
  dataschema: string;
  /**
   * Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
   * must not process an event twice must store its id, because SQS deduplicates for five minutes only.
   */
  id: string;
  /**
   * The integration that received the delivery.
   */
  integration: string;
  /**
   * The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
   * the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
   */
  partitionkey: string;
  /**
   * The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
   * event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
   * which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
   * say.
   */
  sequence?: string | null;
  /**
   * The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
   */
  source: string;
  /**
   * Version of the `CloudEvents` specification: `1.0`.
   */
  specversion: string;
  /**
   * The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
   */
  subject: string;
  /**
   * When the event happened.
   */
  time: string;
  /**
   * The W3C trace context of the delivery, if it had one.
   */
  traceparent?: string | null;
  /**
   * The type of the event.
   */
  type: "com.azure.dev.git.pullrequest.merged";
  data: PullRequest;
}
/**
 * A comment on a pull request was created, edited or deleted.
 */
export interface PullRequestCommentedEvent {
  /**
   * The media type of `data`: `application/json`.
   */
  datacontenttype: string;
  /**
   * The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
   */
  dataschema: string;
  /**
   * Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
   * must not process an event twice must store its id, because SQS deduplicates for five minutes only.
   */
  id: string;
  /**
   * The integration that received the delivery.
   */
  integration: string;
  /**
   * The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
   * the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
   */
  partitionkey: string;
  /**
   * The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
   * event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
   * which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
   * say.
   */
  sequence?: string | null;
  /**
   * The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
   */
  source: string;
  /**
   * Version of the `CloudEvents` specification: `1.0`.
   */
  specversion: string;
  /**
   * The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
   */
  subject: string;
  /**
   * When the event happened.
   */
  time: string;
  /**
   * The W3C trace context of the delivery, if it had one.
   */
  traceparent?: string | null;
  /**
   * The type of the event.
   */
  type: "com.azure.dev.git.pullrequest.commented";
  data: PullRequestComment;
}
/**
 * A comment that was created, edited or deleted.
 */
export interface PullRequestComment {
  /**
   * Who caused the event; `null` when Azure DevOps does not say, as for updates and preview merges.
   */
  actor?: Actor | null;
  azureDevOps: AzureDevOps;
  comment: Comment;
  /**
   * The same with details, such as commits, over several lines. Plain text, else Markdown; `null` when the subscription
   * sends no detailed messages.
   */
  detailedMessage?: string | null;
  /**
   * `false` when the detailed message was cut to fit the message size; absent otherwise.
   */
  detailedMessageComplete?: boolean | null;
  /**
   * The integration that received the delivery.
   */
  integration: string;
  /**
   * What Azure DevOps says about the event to people, such as `Ada Lind pushed updates to main`. Often the only place that
   * names who acted. Plain text, else Markdown; `null` when the subscription sends no messages.
   */
  message?: string | null;
  /**
   * `false` when the message was cut to fit the message size; absent otherwise.
   */
  messageComplete?: boolean | null;
  organization: Organization;
  project: Project;
  pullRequest: PullRequestBrief;
  repository: Repository;
}
/**
 * The comment.
 */
export interface Comment {
  /**
   * Who wrote the comment.
   */
  author?: Actor | null;
  change: CommentChange | (string & {});
  /**
   * When the text was last updated; `null` on servers.
   */
  contentUpdatedAt?: string | null;
  /**
   * The number of the comment, unique within its thread.
   */
  id?: number | null;
  /**
   * `text`, `system`, `codeChange`, or a value that Azure DevOps adds.
   */
  kind?: string | null;
  /**
   * The comment that this one replies to; `null` for the first comment of a thread.
   */
  parentId?: number | null;
  /**
   * When the comment was created.
   */
  publishedAt?: string | null;
  /**
   * The text; `null` when the comment was deleted. Mentions are written `@<GUID>`.
   */
  text?: string | null;
  /**
   * `false` when the text was cut to fit the message size; absent otherwise.
   */
  textComplete?: boolean | null;
  /**
   * The number of the thread.
   */
  threadId?: number | null;
  /**
   * When the comment was last updated, by a like too.
   */
  updatedAt?: string | null;
}
/**
 * The pull request of a comment. A delivery with resource version 1.0 has only its number.
 */
export interface PullRequestBrief {
  /**
   * Who created the pull request.
   */
  createdBy?: Actor | null;
  /**
   * Whether the pull request is a draft; `null` when not known.
   */
  isDraft?: boolean | null;
  /**
   * The commit of the last merge, which may be a preview; `null` on a conflict and while merging.
   */
  mergeCommit?: string | null;
  /**
   * The state of the merge; see `mergeStatus` of a pull request.
   */
  mergeStatus?: string | null;
  /**
   * The number of the pull request, as in its URL.
   */
  number: number;
  /**
   * The reviewers and their votes.
   */
  reviewers?: Reviewer[];
  source: Source;
  /**
   * `active`, `completed`, `abandoned`, or a value that Azure DevOps adds.
   */
  status?: string | null;
  target: Target;
  /**
   * The title.
   */
  title?: string | null;
  /**
   * The URL for a browser, as it was sent. If it was not sent, `webUrl` of the repository and the number.
   */
  url?: string | null;
}

/** Every `type` of `HookpostEvent`. */
export const EVENT_TYPES = [
  "com.azure.dev.git.push",
  "com.azure.dev.git.pullrequest.created",
  "com.azure.dev.git.pullrequest.updated",
  "com.azure.dev.git.pullrequest.merged",
  "com.azure.dev.git.pullrequest.commented",
] as const;
