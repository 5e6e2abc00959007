//! Errors of organization URLs. No error repeats the whole text, which may contain a credential.

/// Why a text is not the URL of an organization.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadOrganizationUrl {
    /// The text is empty.
    #[error("the organization URL is empty; it looks like `https://dev.azure.com/contoso`")]
    Empty,
    /// The text is not a URL.
    #[error("the organization URL cannot be read; it looks like `https://dev.azure.com/contoso`")]
    Unreadable,
    /// The scheme is not `https`, or is missing.
    #[error("the organization URL must begin with `https://`{}", use_instead(.suggestion.as_deref()))]
    NotHttps {
        /// The URL that was probably meant, where it can be derived.
        suggestion: Option<String>,
    },
    /// The URL does not name an organization.
    #[error(
        "the organization URL does not name the organization; it looks like `https://dev.azure.com/contoso`"
    )]
    NoOrganization,
    /// The name is too long, or has characters that names of organizations cannot have.
    #[error("the organization's name may have letters, digits and hyphens only")]
    BadName,
    /// The URL is that of an object inside an organization.
    #[error("the organization URL is the address of {target}, not of an organization; use `{suggestion}`")]
    InsideOrganization {
        /// The object, such as "a project".
        target: &'static str,
        /// The URL of the organization.
        suggestion: String,
    },
    /// The URL is that of a server on which there are collections.
    #[error(
        "the organization URL is that of a server, not of a collection; add the name of the collection, as in \
         `{url}/DefaultCollection`"
    )]
    Server {
        /// The URL.
        url: String,
    },
    /// The host is not allowed: it is a server while only Azure DevOps Services is allowed, or a host of Microsoft that
    /// has no organizations.
    #[error(
        "`{host}` is not a host of Azure DevOps Services organizations; those are `https://dev.azure.com/contoso` and \
         `https://contoso.visualstudio.com`"
    )]
    UnknownHost {
        /// The host.
        host: String,
    },
}

impl BadOrganizationUrl {
    /// The URL that was probably meant.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            Self::NotHttps { suggestion } => suggestion.as_deref(),
            Self::InsideOrganization { suggestion, .. } => Some(suggestion),
            Self::Empty
            | Self::Unreadable
            | Self::NoOrganization
            | Self::BadName
            | Self::Server { .. }
            | Self::UnknownHost { .. } => None,
        }
    }

    pub(super) fn into_suggestion(self) -> Option<String> {
        self.suggestion().map(str::to_owned)
    }
}

fn use_instead(suggestion: Option<&str>) -> String {
    suggestion.map(|suggestion| format!("; use `{suggestion}`")).unwrap_or_default()
}
