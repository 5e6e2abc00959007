"""Generated from event.schema.json by `make types`. Do not edit."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel


class Action(str, Enum):
    """
    What was done to a pull request.
    A later version may add words.

    - `created`: The pull request was created.
    - `source_updated`: Commits were pushed to the source branch.
    - `reviewers_changed`: Reviewers were added or removed.
    - `voted`: A reviewer voted, or reset the vote.
    - `completed`: The pull request was merged and closed.
    - `abandoned`: The pull request was closed without merging.
    - `reactivated`: The pull request was reopened.
    - `published`: The draft was published.
    - `drafted`: The pull request became a draft.
    - `merge_attempted`: A merge was attempted without completing the pull request.
    - `updated`: Another change, or an unknown one.
    """

    CREATED = "created"
    SOURCE_UPDATED = "source_updated"
    REVIEWERS_CHANGED = "reviewers_changed"
    VOTED = "voted"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    REACTIVATED = "reactivated"
    PUBLISHED = "published"
    DRAFTED = "drafted"
    MERGE_ATTEMPTED = "merge_attempted"
    UPDATED = "updated"


class ActionSource(str, Enum):
    """
    How the action was determined. Azure DevOps's deliveries do not say what an update changed.
    A later version may add words.

    - `event`: From the event type: exact.
    - `subscription`: From the filter of the subscription that matched: exact.
    - `message`: From the English message text: likely.
    - `state`: From the state of the pull request: correct unless several changes happened at once.
    - `unknown`: The action could not be determined.
    """

    EVENT = "event"
    SUBSCRIPTION = "subscription"
    MESSAGE = "message"
    STATE = "state"
    UNKNOWN = "unknown"


class Actor(BaseModel):
    """
    A person, a group or a service.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    display_name: Annotated[str | None, Field(alias="displayName")] = None
    """
    The display name.
    """
    id: str | None = None
    """
    The id, usually a GUID. It is opaque.
    """
    unique_name: Annotated[str | None, Field(alias="uniqueName")] = None
    """
    An e-mail address, `DOMAIN\\user`, `Build\\{guid}` or another form. It is opaque.
    """


class AzureDevOps(BaseModel):
    """
    The identifiers that Azure DevOps gives a delivery, for finding it in the history of a subscription.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    activity_id: Annotated[str | None, Field(alias="activityId")] = None
    """
    The activity id, by which Microsoft's support finds the delivery.
    """
    event_id: Annotated[str | None, Field(alias="eventId")] = None
    """
    The id of the event in Azure DevOps.
    """
    event_type: Annotated[str | None, Field(alias="eventType")] = None
    """
    The event type in Azure DevOps, such as `git.push`.
    """
    notification_id: Annotated[int | None, Field(alias="notificationId", ge=0)] = None
    """
    The number of the notification within its subscription.
    """
    reconstructed: bool | None = None
    """
    `true` when Azure DevOps did not deliver the event, for example while a subscription was on probation, and Hookpost
    reconstructed it from the lists of pushes and pull requests. Absent otherwise.
    """
    resource_version: Annotated[str | None, Field(alias="resourceVersion")] = None
    """
    The resource version of the delivery.
    """
    subscription_id: Annotated[str | None, Field(alias="subscriptionId")] = None
    """
    The subscription.
    """


class CommentChange(str, Enum):
    """
    What happened to a comment.
    A later version may add words.

    - `created`: The comment was created.
    - `edited`: The comment was edited.
    - `updated`: Something but the text changed, such as a like.
    - `deleted`: The comment was deleted.
    """

    CREATED = "created"
    EDITED = "edited"
    UPDATED = "updated"
    DELETED = "deleted"


class CompletionOptions(BaseModel):
    """
    How a pull request is to be completed.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    delete_source_branch: Annotated[bool | None, Field(alias="deleteSourceBranch")] = (
        None
    )
    """
    Whether the source branch is deleted afterwards; `null` when not said.
    """
    merge_strategy: Annotated[str | None, Field(alias="mergeStrategy")] = None
    """
    `noFastForward`, `squash`, `rebase`, `rebaseMerge`, or a value that Azure DevOps adds.
    """


class GitIdentity(BaseModel):
    """
    The name, e-mail address and date in a Git commit.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    date: str | None = None
    """
    The date.
    """
    email: str | None = None
    """
    The e-mail address.
    """
    name: str | None = None
    """
    The name.
    """


class Organization(BaseModel):
    """
    An Azure DevOps organization, or a collection of Azure DevOps Server.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    display_name: Annotated[str | None, Field(alias="displayName")] = None
    """
    The name as it was sent, such as `Contoso`.
    """
    id: str | None = None
    """
    The GUID of the collection, lower case. Renaming the organization does not change it.
    """
    name: str | None = None
    """
    The name, such as `contoso`: of an organization in lower case, of a collection as it was sent.
    """
    url: str | None = None
    """
    The canonical URL, without a slash at the end, such as `https://dev.azure.com/contoso`.
    """


class Project(BaseModel):
    """
    A project.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    id: str | None = None
    """
    The GUID, lower case.
    """
    name: str | None = None
    """
    The name.
    """


class RefChange(str, Enum):
    """
    What happened to a ref.
    A later version may add words.

    - `created`: The ref was created.
    - `updated`: The ref was updated, forward or not.
    - `deleted`: The ref was deleted.
    """

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


class RefKind(str, Enum):
    """
    The kind of a ref.
    A later version may add words.

    - `branch`: `refs/heads/…`
    - `tag`: `refs/tags/…`
    - `other`: Any other ref.
    """

    BRANCH = "branch"
    TAG = "tag"
    OTHER = "other"


class Repository(BaseModel):
    """
    A repository, with every form of its URL. `webUrl`, `httpsUrl`, `sshUrl` and `apiUrl` have one form for one repository,
    but for the `sshUrl` of a server, which is as it was sent.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    alternate_urls: Annotated[list[str] | None, Field(alias="alternateUrls")] = []
    """
    Other URLs of the same repository: with user info, with the older host, and in every form for SSH, then the URLs of
    the delivery as they were sent, as far as they are not among these.
    """
    api_url: Annotated[str | None, Field(alias="apiUrl")] = None
    """
    The URL in the REST API.
    """
    default_branch: Annotated[str | None, Field(alias="defaultBranch")] = None
    """
    The default branch as a full ref; `null` for pull requests, whose deliveries do not have it.
    """
    https_url: Annotated[str | None, Field(alias="httpsUrl")] = None
    """
    The clone URL for HTTPS, without user info.
    """
    id: str | None = None
    """
    The GUID, lower case. Renaming the repository does not change it, which makes it the best key.
    """
    name: str | None = None
    """
    The name.
    """
    ssh_url: Annotated[str | None, Field(alias="sshUrl")] = None
    """
    The clone URL for SSH.
    """
    web_url: Annotated[str | None, Field(alias="webUrl")] = None
    """
    The URL for a browser, which is also the `source` of the event.
    """


class RepositoryReference(BaseModel):
    """
    The fork that a pull request comes from.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    id: str | None = None
    """
    The GUID, lower case.
    """
    name: str | None = None
    """
    The name.
    """
    project: Project
    web_url: Annotated[str | None, Field(alias="webUrl")] = None
    """
    The URL for a browser.
    """


class Reviewer(BaseModel):
    """
    A reviewer and the vote.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    display_name: Annotated[str | None, Field(alias="displayName")] = None
    """
    The display name.
    """
    has_declined: Annotated[bool, Field(alias="hasDeclined")]
    """
    Whether the reviewer declined to review.
    """
    id: str | None = None
    """
    The id, usually a GUID. It is opaque.
    """
    is_group: Annotated[bool, Field(alias="isGroup")]
    """
    Whether the reviewer is a group or team.
    """
    is_required: Annotated[bool, Field(alias="isRequired")]
    """
    Whether the reviewer's approval is required.
    """
    unique_name: Annotated[str | None, Field(alias="uniqueName")] = None
    """
    An e-mail address, `DOMAIN\\user`, `Build\\{guid}` or another form. It is opaque.
    """
    vote: str | None = None
    """
    `approved`, `approved_with_suggestions`, `none`, `waiting_for_author`, `rejected`, or the number
    that Azure DevOps sent.
    """


class Source(BaseModel):
    """
    The branch to merge from.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    commit: str | None = None
    """
    The head of the branch at the last merge attempt, which may be behind the latest push.
    """
    ref: str | None = None
    """
    The full ref. For a fork, it is the ref in the fork.
    """
    repository: RepositoryReference | None = None
    """
    The fork; `null` when the branch is in the target repository.
    """


class Target(BaseModel):
    """
    The branch to merge into.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    commit: str | None = None
    """
    The head of the branch at the last merge attempt.
    """
    ref: str | None = None
    """
    The full ref.
    """


class Comment(BaseModel):
    """
    The comment.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    author: Actor | None = None
    """
    Who wrote the comment.
    """
    change: CommentChange | str
    content_updated_at: Annotated[str | None, Field(alias="contentUpdatedAt")] = None
    """
    When the text was last updated; `null` on servers.
    """
    id: Annotated[int | None, Field(ge=0)] = None
    """
    The number of the comment, unique within its thread.
    """
    kind: str | None = None
    """
    `text`, `system`, `codeChange`, or a value that Azure DevOps adds.
    """
    parent_id: Annotated[int | None, Field(alias="parentId", ge=0)] = None
    """
    The comment that this one replies to; `null` for the first comment of a thread.
    """
    published_at: Annotated[str | None, Field(alias="publishedAt")] = None
    """
    When the comment was created.
    """
    text: str | None = None
    """
    The text; `null` when the comment was deleted. Mentions are written `@<GUID>`.
    """
    text_complete: Annotated[bool | None, Field(alias="textComplete")] = None
    """
    `false` when the text was cut to fit the message size; absent otherwise.
    """
    thread_id: Annotated[int | None, Field(alias="threadId", ge=0)] = None
    """
    The number of the thread.
    """
    updated_at: Annotated[str | None, Field(alias="updatedAt")] = None
    """
    When the comment was last updated, by a like too.
    """


class Commit(BaseModel):
    """
    A Git commit.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    author: GitIdentity | None = None
    """
    The author: a Git identity, unrelated to identities of Azure DevOps.
    """
    committer: GitIdentity | None = None
    """
    The committer.
    """
    id: str | None = None
    """
    The hash of the commit, 40 hex digits.
    """
    message: str | None = None
    """
    The commit message, which Azure DevOps may have shortened.
    """
    url: str | None = None
    """
    The URL for a browser.
    """


class PullRequest(BaseModel):
    """
    A pull request in its state when Azure DevOps created the delivery. That may be the state before the event, after it, or
    after later events. Request the pull request with the REST API before relying on its state.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    action: Action | str
    action_source: Annotated[ActionSource | str, Field(alias="actionSource")]
    actor: Actor | None = None
    """
    Who caused the event; `null` when Azure DevOps does not say, as for updates and preview merges.
    """
    auto_complete_set_by: Annotated[Actor | None, Field(alias="autoCompleteSetBy")] = (
        None
    )
    """
    Who set the pull request to complete by itself once its policies allow it; `null` when nobody did.
    """
    azure_dev_ops: Annotated[AzureDevOps, Field(alias="azureDevOps")]
    closed_at: Annotated[str | None, Field(alias="closedAt")] = None
    """
    When the pull request was completed or abandoned.
    """
    closed_by: Annotated[Actor | None, Field(alias="closedBy")] = None
    """
    Who completed or abandoned the pull request.
    """
    completion_options: Annotated[
        CompletionOptions | None, Field(alias="completionOptions")
    ] = None
    """
    How the pull request is to be completed; `null` until somebody says so.
    """
    completion_queued_at: Annotated[str | None, Field(alias="completionQueuedAt")] = (
        None
    )
    """
    When the completion was queued.
    """
    created_at: Annotated[str | None, Field(alias="createdAt")] = None
    """
    When the pull request was created.
    """
    created_by: Annotated[Actor | None, Field(alias="createdBy")] = None
    """
    Who created the pull request.
    """
    description: str | None = None
    """
    The description.
    """
    description_complete: Annotated[bool | None, Field(alias="descriptionComplete")] = (
        None
    )
    """
    `false` when the description was cut to fit the message size; absent otherwise.
    """
    detailed_message: Annotated[str | None, Field(alias="detailedMessage")] = None
    """
    The same with details, such as commits, over several lines. Plain text, else Markdown; `null` when the subscription
    sends no detailed messages.
    """
    detailed_message_complete: Annotated[
        bool | None, Field(alias="detailedMessageComplete")
    ] = None
    """
    `false` when the detailed message was cut to fit the message size; absent otherwise.
    """
    integration: str
    """
    The integration that received the delivery.
    """
    is_draft: Annotated[bool | None, Field(alias="isDraft")] = None
    """
    Whether the pull request is a draft; `null` when not known.
    """
    merge_commit: Annotated[str | None, Field(alias="mergeCommit")] = None
    """
    The commit of the last merge, which may be a preview; `null` on a conflict and while merging.
    """
    merge_status: Annotated[str | None, Field(alias="mergeStatus")] = None
    """
    `succeeded`, `conflicts`, `queued`, `rejectedByPolicy`, `failure`, `notSet`, or a value that Azure
    DevOps adds.
    """
    merged: bool
    """
    Whether the pull request is completed: `completed` and `succeeded`. `false` after a successful preview merge.
    """
    message: str | None = None
    """
    What Azure DevOps says about the event to people, such as `Ada Lind pushed updates to main`. Often the only place that
    names who acted. Plain text, else Markdown; `null` when the subscription sends no messages.
    """
    message_complete: Annotated[bool | None, Field(alias="messageComplete")] = None
    """
    `false` when the message was cut to fit the message size; absent otherwise.
    """
    number: Annotated[int, Field(ge=0)]
    """
    The number of the pull request, as in its URL.
    """
    organization: Organization
    project: Project
    repository: Repository
    reviewers: Annotated[list[Reviewer] | None, Field(validate_default=True)] = []
    """
    The reviewers.
    """
    source: Source
    status: str | None = None
    """
    `active`, `completed`, `abandoned`, or a value that Azure DevOps adds.
    """
    target: Target
    title: str | None = None
    """
    The title.
    """
    url: str | None = None
    """
    The URL for a browser, as it was sent. If it was not sent, `webUrl` of the repository and the number.
    """


class PullRequestBrief(BaseModel):
    """
    The pull request of a comment. A delivery with resource version 1.0 has only its number.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    created_by: Annotated[Actor | None, Field(alias="createdBy")] = None
    """
    Who created the pull request.
    """
    is_draft: Annotated[bool | None, Field(alias="isDraft")] = None
    """
    Whether the pull request is a draft; `null` when not known.
    """
    merge_commit: Annotated[str | None, Field(alias="mergeCommit")] = None
    """
    The commit of the last merge, which may be a preview; `null` on a conflict and while merging.
    """
    merge_status: Annotated[str | None, Field(alias="mergeStatus")] = None
    """
    The state of the merge; see `mergeStatus` of a pull request.
    """
    number: Annotated[int, Field(ge=0)]
    """
    The number of the pull request, as in its URL.
    """
    reviewers: Annotated[list[Reviewer] | None, Field(validate_default=True)] = []
    """
    The reviewers and their votes.
    """
    source: Source
    status: str | None = None
    """
    `active`, `completed`, `abandoned`, or a value that Azure DevOps adds.
    """
    target: Target
    title: str | None = None
    """
    The title.
    """
    url: str | None = None
    """
    The URL for a browser, as it was sent. If it was not sent, `webUrl` of the repository and the number.
    """


class PullRequestComment(BaseModel):
    """
    A comment that was created, edited or deleted.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    actor: Actor | None = None
    """
    Who caused the event; `null` when Azure DevOps does not say, as for updates and preview merges.
    """
    azure_dev_ops: Annotated[AzureDevOps, Field(alias="azureDevOps")]
    comment: Comment
    detailed_message: Annotated[str | None, Field(alias="detailedMessage")] = None
    """
    The same with details, such as commits, over several lines. Plain text, else Markdown; `null` when the subscription
    sends no detailed messages.
    """
    detailed_message_complete: Annotated[
        bool | None, Field(alias="detailedMessageComplete")
    ] = None
    """
    `false` when the detailed message was cut to fit the message size; absent otherwise.
    """
    integration: str
    """
    The integration that received the delivery.
    """
    message: str | None = None
    """
    What Azure DevOps says about the event to people, such as `Ada Lind pushed updates to main`. Often the only place that
    names who acted. Plain text, else Markdown; `null` when the subscription sends no messages.
    """
    message_complete: Annotated[bool | None, Field(alias="messageComplete")] = None
    """
    `false` when the message was cut to fit the message size; absent otherwise.
    """
    organization: Organization
    project: Project
    pull_request: Annotated[PullRequestBrief, Field(alias="pullRequest")]
    repository: Repository


class Push(BaseModel):
    """
    One ref update. A push of several refs is several events.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    actor: Actor | None = None
    """
    Who caused the event; `null` when Azure DevOps does not say, as for updates and preview merges.
    """
    after: str | None = None
    """
    The commit (or tag object) after the push; `null` when the ref was deleted.
    """
    azure_dev_ops: Annotated[AzureDevOps, Field(alias="azureDevOps")]
    before: str | None = None
    """
    The commit (or tag object) before the push; `null` when the ref was created.
    """
    change: RefChange | str
    commits: Annotated[list[Commit] | None, Field(validate_default=True)] = []
    """
    Commits of the push, newest first. Azure DevOps sends only some of them, often none; use `before` and `after` for the
    whole range.
    """
    commits_complete: Annotated[bool | None, Field(alias="commitsComplete")] = None
    """
    `false` when commits were left out to fit the message size; absent otherwise.
    """
    detailed_message: Annotated[str | None, Field(alias="detailedMessage")] = None
    """
    The same with details, such as commits, over several lines. Plain text, else Markdown; `null` when the subscription
    sends no detailed messages.
    """
    detailed_message_complete: Annotated[
        bool | None, Field(alias="detailedMessageComplete")
    ] = None
    """
    `false` when the detailed message was cut to fit the message size; absent otherwise.
    """
    integration: str
    """
    The integration that received the delivery.
    """
    is_default_branch: Annotated[bool | None, Field(alias="isDefaultBranch")] = None
    """
    Whether the ref is the default branch; `null` when not known.
    """
    message: str | None = None
    """
    What Azure DevOps says about the event to people, such as `Ada Lind pushed updates to main`. Often the only place that
    names who acted. Plain text, else Markdown; `null` when the subscription sends no messages.
    """
    message_complete: Annotated[bool | None, Field(alias="messageComplete")] = None
    """
    `false` when the message was cut to fit the message size; absent otherwise.
    """
    organization: Organization
    project: Project
    push_id: Annotated[int | None, Field(alias="pushId", ge=0)] = None
    """
    The number of the push, unique within the repository.
    """
    ref: str
    """
    The full ref, such as `refs/heads/main`.
    """
    ref_kind: Annotated[RefKind | str, Field(alias="refKind")]
    repository: Repository
    short_name: Annotated[str, Field(alias="shortName")]
    """
    The ref without `refs/heads/`, `refs/tags/` or, for other kinds, `refs/`. A branch and a tag may have the same one.
    """


class PushEvent(BaseModel):
    """
    One ref was created, moved or deleted.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    datacontenttype: str
    """
    The media type of `data`: `application/json`.
    """
    dataschema: str
    """
    The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
    """
    id: str
    """
    Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
    must not process an event twice must store its id, because SQS deduplicates for five minutes only.
    """
    integration: str
    """
    The integration that received the delivery.
    """
    partitionkey: str
    """
    The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
    the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
    """
    sequence: str | None = None
    """
    The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
    event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
    which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
    say.
    """
    source: str
    """
    The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
    """
    specversion: str
    """
    Version of the `CloudEvents` specification: `1.0`.
    """
    subject: str
    """
    The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
    """
    time: str
    """
    When the event happened.
    """
    traceparent: str | None = None
    """
    The W3C trace context of the delivery, if it had one.
    """
    type: Literal["com.azure.dev.git.push"]
    """
    The type of the event.
    """
    data: Push


class PullRequestCreatedEvent(BaseModel):
    """
    A pull request was created.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    datacontenttype: str
    """
    The media type of `data`: `application/json`.
    """
    dataschema: str
    """
    The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
    """
    id: str
    """
    Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
    must not process an event twice must store its id, because SQS deduplicates for five minutes only.
    """
    integration: str
    """
    The integration that received the delivery.
    """
    partitionkey: str
    """
    The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
    the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
    """
    sequence: str | None = None
    """
    The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
    event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
    which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
    say.
    """
    source: str
    """
    The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
    """
    specversion: str
    """
    Version of the `CloudEvents` specification: `1.0`.
    """
    subject: str
    """
    The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
    """
    time: str
    """
    When the event happened.
    """
    traceparent: str | None = None
    """
    The W3C trace context of the delivery, if it had one.
    """
    type: Literal["com.azure.dev.git.pullrequest.created"]
    """
    The type of the event.
    """
    data: PullRequest


class PullRequestUpdatedEvent(BaseModel):
    """
    A pull request was updated. `action` is the change, as far as it is known.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    datacontenttype: str
    """
    The media type of `data`: `application/json`.
    """
    dataschema: str
    """
    The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
    """
    id: str
    """
    Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
    must not process an event twice must store its id, because SQS deduplicates for five minutes only.
    """
    integration: str
    """
    The integration that received the delivery.
    """
    partitionkey: str
    """
    The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
    the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
    """
    sequence: str | None = None
    """
    The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
    event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
    which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
    say.
    """
    source: str
    """
    The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
    """
    specversion: str
    """
    Version of the `CloudEvents` specification: `1.0`.
    """
    subject: str
    """
    The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
    """
    time: str
    """
    When the event happened.
    """
    traceparent: str | None = None
    """
    The W3C trace context of the delivery, if it had one.
    """
    type: Literal["com.azure.dev.git.pullrequest.updated"]
    """
    The type of the event.
    """
    data: PullRequest


class PullRequestMergedEvent(BaseModel):
    """
    A merge was attempted, as a preview or to complete the pull request. `merged` says whether it is completed.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    datacontenttype: str
    """
    The media type of `data`: `application/json`.
    """
    dataschema: str
    """
    The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
    """
    id: str
    """
    Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
    must not process an event twice must store its id, because SQS deduplicates for five minutes only.
    """
    integration: str
    """
    The integration that received the delivery.
    """
    partitionkey: str
    """
    The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
    the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
    """
    sequence: str | None = None
    """
    The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
    event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
    which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
    say.
    """
    source: str
    """
    The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
    """
    specversion: str
    """
    Version of the `CloudEvents` specification: `1.0`.
    """
    subject: str
    """
    The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
    """
    time: str
    """
    When the event happened.
    """
    traceparent: str | None = None
    """
    The W3C trace context of the delivery, if it had one.
    """
    type: Literal["com.azure.dev.git.pullrequest.merged"]
    """
    The type of the event.
    """
    data: PullRequest


class PullRequestCommentedEvent(BaseModel):
    """
    A comment on a pull request was created, edited or deleted.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    datacontenttype: str
    """
    The media type of `data`: `application/json`.
    """
    dataschema: str
    """
    The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
    """
    id: str
    """
    Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
    must not process an event twice must store its id, because SQS deduplicates for five minutes only.
    """
    integration: str
    """
    The integration that received the delivery.
    """
    partitionkey: str
    """
    The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
    the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
    """
    sequence: str | None = None
    """
    The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
    event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
    which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
    say.
    """
    source: str
    """
    The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
    """
    specversion: str
    """
    Version of the `CloudEvents` specification: `1.0`.
    """
    subject: str
    """
    The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
    """
    time: str
    """
    When the event happened.
    """
    traceparent: str | None = None
    """
    The W3C trace context of the delivery, if it had one.
    """
    type: Literal["com.azure.dev.git.pullrequest.commented"]
    """
    The type of the event.
    """
    data: PullRequestComment


class HookpostEvent(
    RootModel[
        PushEvent
        | PullRequestCreatedEvent
        | PullRequestUpdatedEvent
        | PullRequestMergedEvent
        | PullRequestCommentedEvent
    ]
):
    root: Annotated[
        PushEvent | PullRequestCreatedEvent | PullRequestUpdatedEvent | PullRequestMergedEvent | PullRequestCommentedEvent,
        Field(discriminator="type", title="HookpostEvent"),
    ]
    """
    One event in a repository, which is one message in the queue.
    """
