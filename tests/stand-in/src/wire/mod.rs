//! Bodies: how the stand-in's state looks on the wire, one module per kind of resource.

pub(super) mod comment;
pub(super) mod envelope;
pub(super) mod identity;
pub(super) mod json;
pub(super) mod pull_request;
pub(super) mod push;
pub(super) mod repository;

/// The generation of the sender: Team Foundation Server of 2015 to 2017 (`3.0-preview.1`) knew
/// fewer members than everything since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Era {
    FoundationServer,
    Current,
}

impl Era {
    /// A value that only current senders write.
    fn current<T>(self, value: impl FnOnce() -> T) -> Option<T> {
        (self == Self::Current).then(value)
    }

    /// A value that only old senders wrote.
    fn old<T>(self, value: impl FnOnce() -> T) -> Option<T> {
        (self == Self::FoundationServer).then(value)
    }
}
