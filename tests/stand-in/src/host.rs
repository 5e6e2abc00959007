//! Host forms of an organization, and the URLs that follow from them.
//!
//! Forms: learn.microsoft.com, "Azure DevOps REST API reference" (components of a request) and
//! "Allowed IP addresses and domain URLs".

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Project, Repository, Uuid};

/// The three ways an organization is addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HostForm {
    /// `https://dev.azure.com/{organization}/`
    Services,
    /// `https://{organization}.visualstudio.com/`, the form of older organizations.
    VisualStudio,
    /// Azure DevOps Server: `{root}/{collection}/`, where `root` may carry a port and a path.
    Server { root: String },
}

/// A host and the organization's (on premises: the collection's) name.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    pub(super) host: HostForm,
    pub(super) name: String,
    pub(super) account: Uuid,
}

impl Addresses {
    pub(super) fn is_server(&self) -> bool {
        self.server_root().is_some()
    }

    /// The base URL of a server, without a final slash.
    pub(super) fn server_root(&self) -> Option<&str> {
        match &self.host {
            HostForm::Server { root } => Some(root),
            HostForm::Services | HostForm::VisualStudio => None,
        }
    }

    /// The base URL, with its final slash.
    pub(super) fn base(&self) -> String {
        let name = &self.name;
        match &self.host {
            HostForm::Services => format!("https://dev.azure.com/{name}/"),
            HostForm::VisualStudio => format!("https://{name}.visualstudio.com/"),
            HostForm::Server { root } => format!("{root}/{}/", segment(name)),
        }
    }

    pub(super) fn project(&self, project: &Project) -> String {
        format!("{}_apis/projects/{}", self.base(), project.id)
    }

    /// The browser URL, which is also the clone URL without user info.
    pub(super) fn repository_web(&self, project: &Project, repository: &Repository) -> String {
        format!("{}{}", self.base(), git_path(&self.host, project, repository))
    }

    /// The clone URL of pull-request bodies; on dev.azure.com it names the organization as user.
    pub(super) fn repository_clone(&self, project: &Project, repository: &Repository) -> String {
        let web = self.repository_web(project, repository);
        match self.host {
            HostForm::Services => web.replacen("https://", &format!("https://{}@", self.name), 1),
            HostForm::VisualStudio | HostForm::Server { .. } => web,
        }
    }

    pub(super) fn repository_ssh(&self, project: &Project, repository: &Repository) -> String {
        let organization = &self.name;
        let path = format!("{}/{}", segment(&project.name), segment(&repository.name));
        match &self.host {
            HostForm::Services => format!("git@ssh.dev.azure.com:v3/{organization}/{path}"),
            HostForm::VisualStudio => {
                format!("{organization}@vs-ssh.visualstudio.com:v3/{organization}/{path}")
            }
            HostForm::Server { root } => {
                let host = root.split("://").nth(1).unwrap_or(root);
                let host = host.split(['/', ':']).next().unwrap_or(host);
                let git = git_path(&self.host, project, repository);
                format!("ssh://{host}:22/{}/{git}", segment(organization))
            }
        }
    }

    /// The REST URL that push bodies use: without the project.
    pub(super) fn repository_rest(&self, repository: &Repository) -> String {
        format!("{}_apis/git/repositories/{}", self.base(), repository.id)
    }

    pub(super) fn identity(&self, id: Uuid) -> String {
        let base = if self.is_server() {
            self.base()
        } else {
            format!("https://spsprodweu3.vssps.visualstudio.com/A{}/", self.account)
        };
        format!("{base}_apis/Identities/{id}")
    }
}

/// `{project}/_git/{repository}`; the old host leaves the project out when it has the same name.
fn git_path(host: &HostForm, project: &Project, repository: &Repository) -> String {
    let git = format!("_git/{}", segment(&repository.name));
    match host {
        HostForm::VisualStudio if project.name == repository.name => git,
        _ => format!("{}/{git}", segment(&project.name)),
    }
}

/// One path segment, percent-encoded as UTF-8.
pub(super) fn segment(name: &str) -> String {
    utf8_percent_encode(name, SEGMENT).to_string()
}

/// A full ref as the tail of a link: its slashes stay.
pub(super) fn ref_path(name: &str) -> String {
    utf8_percent_encode(name, REF_PATH).to_string()
}

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const REF_PATH: &AsciiSet = &SEGMENT.remove(b'/');
