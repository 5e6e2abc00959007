//! What tokens may do.

use hookpost_core::azure_devops::catalog::WriteProbe;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;

use crate::answer::Finding;
use crate::clients::Clients;
use crate::raw_client::{Call, Method, Reply};
use crate::run::Run;
use crate::subscribing::SUBSCRIPTIONS;
use crate::unsettled::{Settled, Unsettled};

/// The security namespaces of service hooks and of notifications.
const SERVICE_HOOKS: &str = "cb594ebe-87dd-4fc9-ac2c-6a10a4c92046";
const NOTIFICATIONS: &str = "2bf24a2b-70ba-43d3-ad97-3d9e1f75622f";

async fn permission(clients: &Clients, namespace: &str, bits: &str, token: &str) -> Result<Reply, Unsettled> {
    let path = ["_apis", "permissions", namespace, bits];
    clients.raw.call(Call::get(&path, &[("tokens", token)])).await
}

/// "yes" or "no"; the status when it is no answer.
fn held(reply: &Reply) -> String {
    match reply.body["value"][0].as_bool().filter(|_| reply.is_success()) {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => reply.brief(),
    }
}

pub(super) async fn view_and_edit<C: Clock>(run: &Run<C>) -> Settled {
    let evidence = "`permissions/{service hooks}/{bits}` for `PublisherSecurity/{project}`";
    let second = match &run.second {
        Some(second) => format!("; the second token: {}", permissions(run, second).await?),
        None => String::new(),
    };
    Ok(Finding::new(permissions(run, &run.first).await?, format!("{evidence}{second}")))
}

async fn permissions<C: Clock>(run: &Run<C>, clients: &Clients) -> Result<String, Unsettled> {
    let token = format!("PublisherSecurity/{}", run.project.id);
    let mut answers = Vec::new();
    for bits in ["1", "2", "3"] {
        answers.push(held(&permission(clients, SERVICE_HOOKS, bits, &token).await?));
    }
    Ok(format!("View {}, Edit {}, both {}", answers[0], answers[1], answers[2]))
}

pub(super) async fn notifications_permission<C: Clock>(run: &Run<C>) -> Settled {
    let reply = permission(&run.first, NOTIFICATIONS, "2", "$SUBSCRIBER:").await?;
    let answer = match &*held(&reply) {
        held @ ("yes" | "no") => format!("it can be asked for: {held}"),
        _ => format!("it cannot be asked for: {}", reply.brief()),
    };
    Ok(Finding::new(answer, reply.evidence()))
}

pub(super) async fn create_refused<C: Clock>(run: &Run<C>) -> Settled {
    let second = run.second()?;
    let repository = run.repository("create-refused").await?;
    let body = run.body(SubscriptionKind::Push, &repository, &run.nowhere());
    let reply = second.raw.call(Call::with_body(Method::POST, &SUBSCRIPTIONS, body)).await?;
    if reply.is_success() {
        // Deleted at the end.
        run.made.subscription(reply.body["id"].as_str().unwrap_or_default());
        return Err(Unsettled::Needs(
            "the owner of the second token may create subscriptions; use one who may not",
        ));
    }
    Ok(Finding::new(reply.brief(), reply.evidence()))
}

pub(super) async fn write_probe<C: Clock>(run: &Run<C>) -> Settled {
    let repository = run.repository("write-probe").await?;
    let mut probes = Vec::new();
    for clients in std::iter::once(&run.first).chain(&run.second) {
        let probe = clients.product.probe_code_write(&run.project.id, &repository.id).await;
        probes.push(match probe {
            Ok(WriteProbe::Allowed) => "it may write".to_owned(),
            Ok(WriteProbe::MissingScope) => "it may not".to_owned(),
            Ok(WriteProbe::Unverified(why)) => format!("unclear: {why}"),
            Err(error) => format!("unclear: {error}"),
        });
    }
    let evidence = match probes.get(1) {
        Some(second) => format!("the second token: {second}"),
        None if run.first.is_app => {
            "an app has no scopes: it is asked for its permission to contribute, which Hookpost does not need"
                .to_owned()
        }
        None => "a second token with only the scope Code (read) shows the other answer".to_owned(),
    };
    Ok(Finding::new(format!("the first token: {}", probes[0]), evidence))
}
