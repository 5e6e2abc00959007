//! An organization of the stand-in Azure DevOps whose eight subscriptions deliver to one address.

use hookpost_stand_in::{Identity, Notification, Organization, RefChange, RepositoryId, Timestamp, Webhook};

/// One repository, one person, every subscription.
#[derive(Debug)]
pub struct Sender {
    /// What further changes are made to.
    pub organization: Organization,
    /// The repository, with a first commit on [`MAIN`].
    pub repository: RepositoryId,
    /// Who changes the repository.
    pub ada: Identity,
}

impl Sender {
    /// For the webhooks of an integration below `address`.
    pub fn new(address: &str, integration: &str) -> Self {
        let mut organization = Organization::services(integration, 97);
        let project = organization.add_project("Brew House");
        let repository = organization.add_repository(project, "kettle");
        let ada = organization.add_person("Ada Lind", "ada@northwind.example");
        organization.push(now(), &ada, repository, &[RefChange::commit(MAIN, &["Begin"])]);
        for subscription in Webhook::new(address, integration).standard_set() {
            organization.subscribe(subscription);
        }
        Self { organization, repository, ada }
    }

    /// Pushes; returns the notifications.
    pub fn push(&mut self, changes: &[RefChange]) -> Vec<Notification> {
        self.organization.push(now(), &self.ada, self.repository, changes)
    }

    /// Pushes new tags on the tip of [`MAIN`], all at once.
    pub fn push_tags(&mut self, names: impl IntoIterator<Item = String>) -> Vec<Notification> {
        let tip = self.organization.tip(self.repository, MAIN);
        let tag = |name: String| tip.map(|tip| RefChange::point(&format!("refs/tags/{name}"), tip));
        self.push(&names.into_iter().filter_map(tag).collect::<Vec<_>>())
    }
}

/// The time of every change: the same in every run.
pub fn now() -> Timestamp {
    Timestamp::constant(1_772_467_140, 123_456_700)
}

/// The default branch.
pub const MAIN: &str = "refs/heads/main";
