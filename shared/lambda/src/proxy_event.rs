//! What is read of a REST API's proxy event, format 1.0, borrowed from it where that can be.
//!
//! `lambda_http` has a type for all of it, which makes a `HeaderMap` of the headers, twice; that was a tenth of what a warm
//! call cost. Source: docs.aws.amazon.com, "Input format of a Lambda function for proxy integration".

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A proxy event. Without `Debug`, since credentials are in it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProxyEvent<'a> {
    #[serde(borrow)]
    pub(crate) http_method: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) headers: Named<'a>,
    #[serde(borrow, default)]
    pub(crate) multi_value_headers: Named<'a>,
    #[serde(borrow, default)]
    pub(crate) query_string_parameters: Named<'a>,
    #[serde(borrow, default)]
    pub(crate) multi_value_query_string_parameters: Named<'a>,
    #[serde(borrow, default)]
    pub(crate) path_parameters: Named<'a>,
    pub(crate) body: Option<String>,
    #[serde(default)]
    pub(crate) is_base64_encoded: bool,
}

/// Text that is borrowed unless it was written with escapes.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// Values by name, in the order they came in. Null is none at all.
#[derive(Default)]
pub(crate) struct Named<'a>(Vec<(Text<'a>, Values<'a>)>);

impl Named<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first value of exactly this name.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(text, _)| text.0 == name).and_then(|(_, values)| values.first())
    }

    /// Every value of a header, whose name has no case.
    pub(crate) fn header<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        let same = self.0.iter().filter(|(text, _)| text.0.eq_ignore_ascii_case(name));
        same.flat_map(|(_, values)| values.all())
    }
}

/// One value, or several.
enum Values<'a> {
    One(Text<'a>),
    Several(Vec<Text<'a>>),
}

impl Values<'_> {
    fn all(&self) -> impl Iterator<Item = &str> {
        let values = match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Several(values) => values,
        };
        values.iter().map(|value| &*value.0)
    }

    fn first(&self) -> Option<&str> {
        self.all().next()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Named<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = Named<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("values by name, or null")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Named::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut named = Vec::with_capacity(EXPECTED);
                while let Some(entry) = map.next_entry()? {
                    named.push(entry);
                }
                Ok(Named(named))
            }
        }

        deserializer.deserialize_any(Names)
    }
}

/// Azure DevOps and API Gateway together send some fifteen headers.
const EXPECTED: usize = 16;

impl<'de: 'a, 'a> Deserialize<'de> for Values<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;

        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = Values<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or several")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Values::Several(Vec::new()))
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Values::One(Text(Cow::Borrowed(text))))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Values::One(Text(Cow::Owned(text.to_owned()))))
            }

            /// Mostly there is one, which needs no list.
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let Some(first) = seq.next_element()? else { return Ok(Values::Several(Vec::new())) };
                let Some(second) = seq.next_element()? else { return Ok(Values::One(first)) };
                let mut several = vec![first, second];
                while let Some(next) = seq.next_element()? {
                    several.push(next);
                }
                Ok(Values::Several(several))
            }
        }

        deserializer.deserialize_any(OneOrSeveral)
    }
}
