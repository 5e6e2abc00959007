//! The URL of an organization on Azure DevOps Services, or of a collection on Azure DevOps Server.

mod error;
mod location;
#[cfg(test)]
mod tests;

pub use error::BadOrganizationUrl;

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use location::Location;

/// Longest name of an organization, in characters.
const NAME_LENGTH_MAX: usize = 50;

/// Whether collections on Azure DevOps Server are allowed.
///
/// A setting of the deployment decides this, not the sender of a request, since `setup` sends the token to the host in
/// the URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Servers {
    /// Only organizations on Azure DevOps Services are allowed.
    Refused,
    /// Any HTTPS host is allowed.
    Allowed,
}

/// The URL of an organization: HTTPS, without user info, query and fragment. The comparison ignores case.
#[derive(Clone)]
pub struct OrganizationUrl {
    url: Url,
    text: String,
    name: String,
    is_server: bool,
}

impl OrganizationUrl {
    /// Parses every form of the URL: `https://dev.azure.com/{organization}`, with the organization as user info or
    /// without, `https://{organization}.visualstudio.com`, with `DefaultCollection` or without, and, where servers are
    /// allowed, `https://{host}/{collection}` with or without a virtual directory in between, such as `tfs`.
    ///
    /// On a server, the URL of a project may be accepted, too, since only the server can tell it from a collection
    /// below a virtual directory: see [`OrganizationUrl::parent`].
    ///
    /// # Errors
    ///
    /// [`BadOrganizationUrl`], which suggests a URL where one can be derived from `text`.
    pub fn parse(text: &str, servers: Servers) -> Result<Self, BadOrganizationUrl> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadOrganizationUrl::Empty);
        }
        if let Some(organization) = location::in_ssh_address(text) {
            return Err(BadOrganizationUrl::InsideOrganization {
                target: "an SSH address",
                suggestion: services_url(organization),
            });
        }
        let (has_scheme, absolute) = match text.split_once("://") {
            Some(_) => (true, text.to_owned()),
            None => (false, format!("https://{text}")),
        };
        let url = Url::parse(&absolute).map_err(|_| BadOrganizationUrl::Unreadable)?;
        let parsed = Location::of(&url, servers).and_then(Self::from_location);
        if has_scheme && url.scheme() == "https" {
            return parsed;
        }
        Err(BadOrganizationUrl::NotHttps {
            suggestion: parsed.map_or_else(BadOrganizationUrl::into_suggestion, |url| Some(url.text)),
        })
    }

    /// Fails when the location is inside an organization, or the name is invalid.
    fn from_location(location: Location) -> Result<Self, BadOrganizationUrl> {
        let Location { base, name, inside } = location;
        let name = percent_decode_str(&name).decode_utf8_lossy().into_owned();
        let (text, is_server) = match base {
            None => {
                let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
                if name.len() > NAME_LENGTH_MAX || !name.chars().all(allowed) {
                    return Err(BadOrganizationUrl::BadName);
                }
                (services_url(&name), false)
            }
            Some(base) => (base, true),
        };
        if let Some(target) = inside {
            return Err(BadOrganizationUrl::InsideOrganization { target, suggestion: text });
        }
        let url = Url::parse(&text).map_err(|_| BadOrganizationUrl::Unreadable)?;
        Ok(Self { url, text, name, is_server })
    }

    /// The canonical form, without a slash at the end: `https://dev.azure.com/{organization}`, or
    /// `https://{host}/{collection}`, with the virtual directory where there is one.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The canonical form as a [`Url`].
    pub fn as_url(&self) -> &Url {
        &self.url
    }

    /// The name of the organization or collection.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL above, which is that of the collection if this one is of a project. `None` on Azure DevOps Services, and
    /// where no collection can be above.
    pub fn parent(&self) -> Option<Self> {
        let (parent, _) = self.text.rsplit_once('/').filter(|_| self.is_server)?;
        Self::parse(parent, Servers::Allowed).ok()
    }

    /// Whether the URL is that of a collection on Azure DevOps Server.
    pub fn is_server(&self) -> bool {
        self.is_server
    }
}

impl PartialEq for OrganizationUrl {
    fn eq(&self, other: &Self) -> bool {
        self.text.eq_ignore_ascii_case(&other.text)
    }
}

impl Eq for OrganizationUrl {}

impl fmt::Display for OrganizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for OrganizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OrganizationUrl").field(&self.text).finish()
    }
}

fn services_url(organization: &str) -> String {
    format!("https://dev.azure.com/{organization}")
}
