//! Finds the organization in a URL, and whether the URL is that of the organization or of an object inside it.

use url::Url;

use crate::azure_devops::organization_url::Servers;
use crate::azure_devops::organization_url::error::BadOrganizationUrl;

/// Services of Azure DevOps with hosts of their own, such as `vssps.dev.azure.com/{organization}`.
const SERVICES: [&str; 7] = ["vssps", "vsrm", "feeds", "pkgs", "advsec", "auditservice", "almsearch"];

const DEFAULT_COLLECTION: &str = "DefaultCollection";

/// The organization or collection that a URL belongs to.
pub(super) struct Location {
    /// The URL of the collection; `None` on Azure DevOps Services.
    pub(super) base: Option<String>,
    /// The name of the organization or collection, encoded as in the URL.
    pub(super) name: String,
    /// The object inside it that the URL is the address of, such as "a project"; `None` for the organization itself.
    pub(super) inside: Option<&'static str>,
}

impl Location {
    /// Finds the location of a URL.
    pub(super) fn of(url: &Url, servers: Servers) -> Result<Self, BadOrganizationUrl> {
        let host = url.host_str().ok_or(BadOrganizationUrl::Unreadable)?;
        let segments: Vec<&str> =
            url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect();
        let is_microsoft_host = ["azure.com", "visualstudio.com"].iter().any(|domain| {
            host.trim_end_matches('.')
                .strip_suffix(domain)
                .is_some_and(|subdomain| subdomain.is_empty() || subdomain.ends_with('.'))
        });
        if is_microsoft_host {
            let location = if url.port().is_none() { Self::on_services(host, &segments) } else { None };
            location.ok_or_else(|| BadOrganizationUrl::UnknownHost { host: host.to_owned() })?
        } else if servers == Servers::Allowed {
            Self::on_server(url, &segments)
        } else {
            Err(BadOrganizationUrl::UnknownHost { host: host.to_owned() })
        }
    }

    /// The location on a host of Azure DevOps Services; `None` when the host has no organizations.
    fn on_services(host: &str, segments: &[&str]) -> Option<Result<Self, BadOrganizationUrl>> {
        let from_path = |segments: &[&str]| {
            let (name, rest) = segments.split_first()?;
            Some(Self { base: None, name: (*name).to_owned(), inside: inside(rest) })
        };
        if host == "dev.azure.com" {
            return Some(from_path(segments).ok_or(BadOrganizationUrl::NoOrganization));
        }
        if let Some(service) = host.strip_suffix(".dev.azure.com") {
            let location = SERVICES.contains(&service).then(|| from_path(segments)).flatten()?;
            return Some(Ok(location.or_inside("a service of Azure DevOps")));
        }
        let labels = host.strip_suffix(".visualstudio.com")?;
        let (name, service) =
            labels.split_once('.').map_or((labels, None), |(name, rest)| (name, Some(rest)));
        let rest = match segments {
            [first, rest @ ..] if first.eq_ignore_ascii_case(DEFAULT_COLLECTION) => rest,
            rest => rest,
        };
        let location = Self { base: None, name: name.to_owned(), inside: inside(rest) };
        match service {
            None => Some(Ok(location)),
            Some(service) if SERVICES.contains(&service) && name != "app" => {
                Some(Ok(location.or_inside("a service of Azure DevOps")))
            }
            Some(_) => None,
        }
    }

    /// The location on a server. After the virtual directory `tfs` comes the collection. Any other path is taken for that
    /// of a collection, since a server may be published under any virtual directory; only the server can tell a
    /// collection from a project.
    fn on_server(url: &Url, segments: &[&str]) -> Result<Self, BadOrganizationUrl> {
        let is_below_tfs = segments.first().is_some_and(|first| first.eq_ignore_ascii_case("tfs"));
        let pages = segments.iter().position(|segment| segment.starts_with('_'));
        let depth = match pages {
            _ if is_below_tfs => 2,
            None => segments.len().max(1),
            // The segment before `_git` and other pages is a project, unless it is the only one.
            Some(pages) => pages.saturating_sub(1).max(1),
        };
        let (collection, rest) =
            segments.split_at_checked(depth).ok_or(BadOrganizationUrl::NoOrganization)?;
        if pages.is_some_and(|pages| pages < depth) {
            return Err(BadOrganizationUrl::NoOrganization);
        }
        let name = collection.last().ok_or(BadOrganizationUrl::NoOrganization)?;
        // A suggested URL is HTTPS even when the pasted URL is not.
        let host = url.host_str().unwrap_or_default();
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let base = format!("https://{host}{port}/{}", collection.join("/"));
        Ok(Self { base: Some(base), name: (*name).to_owned(), inside: inside(rest) })
    }

    /// Names an object where the path names none.
    fn or_inside(self, target: &'static str) -> Self {
        Self { inside: self.inside.or(Some(target)), ..self }
    }
}

/// The object that the rest of the path, after the organization, is the address of.
fn inside(rest: &[&str]) -> Option<&'static str> {
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

/// The organization in `git@ssh.dev.azure.com:v3/{organization}/…`, or in the older form on `vs-ssh.visualstudio.com`.
pub(super) fn in_ssh_address(text: &str) -> Option<&str> {
    let (user, rest) = text.strip_prefix("ssh://").unwrap_or(text).split_once('@')?;
    let path = ["ssh.dev.azure.com:", "vs-ssh.visualstudio.com:"].iter().find_map(|host| {
        let path = rest.strip_prefix(host)?;
        path.trim_start_matches("22/").strip_prefix("v3/")
    })?;
    let organization = path.split('/').next().filter(|name| !name.is_empty())?;
    let is_plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_plain(user) && is_plain(organization)).then_some(organization)
}
