//! The resource of a comment: alone in version 1.0, with its pull request in 2.0.

use super::Era;
use super::identity::identity;
use super::json::{Object, link};
use super::pull_request::{Urls, minimal as minimal_pull_request, pull_request};
use crate::comment::Comment;
use crate::organization::Organization;
use crate::pull_request::PullRequest;
use crate::time;

/// Version 2.0.
pub(crate) fn with_pull_request(
    organization: &Organization,
    comment: &Comment,
    on: &PullRequest,
    era: Era,
) -> Object {
    Object::new()
        .with("comment", alone(organization, comment, on, era))
        .with("pullRequest", pull_request(organization, on, era))
}

/// Version 1.0: the pull request is to be found through the links.
pub(crate) fn alone(organization: &Organization, comment: &Comment, on: &PullRequest, era: Era) -> Object {
    let urls = Urls::of(organization, on, era);
    let thread = format!("{}/threads/{}", urls.rest(), comment.thread);
    Object::new()
        .with("id", number(comment.id))
        .with("parentCommentId", number(comment.parent))
        .with("author", identity(organization, &comment.author, era))
        .maybe("content", comment.content.as_ref())
        .with("publishedDate", time::render(comment.published))
        .with("lastUpdatedDate", time::render(comment.updated))
        .with("lastContentUpdatedDate", time::render(comment.updated))
        .with("commentType", "text")
        .maybe("isDeleted", comment.content.is_none().then_some(true))
        .maybe("usersLiked", era.current(Vec::<Object>::new))
        .with(
            "_links",
            Object::new()
                .with("self", link(format!("{thread}/comments/{}", comment.id)))
                .with("repository", link(&urls.repository))
                .with("threads", link(&thread))
                .maybe("pullRequests", era.current(|| link(urls.rest()))),
        )
}

/// What `resourceDetailsToSend=minimal` leaves of version 2.0.
pub(super) fn minimal(full: &Object) -> Object {
    Object::new()
        .with("comment", full.object("comment").pick(MINIMAL))
        .with("pullRequest", minimal_pull_request(&full.object("pullRequest")))
}

/// What `resourceDetailsToSend=minimal` leaves of version 1.0.
pub(super) fn minimal_alone(full: &Object) -> Object {
    full.pick(MINIMAL)
}

const MINIMAL: &[&str] = &["id", "parentCommentId", "_links"];

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
