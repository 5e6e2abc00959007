//! The roles of a deployment that use Azure DevOps, by their ARNs. An app trusts each by a federated credential whose
//! subject is the ARN, letter case included.

use crate::azure_devops::credential::Credential;
use crate::entra::assertion::Claims;

/// The roles of `setup` and `watch`, as far as the deployment names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// The role of `setup`.
    pub setup: Option<String>,
    /// The role of `watch`.
    pub watch: Option<String>,
}

impl Roles {
    /// The functions and their subjects.
    pub fn subjects(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [("setup", &self.setup), ("watch", &self.watch)]
            .into_iter()
            .filter_map(|(function, role)| Some((function, role.as_deref()?)))
    }

    /// Says which role was replaced since `connect`, so that the app does not trust it yet.
    pub(crate) fn replaced(&self, credential: &Credential) -> Option<String> {
        let Credential::Entra { subjects: known, .. } = credential else { return None };
        let is_new = |(_, subject): &(&str, &str)| !known.iter().any(|known| known == subject);
        let new: Vec<String> = self
            .subjects()
            .filter(is_new)
            .map(|(function, subject)| format!("`{function}` has the subject `{subject}` now"))
            .collect();
        (!known.is_empty() && !new.is_empty()).then(|| {
            format!(
                "a role was replaced since `connect`: {}: create a federated credential for it in the app (`identity` shows \
                 the command), then run `connect` again",
                new.join(", ")
            )
        })
    }

    /// The claims that the app must trust: those of the function that asks, and those of the other function, which
    /// differ in the subject only.
    pub(crate) fn claims(&self, own: &Claims) -> Vec<Claims> {
        let others = self.subjects().map(|(_, subject)| subject).filter(|subject| *subject != own.subject);
        let others = others.map(|subject| Claims { subject: subject.to_owned(), ..own.clone() });
        std::iter::once(own.clone()).chain(others).collect()
    }
}
