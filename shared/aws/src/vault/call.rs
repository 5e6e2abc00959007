//! Single calls to Secrets Manager. None of them decides anything.

use aws_sdk_secretsmanager::operation::create_secret::CreateSecretError;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use aws_sdk_secretsmanager::operation::put_secret_value::PutSecretValueError;
use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType};
use hookpost_core::integration::IntegrationName;
use hookpost_core::port::Stage;
use hookpost_core::setup::vault::{
    Deletion, Listed, Presence, RecoveryWindow, SecretKind, VaultError, VersionId,
};

use super::describe::{Whose, label, listed, presence, tags, timestamp, whose};
use super::{SecretsManagerVault, failure};

/// What became of a secret that was to be made.
pub(super) enum Creation {
    Made,
    /// Somebody made one of that name meanwhile.
    NameTaken,
}

/// What became of a version that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addition {
    /// It is there, with its label.
    Made,
    /// There was one of that id with the same value. Secrets Manager answers with success and does nothing, not even to
    /// its labels.
    SameThere,
    /// There was one of that id with another value.
    OtherThere,
}

/// Which version's value is read.
#[derive(Clone, Copy)]
pub(super) enum Which<'a> {
    Version(&'a VersionId),
    Current,
}

impl SecretsManagerVault {
    /// `None` when there is no such secret.
    pub(super) async fn describe(
        &self,
        secret: &str,
        integration: &IntegrationName,
    ) -> Result<Option<(Whose, Presence)>, VaultError> {
        match self.client.describe_secret().secret_id(secret).send().await {
            Ok(output) => {
                let whose = whose(output.tags(), output.deleted_date(), integration);
                Ok(Some((whose, presence(output))))
            }
            Err(error) => match failure::of("DescribeSecret", secret, &error) {
                VaultError::Missing { .. } => Ok(None),
                error => Err(error),
            },
        }
    }

    /// `None` when there is no such secret, no such version, or a version without a value.
    pub(super) async fn value(
        &self,
        secret: &str,
        which: Which<'_>,
    ) -> Result<Option<GetSecretValueOutput>, VaultError> {
        let request = self.client.get_secret_value().secret_id(secret);
        let request = match which {
            Which::Version(version) => request.version_id(version.as_str()),
            Which::Current => request.version_stage(label(Stage::Current)),
        };
        match request.send().await {
            Ok(output) => Ok(Some(output)),
            Err(error) => match failure::of("GetSecretValue", secret, &error) {
                VaultError::Missing { .. } => Ok(None),
                error => Err(error),
            },
        }
    }

    /// Value and tags in one call, so that there is never a secret of ours without the tag.
    pub(super) async fn create(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
        value: &str,
        version: &VersionId,
    ) -> Result<Creation, VaultError> {
        let secret = self.names.name(integration, kind);
        let description = match kind {
            SecretKind::Webhook => "Password that Azure DevOps sends to Hookpost",
            SecretKind::Organization => "Azure DevOps organization and personal access token of Hookpost",
        };
        let request = self.client.create_secret().name(&secret).client_request_token(version.as_str());
        let request = request.secret_string(value).set_tags(Some(tags(integration, &self.stack).to_vec()));
        let request = request.set_kms_key_id(self.key_arn.clone());
        match request.description(format!("{description}, integration {integration}")).send().await {
            Ok(_) => Ok(Creation::Made),
            Err(error) => match error.as_service_error() {
                Some(CreateSecretError::ResourceExistsException(_)) => Ok(Creation::NameTaken),
                _ => Err(failure::of("CreateSecret", &secret, &error)),
            },
        }
    }

    pub(super) async fn put(
        &self,
        secret: &str,
        value: &str,
        version: &VersionId,
        stage: Stage,
    ) -> Result<Addition, VaultError> {
        let request = self.client.put_secret_value().secret_id(secret).secret_string(value);
        let request = request.client_request_token(version.as_str()).version_stages(label(stage));
        match request.send().await {
            Ok(output) if output.version_stages().iter().any(|text| text == label(stage)) => {
                Ok(Addition::Made)
            }
            Ok(_) => Ok(Addition::SameThere),
            Err(error) => match error.as_service_error() {
                Some(PutSecretValueError::ResourceExistsException(_)) => Ok(Addition::OtherThere),
                _ => Err(failure::of("PutSecretValue", secret, &error)),
            },
        }
    }

    /// Moves a label: onto a version, off a version, or both.
    pub(super) async fn relabel(
        &self,
        secret: &str,
        stage: Stage,
        to: Option<&VersionId>,
        from: Option<&VersionId>,
    ) -> Result<(), VaultError> {
        let id = |version: Option<&VersionId>| version.map(|version| version.as_str().to_owned());
        let request = self.client.update_secret_version_stage().secret_id(secret).version_stage(label(stage));
        let request = request.set_move_to_version_id(id(to)).set_remove_from_version_id(id(from));
        let answer = request.send().await;
        answer.map(drop).map_err(|error| failure::of("UpdateSecretVersionStage", secret, &error))
    }

    pub(super) async fn call_restore(&self, secret: &str) -> Result<(), VaultError> {
        let answer = self.client.restore_secret().secret_id(secret).send().await;
        answer.map(drop).map_err(|error| failure::of("RestoreSecret", secret, &error))
    }

    pub(super) async fn call_delete(
        &self,
        secret: &str,
        window: RecoveryWindow,
    ) -> Result<Deletion, VaultError> {
        let request = self.client.delete_secret().secret_id(secret);
        match request.recovery_window_in_days(window.as_days().into()).send().await {
            Ok(output) => Ok(Deletion::Scheduled { until: output.deletion_date().and_then(timestamp) }),
            Err(error) => Err(failure::of("DeleteSecret", secret, &error)),
        }
    }

    /// Filtered by name only: by its tag, Secrets Manager might not find one that is being deleted.
    pub(super) async fn call_list(&self) -> Result<Vec<Listed>, VaultError> {
        let names = Filter::builder().key(FilterNameStringType::Name).values(self.names.beginning()).build();
        let mut found = Vec::new();
        let mut page = None;
        loop {
            let request = self.client.list_secrets().include_planned_deletion(true).set_next_token(page);
            let answer = request
                .filters(names.clone())
                .send()
                .await
                .map_err(|error| failure::of("ListSecrets", "*", &error))?;
            found.extend(answer.secret_list().iter().filter_map(|entry| listed(entry, &self.names)));
            page = answer.next_token.filter(|token| !token.is_empty());
            if page.is_none() {
                return Ok(found);
            }
        }
    }
}
