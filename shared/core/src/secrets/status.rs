//! The status of secrets, and the results of operations on them.

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::integration::name::IntegrationName;
use crate::secrets::name::SecretKind;
use crate::secrets::version::{VersionId, Versions};

/// Whether a secret exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretStatus {
    /// The secret does not exist.
    Absent,
    /// The secret cannot be used, but can be restored.
    ScheduledForDeletion {
        /// When the secret is deleted for good; `None` when unknown.
        until: Option<Timestamp>,
    },
    /// The secret exists and belongs to the integration.
    Present(SecretDescription),
}

/// The metadata of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretDescription {
    /// The full ARN, including the six characters that Secrets Manager appends.
    pub arn: String,
    /// Whether Secrets Manager rotates the secret.
    pub rotation_enabled: bool,
    /// When the value or the metadata last changed.
    pub changed_at: Option<Timestamp>,
    /// The versions and their stages.
    pub versions: Versions,
}

/// The result of storing a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreOutcome {
    /// The value was stored as this version.
    New(VersionId),
    /// Nothing was stored: this version existed before and stays.
    Existing(VersionId),
}

impl StoreOutcome {
    /// The version that exists now.
    pub fn version(&self) -> &VersionId {
        match self {
            Self::New(version) | Self::Existing(version) => version,
        }
    }
}

/// A stored webhook password.
#[derive(Debug)]
pub struct StoredPassword {
    /// The password.
    pub password: WebhookPassword,
    /// When the password was stored; `None` when unknown. Receivers may take half a minute until they accept a new one.
    pub stored_at: Option<Timestamp>,
}

/// How long a deleted secret can be restored: 7 to 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryWindow {
    days: u8,
}

impl RecoveryWindow {
    /// The shortest window that Secrets Manager accepts.
    pub const SHORTEST: Self = Self { days: 7 };
    /// The longest window that Secrets Manager accepts, and its default.
    pub const LONGEST: Self = Self { days: 30 };

    /// A window of `days` days; `None` when Secrets Manager does not accept this number.
    pub fn days(days: u8) -> Option<Self> {
        (Self::SHORTEST.days..=Self::LONGEST.days).contains(&days).then_some(Self { days })
    }

    /// The length in days.
    pub fn as_days(self) -> u8 {
        self.days
    }
}

/// The secret of an integration in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSecret {
    /// The integration that the secret belongs to.
    pub integration: IntegrationName,
    /// Which of the integration's two secrets it is.
    pub kind: SecretKind,
    /// Whether the secret can be used: it is not scheduled for deletion.
    pub is_usable: bool,
}
