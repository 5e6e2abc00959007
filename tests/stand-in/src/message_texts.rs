//! The message texts of each event, in English.

use crate::host::segment;
use crate::message::Message;
use crate::{
    Comment, CommentChange, Identity, ObjectId, Organization, PullRequest, PullRequestChange, Push, Vote,
};

/// Each returns the short and the detailed message.
impl Organization {
    pub(super) fn push_messages(&self, push: &Push) -> (Message, Message) {
        let repository = self.repository(push.repository);
        let web = format!("{}/", self.repository_url(push.repository));
        let actor = &push.by.display_name;
        let Some(update) = push.updates.first() else {
            let plain = Message::new().text(&format!("{actor} pushed updates to {}", repository.name));
            return (plain.clone(), plain);
        };
        let (kind, name) = short(&update.name);
        let version = format!("{web}#version={kind}{}", segment(name));
        let about = |verb: &str| {
            let sentence = Message::new().text(&format!("{actor} {verb} "));
            sentence.link(&repository.name, &web).text(":").link(name, &version)
        };
        let deleted = update.new == ObjectId::ZERO;
        let message =
            about(if deleted { "deleted" } else { "pushed updates to" }).text_line(&format!("({version})"));
        let detailed = match push.commits.len() {
            0 => return (message.clone(), message),
            1 => about("pushed a commit to"),
            several => about(&format!("pushed {several} commits to")),
        };
        let items = push.commits.iter().map(|commit| {
            let url = format!("{web}commit/{}", commit.id);
            (commit.comment.as_str(), commit.id.short(), url)
        });
        (message, detailed.list(items))
    }

    pub(super) fn pull_request_messages(
        &self,
        pull_request: &PullRequest,
        by: Option<&Identity>,
        change: PullRequestChange,
    ) -> (Message, Message) {
        let proposal = &pull_request.proposal;
        let web = self.repository_url(proposal.repository);
        let url = format!("{web}/pullrequest/{}", pull_request.number);
        // The merge job has no name, which leaves two blanks behind "attempted".
        let actor = by.map_or("Merge attempted", |identity| &identity.display_name);
        let start = Message::new().text(&format!("{actor} {} ", phrase(change)));
        let message = match change {
            // These two do not name the pull request's number.
            PullRequestChange::Published => start.link("the pull request", &url),
            PullRequestChange::Drafted => start.link("the pull request", &url).text(" as a draft"),
            _ => start
                .link(&format!("pull request {}", pull_request.number), &url)
                .text(&format!(" ({}) in ", proposal.title))
                .link(&self.repository(proposal.repository).name, &format!("{web}/")),
        };
        let message = message.text_line(&format!("{web}/"));
        let detailed = message.clone().paragraph(&proposal.description);
        (message, detailed)
    }

    pub(super) fn comment_messages(
        &self,
        comment: &Comment,
        pull_request: &PullRequest,
        change: CommentChange,
    ) -> (Message, Message) {
        let web = self.repository_url(pull_request.proposal.repository);
        let number = pull_request.number;
        let url = format!("{web}/pullrequest/{number}?discussionId={}", comment.thread);
        let start = Message::new().text(&format!("{} has ", comment.author.display_name));
        let message = match change {
            CommentChange::Created => start.link("commented on", &url).text(" a pull request"),
            CommentChange::Edited => start.link("edited", &url).text(" a pull request comment"),
            CommentChange::Deleted => start.link("deleted", &url).text(" a pull request comment"),
        };
        let detailed = message.clone().paragraph(comment.content.as_deref().unwrap_or_default());
        (message, detailed)
    }
}

/// How web links name a version: `GB` and the branch, or `GT` and the tag.
fn short(name: &str) -> (&str, &str) {
    match (name.strip_prefix("refs/heads/"), name.strip_prefix("refs/tags/")) {
        (Some(branch), _) => ("GB", branch),
        (None, Some(tag)) => ("GT", tag),
        (None, None) => ("GB", name),
    }
}

/// The words between the actor and "pull request".
fn phrase(change: PullRequestChange) -> &'static str {
    match change {
        PullRequestChange::Created => "created",
        PullRequestChange::SourceUpdated => "updated the source branch of",
        PullRequestChange::ReviewersChanged => "changed the reviewer list on",
        PullRequestChange::Voted(Vote::Approved) => "approved",
        PullRequestChange::Voted(Vote::ApprovedWithSuggestions) => "has approved and left suggestions in",
        PullRequestChange::Voted(Vote::WaitingForAuthor) => "is waiting for the author in",
        PullRequestChange::Voted(Vote::Rejected) => "rejected",
        PullRequestChange::Voted(Vote::None) => "voted on",
        PullRequestChange::Completed => "completed",
        PullRequestChange::Abandoned => "abandoned",
        PullRequestChange::Reactivated => "reactivated",
        PullRequestChange::Published => "published",
        PullRequestChange::Drafted => "marked",
        PullRequestChange::Edited => "updated",
        PullRequestChange::MergeAttempted(_) | PullRequestChange::CompletionMerged => " for",
    }
}
