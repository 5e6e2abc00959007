//! Reads the credential of a request: a token, the secret that holds it, or an app in Entra.

use jiff::civil::Date;

use crate::azure_devops::token::PersonalAccessToken;
use crate::entra::app::{Authority, EntraApp, EntraId};
use crate::setup::request::fields::Fields;

/// The credential in a request.
#[derive(Debug)]
pub enum RequestedCredential {
    /// A personal access token.
    Token {
        /// Where it is.
        token: Token,
        /// The last day on which it works, as the operator declares it.
        expires_on: Option<Date>,
    },
    /// An app in Entra that trusts the roles of this deployment.
    Entra(EntraApp),
}

/// Where the request has the personal access token from.
#[derive(Debug)]
pub enum Token {
    /// In the request itself. Saved test events and shell histories then hold the token, too.
    Given(PersonalAccessToken),
    /// In a secret of this account, given by name or ARN.
    InSecret(String),
}

/// Reads exactly one of `pat`, `patSecretId` and `entra`.
pub(super) fn credential(fields: &mut Fields<'_>) -> Option<RequestedCredential> {
    let expires_on = fields.date("patExpiresOn");
    if !fields.contains("entra") {
        return Some(RequestedCredential::Token { token: token(fields)?, expires_on });
    }
    let app = app(fields);
    for field in ["pat", "patSecretId", "patExpiresOn"] {
        fields.knows(field);
        if fields.contains(field) {
            fields.problem(format!("give `entra` or `{field}`, not both"));
        }
    }
    Some(RequestedCredential::Entra(app?))
}

/// Reads the token in `pat` or the secret in `patSecretId`: exactly one of the two.
pub(super) fn token(fields: &mut Fields<'_>) -> Option<Token> {
    match (fields.text("pat"), fields.text("patSecretId")) {
        (Some(_), Some(_)) => {
            fields.problem("give `pat` or `patSecretId`, not both");
            None
        }
        (None, Some(secret)) => Some(Token::InSecret(secret)),
        (Some(pat), None) => match PersonalAccessToken::parse(&pat) {
            Ok(pat) => Some(Token::Given(pat)),
            Err(error) => {
                fields.problem(format!("`pat`: {error}"));
                None
            }
        },
        (None, None) => {
            if !fields.contains("pat") && !fields.contains("patSecretId") {
                fields.problem("`patSecretId` is missing: the name of the secret that holds the token");
            }
            None
        }
    }
}

/// Reads the app in `entra`.
pub(super) fn app(fields: &mut Fields<'_>) -> Option<EntraApp> {
    let (mut inner, problems) = (fields.object("entra")?, fields);
    let tenant_id = id(&mut inner, "tenantId", "the directory (tenant) id");
    let client_id = id(&mut inner, "clientId", "the application (client) id");
    let authority = match inner.text("authorityHost") {
        None => Some(Authority::default()),
        Some(host) => {
            let authority = Authority::of_host(&host);
            if authority.is_none() {
                let hosts = Authority::ALL.map(Authority::host).join(", ");
                inner.problem(format!("`authorityHost` must be one of: {hosts}"));
            }
            authority
        }
    };
    for problem in inner.finish("entra") {
        problems.problem(format!("in `entra`: {problem}"));
    }
    Some(EntraApp { tenant_id: tenant_id?, client_id: client_id?, authority: authority? })
}

fn id(fields: &mut Fields<'_>, name: &'static str, meaning: &str) -> Option<EntraId> {
    let text = fields.required_text(name, &format!("{meaning} in the app's overview"))?;
    EntraId::parse(&text).map_err(|error| fields.problem(format!("`{name}` {error}"))).ok()
}
