//! The form that is sent to Entra.

use hookpost_core::entra::app::EntraApp;
use hookpost_core::entra::assertion::Assertion;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

/// Every permission that the app has in Azure DevOps, whose id this is.
///
/// Source: Microsoft, "Use service principals and managed identities in Azure DevOps".
const SCOPE: &str = "499b84ac-1321-427f-aa17-267ca6975798/.default";

/// Source: RFC 7523, section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// More than the form has besides the assertion, in bytes.
const REST_BYTES: usize = 512;

/// Encodes the form, in memory that is wiped. It has its full size from the start, so that no copy stays behind.
pub(super) fn encode(app: &EntraApp, assertion: &Assertion) -> Zeroizing<String> {
    // The encoding makes a byte three at most.
    let form = String::with_capacity(3 * assertion.expose().len() + REST_BYTES);
    let mut form = Serializer::new(form);
    form.append_pair("grant_type", "client_credentials")
        .append_pair("client_id", app.client_id.as_str())
        .append_pair("client_assertion_type", ASSERTION_TYPE)
        .append_pair("client_assertion", assertion.expose())
        .append_pair("scope", SCOPE);
    Zeroizing::new(form.finish())
}
