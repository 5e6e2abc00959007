//! The first pause of a probation.

use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use jiff::Timestamp;
use serde_json::Value;

use crate::answer::Finding;
use crate::git::Repository;
use crate::raw_client::{Call, Method};
use crate::run::Run;
use crate::unsettled::{Settled, Unsettled};

/// Seconds between two pushes, each of which may be the probe.
const BETWEEN_PUSHES: u64 = 60;

pub(super) async fn first_pause<C: Clock>(run: &Run<C>) -> Settled {
    let wait = run.wait.ok_or(Unsettled::Needs("needs half an hour: WAIT=30m"))?;
    let mut repository = run.repository("probation").await?;
    let id = run.subscribe_at(SubscriptionKind::Push, &repository, None, run.nowhere()).await?;
    repository.tip = run.push_to_main(&repository).await?;
    let (number, _) = run.first_notification(&id).await?;
    let status = run.status_change(&id).await?;
    if status != "onProbation" {
        return Err(Unsettled::NotSeen(format!("a host that does not exist led to `{status}`")));
    }
    let begin = run.clock.now();
    let attempts = attempts(run, &id, number).await?;
    while minutes(begin, run.clock.now()) < wait.as_secs() / 60 {
        repository.tip = run.push_to_main(&repository).await?;
        run.pause(BETWEEN_PUSHES).await?;
        let passed = minutes(begin, run.clock.now());
        let now = self::attempts(run, &id, number).await?;
        let what = if run.rows(&[&id]).await?.len() > 1 {
            "a new event is delivered"
        } else if now > attempts {
            "the failed delivery is retried"
        } else {
            continue;
        };
        let date = date_after_re_enable(run, &id, &repository).await?;
        let evidence = format!(
            "the failed delivery had {attempts} attempts before, and {now} after {passed} min; {date}"
        );
        return Ok(Finding::new(format!("{what} after {passed} min"), evidence));
    }
    Err(Unsettled::NotSeen(format!(
        "nothing was delivered within {} min; use a longer WAIT",
        wait.as_secs() / 60
    )))
}

/// Whether the date of the last probe stays with a subscription that is enabled again.
async fn date_after_re_enable<C: Clock>(
    run: &Run<C>,
    id: &str,
    repository: &Repository,
) -> Result<&'static str, Unsettled> {
    let has_date = |hook: &Value| hook["lastProbationRetryDate"].is_string();
    if !has_date(&run.subscription(id).await?) {
        return Ok("there is no `lastProbationRetryDate`");
    }
    let mut body = run.body(SubscriptionKind::Push, repository, &run.nowhere());
    (body["id"], body["status"]) = (id.into(), "enabled".into());
    let path = ["_apis", "hooks", "subscriptions", id];
    run.first.raw.call(Call::with_body(Method::PUT, &path, body)).await?.success()?;
    Ok(if has_date(&run.subscription(id).await?) {
        "`lastProbationRetryDate` stays when the subscription is enabled"
    } else {
        "`lastProbationRetryDate` goes when the subscription is enabled"
    })
}

async fn attempts<C: Clock>(run: &Run<C>, id: &str, number: u64) -> Result<u64, Unsettled> {
    let notification = run.notification(id, number).await?;
    Ok(notification["details"]["requestAttempts"].as_u64().unwrap_or_default())
}

fn minutes(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.duration_since(from).as_mins()).unwrap_or_default()
}
