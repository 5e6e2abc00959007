//! Finds the organization of Azure DevOps Services, or the collection of a server, that a repository is in.

use crate::normalize::address::{Address, decode, encode};
use crate::normalize::fields::guid_in;
use crate::normalize::location_sources::LocationSources;

/// An organization of Azure DevOps Services, or a collection of a server.
#[derive(Debug)]
pub(super) struct Collection {
    /// The canonical URL, without a slash at the end.
    pub(super) url: String,
    /// The name in its one form: that of an organization in lower case, since host names lose the case.
    pub(super) name: Option<String>,
    /// The name as it was sent.
    pub(super) display_name: Option<String>,
    pub(super) is_services: bool,
}

impl Collection {
    /// The collection that a delivery names; `None` when no URL in it does.
    pub(super) fn find(sources: &LocationSources<'_>) -> Option<Self> {
        if let Some(web) = sources.web() {
            return Self::of_services(&web.address).or_else(|| Self::of_server(sources));
        }
        // In samples, the host of some REST URLs is an internal one.
        let rest = sources.rest().iter().find_map(|rest| Self::of_services(&rest.address));
        rest.or_else(|| Self::of_services(&sources.project_url()?.address))
            .or_else(|| Self::of_services(sources.base()?))
            .or_else(|| Self::of_server(sources))
    }

    /// The number of segments that name this collection in the path of `address`, or of another URL of the same host.
    pub(super) fn prefix_in(&self, address: &Address<'_>) -> usize {
        match address.services_prefix() {
            Some(prefix) => prefix,
            None => self.url.split('/').skip(3).filter(|segment| !segment.is_empty()).count(),
        }
    }

    fn of_services(address: &Address<'_>) -> Option<Self> {
        let display_name = address.services_organization()?.into_owned();
        let name = display_name.to_ascii_lowercase();
        let url = ["https://dev.azure.com/", &encode(&name)].concat();
        Some(Self { url, name: Some(name), display_name: Some(display_name), is_services: true })
    }

    fn of_server(sources: &LocationSources<'_>) -> Option<Self> {
        let web = sources.web();
        let project = sources.project_name();
        let web_candidate = web.map(|web| {
            let segments: Vec<&str> = web.path(0).collect();
            (&web.address, before_project(&segments, project.as_deref(), sources))
        });
        let rest_candidate = sources.rest().first().map(|rest| {
            let segments: Vec<&str> = rest.address.segments().take(rest.prefix).collect();
            // Without a name to compare with, a path as long as the one before `_git` is taken to end in the project.
            let may_be_project = project.is_none() && web.is_some_and(|web| web.prefix == rest.prefix);
            let is_project =
                rest.project_id.is_some() || may_be_project || is_last(&segments, project.as_deref());
            (&rest.address, rest.prefix.saturating_sub(usize::from(is_project)))
        });
        let candidates = [
            sources.base().map(|base| (base, base.segments().count())),
            sources.project_url().map(|project| (&project.address, project.prefix)),
            rest_candidate,
            web_candidate,
        ];
        // Clone URLs have the host that people know; the others may have an internal one.
        let known =
            web.map(|web| &web.address).or_else(|| candidates.iter().flatten().next_back().map(|c| c.0));
        let origin = known?.origin();
        let here = candidates.iter().flatten().filter(|(address, _)| address.origin() == origin);
        let (address, length) =
            here.clone().find(|(_, length)| *length > 0).or_else(|| here.clone().next())?;
        let segments = address.segments().take(*length).map(decode);
        let url = segments.clone().fold(origin, |url, segment| url + "/" + &encode(&segment));
        let name = segments.last().map(std::borrow::Cow::into_owned);
        Some(Self { url, display_name: name.clone(), name, is_services: false })
    }
}

/// The number of segments in front of the project, in the path before `_git`.
fn before_project(segments: &[&str], project: Option<&str>, sources: &LocationSources<'_>) -> usize {
    let Some(project) = project else { return segments.len().saturating_sub(1) };
    let is_project = |segment: &&str| is_name(segment, project) || guid_in(segment).is_some();
    // A project is left out when its repository has the same name.
    let is_left_out = || sources.repository_in_path().is_some_and(|repository| is_name(&repository, project));
    match segments.iter().rposition(is_project) {
        Some(at) => at,
        None if is_left_out() => segments.len(),
        None => segments.len().saturating_sub(1),
    }
}

fn is_last(segments: &[&str], project: Option<&str>) -> bool {
    segments.last().zip(project).is_some_and(|(segment, project)| is_name(segment, project))
}

fn is_name(segment: &str, name: &str) -> bool {
    decode(segment).to_lowercase() == name.to_lowercase()
}
