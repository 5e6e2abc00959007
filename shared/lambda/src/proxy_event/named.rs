//! Headers and parameters, as far as anybody asks for them.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::loose::{Loose, Object, object};

/// What is kept, lower case; of headers, Azure DevOps and API Gateway together send some fifteen others.
pub(super) const WANTED: [&str; 6] =
    ["authorization", "change", "content-type", "integration", "traceparent", "x-vss-activityid"];

/// Values by name, in the order they came in.
#[derive(Default)]
pub(super) struct Named {
    wanted: Vec<(Name, Loose)>,
    is_anything: bool,
}

impl Named {
    /// Whether there was nothing, wanted or not.
    pub(super) fn is_empty(&self) -> bool {
        !self.is_anything
    }

    /// Every value of a header, one of [`WANTED`]. Its name has no case.
    pub(super) fn header<'s>(&'s self, name: &'static str) -> impl Iterator<Item = &'s str> {
        let same = self.wanted.iter().filter(move |(known, _)| known.wanted == name);
        same.flat_map(|(_, value)| value.texts()).map(String::as_str)
    }

    /// The first value of a parameter, one of [`WANTED`], of exactly this name.
    pub(super) fn parameter(&self, name: &'static str) -> Option<&str> {
        let mut same = self.wanted.iter().filter(|(known, _)| known.wanted == name && known.is_exact);
        same.find_map(|(_, value)| value.texts().first()).map(String::as_str)
    }
}

/// A name that is wanted, and whether it was written as it is there.
struct Name {
    wanted: &'static str,
    is_exact: bool,
}

/// A name as it comes.
struct Any(Option<Name>);

impl Object for Named {
    fn read<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut named = Self::default();
        while let Some(Any(name)) = map.next_key()? {
            named.is_anything = true;
            match name {
                Some(name) => named.wanted.push((name, map.next_value()?)),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(named)
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Wanted;

        impl Visitor<'_> for Wanted {
            type Value = Any;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Any, E> {
                let wanted = WANTED.into_iter().find(|wanted| wanted.eq_ignore_ascii_case(text));
                Ok(Any(wanted.map(|wanted| Name { wanted, is_exact: wanted == text })))
            }
        }

        deserializer.deserialize_str(Wanted)
    }
}
