//! Lists that may end before all of a time range is listed.

use std::fmt;

use jiff::Timestamp;

/// What a list has of a time range, from its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The items, oldest first.
    pub items: Vec<T>,
    /// Everything up to and including this time is among the items. It is the end of the range, or earlier.
    pub until: Timestamp,
}

/// When to stop reading a list, so that neither time nor memory runs out.
#[derive(Clone, Copy)]
pub struct ReadLimits<'a> {
    /// Whether there is time for another request. At least one part of the range is read in any case.
    pub has_time: &'a (dyn Fn() -> bool + Send + Sync),
    /// The number of items from which no further part is read.
    pub items_max: usize,
}

impl ReadLimits<'static> {
    /// The whole range is read.
    pub const NONE: Self = Self { has_time: &|| true, items_max: usize::MAX };
}

impl fmt::Debug for ReadLimits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadLimits").field("items_max", &self.items_max).finish_non_exhaustive()
    }
}
