//! Pushes. Source: learn.microsoft.com, REST reference, Git, Pushes - List.

use jiff::Timestamp;
use serde_json::Value;

use super::answer::{Done, Reply};
use super::asked::Asked;
use super::failure::Failure;
use super::session::Session;
use crate::push::Push;
use crate::{Organization, wire};

/// Newest first. Commits are never listed, ref updates only when asked for.
pub(super) fn list(session: &mut Session<'_>) -> Result<Done, Failure> {
    let repository = session.repository()?;
    let (asked, organization) = (session.asked, &session.account.organization);
    let wanted = Wanted::of(asked)?;
    let with_refs = asked.query("searchCriteria.includeRefUpdates").is_some_and(|flag| flag == "true");
    let found = organization.pushes.iter().rev().filter(|push| push.repository == repository);
    let page = found
        .filter(|push| wanted.fits(push))
        .skip(asked.number("$skip", 0))
        .take(asked.number("$top", 100))
        .map(|push| to_json(organization, push, with_refs));
    Ok(Reply::list(page).into())
}

struct Wanted<'a> {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    reference: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(asked: &'a Asked) -> Result<Self, Failure> {
        let date = |name: &str| {
            let text = asked.query(&format!("searchCriteria.{name}"));
            text.map(|text| text.parse().map_err(|_| Failure::model("The request is invalid."))).transpose()
        };
        Ok(Self {
            from: date("fromDate")?,
            to: date("toDate")?,
            reference: asked.query("searchCriteria.refName"),
        })
    }

    fn fits(&self, push: &Push) -> bool {
        self.from.is_none_or(|from| push.at >= from)
            && self.to.is_none_or(|to| push.at <= to)
            && self.reference.is_none_or(|name| push.updates.iter().any(|update| update.name == name))
    }
}

fn to_json(organization: &Organization, push: &Push, with_refs: bool) -> Value {
    let full = wire::push::push(organization, push, wire::Era::Current).without("commits");
    let body = if with_refs { full } else { full.without("refUpdates") };
    serde_json::to_value(wire::json::Json::from(body)).unwrap_or_default()
}
