//! The versions of a secret and their staging labels.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest as _, Sha256};
use uuid::Builder;

/// Most bytes in a version of a secret (Secrets Manager's limit).
pub const SECRET_BYTES_MAX: usize = 65_536;

/// Length of the id of a version, in characters (Secrets Manager's limits).
const ID_CHARS: std::ops::RangeInclusive<usize> = 32..=64;

/// The stage of a version of a webhook password: Secrets Manager's staging labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionStage {
    /// The current password (`AWSCURRENT`).
    Current,
    /// The next password, which some subscriptions already send during a rotation (`AWSPENDING`).
    Pending,
    /// The password before the last rotation, which retries of old deliveries still send (`AWSPREVIOUS`).
    Previous,
}

/// The id of a version of a secret. The caller chooses the id, and creating a version again with the same id has no
/// effect, so that an interrupted step can be repeated. In requests, Secrets Manager calls the id `ClientRequestToken`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionId(String);

/// The text is not a valid id of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of a secret's version has 32 to 64 visible ASCII characters")]
pub struct BadVersionId;

impl VersionId {
    /// Parses an id.
    ///
    /// # Errors
    ///
    /// [`BadVersionId`] when Secrets Manager does not accept such an id.
    pub fn parse(text: &str) -> Result<Self, BadVersionId> {
        let fits = ID_CHARS.contains(&text.len()) && text.bytes().all(|c| c.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(BadVersionId) }
    }

    /// An id made of these bytes, in the form of a version 4 UUID.
    pub fn generate(bytes: [u8; 16]) -> Self {
        Self(Builder::from_random_bytes(bytes).into_uuid().to_string())
    }

    /// The id of the version that replaces this one. Everybody who has read this version gets the same id, so that
    /// Secrets Manager stores the version of one of them only.
    #[must_use]
    pub fn successor(&self) -> Self {
        let digest = Sha256::digest(self.0.as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self::generate(bytes)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The versions of a secret and their stages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions(BTreeMap<VersionId, Vec<VersionStage>>);

impl Versions {
    /// Creates the list from versions and their stages. A version may have no stage.
    pub fn new(versions: impl IntoIterator<Item = (VersionId, Vec<VersionStage>)>) -> Self {
        Self(versions.into_iter().collect())
    }

    /// The version at a stage. At most one version has a label.
    pub fn at(&self, stage: VersionStage) -> Option<&VersionId> {
        self.0.iter().find(|(_, stages)| stages.contains(&stage)).map(|(id, _)| id)
    }

    /// Whether the version is at this stage. A version may be at several stages.
    pub fn is_at(&self, version: &VersionId, stage: VersionStage) -> bool {
        self.at(stage) == Some(version)
    }

    /// Whether the version exists, at any stage or none.
    pub fn contains(&self, version: &VersionId) -> bool {
        self.0.contains_key(version)
    }

    /// The version of a rotation that is in progress. A version that is both pending and current does not count: a
    /// completed rotation may leave it behind.
    pub fn in_rotation(&self) -> Option<&VersionId> {
        self.at(VersionStage::Pending).filter(|version| !self.is_at(version, VersionStage::Current))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(fill: u8) -> VersionId {
        VersionId::generate([fill; 16])
    }

    #[test]
    fn a_generated_id_is_a_valid_id_and_a_version_4_uuid() {
        assert_eq!(id(0xff).as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(id(0).as_str(), "00000000-0000-4000-8000-000000000000");
        assert_eq!(VersionId::parse(id(7).as_str()), Ok(id(7)));
        for bad in ["", &"x".repeat(31), &"x".repeat(65), &" ".repeat(32)] {
            assert_eq!(VersionId::parse(bad), Err(BadVersionId), "{bad:?}");
        }
    }

    #[test]
    fn a_version_has_one_successor_and_no_cycle() {
        assert_eq!(id(1).successor(), id(1).successor());
        let chain = [id(1), id(1).successor(), id(1).successor().successor(), id(2).successor()];
        assert_eq!(chain.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{chain:?}");
        assert_eq!(VersionId::parse(chain[1].as_str()), Ok(chain[1].clone()));
    }

    #[test]
    fn a_rotation_is_in_progress_while_the_pending_version_is_not_current() {
        let in_progress =
            Versions::new([(id(1), vec![VersionStage::Current]), (id(2), vec![VersionStage::Pending])]);
        assert_eq!(in_progress.in_rotation(), Some(&id(2)));
        assert!(in_progress.is_at(&id(1), VersionStage::Current));
        assert_eq!(in_progress.at(VersionStage::Previous), None);
        let completed = Versions::new([
            (id(1), vec![VersionStage::Previous]),
            (id(2), vec![VersionStage::Pending, VersionStage::Current]),
        ]);
        assert_eq!(completed.in_rotation(), None);
        assert_eq!(completed.at(VersionStage::Pending), Some(&id(2)));
        assert!(!completed.contains(&id(3)));
    }
}
