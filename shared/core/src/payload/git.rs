//! The wire types that pushes, pull requests and comments share: repositories, projects and links.

use serde::Deserialize;

use crate::payload::lenient::scalar::LenientText;

/// A repository. Pull requests have most of its fields, pushes fewer; servers and samples have the fewest.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WireRepository<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) name: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) url: Option<LenientText<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) project: Option<WireProject<'a>>,
    #[serde(borrow)]
    pub(crate) default_branch: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) remote_url: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) ssh_url: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) web_url: Option<LenientText<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WireProject<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) name: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) url: Option<LenientText<'a>>,
}

/// One entry of `_links`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Href<'a> {
    #[serde(borrow)]
    pub(crate) href: Option<LenientText<'a>>,
}
