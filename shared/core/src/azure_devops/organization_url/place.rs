//! Which organization a URL lies in, and whether it is that organization or something inside it.

use url::Url;

use crate::azure_devops::organization_url::Servers;
use crate::azure_devops::organization_url::error::BadOrganizationUrl;

/// Parts of Azure DevOps Services that have hosts of their own, with the organization where `dev.azure.com` has it.
const SERVICES: [&str; 7] = ["vssps", "vsrm", "feeds", "pkgs", "advsec", "auditservice", "almsearch"];

const DEFAULT_COLLECTION: &str = "DefaultCollection";

/// What a URL points at.
pub(super) struct Place {
    /// The URL of the collection; `None` on Azure DevOps Services.
    pub(super) base: Option<String>,
    /// The organization or collection, encoded as in the URL.
    pub(super) name: String,
    /// What inside it is pointed at; `None` for the organization itself.
    pub(super) within: Option<&'static str>,
}

impl Place {
    pub(super) fn of(url: &Url, servers: Servers) -> Result<Self, BadOrganizationUrl> {
        let host = url.host_str().ok_or(BadOrganizationUrl::Unreadable)?;
        let segments: Vec<&str> =
            url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect();
        let is_microsofts = ["azure.com", "visualstudio.com"].iter().any(|domain| {
            host.trim_end_matches('.')
                .strip_suffix(domain)
                .is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
        });
        if is_microsofts {
            let place = if url.port().is_none() { Self::on_services(host, &segments) } else { None };
            place.ok_or_else(|| BadOrganizationUrl::UnknownHost { host: host.to_owned() })?
        } else if servers == Servers::Allowed {
            Self::on_server(url, &segments)
        } else {
            Err(BadOrganizationUrl::UnknownHost { host: host.to_owned() })
        }
    }

    /// `None` when the host is not one for organizations.
    fn on_services(host: &str, segments: &[&str]) -> Option<Result<Self, BadOrganizationUrl>> {
        let below = |segments: &[&str]| {
            let (name, rest) = segments.split_first()?;
            Some(Self { base: None, name: (*name).to_owned(), within: within(rest) })
        };
        if host == "dev.azure.com" {
            return Some(below(segments).ok_or(BadOrganizationUrl::NoOrganization));
        }
        if let Some(service) = host.strip_suffix(".dev.azure.com") {
            let place = SERVICES.contains(&service).then(|| below(segments)).flatten()?;
            return Some(Ok(place.or_within("one part of Azure DevOps")));
        }
        let labels = host.strip_suffix(".visualstudio.com")?;
        let (name, service) =
            labels.split_once('.').map_or((labels, None), |(name, rest)| (name, Some(rest)));
        let rest = match segments {
            [first, rest @ ..] if first.eq_ignore_ascii_case(DEFAULT_COLLECTION) => rest,
            all => all,
        };
        let place = Self { base: None, name: name.to_owned(), within: within(rest) };
        match service {
            None => Some(Ok(place)),
            Some(service) if SERVICES.contains(&service) && name != "app" => {
                Some(Ok(place.or_within("one part of Azure DevOps")))
            }
            Some(_) => None,
        }
    }

    /// A collection, behind `tfs` or not. Any other path in front of it cannot be told from a project behind it.
    fn on_server(url: &Url, segments: &[&str]) -> Result<Self, BadOrganizationUrl> {
        let depth =
            if segments.first().is_some_and(|first| first.eq_ignore_ascii_case("tfs")) { 2 } else { 1 };
        let (collection, rest) =
            segments.split_at_checked(depth).ok_or(BadOrganizationUrl::NoOrganization)?;
        let name = collection.last().ok_or(BadOrganizationUrl::NoOrganization)?;
        // What was meant is HTTPS, even when what was pasted is not.
        let host = url.host_str().unwrap_or_default();
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let base = format!("https://{host}{port}/{}", collection.join("/"));
        Ok(Self { base: Some(base), name: (*name).to_owned(), within: within(rest) })
    }

    fn or_within(self, what: &'static str) -> Self {
        Self { within: self.within.or(Some(what)), ..self }
    }
}

/// What the path behind an organization is the address of.
fn within(rest: &[&str]) -> Option<&'static str> {
    let first = rest.first()?;
    Some(if rest.contains(&"_git") {
        "a repository"
    } else if rest.contains(&"_apis") {
        "the REST API"
    } else if first.starts_with('_') {
        "a page"
    } else {
        "a project"
    })
}

/// The organization in `git@ssh.dev.azure.com:v3/{organization}/…` or the older form of it.
pub(super) fn in_ssh_address(text: &str) -> Option<&str> {
    let (user, rest) = text.strip_prefix("ssh://").unwrap_or(text).split_once('@')?;
    let path = ["ssh.dev.azure.com:", "vs-ssh.visualstudio.com:"].iter().find_map(|host| {
        let path = rest.strip_prefix(host)?;
        path.trim_start_matches("22/").strip_prefix("v3/")
    })?;
    let organization = path.split('/').next().filter(|name| !name.is_empty())?;
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (plain(user) && plain(organization)).then_some(organization)
}
