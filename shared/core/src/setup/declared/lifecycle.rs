//! Terraform's `aws_lambda_invocation` with `lifecycle_scope = "CRUD"`: it adds an object to its input that says what
//! happens to the resource, under a key that the configuration may choose.
//!
//! Source: terraform-provider-aws, `internal/service/lambda/invocation.go`.

use serde_json::{Map, Value};

use crate::error::{ErrorCode, OperatorError};
use crate::integration::owner::Owner;
use crate::setup::declared::{Declaration, Wanted};
use crate::setup::request::declared;

/// What Terraform asks for.
#[derive(Debug)]
pub struct Lifecycle {
    /// `create`, `update` or `delete`.
    pub action: String,
    properties: Value,
    /// The input before an update; `null` at a create.
    previous: Value,
    /// Whether the input has an action of an operator or another such object.
    is_ambiguous: bool,
}

impl Lifecycle {
    /// Reads an event; `None` when it is of another caller.
    pub fn read(event: &Value) -> Option<Self> {
        let event = event.as_object()?;
        let found: Vec<_> =
            event.iter().filter_map(|(key, value)| Some((key, of_terraform(value)?))).collect();
        let (key, object) = found.first()?;
        let mut properties = event.clone();
        properties.remove(*key);
        Some(Self {
            action: object["action"].as_str()?.to_owned(),
            previous: object["prev_input"].clone(),
            is_ambiguous: found.len() > 1 || event.contains_key("action"),
            properties: Value::Object(properties),
        })
    }

    /// What is declared.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::BadRequest`], with every problem of the properties.
    pub fn declaration(&self) -> Result<Declaration, OperatorError> {
        if self.is_ambiguous {
            let message =
                "`action` is not for code: with `lifecycle_scope = \"CRUD\"`, Terraform says what to do";
            return Err(OperatorError::new(ErrorCode::BadRequest, message));
        }
        let owner = Owner::terraform();
        if self.action == "delete" {
            let name = declared::integration(&self.properties);
            return Ok(name.map_or(Declaration::Nothing, |name| {
                Declaration::Deleted(declared::deletion(&self.properties, name, owner))
            }));
        }
        let connect = declared::properties(&self.properties, &owner)?;
        // A changed name comes as an update.
        let former =
            declared::integration(&self.previous).filter(|name| Some(name) != connect.integration.as_ref());
        let former = former.map(|name| declared::deletion(&self.previous, name, owner));
        Ok(Declaration::Connected(Box::new(Wanted { connect, former, leftover: None, undo: None })))
    }
}

/// The object, if Terraform has made it.
fn of_terraform(value: &Value) -> Option<&Map<String, Value>> {
    let object = value.as_object()?;
    let action = object.get("action")?.as_str()?;
    let is_lifecycle = matches!(action, "create" | "update" | "delete");
    (is_lifecycle && object.len() == 2 && object.contains_key("prev_input")).then_some(object)
}
