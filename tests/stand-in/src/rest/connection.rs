//! `connectionData`: who one is here. It is in no reference, but in every client.

use serde_json::{Value, json};

use super::answer::{Done, Reply};
use super::asked::Asked;
use super::failure::Failure;
use super::session::Session;
use crate::Identity;

pub(super) fn get(session: &mut Session<'_>) -> Result<Done, Failure> {
    let organization = &session.account.organization;
    let user = user(session.caller);
    let kind = if organization.addresses.is_server() { "onPremises" } else { "hosted" };
    let body = json!({
        "authenticatedUser": user,
        "authorizedUser": user,
        "instanceId": organization.collection,
        "deploymentId": organization.server,
        "deploymentType": kind,
        "locationServiceData": {
            "serviceOwner": "00025394-6065-48ca-87d9-7f5672854ef7",
            "defaultAccessMappingMoniker": "PublicAccessMapping",
            "lastChangeId": 48_211,
            "lastChangeId64": 48_211,
        },
    });
    Ok(Reply::json(200, &body).into())
}

/// Whether a request is for this resource.
pub(super) fn is_asked(asked: &Asked) -> bool {
    let resource = asked.resource.as_deref().unwrap_or_default();
    matches!(resource, [name] if name.eq_ignore_ascii_case("connectionData"))
}

fn user(identity: &Identity) -> Value {
    json!({
        "id": identity.id,
        "descriptor": format!("Microsoft.IdentityModel.Claims.ClaimsIdentity;{}", identity.unique_name),
        "subjectDescriptor": identity.descriptor(),
        "providerDisplayName": identity.display_name,
        "isActive": true,
        "properties": {"Account": {"$type": "System.String", "$value": identity.unique_name}},
        "resourceVersion": 2,
        "metaTypeId": 0,
    })
}
