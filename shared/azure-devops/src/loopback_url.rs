//! The URL of a stand-in for Azure DevOps, Entra or CloudFormation on the local machine.

use std::fmt;

use url::{Host, Url};

/// The URL of a stand-in: plain HTTP on the loopback interface. It takes the place of the scheme and the host of an
/// organization, a collection or Entra, in front of the same path: `/{organization}` for
/// `https://dev.azure.com/{organization}`, `/tfs/Main` for `https://tfs.contoso.example/tfs/Main`.
#[derive(Clone, PartialEq, Eq)]
pub struct LoopbackUrl(Url);

/// The text is not such a URL. The error does not quote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a plain HTTP URL on this machine, such as `http://127.0.0.1:8080`")]
pub struct NotLoopback;

impl LoopbackUrl {
    /// Parses the URL.
    ///
    /// # Errors
    ///
    /// When `text` is not an `http` URL on the loopback interface: any other host would get the token unencrypted.
    pub fn parse(text: &str) -> Result<Self, NotLoopback> {
        let url = Url::parse(text).map_err(|_| NotLoopback)?;
        let is_loopback = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let is_plain = url.scheme() == "http" && url.username().is_empty() && url.password().is_none();
        let is_bare = url.query().is_none() && url.fragment().is_none();
        if is_loopback && is_plain && is_bare { Ok(Self(url)) } else { Err(NotLoopback) }
    }

    /// The URL itself.
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The URL that takes the place of the service's own.
    pub(crate) fn in_place_of(&self, service: &Url) -> Url {
        let mut url = self.0.clone();
        let path = format!("{}{}", url.path().trim_end_matches('/'), service.path());
        url.set_path(&path);
        url
    }
}

impl fmt::Debug for LoopbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LoopbackUrl").field(&self.0.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};

    #[test]
    fn only_loopback_urls_are_accepted() {
        for text in
            ["http://127.0.0.1:8080", "http://localhost:1/", "http://[::1]:8080/base", "http://127.9.9.9"]
        {
            assert!(LoopbackUrl::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "127.0.0.1:8080",
            "https://127.0.0.1:8080",
            "http://dev.azure.com",
            "http://10.0.0.7",
            "http://0.0.0.0",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://user:hunter2@127.0.0.1",
            "http://127.0.0.1/?x",
            "file:///tmp",
        ] {
            assert_eq!(LoopbackUrl::parse(text), Err(NotLoopback), "{text}");
        }
    }

    #[test]
    fn the_path_of_an_organization_or_collection_stays() {
        let in_place = |text, organization| {
            let organization = OrganizationUrl::parse(organization, Servers::Allowed).expect("a URL");
            LoopbackUrl::parse(text).expect("a loopback URL").in_place_of(organization.as_url()).to_string()
        };
        let contoso = "https://dev.azure.com/contoso";
        assert_eq!(in_place("http://127.0.0.1:8080", contoso), "http://127.0.0.1:8080/contoso");
        assert_eq!(in_place("http://127.0.0.1:8080/base/", contoso), "http://127.0.0.1:8080/base/contoso");
        let old = "https://contoso.visualstudio.com/";
        assert_eq!(in_place("http://127.0.0.1:8080", old), "http://127.0.0.1:8080/contoso");
        let server = "https://tfs.contoso.example:8443/tfs/Brew%20House";
        assert_eq!(in_place("http://127.0.0.1:8080", server), "http://127.0.0.1:8080/tfs/Brew%20House");
    }
}
