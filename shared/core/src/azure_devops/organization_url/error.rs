//! What can be wrong with the URL of an organization. Nothing here repeats what was pasted: it may hold a credential.

/// Why a text is not the URL of an organization.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadOrganizationUrl {
    /// Nothing.
    #[error("the organization URL is empty; it looks like `https://dev.azure.com/contoso`")]
    Empty,
    /// No URL.
    #[error("the organization URL cannot be read; it looks like `https://dev.azure.com/contoso`")]
    Unreadable,
    /// `http`, another scheme, or none.
    #[error("the organization URL must begin with `https://`{}", meant(.offer.as_deref()))]
    NotHttps {
        /// What was meant, where that can be told.
        offer: Option<String>,
    },
    /// A host alone.
    #[error(
        "the organization URL does not name the organization; it looks like `https://dev.azure.com/contoso`"
    )]
    NoOrganization,
    /// A name no organization has.
    #[error("the organization's name may have letters, digits and hyphens only")]
    BadName,
    /// The URL of something inside the organization.
    #[error("the organization URL is the address of {what}, not of an organization; use `{offer}`")]
    Within {
        /// What it is the address of.
        what: &'static str,
        /// The organization.
        offer: String,
    },
    /// Another host, while only Azure DevOps Services is allowed, or one of Microsoft's that is not for this.
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
    pub fn offer(&self) -> Option<&str> {
        match self {
            Self::NotHttps { offer } => offer.as_deref(),
            Self::Within { offer, .. } => Some(offer),
            Self::Empty
            | Self::Unreadable
            | Self::NoOrganization
            | Self::BadName
            | Self::UnknownHost { .. } => None,
        }
    }

    pub(super) fn into_offer(self) -> Option<String> {
        self.offer().map(str::to_owned)
    }
}

fn meant(offer: Option<&str>) -> String {
    offer.map(|offer| format!("; use `{offer}`")).unwrap_or_default()
}
