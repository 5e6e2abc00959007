//! What is read: the proxy event, and the notification in its body.
//!
//! `&RawValue` is JSON as it stands there: text for people with its quotes and escapes, and numbers. What is `&str`, such as
//! ids, dates, URLs and names of refs, must need no escapes.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// Objects with names in camel case, whose fields borrow from the JSON.
macro_rules! objects {
    ($($object:ident { $($(#[$attribute:meta])? $field:ident: $kind:ty,)+ })+) => {$(
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $object<'a> {
            $(#[serde(borrow)] $(#[$attribute])? pub(crate) $field: $kind,)+
        }
    )+};
}

objects! {
    ProxyEvent { path_parameters: PathParameters<'a>, headers: Headers<'a>, body: Cow<'a, str>, }
    PathParameters { integration: &'a str, }
    Headers {
        #[serde(rename = "Authorization", default)] authorization: &'a str,
        #[serde(rename = "X-VSS-ActivityId")] activity_id: Option<&'a str>,
    }
    Envelope {
        subscription_id: &'a str,
        notification_id: &'a RawValue,
        id: &'a str,
        event_type: &'a str,
        message: Message<'a>,
        resource: Resource<'a>,
        resource_version: &'a str,
        resource_containers: Containers<'a>,
    }
    Message { text: &'a RawValue, }
    Containers { collection: Collection<'a>, }
    Collection { id: &'a str, }
    Resource {
        #[serde(default)] commits: Vec<WireCommit<'a>>,
        ref_updates: Vec<RefUpdate<'a>>,
        repository: Repository<'a>,
        pushed_by: Actor<'a>,
        push_id: &'a RawValue,
        date: &'a str,
    }
    WireCommit { commit_id: &'a str, comment: &'a RawValue, author: GitIdentity<'a>, committer: GitIdentity<'a>, }
    GitIdentity { name: &'a RawValue, email: &'a RawValue, date: &'a str, }
    RefUpdate { name: &'a str, old_object_id: &'a str, new_object_id: &'a str, }
    Repository {
        id: &'a str,
        name: &'a RawValue,
        project: Project<'a>,
        default_branch: Option<&'a str>,
        remote_url: &'a str,
    }
    Project { id: &'a str, name: &'a RawValue, }
    Actor { id: &'a str, display_name: &'a RawValue, unique_name: &'a RawValue, }
}
