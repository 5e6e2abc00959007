//! The wire types that pushes, pull requests and comments share: repositories, projects and links.

use serde::Deserialize;

use crate::payload::lenient::scalar::Text;

/// A repository. Pull requests have most of its fields, pushes fewer; servers and samples have the fewest.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WireRepository<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) url: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) project: Option<WireProject<'a>>,
    #[serde(borrow)]
    pub(crate) default_branch: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) remote_url: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) ssh_url: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) web_url: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WireProject<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) url: Option<Text<'a>>,
}

/// One entry of `_links`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Href<'a> {
    #[serde(borrow)]
    pub(crate) href: Option<Text<'a>>,
}
