//! The resource of a comment: alone in version 1.0, with its pull request in 2.0.

use super::identity::identity;
use super::json::{Object, link};
use super::{Schema, pull_request};
use crate::{Comment, Organization, PullRequest, time};

/// Version 1.0: the pull request is to be found through the links.
pub(super) fn alone(
    organization: &Organization,
    comment: &Comment,
    on: &PullRequest,
    schema: Schema,
) -> Object {
    let urls = pull_request::Urls::of(organization, on, schema);
    let thread = format!("{}/threads/{}", urls.rest(), comment.thread);
    Object::new()
        .with("id", comment.id)
        .with("parentCommentId", comment.parent)
        .with("author", identity(organization, &comment.author, schema))
        .maybe("content", comment.content.as_ref())
        .with("publishedDate", time::render(comment.published))
        .with("lastUpdatedDate", time::render(comment.updated))
        .with("lastContentUpdatedDate", time::render(comment.updated))
        .with("commentType", if comment.is_system { "system" } else { "text" })
        .maybe("isDeleted", comment.content.is_none().then_some(true))
        .maybe("usersLiked", schema.current(Vec::<Object>::new))
        .with(
            "_links",
            Object::new()
                .with("self", link(format!("{thread}/comments/{}", comment.id)))
                .with("repository", link(&urls.repository))
                .with("threads", link(&thread))
                .maybe("pullRequests", schema.current(|| link(urls.rest()))),
        )
}

/// What `resourceDetailsToSend=minimal` leaves of version 1.0.
pub(super) const MINIMAL: &[&str] = &["id", "parentCommentId", "_links"];
