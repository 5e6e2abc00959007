//! Enumerations that read a word of a later version, instead of failing.

/// Declares an enumeration with a word for each case, and a further case that keeps every other word.
macro_rules! open_enum {
    (
        $(#[$attribute:meta])*
        $name:ident {
            $($(#[doc = $doc:literal])+ $case:ident = $word:literal,)+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(transform = crate::open_enum::allow_other_words))]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $doc])+ #[cfg_attr(feature = "schema", schemars(rename = $word))] $case,)+
            /// A word that this version of the crate does not know.
            #[cfg_attr(feature = "schema", schemars(skip))]
            Unknown(String),
        }

        impl $name {
            /// The word in the event.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$case => $word,)+
                    Self::Unknown(word) => word,
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Ok(match word.as_str() {
                    $($word => Self::$case,)+
                    _ => Self::Unknown(word),
                })
            }
        }
    };
}

pub(crate) use open_enum;

/// Lets the schema of an enumeration accept any other word, too.
#[cfg(feature = "schema")]
pub(crate) fn allow_other_words(schema: &mut schemars::Schema) {
    let mut cases = schema.remove("oneOf").or_else(|| schema.remove("enum")).unwrap_or_default();
    if let Some(cases) = cases.as_array_mut() {
        cases.push(serde_json::json!({
            "type": "string",
            "description": "A word that a later version adds.",
        }));
    }
    schema.insert("anyOf".to_owned(), cases);
}
