//! Webhook passwords and configurations of integrations in Secrets Manager.

mod password_source;
mod store;
mod tool_credentials;
mod webhook_secret;

use aws_sdk_secretsmanager::config::Region;
use hookpost_core::secrets::version::VersionStage;

pub use self::password_source::SecretsManagerPasswordSource;
pub use self::store::SecretsManagerStore;
pub use self::tool_credentials::SecretsManagerToolCredentials;
use crate::client::Redacted;
use crate::settings::EndpointVariant;

/// A client of Secrets Manager.
pub(crate) type Client = Redacted<aws_sdk_secretsmanager::Client>;

/// The URL of Secrets Manager in a Region by the SDK's rules, or `url` where it is given.
pub(crate) async fn endpoint(
    region: &Region,
    variant: EndpointVariant,
    url: Option<String>,
) -> Option<String> {
    use aws_sdk_secretsmanager::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
    let params = Params::builder().region(region.as_ref()).set_endpoint(url);
    let params = params.use_fips(variant.fips).use_dual_stack(variant.dual_stack).build().ok()?;
    Some(DefaultResolver::new().resolve_endpoint(&params).await.ok()?.url().to_owned())
}

/// The staging label of a version.
fn staging_label(stage: VersionStage) -> &'static str {
    match stage {
        VersionStage::Current => "AWSCURRENT",
        VersionStage::Pending => "AWSPENDING",
        VersionStage::Previous => "AWSPREVIOUS",
    }
}

/// Whether an `InvalidRequestException` says that the secret is being deleted. The code has other causes too, so only the
/// message tells: "… because it was marked for deletion", "… is already scheduled for deletion", "… that's currently
/// marked deleted".
fn is_about_deletion(message: &str) -> bool {
    message.to_ascii_lowercase().contains("delet")
}
