//! The other URLs of a repository: every form that Azure DevOps has had for it, and those of the delivery as they were
//! sent. People have them in the configuration of their tools, which compare text.

use crate::normalize::address::has_password;
use crate::payload::lenient::scalar::LenientText;

/// The URLs of a repository on Azure DevOps Services, but for its canonical ones. Names are percent-encoded.
pub(super) fn of_services(organization: &str, project: &str, repository: &str) -> Vec<String> {
    let o = organization;
    let path = &["/", project, "/_git/", repository].concat();
    let ssh = &["/", o, "/", project, "/", repository].concat();
    let mut urls = Vec::with_capacity(24);
    urls.extend([
        ["https://", o, "@dev.azure.com/", o, path].concat(),
        ["https://", o, ".visualstudio.com", path].concat(),
        ["https://", o, ".visualstudio.com/DefaultCollection", path].concat(),
        ["ssh://git@ssh.dev.azure.com/v3", ssh].concat(),
        [o, "@vs-ssh.visualstudio.com:v3", ssh].concat(),
        ["ssh://", o, "@vs-ssh.visualstudio.com/v3", ssh].concat(),
        ["ssh://", o, "@", o, ".visualstudio.com:22", path].concat(),
        ["ssh://", o, "@", o, ".visualstudio.com:22/DefaultCollection", path].concat(),
        ["ssh://", o, "@vs-ssh.visualstudio.com:22/", project, "/_ssh/", repository].concat(),
        ["ssh://", o, "@vs-ssh.visualstudio.com:22/DefaultCollection/", project, "/_ssh/", repository]
            .concat(),
    ]);
    if project.eq_ignore_ascii_case(repository) {
        // Of a repository with the name of its project, the project is left out.
        urls.extend([
            ["https://dev.azure.com/", o, "/_git/", repository].concat(),
            ["https://", o, "@dev.azure.com/", o, "/_git/", repository].concat(),
            ["https://", o, ".visualstudio.com/_git/", repository].concat(),
            ["https://", o, ".visualstudio.com/DefaultCollection/_git/", repository].concat(),
            ["ssh://", o, "@", o, ".visualstudio.com:22/_git/", repository].concat(),
            ["ssh://", o, "@", o, ".visualstudio.com:22/DefaultCollection/_git/", repository].concat(),
            ["ssh://", o, "@vs-ssh.visualstudio.com:22/_ssh/", repository].concat(),
            ["ssh://", o, "@vs-ssh.visualstudio.com:22/DefaultCollection/_ssh/", repository].concat(),
        ]);
    }
    urls
}

/// The URLs of a repository on a server. `collection` is the URL of its collection.
pub(super) fn of_server(collection: &str, project: &str, repository: &str) -> Vec<String> {
    let mut urls = Vec::with_capacity(6);
    if project.eq_ignore_ascii_case(repository) {
        urls.push([collection, "/_git/", repository].concat());
    }
    let (_, behind) = collection.split_once("://").unwrap_or(("", collection));
    let (authority, path) = behind.split_once('/').unwrap_or((behind, ""));
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    // UNCONFIRMED: Microsoft's examples have the port, and no virtual directory. If a server writes another form, that one
    // is among the URLs as it was sent, when it was sent.
    let collection = path.rsplit('/').next().filter(|name| *name != path);
    for path in [Some(path), collection].into_iter().flatten().filter(|path| !path.is_empty()) {
        urls.push(["ssh://", host, ":22/", path, "/", project, "/_git/", repository].concat());
    }
    urls
}

/// Adds the URLs of a delivery as they were sent, unless they are there. A URL with a password is left out.
pub(super) fn add_sent(
    urls: &mut Vec<String>,
    canonical: [Option<&String>; 2],
    sent: [&Option<LenientText<'_>>; 3],
) {
    for url in sent.into_iter().flatten().map(LenientText::as_str) {
        let is_known = urls.iter().chain(canonical.into_iter().flatten()).any(|known| known == url);
        if !url.is_empty() && !is_known && !has_password(url) {
            urls.push(url.to_owned());
        }
    }
}
