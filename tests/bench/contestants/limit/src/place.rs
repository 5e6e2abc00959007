//! The repository a delivery is about, and every URL a consumer may know it by.

use std::borrow::Cow;

use serde::Serialize;

use crate::wire;

#[derive(Serialize)]
pub(crate) struct Organization {
    pub(crate) name: String,
    url: String,
}

#[derive(Clone, Copy, Serialize)]
pub(crate) struct Project<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Repository<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) web_url: String,
    https_url: String,
    ssh_url: String,
    api_url: String,
    alternate_urls: Vec<String>,
    pub(crate) default_branch: Option<&'a str>,
}

pub(crate) struct Place<'a> {
    pub(crate) organization: Organization,
    pub(crate) project: Project<'a>,
    pub(crate) repository: Repository<'a>,
}

impl<'a> Place<'a> {
    /// `None` when no URL is one of `dev.azure.com`.
    pub(crate) fn of(wire: &'a wire::Repository<'a>) -> Option<Self> {
        let url = wire.web_url.or(wire.remote_url)?.strip_prefix("https://")?;
        let url = url.split_once('@').map_or(url, |(_, url)| url).strip_prefix("dev.azure.com/")?;
        let (organization, path) = url.split_once('/')?;
        let (project, name) = path.split_once("/_git/")?;
        let organization: Cow<'_, str> = if organization.bytes().any(|byte| byte.is_ascii_uppercase()) {
            organization.to_ascii_lowercase().into()
        } else {
            organization.into()
        };
        let home = format!("https://dev.azure.com/{organization}");
        let web_url = format!("{home}/{path}");
        let mut alternate_urls = vec![
            format!("https://{organization}@dev.azure.com/{organization}/{path}"),
            format!("https://{organization}.visualstudio.com/{path}"),
            format!("https://{organization}.visualstudio.com/DefaultCollection/{path}"),
            format!("{organization}@vs-ssh.visualstudio.com:v3/{organization}/{project}/{name}"),
        ];
        if project.eq_ignore_ascii_case(name) {
            alternate_urls.push(format!("{home}/_git/{name}"));
            alternate_urls.push(format!("https://{organization}.visualstudio.com/_git/{name}"));
        }
        Some(Self {
            project: Project { id: wire.project.id, name: &wire.project.name },
            repository: Repository {
                id: wire.id,
                name: &wire.name,
                https_url: web_url.clone(),
                ssh_url: format!("git@ssh.dev.azure.com:v3/{organization}/{project}/{name}"),
                api_url: format!("{home}/_apis/git/repositories/{}", wire.id),
                web_url,
                alternate_urls,
                default_branch: wire.default_branch,
            },
            organization: Organization { name: organization.into_owned(), url: home },
        })
    }
}
