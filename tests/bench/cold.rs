//! Cold starts: from the start of the process to its first 202, over TLS, as on AWS.

use std::time::Duration;

use crate::contestant::Contestant;
use crate::running::{Failure, Running};
use crate::statistics::median;
use crate::stub::aws::Aws;
use crate::stub::certificates::Certificates;
use crate::workload::{PULL_REQUEST, SMALL_PUSH, Workload};

/// Medians over all rounds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cold {
    /// Until it asks for work.
    pub(crate) init: Duration,
    /// From being handed the first delivery to its answer.
    pub(crate) first_call: Duration,
    /// Processor time until it asks for more, after the first 202.
    pub(crate) cpu: Duration,
    /// INIT when the services cannot be reached, so that nothing is opened early.
    pub(crate) init_alone: Duration,
}

/// Starts every contestant once a round.
pub(crate) fn measure(
    contestants: &[Contestant],
    workloads: &[Workload],
    aws: &Aws,
    certificates: &Certificates,
    rounds: usize,
) -> Result<Vec<Cold>, Failure> {
    let mut starts: Vec<Vec<Cold>> = vec![Vec::new(); contestants.len()];
    for round in 0..rounds {
        // Nobody always follows the same one, whose remains are in the caches.
        for turn in 0..contestants.len() {
            let index = (turn + round) % contestants.len();
            let alone_first = round % 2 == 0;
            starts[index].push(start(&contestants[index], workloads, aws, certificates, alone_first)?);
        }
    }
    let middle = |starts: &Vec<Cold>| Cold {
        init: median(starts.iter().map(|start| start.init)),
        first_call: median(starts.iter().map(|start| start.first_call)),
        cpu: median(starts.iter().map(|start| start.cpu)),
        init_alone: median(starts.iter().map(|start| start.init_alone)),
    };
    Ok(starts.iter().map(middle).collect())
}

fn start(
    contestant: &Contestant,
    workloads: &[Workload],
    aws: &Aws,
    certificates: &Certificates,
    alone_first: bool,
) -> Result<Cold, Failure> {
    let nowhere = [("AWS_ENDPOINT_URL_SQS", NOWHERE), ("AWS_ENDPOINT_URL_SECRETS_MANAGER", NOWHERE)];
    let alone = || Running::start(contestant, aws, certificates, &nowhere)?.init();
    let before = alone_first.then(alone).transpose()?;
    let running = Running::start(contestant, aws, certificates, &[])?;
    let init = running.init()?;
    let workload = if contestant.work.takes_pushes() { SMALL_PUSH } else { PULL_REQUEST };
    let took = running.answer(std::slice::from_ref(&workloads[workload].event), 1)?;
    let cpu = running.process.cpu()?;
    drop(running);
    let init_alone = before.map_or_else(alone, Ok)?;
    Ok(Cold { init, first_call: median(took), cpu, init_alone })
}

/// A port where nobody listens, so that a connection is refused at once.
const NOWHERE: &str = "https://127.0.0.1:1";
