//! JSON whose members have the order in which they were added: that of Azure DevOps.

use std::fmt;

use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// An object under construction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object(Vec<(&'static str, Box<RawValue>)>);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn with(mut self, key: &'static str, value: impl Serialize) -> Self {
        // Nothing in here can fail to serialize: every key is text, every number an integer.
        self.0.extend(to_raw_value(&value).ok().map(|value| (key, value)));
        self
    }

    /// Leaves the member out if there is no value.
    pub(crate) fn maybe(self, key: &'static str, value: Option<impl Serialize>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    pub(crate) fn without(mut self, key: &str) -> Self {
        self.0.retain(|(name, _)| *name != key);
        self
    }

    /// All members of another object, after those of this one.
    pub(crate) fn with_all(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The named members only, in their order here.
    pub(crate) fn pick(mut self, keys: &[&str]) -> Self {
        self.0.retain(|(name, _)| keys.contains(name));
        self
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// For REST answers, where the order of members does not matter.
    pub(crate) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// `{"href": …}`, the form of every link.
pub(crate) fn link(href: impl fmt::Display) -> Object {
    Object::new().with("href", href.to_string())
}
