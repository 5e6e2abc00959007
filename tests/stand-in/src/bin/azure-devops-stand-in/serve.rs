//! Serves one organization until standard input is closed or a signal comes.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use hookpost_stand_in::entra::{App, FederatedCredential};
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn};
use hookpost_stand_in::{Organization, entra, sts};
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::arguments::Serve;

/// What a client needs to know.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ready {
    address: String,
    organization: String,
    organization_url: String,
    pat: String,
    project: String,
    project_id: String,
    repository: String,
    repository_id: String,
    second_project: String,
    sts_address: String,
    issuer: String,
    entra_address: String,
    tenant_id: String,
    client_id: String,
}

pub(crate) async fn run(settings: &Serve) -> io::Result<ExitCode> {
    let name = &*settings.organization;
    let mut organization = Organization::services(name, settings.seed.unwrap_or_else(seed));
    let owner = organization.add_person("Marta Lindqvist", "marta@northwind-brewery.example");
    let pat = format!("{}{}", owner.id, owner.id).replace('-', "").chars().take(52).collect::<String>();
    let stand_in = StandIn::start_on(settings.port, [organization]).await?;
    stand_in.register_pat(PersonalAccessToken::new(&pat, name, &owner));
    let (project, repository, second_project) = stand_in.prepare_demo(name);
    let sts = sts::StandIn::start_on(settings.sts_port, &settings.region).await?;
    let entra = entra::StandIn::start_on(settings.entra_port, &sts).await?;
    let app = app(settings, &sts, &entra);
    stand_in.trust(&entra);
    let ready = stand_in.organization(name, |organization| Ready {
        address: stand_in.address(),
        organization: name.to_owned(),
        organization_url: organization.url().trim_end_matches('/').to_owned(),
        pat,
        project: organization.project_name(project).to_owned(),
        project_id: organization.project_uuid(project).to_string(),
        repository: organization.repository_name(repository).to_owned(),
        repository_id: organization.repository_uuid(repository).to_string(),
        second_project: organization.project_name(second_project).to_owned(),
        sts_address: sts.address(),
        issuer: sts.issuer(),
        entra_address: entra.address(),
        tenant_id: app.tenant_id.to_string(),
        client_id: app.client_id.to_string(),
    });
    // Before the line is printed: a reader may end this process at once.
    let (mut terminated, mut interrupted) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    crate::print(&ready)?;
    tokio::select! {
        () = deliver(&stand_in) => {}
        _ = end_of_input() => {}
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// The app of the demo, which trusts the roles of the command line.
fn app(settings: &Serve, sts: &sts::StandIn, entra: &entra::StandIn) -> App {
    let app = entra.register_app(entra.tenant(), "hookpost");
    for (access_key_id, role_arn) in &settings.roles {
        sts.register(access_key_id, role_arn);
        entra.trust(&app, FederatedCredential::new(&sts.issuer(), role_arn));
    }
    app
}

/// Delivers what calls make happen, for ever. The stand-in's clock moves with each look at what is due.
#[expect(clippy::disallowed_methods, reason = "the library has no clock")]
async fn deliver(stand_in: &StandIn) {
    loop {
        stand_in.run_until(jiff::Timestamp::now()).await;
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Microseconds of the clock, so that ids differ from run to run.
#[expect(clippy::disallowed_methods, reason = "the library has no clock")]
fn seed() -> u64 {
    jiff::Timestamp::now().as_microsecond().unsigned_abs()
}

/// The parent process holds the other end, and the system closes it when the parent ends. A thread
/// reads, because a blocked read cannot be canceled when a signal comes first.
fn end_of_input() -> oneshot::Receiver<()> {
    let (sender, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = sender.send(());
    });
    ended
}
