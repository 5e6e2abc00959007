//! The REST API of one organization, until nobody needs it any more.

use std::io;
use std::process::ExitCode;

use hookpost_stand_in::Organization;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn};
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::arguments::Serve;

/// All that a client needs to know.
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
}

pub(crate) async fn run(settings: &Serve) -> io::Result<ExitCode> {
    let name = &*settings.organization;
    let mut organization = Organization::services(name, crate::seed(settings.seed));
    let owner = organization.add_person("Marta Lindqvist", "marta@northwind-brewery.example");
    let pat = format!("{}{}", owner.id, owner.id).replace('-', "").chars().take(52).collect::<String>();
    let stand_in = StandIn::start_on(settings.port, [organization]).await?;
    stand_in.allow_local_targets();
    stand_in.register_pat(PersonalAccessToken::new(&pat, name, &owner));
    let (project, repository) = stand_in.prepare_tour(name);
    let ready = stand_in.organization(name, |it| Ready {
        address: stand_in.address(),
        organization: name.to_owned(),
        organization_url: it.url().trim_end_matches('/').to_owned(),
        pat,
        project: it.project_name(project).to_owned(),
        project_id: it.project_guid(project).to_string(),
        repository: it.repository_name(repository).to_owned(),
        repository_id: it.repository_guid(repository).to_string(),
    });
    // Whoever has read the line may end us at once.
    let (mut terminated, mut interrupted) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    crate::print(&ready)?;
    tokio::select! {
        _ = end_of_input() => {}
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Whoever started us holds the other end, and the system lets go of it when they end. A thread of
/// its own reads, which nothing waits for when a signal comes first.
fn end_of_input() -> oneshot::Receiver<()> {
    let (sender, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = sender.send(());
    });
    ended
}
