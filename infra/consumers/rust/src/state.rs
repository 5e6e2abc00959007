//! What the consumer remembers: a table with the key `id` and the time to live `expiration`.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use hookpost_events::Event;

use crate::Error;

/// 60 days: 14 until a replay, 14 on the queue, 14 among the dead letters, 14 on the queue again, and some.
const KEPT_SECONDS: u64 = 60 * 24 * 60 * 60;

pub(crate) struct State {
    dynamodb: Client,
    table: String,
}

impl State {
    pub(crate) fn new(config: &SdkConfig, table: String) -> Self {
        Self { dynamodb: Client::new(config), table }
    }

    /// Whether a newer event of the branch or pull request came before, as it may after a retry or an outage.
    pub(crate) async fn is_late(&self, event: &Event) -> Result<bool, Error> {
        let Some(sequence) = &event.sequence else { return Ok(false) }; // Azure DevOps did not say.
        let put = self
            .dynamodb
            .put_item()
            .table_name(&self.table)
            .item("id", AttributeValue::S(format!("newest#{}", event.partitionkey)))
            .item("newest", AttributeValue::S(sequence.clone()))
            .item("expiration", expiration()?)
            .condition_expression("attribute_not_exists(newest) OR newest <= :this")
            .expression_attribute_values(":this", AttributeValue::S(sequence.clone()));
        match put.send().await.map_err(aws_sdk_dynamodb::error::SdkError::into_service_error) {
            Ok(_) => Ok(false),
            Err(error) if error.is_conditional_check_failed_exception() => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether `key` has been handled.
    pub(crate) async fn is_done(&self, key: &str) -> Result<bool, Error> {
        let id = AttributeValue::S(format!("done#{key}"));
        let get = self.dynamodb.get_item().table_name(&self.table).key("id", id).consistent_read(true);
        Ok(get.send().await?.item.is_some())
    }

    /// Remembers that `key` has been handled.
    pub(crate) async fn mark_done(&self, key: &str) -> Result<(), Error> {
        let id = AttributeValue::S(format!("done#{key}"));
        let put = self.dynamodb.put_item().table_name(&self.table);
        put.item("id", id).item("expiration", expiration()?).send().await?;
        Ok(())
    }
}

fn expiration() -> Result<AttributeValue, Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    Ok(AttributeValue::N((now + KEPT_SECONDS).to_string()))
}
