//! JSON with its members in the order they were put in, as Azure DevOps writes its bodies.

use std::fmt;

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::ids::{Guid, ObjectId};

#[derive(Clone, Debug)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Self>),
    Object(Object),
}

impl Json {
    pub(crate) const fn null() -> Self {
        Self::Null
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // Nothing in here can fail to serialise: every key is text, every number an integer.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// An object under construction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object(Vec<(&'static str, Json)>);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn with(mut self, key: &'static str, value: impl Into<Json>) -> Self {
        self.0.push((key, value.into()));
        self
    }

    /// Leaves the member out when there is no value.
    pub(crate) fn maybe(self, key: &'static str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Another value for a member, in its old place.
    pub(crate) fn replace(mut self, key: &str, value: impl Into<Json>) -> Self {
        if let Some((_, old)) = self.0.iter_mut().find(|(name, _)| *name == key) {
            *old = value.into();
        }
        self
    }

    pub(crate) fn without(mut self, key: &str) -> Self {
        self.0.retain(|(name, _)| *name != key);
        self
    }

    /// All members of another object, behind those already here.
    pub(crate) fn with_all(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The named members only, in the order they have here.
    pub(crate) fn pick(&self, keys: &[&str]) -> Self {
        Self(self.0.iter().filter(|(key, _)| keys.contains(key)).cloned().collect())
    }

    /// The object under a key; empty when there is none.
    pub(crate) fn object(&self, key: &str) -> Self {
        self.0
            .iter()
            .find_map(|(name, value)| match value {
                Json::Object(object) if *name == key => Some(object.clone()),
                _ => None,
            })
            .unwrap_or_default()
    }
}

/// `{"href": …}`, the form of every link.
pub(crate) fn link(href: impl fmt::Display) -> Object {
    Object::new().with("href", href.to_string())
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => serializer.serialize_i64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(values) => serializer.collect_seq(values),
            Self::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.0.len()))?;
                for (key, value) in &object.0 {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

macro_rules! json_from {
    ($($from:ty => |$value:ident| $into:expr;)*) => {
        $(impl From<$from> for Json {
            fn from($value: $from) -> Self {
                $into
            }
        })*
    };
}

json_from! {
    bool => |value| Self::Bool(value);
    i64 => |value| Self::Number(value);
    u32 => |value| Self::Number(value.into());
    &str => |value| Self::Text(value.to_owned());
    String => |value| Self::Text(value);
    &String => |value| Self::Text(value.clone());
    Guid => |value| Self::Text(value.to_string());
    ObjectId => |value| Self::Text(value.to_string());
    Object => |value| Self::Object(value);
    Vec<Object> => |value| Self::List(value.into_iter().map(Self::Object).collect());
}
