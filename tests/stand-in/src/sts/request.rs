//! A request to STS: the signature's credential scope, and the parameters of `GetWebIdentityToken`.

use hyper::Request;
use hyper::body::Bytes;
use hyper::header::AUTHORIZATION;
use url::form_urlencoded;

use super::StsError;

/// The form of a request and who signed it. The signature itself is not verified.
#[derive(Debug)]
pub(super) struct StsRequest {
    pub(super) access_key_id: String,
    pub(super) parameters: Vec<(String, String)>,
    authorization: Option<String>,
}

/// Valid parameters.
#[derive(Debug)]
pub(super) struct TokenRequest {
    pub(super) audiences: Vec<String>,
    pub(super) duration_seconds: u32,
}

impl StsRequest {
    pub(super) fn parse(request: &Request<Bytes>) -> Self {
        let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let signed_with = authorization.and_then(|header| credential(header)?.first().copied());
        let access_key_id = key_in(request.uri().path()).or(signed_with).unwrap_or_default().to_owned();
        let parameters = form_urlencoded::parse(request.body()).into_owned().collect();
        Self { access_key_id, parameters, authorization: authorization.map(str::to_owned) }
    }

    /// Whether the request is signed for STS in this region.
    pub(super) fn check_scope(&self, region: &str) -> Result<(), StsError> {
        let header = self.authorization.as_deref().ok_or_else(StsError::not_signed)?;
        let [_, date, signed_region, service, "aws4_request"] =
            *credential(header).ok_or_else(StsError::incomplete_signature)?
        else {
            return Err(StsError::incomplete_signature());
        };
        let is_complete = header.contains("SignedHeaders=") && header.contains("Signature=");
        if !is_complete || date.len() != 8 {
            return Err(StsError::incomplete_signature());
        }
        if service != "sts" {
            return Err(StsError::wrong_scope("correct service: 'sts'"));
        }
        if signed_region != region {
            return Err(StsError::wrong_scope("a valid region"));
        }
        Ok(())
    }

    /// Checks the parameters against the service model, in its order. Parameters that the model has and a caller of
    /// this project must not send (`Tags`, `SubjectMode`, `Scope`) are refused as unknown ones would be.
    pub(super) fn token_request(&self) -> Result<TokenRequest, StsError> {
        let (action, version) = (self.text("Action"), self.text("Version"));
        if (action, version) != (Some("GetWebIdentityToken"), Some("2011-06-15")) {
            return Err(StsError::unknown_action(action.unwrap_or_default(), version.unwrap_or_default()));
        }
        let known = |name: &str| {
            ["Action", "Version", "SigningAlgorithm", "DurationSeconds"].contains(&name)
                || name.starts_with("Audience.member.")
        };
        if let Some((name, value)) = self.parameters.iter().find(|(name, _)| !known(name)) {
            return Err(StsError::validation(name, Some(value), "Member must not be sent to this stand-in"));
        }
        let audiences = self.audiences()?;
        let algorithm = self.text("SigningAlgorithm");
        if algorithm != Some("RS256") {
            let constraint = "Member must satisfy enum value set: [RS256] (this stand-in has no ES384)";
            return Err(StsError::validation("signingAlgorithm", algorithm, constraint));
        }
        Ok(TokenRequest { audiences, duration_seconds: self.duration_seconds()? })
    }

    /// One to ten, each of one to a thousand characters, numbered from one without a gap.
    fn audiences(&self) -> Result<Vec<String>, StsError> {
        let count = self.parameters.iter().filter(|(name, _)| name.starts_with("Audience.member.")).count();
        let named = (1..=count).map_while(|nth| self.text(&format!("Audience.member.{nth}")));
        let audiences: Vec<String> = named.map(str::to_owned).collect();
        if audiences.is_empty() || audiences.len() != count {
            return Err(StsError::validation("audience", None, "Member must not be null"));
        }
        if count > 10 {
            let constraint = "Member must have length less than or equal to 10";
            return Err(StsError::validation("audience", Some(&format!("{audiences:?}")), constraint));
        }
        if let Some(audience) = audiences.iter().find(|audience| !(1..=1000).contains(&audience.len())) {
            let constraint = "Member must have length between 1 and 1000";
            return Err(StsError::validation("audience", Some(audience), constraint));
        }
        Ok(audiences)
    }

    fn duration_seconds(&self) -> Result<u32, StsError> {
        let Some(text) = self.text("DurationSeconds") else { return Ok(DEFAULT_SECONDS) };
        let seconds = text.parse().ok().filter(|seconds| (60..=3600).contains(seconds));
        let constraint = "Member must have value between 60 and 3600";
        seconds.ok_or_else(|| StsError::validation("durationSeconds", Some(text), constraint))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(sent, _)| sent == name).map(|(_, value)| &**value)
    }
}

/// Access key id, date, region, service and terminator.
fn credential(header: &str) -> Option<Vec<&str>> {
    let (algorithm, parameters) = header.split_once(' ')?;
    let mut parameters = parameters.split(',').map(str::trim);
    let scope = parameters.find_map(|parameter| parameter.strip_prefix("Credential="))?;
    (algorithm == "AWS4-HMAC-SHA256").then(|| scope.split('/').collect())
}

/// The key that takes the place of the one in the signature: emulators give every function the same.
fn key_in(path: &str) -> Option<&str> {
    path.strip_prefix(AS).map(|rest| rest.trim_end_matches('/')).filter(|key| !key.is_empty())
}

/// `{address}/as/{key}` is an endpoint at which every caller has this access key id.
pub(super) const AS: &str = "/as/";
/// The model's default.
const DEFAULT_SECONDS: u32 = 300;
