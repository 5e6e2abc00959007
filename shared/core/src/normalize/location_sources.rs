//! What a delivery says about its repository: names, ids, and URLs of several kinds, each of which may be missing.
//! URLs are parsed only when a field of the body does not say what they would.

use std::cell::OnceCell;

use crate::normalize::address::{Address, decode};
use crate::normalize::fields::{guid, guid_in, non_empty};
use crate::normalize::rest_url::{ProjectUrl, RestUrl};
use crate::payload::git::WireRepository;
use crate::payload::lenient::scalar::LenientText;
use crate::payload::{Container, Containers};

/// Where else a repository's location may be found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FallbackSources<'a> {
    /// The organization and project of the delivery.
    pub(super) containers: Option<&'a Containers<'a>>,
    /// REST URLs from other fields of the resource, the most reliable first.
    pub(super) rest_urls: &'a [Option<&'a LenientText<'a>>],
    /// The URL of the organization or collection, if it is known from elsewhere.
    pub(super) organization_url: Option<&'a str>,
}

/// The sources of one repository's location.
pub(super) struct LocationSources<'a> {
    wire: &'a WireRepository<'a>,
    fallbacks: FallbackSources<'a>,
    web: Option<GitUrl<'a>>,
    rest: OnceCell<Vec<RestUrl<'a>>>,
    project_url: OnceCell<Option<ProjectUrl<'a>>>,
    base: OnceCell<Option<Address<'a>>>,
}

impl<'a> LocationSources<'a> {
    pub(super) fn new(wire: &'a WireRepository<'a>, fallbacks: FallbackSources<'a>) -> Self {
        let web = [&wire.web_url, &wire.remote_url].into_iter().flatten();
        let web = web.map(LenientText::as_str).find_map(GitUrl::parse);
        let (rest, project_url, base) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { wire, fallbacks, web, rest, project_url, base }
    }

    /// The URL for a browser or for cloning.
    pub(super) fn web(&self) -> Option<&GitUrl<'a>> {
        self.web.as_ref()
    }

    /// REST URLs of the repository and of what is in it.
    pub(super) fn rest(&self) -> &[RestUrl<'a>] {
        self.rest.get_or_init(|| {
            let texts = std::iter::once(self.wire.url.as_ref())
                .chain(self.fallbacks.rest_urls.iter().copied())
                .flatten();
            texts.filter_map(|text| RestUrl::parse(text.as_str())).collect()
        })
    }

    /// The REST URL of the project.
    pub(super) fn project_url(&self) -> Option<&ProjectUrl<'a>> {
        let parse = || ProjectUrl::parse(self.wire.project.as_ref()?.url.as_ref()?.as_str());
        self.project_url.get_or_init(parse).as_ref()
    }

    /// The URL of the organization or collection, from the containers of the delivery.
    pub(super) fn base(&self) -> Option<&Address<'a>> {
        let parse = || {
            let FallbackSources { containers, organization_url, .. } = self.fallbacks;
            let containers = containers.map(|containers| [&containers.collection, &containers.account]);
            let containers = containers.into_iter().flatten().flatten();
            let urls =
                containers.filter_map(|container| container.base_url.as_ref()).map(LenientText::as_str);
            organization_url.into_iter().chain(urls).find_map(Address::parse)
        };
        self.base.get_or_init(parse).as_ref()
    }

    pub(super) fn repository_id(&self) -> Option<String> {
        guid(self.wire.id.as_ref())
            .or_else(|| self.rest().iter().find_map(|rest| rest.repository_id.clone()))
            .or_else(|| self.web()?.repository().and_then(|segment| guid_in(&segment)))
    }

    /// The project's id. The containers come last: in a sample of Microsoft's they have another one than the resource.
    pub(super) fn project_id(&self) -> Option<String> {
        let container = || guid(self.fallbacks.containers?.project.as_ref()?.id.as_ref());
        guid(self.wire.project.as_ref().and_then(|project| project.id.as_ref()))
            .or_else(|| self.project_url()?.project_id.clone())
            .or_else(|| self.rest().iter().find_map(|rest| rest.project_id.clone()))
            .or_else(|| self.web()?.path(0).find_map(guid_in))
            .or_else(container)
    }

    /// The collection's id, which stays when the organization is renamed.
    pub(super) fn collection_id(&self) -> Option<String> {
        let collection: &Container<'_> = self.fallbacks.containers?.collection.as_ref()?;
        guid(collection.id.as_ref())
    }

    /// The repository's name, as the body has it.
    pub(super) fn name(&self) -> Option<String> {
        non_empty(self.wire.name.as_ref())
    }

    pub(super) fn has_name(&self) -> bool {
        self.wire.name.as_ref().is_some_and(|name| !name.as_str().is_empty())
    }

    pub(super) fn has_project_name(&self) -> bool {
        let project = self.wire.project.as_ref();
        project.and_then(|project| project.name.as_ref()).is_some_and(|name| !name.as_str().is_empty())
    }

    /// The project's name, as the body has it.
    pub(super) fn project_name(&self) -> Option<String> {
        non_empty(self.wire.project.as_ref()?.name.as_ref())
    }

    /// The repository's name in a path: its own, else the segment of the URL, which may be a GUID.
    pub(super) fn repository_in_path(&self) -> Option<String> {
        self.name().or_else(|| self.web()?.repository())
    }

    /// The project's name in a path: its own, else a segment of a URL, which may be a GUID. `collection` is the number of
    /// segments that name the collection.
    pub(super) fn project_in_path(&self, collection: usize) -> Option<String> {
        let in_web = || {
            let web = self.web()?;
            // Behind the project, a URL may have a team.
            let named = web.path(collection).find(|segment| guid_in(segment).is_none());
            let segment = named.or_else(|| web.path(collection).next());
            // A project is left out when its repository has the same name.
            segment.map(|segment| decode(segment).into_owned()).or_else(|| self.repository_in_path())
        };
        let in_rest = || {
            let rest = self.rest().first()?;
            let segment = rest.address.segments().take(rest.prefix).nth(collection)?;
            guid_in(segment).is_none().then(|| decode(segment).into_owned())
        };
        self.project_name().or_else(in_web).or_else(in_rest)
    }
}

/// A URL such as `https://dev.azure.com/contoso/Shop/_git/web`. Before `_git`, a team may stand behind the project. Behind
/// it, `_full` or `_optimized` says which refs a clone gets.
#[derive(Debug)]
pub(super) struct GitUrl<'a> {
    pub(super) address: Address<'a>,
    /// The number of segments before `_git`.
    pub(super) prefix: usize,
}

impl<'a> GitUrl<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let address = Address::parse(text)?;
        let prefix = address.segments().position(|segment| segment == "_git")?;
        Some(Self { address, prefix })
    }

    /// The segments before `_git`, without the first `skipped`.
    pub(super) fn path(&self, skipped: usize) -> impl Iterator<Item = &str> {
        self.address.segments().take(self.prefix).skip(skipped)
    }

    fn repository(&self) -> Option<String> {
        let is_option = |segment: &&str| matches!(*segment, "_full" | "_optimized");
        let mut behind = self.address.segments().skip(self.prefix + 1);
        behind.find(|segment| !is_option(segment)).map(|segment| decode(segment).into_owned())
    }
}
