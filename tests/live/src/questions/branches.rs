//! The filter `branch`.

use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;

use crate::answer::Finding;
use crate::run::Run;
use crate::unsettled::{Settled, Unsettled};

pub(super) async fn forms<C: Clock>(run: &Run<C>) -> Settled {
    let repository = run.repository("branch").await?;
    let control = run.subscribe(SubscriptionKind::Push, &repository).await?;
    let mut subscriptions = Vec::new();
    for form in ["main", "refs/heads/main", "ma*"] {
        let made = run.subscribe_at(SubscriptionKind::Push, &repository, Some(form), run.target()).await;
        subscriptions.push((form, made));
    }
    run.push_to_main(&repository).await?;
    let ids: Vec<_> = subscriptions.iter().filter_map(|(_, made)| made.as_deref().ok()).collect();
    let rows = run.rows_with(&control, &ids).await?;
    let result_of = |made: &Result<String, Unsettled>| match made {
        Ok(id) if rows.iter().any(|row| row.subscription_id == *id) => "matches",
        Ok(_) => "matches nothing",
        Err(_) => "is refused",
    };
    let answer = subscriptions.iter().map(|(form, made)| format!("`{form}` {}", result_of(made)));
    let answer = answer.collect::<Vec<_>>().join(", ");
    let refusals = subscriptions.iter().filter_map(|(_, made)| made.as_ref().err().map(ToString::to_string));
    let control = "one push to `main`, which an unfiltered subscription delivered".to_owned();
    let evidence: Vec<_> = std::iter::once(control).chain(refusals).collect();
    Ok(Finding::new(answer, evidence.join("; ")))
}
