//! Bodies of deliveries and REST answers, one module for each kind of resource.

pub(super) mod comment;
pub(super) mod envelope;
pub(super) mod identity;
pub(super) mod json;
pub(super) mod pull_request;
pub(super) mod push;
pub(super) mod repository;
#[cfg(test)]
mod tests;
pub(super) mod thread;

/// Which members a resource has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Schema {
    /// Team Foundation Server 2015 to 2017 (`3.0-preview.1`), which wrote fewer.
    Tfs,
    /// Azure DevOps Services, and Server since 2019.
    Current,
}

impl Schema {
    /// A member that only [`Self::Current`] has.
    fn current<T>(self, value: impl FnOnce() -> T) -> Option<T> {
        (self == Self::Current).then(value)
    }

    /// A member that only [`Self::Tfs`] has.
    fn tfs<T>(self, value: impl FnOnce() -> T) -> Option<T> {
        (self == Self::Tfs).then(value)
    }
}
