//! The versions of a secret and the labels that tell what each is for.

use std::collections::BTreeMap;
use std::fmt;

/// Bounds of a version's id, in characters.
const ID_CHARS: std::ops::RangeInclusive<usize> = 32..=64;

/// Which version of a webhook password is meant; Secrets Manager's staging labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionStage {
    /// The password in use (`AWSCURRENT`).
    Current,
    /// The next password, already sent by some subscriptions during a rotation (`AWSPENDING`).
    Pending,
    /// The password before the last rotation, still sent by retries of old deliveries (`AWSPREVIOUS`).
    Previous,
}

/// One version of a secret. Whoever makes a version chooses its id: making it again under the same id does nothing, so
/// a step that was cut off can be repeated. Secrets Manager calls it `ClientRequestToken` on the way in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionId(String);

/// The text is not the id of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of a secret's version has 32 to 64 visible ASCII characters")]
pub struct BadVersionId;

impl VersionId {
    /// # Errors
    ///
    /// When Secrets Manager takes no such id.
    pub fn parse(text: &str) -> Result<Self, BadVersionId> {
        let fits = ID_CHARS.contains(&text.len()) && text.bytes().all(|c| c.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(BadVersionId) }
    }

    /// A new id out of random bytes, in the form of a UUID of version 4.
    pub fn generate(bytes: [u8; 16]) -> Self {
        let mut bits = u128::from_be_bytes(bytes);
        bits = bits & !(0xf << 76) | 0x4 << 76;
        bits = bits & !(0x3 << 62) | 0x2 << 62;
        let hex = format!("{bits:032x}");
        let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| hex[group].to_owned());
        Self(groups.join("-"))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which versions of a secret have a label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions(BTreeMap<VersionId, Vec<VersionStage>>);

impl Versions {
    /// Takes versions with their labels of the three kinds that matter here; one without any may be among them.
    pub fn new(versions: impl IntoIterator<Item = (VersionId, Vec<VersionStage>)>) -> Self {
        Self(versions.into_iter().collect())
    }

    /// The version at a stage. A label is on one version at most.
    pub fn at(&self, stage: VersionStage) -> Option<&VersionId> {
        self.0.iter().find(|(_, stages)| stages.contains(&stage)).map(|(id, _)| id)
    }

    /// Whether this version is at this stage. It may be at several.
    pub fn is_at(&self, version: &VersionId, stage: VersionStage) -> bool {
        self.at(stage) == Some(version)
    }

    /// Whether there is such a version, at whatever stage.
    pub fn contains(&self, version: &VersionId) -> bool {
        self.0.contains_key(version)
    }

    /// The version of a rotation that has begun and not ended. A pending version that is the current one is what a
    /// finished rotation may leave behind.
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
    fn a_generated_id_is_a_uuid_and_an_id() {
        assert_eq!(id(0xff).as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(id(0).as_str(), "00000000-0000-4000-8000-000000000000");
        assert_eq!(VersionId::parse(id(7).as_str()), Ok(id(7)));
        for bad in ["", &"x".repeat(31), &"x".repeat(65), &" ".repeat(32)] {
            assert_eq!(VersionId::parse(bad), Err(BadVersionId), "{bad:?}");
        }
    }

    #[test]
    fn a_rotation_has_begun_when_what_is_pending_is_not_current() {
        let begun =
            Versions::new([(id(1), vec![VersionStage::Current]), (id(2), vec![VersionStage::Pending])]);
        assert_eq!(begun.in_rotation(), Some(&id(2)));
        assert!(begun.is_at(&id(1), VersionStage::Current));
        assert_eq!(begun.at(VersionStage::Previous), None);
        let ended = Versions::new([
            (id(1), vec![VersionStage::Previous]),
            (id(2), vec![VersionStage::Pending, VersionStage::Current]),
        ]);
        assert_eq!(ended.in_rotation(), None);
        assert_eq!(ended.at(VersionStage::Pending), Some(&id(2)));
        assert!(!ended.contains(&id(3)));
    }
}
