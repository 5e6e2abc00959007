//! Identities and the Git signatures of commits.

use super::Schema;
use super::json::{Object, link};
use crate::{Identity, IdentityKind, Organization, Timestamp, time};

/// An identity in full. Team Foundation Server left out links and descriptor.
pub(crate) fn identity(organization: &Organization, identity: &Identity, schema: Schema) -> Object {
    let addresses = &organization.addresses;
    let (base, descriptor) = (addresses.base(), identity.descriptor());
    let avatar = format!("{base}_apis/GraphProfile/MemberAvatars/{descriptor}");
    let image = format!("{base}_api/_common/identityImage?id={}", identity.id);
    Object::new()
        .with("displayName", &identity.display_name)
        .with("url", addresses.identity(identity.id))
        .maybe("_links", schema.current(|| Object::new().with("avatar", link(&avatar))))
        .with("id", identity.id)
        .with("uniqueName", &identity.unique_name)
        .with("imageUrl", image)
        .maybe("isContainer", (identity.kind == IdentityKind::Team).then_some(true))
        .maybe("descriptor", schema.current(|| descriptor.clone()))
}

/// As Team Foundation Server wrote the person who pushed.
pub(super) fn brief(identity: &Identity) -> Object {
    Object::new()
        .with("id", identity.id)
        .with("displayName", &identity.display_name)
        .with("uniqueName", &identity.unique_name)
}

/// Author or committer of a commit: what Git knows, and no Azure DevOps identity.
pub(super) fn signature(identity: &Identity, date: Timestamp) -> Object {
    Object::new()
        .with("name", &identity.display_name)
        .with("email", &identity.mail)
        .with("date", time::render_seconds(date))
}
