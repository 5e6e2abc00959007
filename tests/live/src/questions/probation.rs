//! The first pause of a probation.

use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use jiff::Timestamp;

use crate::answer::Finding;
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
        run.pause(BETWEEN_PUSHES).await;
        let passed = minutes(begin, run.clock.now());
        let now = self::attempts(run, &id, number).await?;
        let evidence =
            format!("the failed delivery had {attempts} attempts before, and {now} after {passed} min");
        if run.rows(&[&id]).await?.len() > 1 {
            return Ok(Finding::new(format!("a new event is delivered after {passed} min"), evidence));
        }
        if now > attempts {
            return Ok(Finding::new(format!("the failed delivery is retried after {passed} min"), evidence));
        }
    }
    Err(Unsettled::NotSeen(format!(
        "nothing was delivered within {} min; use a longer WAIT",
        wait.as_secs() / 60
    )))
}

async fn attempts<C: Clock>(run: &Run<C>, id: &str, number: u64) -> Result<u64, Unsettled> {
    let notification = run.notification(id, number).await?;
    Ok(notification["details"]["requestAttempts"].as_u64().unwrap_or_default())
}

fn minutes(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.duration_since(from).as_mins()).unwrap_or_default()
}
