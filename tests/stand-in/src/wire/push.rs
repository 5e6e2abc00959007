//! The resource of `git.push`.

use super::identity::{brief, identity, signature};
use super::json::{Object, link};
use super::{Schema, repository};
use crate::host::ref_path;
use crate::{Commit, Organization, Push, RefUpdate, time};

/// `commits` is absent, not empty, when the push brought none.
pub(crate) fn push(organization: &Organization, push: &Push, schema: Schema) -> Object {
    let rest = organization.addresses.repository_rest(organization.repository(push.repository));
    let url = format!("{rest}/pushes/{}", push.id);
    let commits: Vec<Object> = push.commits.iter().map(|made| commit(made, &rest)).collect();
    let updates: Vec<Object> = push.updates.iter().map(ref_update).collect();
    let pushed_by = match schema {
        Schema::Current => identity(organization, &push.by, schema),
        Schema::Tfs => brief(&push.by),
    };
    Object::new()
        .maybe("commits", (!commits.is_empty()).then_some(commits))
        .with("refUpdates", updates)
        .with("repository", repository::in_push(organization, push.repository, schema))
        .with("pushedBy", pushed_by)
        .with("pushId", push.id)
        .with("date", time::render(push.at))
        .with("url", &url)
        .maybe("_links", schema.current(|| links(organization, push, &rest, &url)))
}

/// What `resourceDetailsToSend=minimal` leaves.
pub(super) fn minimal(organization: &Organization, made: &Push, schema: Schema) -> Object {
    let repository = repository::in_push(organization, made.repository, schema).pick(repository::MINIMAL);
    let rest = push(organization, made, schema).pick(&["pushId", "url"]);
    Object::new().with("repository", repository).with_all(rest)
}

pub(super) fn commit(commit: &Commit, repository: &str) -> Object {
    Object::new()
        .with("commitId", commit.id)
        .with("author", signature(&commit.author, commit.date))
        .with("committer", signature(&commit.author, commit.date))
        .with("comment", &commit.comment)
        .with("url", format!("{repository}/commits/{}", commit.id))
}

fn ref_update(update: &RefUpdate) -> Object {
    Object::new().with("name", &update.name).with("oldObjectId", update.old).with("newObjectId", update.new)
}

/// `refs` has room for one ref; of a push of several, the first is assumed.
fn links(organization: &Organization, push: &Push, rest: &str, url: &str) -> Object {
    let rest_in = organization.repository_rest_in(push.repository);
    let refs = push.updates.first().map(|update| link(format!("{rest_in}/{}", ref_path(&update.name))));
    Object::new()
        .with("self", link(url))
        .with("repository", link(&rest_in))
        .with("commits", link(format!("{rest}/pushes/{}/commits", push.id)))
        .with("pusher", link(organization.addresses.identity(push.by.id)))
        .maybe("refs", refs)
}
