//! Identities.

use hookpost_events::Actor;

use crate::payload::identity::WireIdentity;
use crate::payload::lenient::scalar::Text;

/// `None` when nothing at all is known of the identity.
pub(super) fn actor(identity: Option<&WireIdentity<'_>>) -> Option<Actor> {
    let identity = identity?;
    let actor = Actor {
        id: owned(identity.id.as_ref()),
        display_name: owned(identity.display_name.as_ref()),
        unique_name: owned(identity.unique_name.as_ref()),
    };
    (actor != Actor::default()).then_some(actor)
}

/// Text, or `None` when absent or empty.
pub(super) fn owned(text: Option<&Text<'_>>) -> Option<String> {
    text.map(Text::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Azure DevOps compares GUIDs without regard to case; we write them in lower case.
pub(super) fn guid(text: Option<&Text<'_>>) -> Option<String> {
    owned(text).map(|text| text.to_ascii_lowercase())
}
