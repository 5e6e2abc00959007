//! `connectionData`: the identity of the caller, and the ids of the organization. It is in every client, and in no
//! reference. That a server answers for itself, with its own id in both places, is assumed.

use serde_json::{Value, json};

use super::{Answer, ApiResponse, RequestContext};
use crate::Identity;

pub(super) fn get(context: &mut RequestContext<'_>) -> Answer {
    context.project()?;
    let organization = context.organization();
    let is_of_server = context.account.path_after(&context.request.place).is_none();
    let user = user(context.caller);
    let kind = if organization.addresses.is_server() { "onPremises" } else { "hosted" };
    let body = json!({
        "authenticatedUser": user,
        "authorizedUser": user,
        "instanceId": if is_of_server { organization.server } else { organization.collection },
        "deploymentId": organization.server,
        "deploymentType": kind,
        "locationServiceData": {
            "serviceOwner": "00025394-6065-48ca-87d9-7f5672854ef7",
            "defaultAccessMappingMoniker": "PublicAccessMapping",
            "lastChangeId": 48_211,
            "lastChangeId64": 48_211,
        },
    });
    Ok(ApiResponse::json(200, &body))
}

fn user(identity: &Identity) -> Value {
    json!({
        "id": identity.id,
        "descriptor": identity.claims_descriptor(),
        "subjectDescriptor": identity.descriptor(),
        "providerDisplayName": identity.display_name,
        "isActive": true,
        "properties": {"Account": {"$type": "System.String", "$value": identity.unique_name}},
        "resourceVersion": 2,
        "metaTypeId": 0,
    })
}
