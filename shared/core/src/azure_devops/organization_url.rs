//! The URL of an organization, or of a collection on a server of one's own, as an operator pastes it.

mod error;
mod place;
#[cfg(test)]
mod tests;

pub use error::BadOrganizationUrl;

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use place::Place;

/// Most characters of an organization's name.
const NAME_LENGTH_MAX: usize = 50;

/// Whether collections on servers of one's own may be named.
///
/// A credential goes to the host in the URL, so that any host at all is for the deployment to allow, not for whoever
/// fills in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Servers {
    /// Only organizations of Azure DevOps Services.
    Refused,
    /// Any HTTPS host.
    Allowed,
}

/// Where an organization is: always HTTPS, without user info, query and fragment. Two are equal when they are the same
/// organization, whatever the case of their names.
#[derive(Clone)]
pub struct OrganizationUrl {
    url: Url,
    text: String,
    name: String,
    is_server: bool,
}

impl OrganizationUrl {
    /// Reads every form of it: `https://dev.azure.com/{organization}`, with the organization as user info or without,
    /// `https://{organization}.visualstudio.com`, with `DefaultCollection` or without, and, where servers are allowed,
    /// `https://{host}/{collection}` with or without `tfs` in between.
    ///
    /// # Errors
    ///
    /// When it is none of these. Where it can be guessed what was meant, the error offers it.
    pub fn parse(text: &str, servers: Servers) -> Result<Self, BadOrganizationUrl> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadOrganizationUrl::Empty);
        }
        if let Some(organization) = place::in_ssh_address(text) {
            return Err(BadOrganizationUrl::Within {
                what: "an SSH address",
                offer: services_text(organization),
            });
        }
        let (has_scheme, absolute) = match text.split_once("://") {
            Some(_) => (true, text.to_owned()),
            None => (false, format!("https://{text}")),
        };
        let url = Url::parse(&absolute).map_err(|_| BadOrganizationUrl::Unreadable)?;
        let found = Place::of(&url, servers).and_then(Self::at);
        if has_scheme && url.scheme() == "https" {
            return found;
        }
        Err(BadOrganizationUrl::NotHttps {
            offer: found.map_or_else(BadOrganizationUrl::into_offer, |url| Some(url.text)),
        })
    }

    fn at(place: Place) -> Result<Self, BadOrganizationUrl> {
        let Place { base, name, within } = place;
        let name = percent_decode_str(&name).decode_utf8_lossy().into_owned();
        let (text, is_server) = match base {
            None => {
                let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
                if name.len() > NAME_LENGTH_MAX || !name.chars().all(allowed) {
                    return Err(BadOrganizationUrl::BadName);
                }
                (services_text(&name), false)
            }
            Some(base) => (base, true),
        };
        if let Some(what) = within {
            return Err(BadOrganizationUrl::Within { what, offer: text });
        }
        let url = Url::parse(&text).map_err(|_| BadOrganizationUrl::Unreadable)?;
        Ok(Self { url, text, name, is_server })
    }

    /// The one form for all: `https://dev.azure.com/{organization}`, or the collection of a server; without a slash at
    /// the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same, to build on.
    pub fn as_url(&self) -> &Url {
        &self.url
    }

    /// The name of the organization or collection.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a collection on a server of one's own.
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

fn services_text(organization: &str) -> String {
    format!("https://dev.azure.com/{organization}")
}
