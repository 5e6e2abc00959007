//! Secrets with versions, staging labels and tags, as Secrets Manager documents them.

use std::collections::BTreeMap;

use hookpost_stand_in::Timestamp;
use hookpost_stand_in::server::HttpResponse;
use serde_json::{Value, json};

use super::{refusal, seconds, success, text};
use crate::clock::after;

const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";

/// Secrets by their names.
#[derive(Debug, Default)]
pub struct SecretsManager {
    secrets: BTreeMap<String, Secret>,
    count: u64,
}

#[derive(Debug, Default)]
struct Secret {
    versions: BTreeMap<String, Version>,
    tags: Value,
    deleted: Option<Timestamp>,
    changed: Option<Timestamp>,
}

#[derive(Debug)]
struct Version {
    value: Value,
    stages: Vec<String>,
    created: Timestamp,
}

/// An error's code and message.
type ApiError = (&'static str, &'static str);

const ABSENT: ApiError = ("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
const DELETED: ApiError = (
    "InvalidRequestException",
    "You can't perform this operation on the secret because it was marked for deletion.",
);
const EXISTS: ApiError =
    ("ResourceExistsException", "The operation failed because the secret or version already exists.");

impl SecretsManager {
    /// Answers a call.
    pub fn answer(&mut self, operation: &str, input: &Value, now: Timestamp) -> HttpResponse {
        let name = text(input, "SecretId").rsplit(":secret:").next().unwrap_or_default();
        let output = match operation {
            "CreateSecret" => self.create(input, now),
            "ListSecrets" => Ok(self.list(input)),
            _ => self.of_secret(operation, name, input, now),
        };
        match output {
            Ok(output) => success(&output),
            Err((code, message)) => refusal(code, message),
        }
    }

    fn create(&mut self, input: &Value, now: Timestamp) -> Result<Value, ApiError> {
        let name = text(input, "Name");
        match self.secrets.get(name) {
            Some(secret) if secret.deleted.is_some() => return Err(DELETED),
            Some(_) => return Err(EXISTS),
            None => {}
        }
        let id = self.version_id(input);
        let mut secret = Secret { tags: input["Tags"].clone(), ..Secret::default() };
        secret.put(&id, &input["SecretString"], &[CURRENT.to_owned()], now)?;
        self.secrets.insert(name.to_owned(), secret);
        Ok(json!({"ARN": arn(name), "Name": name, "VersionId": id}))
    }

    fn list(&self, input: &Value) -> Value {
        let filters = input["Filters"].as_array().map(Vec::as_slice).unwrap_or_default();
        let by_name = filters.iter().filter(|filter| filter["Key"] == "name");
        let prefixes: Vec<&str> = by_name
            .flat_map(|filter| filter["Values"].as_array().into_iter().flatten())
            .filter_map(Value::as_str)
            .collect();
        let is_wanted =
            |name: &str| prefixes.is_empty() || prefixes.iter().any(|prefix| name.starts_with(prefix));
        let from = text(input, "NextToken");
        let most =
            input["MaxResults"].as_u64().map_or(PAGE, |most| usize::try_from(most).unwrap_or(PAGE)).min(PAGE);
        let mut found = self.secrets.iter().filter(|(name, _)| is_wanted(name) && name.as_str() >= from);
        let page: Vec<Value> =
            found.by_ref().take(most).map(|(name, secret)| secret.describe(name)).collect();
        json!({"SecretList": page, "NextToken": found.next().map(|(name, _)| name)})
    }

    fn of_secret(
        &mut self,
        operation: &str,
        name: &str,
        input: &Value,
        now: Timestamp,
    ) -> Result<Value, ApiError> {
        let id = self.version_id(input);
        let secret = self.secrets.get_mut(name).ok_or(ABSENT)?;
        let mut output = json!({"ARN": arn(name), "Name": name});
        match operation {
            "DescribeSecret" => return Ok(secret.describe(name)),
            "RestoreSecret" => secret.deleted = None,
            _ if secret.deleted.is_some() => return Err(DELETED),
            "DeleteSecret" if input["ForceDeleteWithoutRecovery"] == true => {
                self.secrets.remove(name);
            }
            "DeleteSecret" => {
                let days = input["RecoveryWindowInDays"].as_i64().unwrap_or(30);
                secret.deleted = Some(after(now, days * 86_400));
                output["DeletionDate"] = seconds(after(now, days * 86_400)).into();
            }
            "GetSecretValue" => {
                let (id, version) = secret.find(input).ok_or(ABSENT)?;
                output["VersionId"] = id.into();
                output["SecretString"] = version.value.clone();
                output["VersionStages"] = json!(version.stages);
                output["CreatedDate"] = seconds(version.created).into();
            }
            "PutSecretValue" | "UpdateSecret" => {
                let stages: Vec<String> = match input["VersionStages"].as_array() {
                    Some(stages) => stages.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                    None => vec![CURRENT.to_owned()],
                };
                secret.put(&id, &input["SecretString"], &stages, now)?;
                output["VersionStages"] = json!(secret.versions[&id].stages);
                output["VersionId"] = id.into();
            }
            "UpdateSecretVersionStage" => {
                secret.move_label(text(input, "VersionStage"), input["MoveToVersionId"].as_str());
                secret.changed = Some(now);
            }
            "TagResource" => secret.tags = input["Tags"].clone(),
            _ => return Err(("InvalidAction", "not here")),
        }
        Ok(output)
    }

    fn version_id(&mut self, input: &Value) -> String {
        self.count += 1;
        let made = format!("00000000-0000-4000-8000-{:012x}", self.count);
        input["ClientRequestToken"].as_str().map_or(made, str::to_owned)
    }
}

impl Secret {
    /// A version that exists with the same value changes nothing.
    fn put(&mut self, id: &str, value: &Value, stages: &[String], now: Timestamp) -> Result<(), ApiError> {
        match self.versions.get(id) {
            Some(version) if version.value == *value => return Ok(()),
            Some(_) => return Err(EXISTS),
            None => {}
        }
        self.versions
            .insert(id.to_owned(), Version { value: value.clone(), stages: Vec::new(), created: now });
        self.changed = Some(now);
        for stage in stages {
            self.move_label(stage, Some(id));
        }
        Ok(())
    }

    /// The version that was current becomes the previous one.
    fn move_label(&mut self, stage: &str, to: Option<&str>) {
        let mut old = None;
        for (id, version) in &mut self.versions {
            if version.stages.iter().any(|label| label == stage) {
                version.stages.retain(|label| label != stage);
                old = Some(id.clone());
            }
        }
        if let Some(version) = to.and_then(|to| self.versions.get_mut(to)) {
            version.stages.push(stage.to_owned());
        }
        if stage == CURRENT && old.is_some() && old.as_deref() != to {
            self.move_label(PREVIOUS, old.as_deref());
        }
        // Secrets Manager deletes versions without a label; here, all of them but the newest hundred.
        while self.versions.len() > 100 {
            let Some(id) =
                self.versions.iter().find(|(_, one)| one.stages.is_empty()).map(|(id, _)| id.clone())
            else {
                break;
            };
            self.versions.remove(&id);
        }
    }

    fn find(&self, input: &Value) -> Option<(&str, &Version)> {
        let stage = input["VersionStage"].as_str();
        let is_wanted = |id: &str, version: &Version| match (input["VersionId"].as_str(), stage) {
            (Some(wanted), None) => wanted == id,
            (wanted, stage) => {
                wanted.is_none_or(|wanted| wanted == id)
                    && version.stages.iter().any(|label| label == stage.unwrap_or(CURRENT))
            }
        };
        let mut all = self.versions.iter().map(|(id, version)| (id.as_str(), version));
        all.find(|(id, version)| is_wanted(id, version))
    }

    fn describe(&self, name: &str) -> Value {
        let labeled = self.versions.iter().filter(|(_, version)| !version.stages.is_empty());
        let stages: serde_json::Map<String, Value> =
            labeled.map(|(id, version)| (id.clone(), json!(version.stages))).collect();
        json!({
            "ARN": arn(name),
            "Name": name,
            "Tags": self.tags,
            "VersionIdsToStages": stages,
            "SecretVersionsToStages": stages,
            "LastChangedDate": self.changed.map(seconds),
            "DeletedDate": self.deleted.map(seconds),
        })
    }
}

fn arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:eu-west-1:123456789012:secret:{name}")
}

/// Most secrets in a page of `ListSecrets`.
const PAGE: usize = 100;
