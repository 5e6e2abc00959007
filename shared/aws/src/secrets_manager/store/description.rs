//! Descriptions of secrets by Secrets Manager, as the port's types.

use std::collections::HashMap;

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::primitives::DateTime;
use aws_sdk_secretsmanager::types::{SecretListEntry, Tag};
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::secrets::name::SecretNames;
use hookpost_core::secrets::status::{ListedSecret, SecretDescription, SecretStatus};
use hookpost_core::secrets::store::{INTEGRATION_TAG, STACK_TAG};
use hookpost_core::secrets::version::VersionStage;
use hookpost_core::secrets::version::{VersionId, Versions};
use jiff::Timestamp;

use crate::secrets_manager::staging_label;

/// The owner of a secret, by its tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ownership {
    Ours,
    Foreign,
    /// The secret belongs to this stack.
    OfStack(String),
    /// The secret is being deleted and shows no tags. Whether Secrets Manager shows the tags of such a secret could not be
    /// seen in a real account; its documentation says that "details" are not accessible.
    Unknown,
}

pub(super) fn ownership(
    tags: &[Tag],
    deleted: Option<&DateTime>,
    integration: &IntegrationName,
    stack: &str,
) -> Ownership {
    if tag(tags, INTEGRATION_TAG) == Some(integration.as_str()) {
        other_stack(tags, stack).map_or(Ownership::Ours, Ownership::OfStack)
    } else if tags.is_empty() && deleted.is_some() {
        Ownership::Unknown
    } else {
        Ownership::Foreign
    }
}

/// The stack that owns a secret, unless it is `stack`. `None` without the tag, as of a secret that an operator made.
pub(super) fn other_stack(tags: &[Tag], stack: &str) -> Option<String> {
    tag(tags, STACK_TAG).filter(|owner| *owner != stack).map(str::to_owned)
}

/// The tags of a new secret.
pub(super) fn tags(integration: &IntegrationName, stack: &str) -> [Tag; 2] {
    [Tag::builder().key(INTEGRATION_TAG).value(integration.as_str()).build(), stack_tag(stack)]
}

/// The tag that names the stack which creates a secret.
pub(super) fn stack_tag(stack: &str) -> Tag {
    Tag::builder().key(STACK_TAG).value(stack).build()
}

/// `DeletedDate` is taken for the end of the recovery window. The API reference says that the secret is deleted "some
/// time after" it; that it is not the time of the request could not be seen in a real account.
pub(super) fn secret_status(output: DescribeSecretOutput) -> SecretStatus {
    if let Some(date) = output.deleted_date {
        return SecretStatus::ScheduledForDeletion { until: timestamp(&date) };
    }
    SecretStatus::Present(SecretDescription {
        arn: output.arn.unwrap_or_default(),
        rotation_enabled: output.rotation_enabled.unwrap_or_default(),
        changed_at: output.last_changed_date.as_ref().and_then(timestamp),
        versions: versions(output.version_ids_to_stages.unwrap_or_default()),
    })
}

/// An entry of `ListSecrets`; `None` for a secret that does not belong to `stack`.
pub(super) fn listed(entry: &SecretListEntry, names: &SecretNames, stack: &str) -> Option<ListedSecret> {
    let (integration, kind) = names.read(entry.name()?)?;
    let is_usable = entry.deleted_date().is_none();
    match ownership(entry.tags(), entry.deleted_date(), &integration, stack) {
        Ownership::Ours | Ownership::Unknown => Some(ListedSecret { integration, kind, is_usable }),
        Ownership::Foreign | Ownership::OfStack(_) => None,
    }
}

pub(super) fn timestamp(date: &DateTime) -> Option<Timestamp> {
    Timestamp::new(date.secs(), date.subsec_nanos().try_into().ok()?).ok()
}

/// Leaves out labels of an operator's own, and ids that no version can have.
fn versions(labels: HashMap<String, Vec<String>>) -> Versions {
    let stages = |labels: Vec<String>| {
        let stages = [VersionStage::Current, VersionStage::Pending, VersionStage::Previous];
        stages.into_iter().filter(|stage| labels.iter().any(|text| text == staging_label(*stage))).collect()
    };
    Versions::new(
        labels.into_iter().filter_map(|(id, labels)| Some((VersionId::parse(&id).ok()?, stages(labels)))),
    )
}

fn tag<'a>(tags: &'a [Tag], key: &str) -> Option<&'a str> {
    tags.iter().find(|tag| tag.key() == Some(key)).and_then(Tag::value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contoso() -> IntegrationName {
        IntegrationName::parse("contoso").expect("a name")
    }

    #[test]
    fn a_description_becomes_a_state() {
        let id = |fill: u8| VersionId::generate([fill; 16]);
        let output = DescribeSecretOutput::builder()
            .arn("arn")
            .rotation_enabled(true)
            .last_changed_date(DateTime::from_secs(1_800_000_000))
            .version_ids_to_stages(id(1).as_str(), vec!["AWSCURRENT".to_owned(), "mine".to_owned()])
            .version_ids_to_stages(id(2).as_str(), vec!["AWSPENDING".to_owned()])
            .version_ids_to_stages("short", vec!["AWSPREVIOUS".to_owned()]);
        let SecretStatus::Present(state) = secret_status(output.clone().build()) else { panic!("present") };
        assert!(state.rotation_enabled);
        assert_eq!(state.changed_at, Timestamp::new(1_800_000_000, 0).ok());
        let expected = [(id(1), vec![VersionStage::Current]), (id(2), vec![VersionStage::Pending])];
        assert_eq!(state.versions, Versions::new(expected));
        let deleted = output.deleted_date(DateTime::from_secs(1)).build();
        assert_eq!(
            secret_status(deleted),
            SecretStatus::ScheduledForDeletion { until: Timestamp::new(1, 0).ok() }
        );
    }

    #[test]
    fn a_secret_is_ours_only_with_integration_and_stack_on_its_tags() {
        let other = IntegrationName::parse("fabrikam").expect("a name");
        let date = DateTime::from_secs(1);
        let contosos = |tags: &[Tag], deleted| ownership(tags, deleted, &contoso(), "s");
        for deleted in [None, Some(&date)] {
            assert_eq!(contosos(&tags(&contoso(), "s"), deleted), Ownership::Ours);
            assert_eq!(contosos(&tags(&other, "s"), deleted), Ownership::Foreign);
            assert_eq!(contosos(&tags(&contoso(), "t"), deleted), Ownership::OfStack("t".to_owned()));
            assert_eq!(contosos(&tags(&contoso(), "t")[..1], deleted), Ownership::Ours, "made by hand");
        }
        assert_eq!(contosos(&[], None), Ownership::Foreign);
        assert_eq!(contosos(&[], Some(&date)), Ownership::Unknown);
        let names = SecretNames::new("hookpost").expect("a prefix");
        let entry = |name: &str, integration: &IntegrationName, stack: &str| {
            let tags = tags(integration, stack).to_vec();
            listed(&SecretListEntry::builder().name(name).set_tags(Some(tags)).build(), &names, "s")
        };
        assert!(entry("hookpost/contoso/webhook", &contoso(), "s").is_some());
        assert!(entry("hookpost/contoso/webhook", &contoso(), "t").is_none());
        assert!(entry("hookpost/contoso/webhook", &other, "s").is_none());
        assert!(entry("hookpost/contoso/else", &contoso(), "s").is_none());
    }
}
