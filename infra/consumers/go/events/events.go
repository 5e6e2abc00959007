// Code generated from event.schema.json by `make types`. DO NOT EDIT.

// Package events has the types of Hookpost's events.
package events

import (
	"encoding/json"
	"fmt"
)

// Event is one of the types below, or *UnknownEvent. A type switch tells them apart.
type Event interface {
	// Attributes returns the attributes that every event has.
	Attributes() *Envelope
}

// UnknownEvent is an event of a type that a later version adds.
type UnknownEvent struct {
	Envelope
	Data json.RawMessage `json:"data"`
}

// Attributes returns the attributes that every event has.
func (e *Envelope) Attributes() *Envelope { return e }

// Parse reads the body of a message.
func Parse(body []byte) (Event, error) {
	var envelope Envelope
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nil, err
	}
	var event Event
	switch envelope.Type {
	case "com.azure.dev.git.push":
		event = new(PushEvent)
	case "com.azure.dev.git.pullrequest.created":
		event = new(PullRequestCreatedEvent)
	case "com.azure.dev.git.pullrequest.updated":
		event = new(PullRequestUpdatedEvent)
	case "com.azure.dev.git.pullrequest.merged":
		event = new(PullRequestMergedEvent)
	case "com.azure.dev.git.pullrequest.commented":
		event = new(PullRequestCommentedEvent)
	default:
		event = new(UnknownEvent)
	}
	if err := json.Unmarshal(body, event); err != nil {
		return nil, fmt.Errorf("%s: %w", envelope.Type, err)
	}
	return event, nil
}

// The attributes that every event has.
type Envelope struct {
	// The media type of `data`: `application/json`.
	Datacontenttype string `json:"datacontenttype"`
	// The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
	Dataschema string `json:"dataschema"`
	// Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
	// must not process an event twice must store its id, because SQS deduplicates for five minutes only.
	ID string `json:"id"`
	// The integration that received the delivery.
	Integration string `json:"integration"`
	// The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
	// the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
	Partitionkey string `json:"partitionkey"`
	// The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
	// event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
	// which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
	// say.
	Sequence *string `json:"sequence,omitempty"`
	// The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
	Source string `json:"source"`
	// Version of the `CloudEvents` specification: `1.0`.
	Specversion string `json:"specversion"`
	// The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
	Subject string `json:"subject"`
	// When the event happened.
	Time string `json:"time"`
	// The W3C trace context of the delivery, if it had one.
	Traceparent *string `json:"traceparent,omitempty"`
	// What happened.
	Type string `json:"type"`
}

// One ref was created, moved or deleted.
type PushEvent struct {
	Envelope
	Data Push `json:"data"`
}

// A pull request was created.
type PullRequestCreatedEvent struct {
	Envelope
	Data PullRequest `json:"data"`
}

// A pull request was updated. `action` is the change, as far as it is known.
type PullRequestUpdatedEvent struct {
	Envelope
	Data PullRequest `json:"data"`
}

// A merge was attempted, as a preview or to complete the pull request. `merged` says whether it is completed.
type PullRequestMergedEvent struct {
	Envelope
	Data PullRequest `json:"data"`
}

// A comment on a pull request was created, edited or deleted.
type PullRequestCommentedEvent struct {
	Envelope
	Data PullRequestComment `json:"data"`
}

// What was done to a pull request.
// A later version may add words.
type Action string

// The pull request was created.
const ActionCreated Action = "created"

// Commits were pushed to the source branch.
const ActionSourceUpdated Action = "source_updated"

// Reviewers were added or removed.
const ActionReviewersChanged Action = "reviewers_changed"

// A reviewer voted, or reset the vote.
const ActionVoted Action = "voted"

// The pull request was merged and closed.
const ActionCompleted Action = "completed"

// The pull request was closed without merging.
const ActionAbandoned Action = "abandoned"

// The pull request was reopened.
const ActionReactivated Action = "reactivated"

// The draft was published.
const ActionPublished Action = "published"

// The pull request became a draft.
const ActionDrafted Action = "drafted"

// A merge was attempted without completing the pull request.
const ActionMergeAttempted Action = "merge_attempted"

// Another change, or an unknown one.
const ActionUpdated Action = "updated"

// How the action was determined. Azure DevOps's deliveries do not say what an update changed.
// A later version may add words.
type ActionSource string

// From the event type: exact.
const ActionSourceEvent ActionSource = "event"

// From the filter of the subscription that matched: exact.
const ActionSourceSubscription ActionSource = "subscription"

// From the English message text: likely.
const ActionSourceMessage ActionSource = "message"

// From the state of the pull request: correct unless several changes happened at once.
const ActionSourceState ActionSource = "state"

// The action could not be determined.
const ActionSourceUnknown ActionSource = "unknown"

// A person, a group or a service.
type Actor struct {
	// The display name.
	DisplayName *string `json:"displayName,omitempty"`
	// The id, usually a GUID. It is opaque.
	ID *string `json:"id,omitempty"`
	// An e-mail address, `DOMAIN\user`, `Build\{guid}` or another form. It is opaque.
	UniqueName *string `json:"uniqueName,omitempty"`
}

// The identifiers that Azure DevOps gives a delivery, for finding it in the history of a subscription.
type AzureDevOps struct {
	// The activity id, by which Microsoft's support finds the delivery.
	ActivityID *string `json:"activityId,omitempty"`
	// The id of the event in Azure DevOps.
	EventID *string `json:"eventId,omitempty"`
	// The event type in Azure DevOps, such as `git.push`.
	EventType *string `json:"eventType,omitempty"`
	// The number of the notification within its subscription.
	NotificationID *uint64 `json:"notificationId,omitempty"`
	// `true` when Azure DevOps did not deliver the event, for example while a subscription was on probation, and Hookpost
	// reconstructed it from the lists of pushes and pull requests. Absent otherwise.
	Reconstructed *bool `json:"reconstructed,omitempty"`
	// The resource version of the delivery.
	ResourceVersion *string `json:"resourceVersion,omitempty"`
	// The subscription.
	SubscriptionID *string `json:"subscriptionId,omitempty"`
}

// The comment.
type Comment struct {
	// Who wrote the comment.
	Author *Actor `json:"author,omitempty"`
	// What happened to the comment.
	Change CommentChange `json:"change"`
	// When the text was last updated; `null` on servers.
	ContentUpdatedAt *string `json:"contentUpdatedAt,omitempty"`
	// The number of the comment, unique within its thread.
	ID *uint64 `json:"id,omitempty"`
	// `text`, `system`, `codeChange`, or a value that Azure DevOps adds.
	Kind *string `json:"kind,omitempty"`
	// The comment that this one replies to; `null` for the first comment of a thread.
	ParentID *uint64 `json:"parentId,omitempty"`
	// When the comment was created.
	PublishedAt *string `json:"publishedAt,omitempty"`
	// The text; `null` when the comment was deleted. Mentions are written `@<GUID>`.
	Text *string `json:"text,omitempty"`
	// `false` when the text was cut to fit the message size; absent otherwise.
	TextComplete *bool `json:"textComplete,omitempty"`
	// The number of the thread.
	ThreadID *uint64 `json:"threadId,omitempty"`
	// When the comment was last updated, by a like too.
	UpdatedAt *string `json:"updatedAt,omitempty"`
}

// What happened to a comment.
// A later version may add words.
type CommentChange string

// The comment was created.
const CommentChangeCreated CommentChange = "created"

// The comment was edited.
const CommentChangeEdited CommentChange = "edited"

// Something but the text changed, such as a like.
const CommentChangeUpdated CommentChange = "updated"

// The comment was deleted.
const CommentChangeDeleted CommentChange = "deleted"

// A Git commit.
type Commit struct {
	// The author: a Git identity, unrelated to identities of Azure DevOps.
	Author *GitIdentity `json:"author,omitempty"`
	// The committer.
	Committer *GitIdentity `json:"committer,omitempty"`
	// The hash of the commit, 40 hex digits.
	ID *string `json:"id,omitempty"`
	// The commit message, which Azure DevOps may have shortened.
	Message *string `json:"message,omitempty"`
	// The URL for a browser.
	URL *string `json:"url,omitempty"`
}

// How a pull request is to be completed.
type CompletionOptions struct {
	// Whether the source branch is deleted afterwards; `null` when not said.
	DeleteSourceBranch *bool `json:"deleteSourceBranch,omitempty"`
	// `noFastForward`, `squash`, `rebase`, `rebaseMerge`, or a value that Azure DevOps adds.
	MergeStrategy *string `json:"mergeStrategy,omitempty"`
}

// The name, e-mail address and date in a Git commit.
type GitIdentity struct {
	// The date.
	Date *string `json:"date,omitempty"`
	// The e-mail address.
	Email *string `json:"email,omitempty"`
	// The name.
	Name *string `json:"name,omitempty"`
}

// An Azure DevOps organization, or a collection of Azure DevOps Server.
type Organization struct {
	// The name as it was sent, such as `Contoso`.
	DisplayName *string `json:"displayName,omitempty"`
	// The GUID of the collection, lower case. Renaming the organization does not change it.
	ID *string `json:"id,omitempty"`
	// The name, such as `contoso`: of an organization in lower case, of a collection as it was sent.
	Name *string `json:"name,omitempty"`
	// The canonical URL, without a slash at the end, such as `https://dev.azure.com/contoso`.
	URL *string `json:"url,omitempty"`
}

// A project.
type Project struct {
	// The GUID, lower case.
	ID *string `json:"id,omitempty"`
	// The name.
	Name *string `json:"name,omitempty"`
}

// A pull request in its state when Azure DevOps created the delivery. That may be the state before the event, after it, or
// after later events. Request the pull request with the REST API before relying on its state.
type PullRequest struct {
	// What was done to the pull request.
	Action Action `json:"action"`
	// How `action` was determined.
	ActionSource ActionSource `json:"actionSource"`
	// Who caused the event; `null` when Azure DevOps does not say, as for updates and preview merges.
	Actor *Actor `json:"actor,omitempty"`
	// Who set the pull request to complete by itself once its policies allow it; `null` when nobody did.
	AutoCompleteSetBy *Actor `json:"autoCompleteSetBy,omitempty"`
	// The identifiers that Azure DevOps gives the delivery.
	AzureDevOps AzureDevOps `json:"azureDevOps"`
	// When the pull request was completed or abandoned.
	ClosedAt *string `json:"closedAt,omitempty"`
	// Who completed or abandoned the pull request.
	ClosedBy *Actor `json:"closedBy,omitempty"`
	// How the pull request is to be completed; `null` until somebody says so.
	CompletionOptions *CompletionOptions `json:"completionOptions,omitempty"`
	// When the completion was queued.
	CompletionQueuedAt *string `json:"completionQueuedAt,omitempty"`
	// When the pull request was created.
	CreatedAt *string `json:"createdAt,omitempty"`
	// Who created the pull request.
	CreatedBy *Actor `json:"createdBy,omitempty"`
	// The description.
	Description *string `json:"description,omitempty"`
	// `false` when the description was cut to fit the message size; absent otherwise.
	DescriptionComplete *bool `json:"descriptionComplete,omitempty"`
	// The same with details, such as commits, over several lines. Plain text, else Markdown; `null` when the subscription
	// sends no detailed messages.
	DetailedMessage *string `json:"detailedMessage,omitempty"`
	// `false` when the detailed message was cut to fit the message size; absent otherwise.
	DetailedMessageComplete *bool `json:"detailedMessageComplete,omitempty"`
	// The integration that received the delivery.
	Integration string `json:"integration"`
	// Whether the pull request is a draft; `null` when not known.
	IsDraft *bool `json:"isDraft,omitempty"`
	// The commit of the last merge, which may be a preview; `null` on a conflict and while merging.
	MergeCommit *string `json:"mergeCommit,omitempty"`
	// `succeeded`, `conflicts`, `queued`, `rejectedByPolicy`, `failure`, `notSet`, or a value that Azure
	// DevOps adds.
	MergeStatus *string `json:"mergeStatus,omitempty"`
	// Whether the pull request is completed: `completed` and `succeeded`. `false` after a successful preview merge.
	Merged bool `json:"merged"`
	// What Azure DevOps says about the event to people, such as `Ada Lind pushed updates to main`. Often the only place that
	// names who acted. Plain text, else Markdown; `null` when the subscription sends no messages.
	Message *string `json:"message,omitempty"`
	// `false` when the message was cut to fit the message size; absent otherwise.
	MessageComplete *bool `json:"messageComplete,omitempty"`
	// The number of the pull request, as in its URL.
	Number uint64 `json:"number"`
	// The organization, or the collection of Azure DevOps Server.
	Organization Organization `json:"organization"`
	// The project.
	Project Project `json:"project"`
	// The repository. For a pull request, it is the target repository.
	Repository Repository `json:"repository"`
	// The reviewers.
	Reviewers []Reviewer `json:"reviewers,omitempty"`
	// The branch to merge from.
	Source Source `json:"source"`
	// `active`, `completed`, `abandoned`, or a value that Azure DevOps adds.
	Status *string `json:"status,omitempty"`
	// The branch to merge into.
	Target Target `json:"target"`
	// The title.
	Title *string `json:"title,omitempty"`
	// The URL for a browser, as it was sent. If it was not sent, `webUrl` of the repository and the number.
	URL *string `json:"url,omitempty"`
}

// The pull request of a comment. A delivery with resource version 1.0 has only its number.
type PullRequestBrief struct {
	// Who created the pull request.
	CreatedBy *Actor `json:"createdBy,omitempty"`
	// Whether the pull request is a draft; `null` when not known.
	IsDraft *bool `json:"isDraft,omitempty"`
	// The commit of the last merge, which may be a preview; `null` on a conflict and while merging.
	MergeCommit *string `json:"mergeCommit,omitempty"`
	// The state of the merge; see `mergeStatus` of a pull request.
	MergeStatus *string `json:"mergeStatus,omitempty"`
	// The number of the pull request, as in its URL.
	Number uint64 `json:"number"`
	// The reviewers and their votes.
	Reviewers []Reviewer `json:"reviewers,omitempty"`
	// The branch to merge from.
	Source Source `json:"source"`
	// `active`, `completed`, `abandoned`, or a value that Azure DevOps adds.
	Status *string `json:"status,omitempty"`
	// The branch to merge into.
	Target Target `json:"target"`
	// The title.
	Title *string `json:"title,omitempty"`
	// The URL for a browser, as it was sent. If it was not sent, `webUrl` of the repository and the number.
	URL *string `json:"url,omitempty"`
}

// A comment that was created, edited or deleted.
type PullRequestComment struct {
	// Who caused the event; `null` when Azure DevOps does not say, as for updates and preview merges.
	Actor *Actor `json:"actor,omitempty"`
	// The identifiers that Azure DevOps gives the delivery.
	AzureDevOps AzureDevOps `json:"azureDevOps"`
	// The comment.
	Comment Comment `json:"comment"`
	// The same with details, such as commits, over several lines. Plain text, else Markdown; `null` when the subscription
	// sends no detailed messages.
	DetailedMessage *string `json:"detailedMessage,omitempty"`
	// `false` when the detailed message was cut to fit the message size; absent otherwise.
	DetailedMessageComplete *bool `json:"detailedMessageComplete,omitempty"`
	// The integration that received the delivery.
	Integration string `json:"integration"`
	// What Azure DevOps says about the event to people, such as `Ada Lind pushed updates to main`. Often the only place that
	// names who acted. Plain text, else Markdown; `null` when the subscription sends no messages.
	Message *string `json:"message,omitempty"`
	// `false` when the message was cut to fit the message size; absent otherwise.
	MessageComplete *bool `json:"messageComplete,omitempty"`
	// The organization, or the collection of Azure DevOps Server.
	Organization Organization `json:"organization"`
	// The project.
	Project Project `json:"project"`
	// The pull request, in brief.
	PullRequest PullRequestBrief `json:"pullRequest"`
	// The repository. For a pull request, it is the target repository.
	Repository Repository `json:"repository"`
}

// One ref update. A push of several refs is several events.
type Push struct {
	// Who caused the event; `null` when Azure DevOps does not say, as for updates and preview merges.
	Actor *Actor `json:"actor,omitempty"`
	// The commit (or tag object) after the push; `null` when the ref was deleted.
	After *string `json:"after,omitempty"`
	// The identifiers that Azure DevOps gives the delivery.
	AzureDevOps AzureDevOps `json:"azureDevOps"`
	// The commit (or tag object) before the push; `null` when the ref was created.
	Before *string `json:"before,omitempty"`
	// What happened to the ref. Azure DevOps does not say whether a push was forced.
	Change RefChange `json:"change"`
	// Commits of the push, newest first. Azure DevOps sends only some of them, often none; use `before` and `after` for the
	// whole range.
	Commits []Commit `json:"commits,omitempty"`
	// `false` when commits were left out to fit the message size; absent otherwise.
	CommitsComplete *bool `json:"commitsComplete,omitempty"`
	// The same with details, such as commits, over several lines. Plain text, else Markdown; `null` when the subscription
	// sends no detailed messages.
	DetailedMessage *string `json:"detailedMessage,omitempty"`
	// `false` when the detailed message was cut to fit the message size; absent otherwise.
	DetailedMessageComplete *bool `json:"detailedMessageComplete,omitempty"`
	// The integration that received the delivery.
	Integration string `json:"integration"`
	// Whether the ref is the default branch; `null` when not known.
	IsDefaultBranch *bool `json:"isDefaultBranch,omitempty"`
	// What Azure DevOps says about the event to people, such as `Ada Lind pushed updates to main`. Often the only place that
	// names who acted. Plain text, else Markdown; `null` when the subscription sends no messages.
	Message *string `json:"message,omitempty"`
	// `false` when the message was cut to fit the message size; absent otherwise.
	MessageComplete *bool `json:"messageComplete,omitempty"`
	// The organization, or the collection of Azure DevOps Server.
	Organization Organization `json:"organization"`
	// The project.
	Project Project `json:"project"`
	// The number of the push, unique within the repository.
	PushID *uint64 `json:"pushId,omitempty"`
	// The full ref, such as `refs/heads/main`.
	Ref string `json:"ref"`
	// The kind of the ref.
	RefKind RefKind `json:"refKind"`
	// The repository. For a pull request, it is the target repository.
	Repository Repository `json:"repository"`
	// The ref without `refs/heads/`, `refs/tags/` or, for other kinds, `refs/`. A branch and a tag may have the same one.
	ShortName string `json:"shortName"`
}

// What happened to a ref.
// A later version may add words.
type RefChange string

// The ref was created.
const RefChangeCreated RefChange = "created"

// The ref was updated, forward or not.
const RefChangeUpdated RefChange = "updated"

// The ref was deleted.
const RefChangeDeleted RefChange = "deleted"

// The kind of a ref.
// A later version may add words.
type RefKind string

// `refs/heads/…`
const RefKindBranch RefKind = "branch"

// `refs/tags/…`
const RefKindTag RefKind = "tag"

// Any other ref.
const RefKindOther RefKind = "other"

// A repository, with every form of its URL. `webUrl`, `httpsUrl`, `sshUrl` and `apiUrl` have one form for one repository,
// but for the `sshUrl` of a server, which is as it was sent.
type Repository struct {
	// Other URLs of the same repository: with user info, with the older host, and in every form for SSH, then the URLs of
	// the delivery as they were sent, as far as they are not among these.
	AlternateUrls []string `json:"alternateUrls,omitempty"`
	// The URL in the REST API.
	APIURL *string `json:"apiUrl,omitempty"`
	// The default branch as a full ref; `null` for pull requests, whose deliveries do not have it.
	DefaultBranch *string `json:"defaultBranch,omitempty"`
	// The clone URL for HTTPS, without user info.
	HTTPSURL *string `json:"httpsUrl,omitempty"`
	// The GUID, lower case. Renaming the repository does not change it, which makes it the best key.
	ID *string `json:"id,omitempty"`
	// The name.
	Name *string `json:"name,omitempty"`
	// The clone URL for SSH.
	SSHURL *string `json:"sshUrl,omitempty"`
	// The URL for a browser, which is also the `source` of the event.
	WebURL *string `json:"webUrl,omitempty"`
}

// The fork that a pull request comes from.
type RepositoryReference struct {
	// The GUID, lower case.
	ID *string `json:"id,omitempty"`
	// The name.
	Name *string `json:"name,omitempty"`
	// The project of the repository.
	Project Project `json:"project"`
	// The URL for a browser.
	WebURL *string `json:"webUrl,omitempty"`
}

// A reviewer and the vote.
type Reviewer struct {
	// The display name.
	DisplayName *string `json:"displayName,omitempty"`
	// Whether the reviewer declined to review.
	HasDeclined bool `json:"hasDeclined"`
	// The id, usually a GUID. It is opaque.
	ID *string `json:"id,omitempty"`
	// Whether the reviewer is a group or team.
	IsGroup bool `json:"isGroup"`
	// Whether the reviewer's approval is required.
	IsRequired bool `json:"isRequired"`
	// An e-mail address, `DOMAIN\user`, `Build\{guid}` or another form. It is opaque.
	UniqueName *string `json:"uniqueName,omitempty"`
	// `approved`, `approved_with_suggestions`, `none`, `waiting_for_author`, `rejected`, or the number
	// that Azure DevOps sent.
	Vote *string `json:"vote,omitempty"`
}

// The branch to merge from.
type Source struct {
	// The head of the branch at the last merge attempt, which may be behind the latest push.
	Commit *string `json:"commit,omitempty"`
	// The full ref. For a fork, it is the ref in the fork.
	Ref *string `json:"ref,omitempty"`
	// The fork; `null` when the branch is in the target repository.
	Repository *RepositoryReference `json:"repository,omitempty"`
}

// The branch to merge into.
type Target struct {
	// The head of the branch at the last merge attempt.
	Commit *string `json:"commit,omitempty"`
	// The full ref.
	Ref *string `json:"ref,omitempty"`
}
