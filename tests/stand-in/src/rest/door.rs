//! Who gets in, and what the others see.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::answer::Reply;
use super::asked::Asked;
use super::connection;
use super::failure::Failure;
use super::pat::{PersonalAccessToken, Scope, Standing};
use super::quirks::{Quirks, SignIn, UnauthorizedBody};
use crate::{Guid, Identity, Kind};

/// What a token must be good for: any one of these scopes, or (empty) nothing in particular.
pub(super) type Needs = &'static [Scope];

/// The owner of the token, or the answer for whoever has none that fits.
pub(super) fn admit(
    tokens: &[PersonalAccessToken],
    quirks: &Quirks,
    organization: &str,
    asked: &Asked,
    needs: Needs,
) -> Result<Identity, Reply> {
    let authorization = asked.authorization.as_deref().unwrap_or_default();
    if authorization.starts_with("Bearer ") {
        // An Entra token that is refused; this one always has the mark before its body.
        return Err(challenge(Failure::unauthorized("").reply().mark()));
    }
    let secret = secret(authorization);
    let Some(token) = tokens.iter().find(|token| Some(&token.secret) == secret.as_ref()) else {
        return stranger(asked, quirks);
    };
    match token.standing {
        Standing::Expired => return Err(expired(quirks)),
        Standing::Revoked => return Err(ended(quirks)),
        Standing::Valid => {}
    }
    if !token.opens(organization) {
        return Err(challenge(Failure::unauthorized(&ANONYMOUS.to_string()).reply()));
    }
    if !needs.is_empty() && !needs.iter().any(|scope| token.has(*scope)) {
        return Err(ended(quirks));
    }
    Ok(token.owner.clone())
}

/// What follows the first colon of basic authentication; the user name does not count.
fn secret(authorization: &str) -> Option<String> {
    let encoded = authorization.strip_prefix("Basic ")?;
    let credentials = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    credentials.split_once(':').map(|(_, secret)| secret.to_owned())
}

/// That PATCH gets 401 is reported; that PUT and DELETE do is assumed.
fn stranger(asked: &Asked, quirks: &Quirks) -> Result<Identity, Reply> {
    let reads = matches!(&*asked.method, "GET" | "POST" | "OPTIONS");
    match quirks.sign_in {
        SignIn::Page if reads => Err(sign_in_page()),
        SignIn::Redirect if reads => Err(redirect()),
        SignIn::Anonymous if connection::is_asked(asked) => Ok(anonymous()),
        _ => Err(challenge(Failure::unauthorized("").reply())),
    }
}

fn anonymous() -> Identity {
    Identity {
        id: ANONYMOUS,
        display_name: "Anonymous".to_owned(),
        unique_name: String::new(),
        mail: String::new(),
        kind: Kind::Person,
    }
}

pub(super) fn sign_in_page() -> Reply {
    Reply::html(203, "Azure DevOps Services | Sign In")
}

pub(super) fn redirect() -> Reply {
    let location = "https://app.vssps.visualstudio.com/_signin?realm=dev.azure.com";
    Reply::html(302, "Object moved").with("Location", location)
}

/// 401 without a reason, as for a token that was revoked or lacks a scope.
pub(super) fn unauthorized() -> Reply {
    challenge(Reply::empty(401))
}

fn ended(quirks: &Quirks) -> Reply {
    match quirks.unauthorized {
        UnauthorizedBody::Empty => unauthorized(),
        UnauthorizedBody::Html => challenge(Reply::html(401, "Access Denied")),
        UnauthorizedBody::Json => challenge(Failure::unauthorized("").reply()),
    }
}

fn expired(quirks: &Quirks) -> Reply {
    match quirks.unauthorized {
        UnauthorizedBody::Empty => unauthorized().with(
            "X-TFS-ServiceError",
            "Access%20Denied%3A%20The%20Personal%20Access%20Token%20used%20has%20expired.",
        ),
        UnauthorizedBody::Html => ended(quirks),
        UnauthorizedBody::Json => challenge(Failure::expired().reply()),
    }
}

fn challenge(reply: Reply) -> Reply {
    reply
        .with("WWW-Authenticate", "Bearer authorization_uri=https://login.microsoftonline.com/common")
        .with("WWW-Authenticate", "Basic realm=\"https://tfsprodweu3.visualstudio.com/\"")
        .with("WWW-Authenticate", "TFS-Federated")
}

/// The id of nobody in particular.
const ANONYMOUS: Guid = Guid::from_u128(0xaaaa_aaaa_aaaa_aaaa_aaaa_aaaa_aaaa_aaaa);
