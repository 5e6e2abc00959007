//! The published names of integrations, in the secret `{prefix}/integrations`.

use aws_sdk_secretsmanager::operation::create_secret::CreateSecretError;
use hookpost_core::integration::published_names::{
    PUBLISHED_NAMES_SECRET, PublishedNames, PublishedNamesStore, StoredNames,
};
use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::version::{VersionId, VersionStage};

use super::calls::{Addition, VersionSelector};
use super::description::stack_tag;
use super::{SecretsManagerStore, error, malformed, text};

/// What the console shows of the secret.
const DESCRIPTION: &str = "Names of the integrations, from setup of Hookpost to its receivers";

impl PublishedNamesStore for SecretsManagerStore {
    /// One `GetSecretValue`. IAM refuses the list of another stack, so a refusal is looked into.
    async fn published_names(&self) -> Result<Option<StoredNames>, SecretStoreError> {
        let secret = self.published_names_secret();
        let output = self.value(&secret, VersionSelector::Current).await;
        if matches!(output, Err(SecretStoreError::Denied { .. })) {
            self.refuse_other_stack(&secret).await?;
        }
        let Some(output) = output? else {
            return Ok(None);
        };
        let version = output.version_id().and_then(|id| VersionId::parse(id).ok());
        let version = version.ok_or_else(|| malformed(&secret, "has a version without a usable id"))?;
        let names = PublishedNames::from_json(&text(output, &secret)?);
        let names = names.map_err(|problem| malformed(&secret, &problem.to_string()))?;
        Ok(Some(StoredNames { names, version }))
    }

    /// One `DescribeSecret`, and one `CreateSecret` or `PutSecretValue`. The id of the new version follows from that of
    /// the version it replaces, and Secrets Manager refuses a second value under one id. So of two runs that read the
    /// same version, one stores.
    async fn store_published_names(
        &self,
        names: &PublishedNames,
        read: Option<&VersionId>,
    ) -> Result<bool, SecretStoreError> {
        let secret = self.published_names_secret();
        let value = names.to_json().map_err(|problem| malformed(&secret, &problem.to_string()))?;
        self.refuse_other_stack(&secret).await?;
        match read {
            Some(read) => {
                let stored = self.put(&secret, &value, &read.successor(), VersionStage::Current).await?;
                Ok(stored == Addition::Added)
            }
            None => self.create_published_names(&secret, value).await,
        }
    }
}

impl SecretsManagerStore {
    fn published_names_secret(&self) -> String {
        format!("{}{PUBLISHED_NAMES_SECRET}", self.names.common_prefix())
    }

    /// Returns `false` when the secret exists.
    async fn create_published_names(&self, secret: &str, value: String) -> Result<bool, SecretStoreError> {
        let request = self.client.create_secret().name(secret).secret_string(value).description(DESCRIPTION);
        let request = request.tags(stack_tag(&self.stack)).set_kms_key_id(self.key_arn.clone());
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(CreateSecretError::ResourceExistsException(_)) => Ok(false),
                _ => Err(error::of_call("CreateSecret", secret, &error)),
            },
        }
    }
}
