//! The published names of the integrations, as an instance last read them, and when to read them again.

use std::time::Duration;

use jiff::Timestamp;
use subtle::{Choice, ConstantTimeEq as _};

use crate::auth::age::within;
use crate::integration::name::IntegrationName;
use crate::integration::published_names::PublishedNames;

/// Least time between two fetches of the published names on one instance.
pub(crate) const NAMES_INTERVAL: Duration = Duration::from_secs(5);

/// What is known of the published names.
#[derive(Debug, Default)]
pub(crate) struct KnownNames {
    published: Published,
    /// When they were last asked for.
    requested_at: Option<Timestamp>,
    /// Whether that was answered.
    is_answered: bool,
}

#[derive(Debug, Default)]
enum Published {
    /// The list was never read.
    #[default]
    Unread,
    /// There is no list.
    Missing,
    Names(Vec<IntegrationName>),
}

/// Whether a request may be rejected.
#[derive(Debug)]
pub(crate) enum RejectionBasis {
    /// It may: the list is fresh.
    Allowed,
    /// The list cannot be read, so the name may be new.
    ListUnavailable,
    /// The list must be fetched first.
    AfterFetch,
}

impl KnownNames {
    /// Whether an integration of this name may exist. Where there is no list, every name may.
    pub(crate) fn may_exist(&self, name: &IntegrationName) -> bool {
        match &self.published {
            Published::Unread => false,
            Published::Missing => true,
            Published::Names(names) => contains(names, name),
        }
    }

    /// Whether the list has the name; `None` where there is no list.
    pub(crate) fn lists(&self, name: &IntegrationName) -> Option<bool> {
        match &self.published {
            Published::Unread | Published::Missing => None,
            Published::Names(names) => Some(contains(names, name)),
        }
    }

    /// Decides about a request that is to be rejected, whatever its name. After `AfterFetch`, the caller fetches the list
    /// and reports it with [`record`](Self::record), or asks again.
    pub(crate) fn before_rejection(&mut self, now: Timestamp) -> RejectionBasis {
        if !within(self.requested_at, NAMES_INTERVAL, now) {
            self.requested_at = Some(now);
            self.is_answered = false;
            return RejectionBasis::AfterFetch;
        }
        if self.is_answered { RejectionBasis::Allowed } else { RejectionBasis::ListUnavailable }
    }

    /// Records a fetched list; `None` when there is none.
    pub(crate) fn record(&mut self, fetched: Option<PublishedNames>) {
        self.is_answered = true;
        self.published = match fetched {
            Some(PublishedNames(names)) => Published::Names(names.into_iter().collect()),
            None => Published::Missing,
        };
    }
}

/// Compares the name with every name on the list, so that the time does not show whether one is equal. At most some 1,500
/// fit the list.
fn contains(names: &[IntegrationName], name: &IntegrationName) -> bool {
    let is_equal = |listed: &IntegrationName| listed.as_str().as_bytes().ct_eq(name.as_str().as_bytes());
    names.iter().fold(Choice::from(0), |found, listed| found | is_equal(listed)).into()
}
