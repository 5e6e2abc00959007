//! The commands that an operator pastes to set up what is missing.
//!
//! Source: the references of the AWS CLI (`iam enable-outbound-web-identity-federation`) and of the Azure CLI (`ad app`,
//! `ad sp`, `rest`), and Microsoft, "Service Principal Entitlements - Add" (Azure DevOps REST API).

use crate::entra::app::EntraApp;
use crate::entra::assertion::Claims;

/// Switches outbound web identity federation on, for the whole AWS account.
pub(crate) const ENABLE_FEDERATION: &str = "aws iam enable-outbound-web-identity-federation";

/// Creates an app, and keeps its client id in [`NEW_APP`].
pub(crate) const CREATE_APP: &str =
    "APP_ID=$(az ad app create --display-name hookpost --query appId --output tsv)";

/// The client id of the app that [`CREATE_APP`] has created.
pub(crate) const NEW_APP: &str = "$APP_ID";

/// Makes an app known in its tenant.
pub(crate) fn create_service_principal(client: &str) -> String {
    format!("az ad sp create --id {client}")
}

/// Makes the app trust a role. The credential has the name of the role.
pub(crate) fn trust(client: &str, claims: &Claims) -> String {
    let role = claims.subject.rsplit('/').next().unwrap_or_default();
    let name: String = role.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let credential = serde_json::json!({
        "name": name,
        "issuer": claims.issuer,
        "subject": claims.subject,
        "audiences": [claims.audience],
    });
    format!("az ad app federated-credential create --id {client} --parameters '{credential}'")
}

/// Adds the app to an organization of Azure DevOps Services, with the access level Basic.
pub(crate) fn add_to_organization(app: &EntraApp, organization: &str) -> String {
    let entitlement = r#"{"accessLevel":{"accountLicenseType":"express"},"servicePrincipal":{"origin":"aad","subjectKind":"servicePrincipal","originId":"'"$(az ad sp show --id CLIENT --query id --output tsv)"'"}}"#;
    format!(
        "az rest --method post --resource 499b84ac-1321-427f-aa17-267ca6975798 --url \
         'https://vsaex.dev.azure.com/{organization}/_apis/serviceprincipalentitlements?api-version=7.1-preview.1' \
         --body '{}'",
        entitlement.replace("CLIENT", app.client_id.as_str())
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entra::app::{Authority, EntraId};

    fn app() -> EntraApp {
        EntraApp {
            tenant_id: EntraId::parse("72f988bf-86f1-41af-91ab-2d7cd011db47").expect("an id"),
            client_id: EntraId::parse("83d59817-0000-4000-8000-000000000001").expect("an id"),
            authority: Authority::Public,
        }
    }

    #[test]
    fn a_credential_has_the_claims_letter_for_letter() {
        let claims = Claims {
            issuer: "https://ab12.tokens.sts.global.api.aws".to_owned(),
            subject: "arn:aws:iam::111122223333:role/ci/hookpost-SetupRole-A1b".to_owned(),
            audience: "api://AzureADTokenExchange".to_owned(),
        };
        assert_eq!(
            trust(app().client_id.as_str(), &claims),
            "az ad app federated-credential create --id 83d59817-0000-4000-8000-000000000001 --parameters \
             '{\"audiences\":[\"api://AzureADTokenExchange\"],\"issuer\":\"https://ab12.tokens.sts.global.api.aws\",\
             \"name\":\"hookpost-SetupRole-A1b\",\"subject\":\"arn:aws:iam::111122223333:role/ci/hookpost-SetupRole-A1b\"}'"
        );
    }

    #[test]
    fn the_app_is_added_by_the_id_of_its_service_principal() {
        let command = add_to_organization(&app(), "contoso");
        assert!(command.contains("https://vsaex.dev.azure.com/contoso/_apis/serviceprincipalentitlements?"));
        assert!(command.contains(
            r#""originId":"'"$(az ad sp show --id 83d59817-0000-4000-8000-000000000001 --query id --output tsv)"'"}"#
        ));
    }
}
