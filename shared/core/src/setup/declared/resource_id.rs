//! The id by which CloudFormation knows an integration. A change of the id is a replacement: CloudFormation deletes what
//! the former id names.

use std::fmt;

use crate::integration::name::IntegrationName;

/// The physical id of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResourceId {
    /// `hookpost:{integration}`.
    Integration(IntegrationName),
    /// `hookpost:none:{request}`: a create that was refused before anything was made. Its deletion does nothing.
    Nothing {
        /// The id of the request that was refused.
        request: String,
    },
    /// An id that is not ours. CloudFormation makes one up when a create got no answer.
    Foreign(String),
}

const PREFIX: &str = "hookpost:";
const NOTHING: &str = "none:";

impl ResourceId {
    /// Reads an id.
    pub fn parse(text: &str) -> Self {
        let own = text.strip_prefix(PREFIX);
        if let Some(request) = own.and_then(|own| own.strip_prefix(NOTHING)) {
            return Self::Nothing { request: request.to_owned() };
        }
        match own.and_then(|own| IntegrationName::parse(own).ok()) {
            Some(name) => Self::Integration(name),
            None => Self::Foreign(text.to_owned()),
        }
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integration(name) => write!(f, "{PREFIX}{name}"),
            Self::Nothing { request } => write!(f, "{PREFIX}{NOTHING}{request}"),
            Self::Foreign(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_it_is_read() {
        let shop = IntegrationName::parse("none").expect("a name");
        for (text, id) in [
            ("hookpost:none", ResourceId::Integration(shop)),
            ("hookpost:none:7-7", ResourceId::Nothing { request: "7-7".to_owned() }),
            ("shop-Shop-1ABC", ResourceId::Foreign("shop-Shop-1ABC".to_owned())),
            ("hookpost:No Name", ResourceId::Foreign("hookpost:No Name".to_owned())),
        ] {
            assert_eq!(ResourceId::parse(text), id);
            assert_eq!(id.to_string(), text);
        }
    }
}
