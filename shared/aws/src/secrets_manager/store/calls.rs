//! One function for each operation of Secrets Manager, without decisions.

use aws_sdk_secretsmanager::operation::create_secret::CreateSecretError;
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use aws_sdk_secretsmanager::operation::put_secret_value::PutSecretValueError;
use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType};
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::SecretKind;
use hookpost_core::secrets::status::{ListedSecret, RecoveryWindow, SecretStatus};
use hookpost_core::secrets::version::VersionId;
use hookpost_core::secrets::version::VersionStage;

use super::description::{listed, tags, timestamp};
use super::{SecretsManagerStore, error};
use crate::secrets_manager::staging_label;

/// The result of `CreateSecret`.
pub(super) enum Creation {
    Created,
    /// Another caller created a secret of that name meanwhile.
    NameTaken,
}

/// The result of `PutSecretValue`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addition {
    /// The version exists and has its label.
    Added,
    /// A version of that id and value existed. Secrets Manager answers with success and changes nothing, not even the
    /// version's labels.
    SameExists,
    /// A version of that id with another value existed.
    OtherExists,
}

/// The version whose value is read.
#[derive(Clone, Copy)]
pub(super) enum VersionSelector<'a> {
    Version(&'a VersionId),
    Current,
}

impl SecretsManagerStore {
    /// `None` when there is no such secret.
    pub(super) async fn call_describe(
        &self,
        secret: &str,
    ) -> Result<Option<DescribeSecretOutput>, SecretStoreError> {
        match self.client.describe_secret().secret_id(secret).send().await {
            Ok(output) => Ok(Some(output)),
            Err(failure) => match error::of_call("DescribeSecret", secret, &failure) {
                SecretStoreError::Missing { .. } => Ok(None),
                error => Err(error),
            },
        }
    }

    /// `None` when there is no such secret, no such version, or a version without a value.
    pub(super) async fn value(
        &self,
        secret: &str,
        version: VersionSelector<'_>,
    ) -> Result<Option<GetSecretValueOutput>, SecretStoreError> {
        let request = self.client.get_secret_value().secret_id(secret);
        let request = match version {
            VersionSelector::Version(id) => request.version_id(id.as_str()),
            VersionSelector::Current => request.version_stage(staging_label(VersionStage::Current)),
        };
        match request.send().await {
            Ok(output) => Ok(Some(output)),
            Err(failure) => match error::of_call("GetSecretValue", secret, &failure) {
                SecretStoreError::Missing { .. } => Ok(None),
                error => Err(error),
            },
        }
    }

    /// Sets value and tags in one call, so that no secret of Hookpost is ever without its tag.
    pub(super) async fn create(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
        value: &str,
        version: &VersionId,
    ) -> Result<Creation, SecretStoreError> {
        let secret = self.names.name(integration, kind);
        let description = match kind {
            SecretKind::Webhook => "Password that Azure DevOps sends to Hookpost",
            SecretKind::Organization => "Azure DevOps organization and personal access token of Hookpost",
        };
        let request = self.client.create_secret().name(&secret).client_request_token(version.as_str());
        let request = request.secret_string(value).set_tags(Some(tags(integration, &self.stack).to_vec()));
        let request = request.set_kms_key_id(self.key_arn.clone());
        match request.description(format!("{description}, integration {integration}")).send().await {
            Ok(_) => Ok(Creation::Created),
            Err(error) => match error.as_service_error() {
                Some(CreateSecretError::ResourceExistsException(_)) => Ok(Creation::NameTaken),
                _ => Err(error::of_call("CreateSecret", &secret, &error)),
            },
        }
    }

    pub(super) async fn put(
        &self,
        secret: &str,
        value: &str,
        version: &VersionId,
        stage: VersionStage,
    ) -> Result<Addition, SecretStoreError> {
        let request = self.client.put_secret_value().secret_id(secret).secret_string(value);
        let request = request.client_request_token(version.as_str()).version_stages(staging_label(stage));
        match request.send().await {
            Ok(output) if output.version_stages().iter().any(|text| text == staging_label(stage)) => {
                Ok(Addition::Added)
            }
            Ok(_) => Ok(Addition::SameExists),
            Err(error) => match error.as_service_error() {
                Some(PutSecretValueError::ResourceExistsException(_)) => Ok(Addition::OtherExists),
                _ => Err(error::of_call("PutSecretValue", secret, &error)),
            },
        }
    }

    /// Moves a staging label: onto a version, off a version, or both.
    pub(super) async fn move_label(
        &self,
        secret: &str,
        stage: VersionStage,
        to: Option<&VersionId>,
        from: Option<&VersionId>,
    ) -> Result<(), SecretStoreError> {
        let id = |version: Option<&VersionId>| version.map(|version| version.as_str().to_owned());
        let request =
            self.client.update_secret_version_stage().secret_id(secret).version_stage(staging_label(stage));
        let request = request.set_move_to_version_id(id(to)).set_remove_from_version_id(id(from));
        let output = request.send().await;
        output.map(drop).map_err(|error| error::of_call("UpdateSecretVersionStage", secret, &error))
    }

    pub(super) async fn call_restore(&self, secret: &str) -> Result<(), SecretStoreError> {
        let output = self.client.restore_secret().secret_id(secret).send().await;
        output.map(drop).map_err(|error| error::of_call("RestoreSecret", secret, &error))
    }

    pub(super) async fn call_delete(
        &self,
        secret: &str,
        window: RecoveryWindow,
    ) -> Result<SecretStatus, SecretStoreError> {
        let request = self.client.delete_secret().secret_id(secret);
        match request.recovery_window_in_days(window.as_days().into()).send().await {
            Ok(output) => {
                Ok(SecretStatus::ScheduledForDeletion { until: output.deletion_date().and_then(timestamp) })
            }
            Err(error) => Err(error::of_call("DeleteSecret", secret, &error)),
        }
    }

    /// Filters by name only: by tag, Secrets Manager might not find a secret that is being deleted.
    pub(super) async fn call_list(&self) -> Result<Vec<ListedSecret>, SecretStoreError> {
        let names =
            Filter::builder().key(FilterNameStringType::Name).values(self.names.common_prefix()).build();
        let mut found = Vec::new();
        let mut page = None;
        loop {
            let request = self.client.list_secrets().include_planned_deletion(true).set_next_token(page);
            let output = request
                .filters(names.clone())
                .send()
                .await
                .map_err(|error| error::of_call("ListSecrets", "*", &error))?;
            let listed = |entry| listed(entry, &self.names, &self.stack);
            found.extend(output.secret_list().iter().filter_map(listed));
            page = output.next_token.filter(|token| !token.is_empty());
            if page.is_none() {
                return Ok(found);
            }
        }
    }
}
