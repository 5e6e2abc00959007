//! What the vault tells of secrets.

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::integration::name::IntegrationName;
use crate::secrets::name::SecretKind;
use crate::secrets::version::{VersionId, Versions};

/// Whether a secret is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretStatus {
    /// There is none.
    Absent,
    /// It can be restored, and cannot be used.
    ScheduledForDeletion {
        /// From when on it is gone for good, when that is known.
        until: Option<Timestamp>,
    },
    /// It is there, and ours.
    Present(SecretDescription),
}

/// What is known of a secret without reading its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretDescription {
    /// Its ARN, whole.
    pub arn: String,
    /// The stack that made it, when its tag says so.
    pub stack: Option<String>,
    /// Whether Secrets Manager rotates it by itself.
    pub rotation_enabled: bool,
    /// When it was last changed in any way.
    pub changed_at: Option<Timestamp>,
    /// Its versions and their stages.
    pub versions: Versions,
}

/// What became of a value that was to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It was stored as this version.
    New(VersionId),
    /// Nothing was stored: this version was there, and stays.
    Existing(VersionId),
}

impl Stored {
    /// The version that is there now.
    pub fn version(&self) -> &VersionId {
        match self {
            Self::New(version) | Self::Existing(version) => version,
        }
    }
}

/// A webhook password that is kept.
#[derive(Debug)]
pub struct StoredPassword {
    /// The password.
    pub password: WebhookPassword,
    /// Since when, when that is known. Receivers may take half a minute to notice a new one.
    pub stored_at: Option<Timestamp>,
}

/// How long a deleted secret can be restored: 7 to 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryWindow {
    days: u8,
}

impl RecoveryWindow {
    /// The shortest there is.
    pub const SHORTEST: Self = Self { days: 7 };
    /// The longest there is, which is also what Secrets Manager does unasked.
    pub const LONGEST: Self = Self { days: 30 };

    /// `None` when Secrets Manager takes no such number of days.
    pub fn days(days: u8) -> Option<Self> {
        (Self::SHORTEST.days..=Self::LONGEST.days).contains(&days).then_some(Self { days })
    }

    /// The number of days.
    pub fn as_days(self) -> u8 {
        self.days
    }
}

/// What became of a secret that was to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// There is none.
    Absent,
    /// It will be gone.
    Scheduled {
        /// From when on it is gone for good, when that is known.
        until: Option<Timestamp>,
    },
}

/// A secret of ours in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSecret {
    /// Ownership it is.
    pub integration: IntegrationName,
    /// Which of the two.
    pub kind: SecretKind,
    /// The stack that made it, when its tag says so.
    pub stack: Option<String>,
    /// Whether it can be used.
    pub standing: Standing,
}

/// Whether a secret in a listing can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can.
    InUse,
    /// It can be restored, and cannot be used.
    ScheduledForDeletion {
        /// From when on it is gone for good, when that is known.
        until: Option<Timestamp>,
    },
}
