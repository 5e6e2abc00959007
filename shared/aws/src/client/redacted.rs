use std::fmt;
use std::ops::Deref;

/// A client of the SDK without its `Debug` output, which shows the access key id.
#[derive(Clone)]
pub(crate) struct Redacted<C>(pub(crate) C);

impl<C> Deref for Redacted<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}

impl<C> fmt::Debug for Redacted<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}
