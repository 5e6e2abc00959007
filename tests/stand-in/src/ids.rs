//! Identifiers, drawn from a seed so that a story told twice has the same ids.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A GUID in the form Azure DevOps writes: lower case, with hyphens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(u128);

impl Guid {
    /// All zeros: the subscription id of a hook that is tested before it is saved.
    pub const ZERO: Self = Self(0);

    /// The GUID whose hexadecimal digits are those of `value`.
    pub const fn from_u128(value: u128) -> Self {
        Self(value)
    }

    /// The inverse of [`Self::from_u128`].
    pub const fn as_u128(self) -> u128 {
        self.0
    }
}

impl FromStr for Guid {
    type Err = NoGuid;

    /// 32 hexadecimal digits in their five groups, in either case.
    fn from_str(text: &str) -> Result<Self, NoGuid> {
        let groups: Vec<usize> = text.split('-').map(str::len).collect();
        let digits: String = text.chars().filter(|&c| c != '-').collect();
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u128::from_str_radix(&digits, 16) {
            Ok(value) if groups == [8, 4, 4, 4, 12] && is_hex => Ok(Self(value)),
            _ => Err(NoGuid),
        }
    }
}

/// The text is no GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a GUID")]
pub struct NoGuid;

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        let groups = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
        f.write_str(&groups.join("-"))
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Guid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A Git object id: 40 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 20]);

impl ObjectId {
    /// Forty zeros: on the wire, "no object".
    pub const ZERO: Self = Self([0; 20]);

    /// The first eight digits, as message texts show a commit.
    pub fn short(&self) -> String {
        self.to_string().chars().take(8).collect()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A source of ids: the n-th draw depends on the seed and on n only.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    state: u64,
}

impl Ids {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(crate) fn guid(&mut self) -> Guid {
        let bits = (u128::from(self.next()) << 64) | u128::from(self.next());
        // Version 4, variant 1: what Azure DevOps hands out.
        let version = (bits & !(0xf << 76)) | (0x4 << 76);
        Guid((version & !(0x3 << 62)) | (0x2 << 62))
    }

    pub(crate) fn object_id(&mut self) -> ObjectId {
        let mut bytes = [0; 20];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_be_bytes()[..chunk.len()]);
        }
        ObjectId(bytes)
    }

    /// The `SplitMix64` step: cheap, well spread, and the same everywhere.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_azure_devops_writes() {
        let mut ids = Ids::new(7);
        let guid = ids.guid().to_string();
        assert_eq!(guid.len(), 36);
        assert_eq!(&guid[14..15], "4");
        assert!(matches!(&guid[19..20], "8" | "9" | "a" | "b"), "{guid}");
        let object = ids.object_id().to_string();
        assert_eq!(object.len(), 40);
        assert!(object.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')), "{object}");
        assert_eq!(ObjectId::ZERO.to_string(), "0".repeat(40));
        assert_eq!(Guid::ZERO.to_string(), "00000000-0000-0000-0000-000000000000");
    }

    #[test]
    fn a_guid_is_read_as_it_is_written() {
        let guid = Ids::new(7).guid();
        assert_eq!(guid.to_string().to_uppercase().parse(), Ok(guid));
        for text in
            ["", "Brewhouse", "00000000000000000000000000000000", "+0000000-0000-0000-0000-000000000000"]
        {
            assert_eq!(text.parse::<Guid>(), Err(NoGuid), "{text}");
        }
    }

    #[test]
    fn the_seed_decides_every_id() {
        let draw = |seed| {
            let mut ids = Ids::new(seed);
            (ids.guid(), ids.object_id(), ids.guid())
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}
