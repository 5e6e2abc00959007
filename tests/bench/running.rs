//! A contestant at work between its Runtime API and the stubs, with every answer and every message counted.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::contestant::Contestant;
use crate::deliveries::Event;
use crate::environment::environment;
use crate::process::Process;
use crate::stub::aws::Aws;
use crate::stub::certificates::Certificates;
use crate::stub::runtime_api::RuntimeApi;

/// The benchmark cannot go on: somebody did not do the work, or this machine lacks something.
pub(crate) struct Failure(pub(crate) String);

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Debug for Failure {
    /// In words: this is what `main` ends with.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One process of a contestant.
#[derive(Debug)]
pub(crate) struct Running<'a> {
    pub(crate) contestant: &'a Contestant,
    aws: &'a Aws,
    runtime_api: RuntimeApi,
    pub(crate) process: Process,
}

impl<'a> Running<'a> {
    /// Starts it with the stubs behind `aws`, and `further` variables.
    pub(crate) fn start(
        contestant: &'a Contestant,
        aws: &'a Aws,
        certificates: &Certificates,
        further: &[(&str, &str)],
    ) -> Result<Self, Failure> {
        let runtime_api = RuntimeApi::start()?;
        let mut environment = environment(&runtime_api.address().to_string(), aws, certificates);
        for (name, value) in further {
            environment.retain(|(known, _)| known != name);
            environment.push(((*name).to_owned(), (*value).into()));
        }
        let process = Process::start(&contestant.command, &environment);
        let process = process.map_err(|error| {
            let program = contestant.command.first().map(|program| program.to_string_lossy().into_owned());
            Failure(format!("`{}` cannot be started: {error}", program.unwrap_or_default()))
        })?;
        aws.messages();
        Ok(Self { contestant, aws, runtime_api, process })
    }

    /// From its start until it asks for work.
    pub(crate) fn init(&self) -> Result<Duration, Failure> {
        let asked = self.runtime_api.first_asked(PATIENCE).map_err(|how| self.failure(&how.0))?;
        Ok(asked.saturating_duration_since(self.process.began))
    }

    /// Has it answer `calls` deliveries, and checks that all its messages came. How long each took.
    pub(crate) fn answer(&self, events: &[Event], calls: usize) -> Result<Vec<Duration>, Failure> {
        let jsons: Vec<_> = events.iter().map(|event| event.json.clone()).collect();
        let took = self.runtime_api.run(&jsons, calls, PATIENCE).map_err(|how| self.failure(&how.0))?;
        let expected: usize = events.iter().cycle().take(calls).map(|event| event.messages).sum();
        let (expected, sent) = (if self.contestant.work.sends() { expected } else { 0 }, self.aws.messages());
        if sent != expected {
            return Err(self.failure(&format!("sent {sent} messages instead of {expected}")));
        }
        Ok(took)
    }

    /// The same, with the processor time of one call.
    pub(crate) fn measure(&self, events: &[Event], calls: usize) -> Result<Batch, Failure> {
        let (before, written) = (self.process.cpu()?, self.process.written());
        let latencies = self.answer(events, calls)?;
        let calls = u32::try_from(calls).unwrap_or(u32::MAX);
        Ok(Batch {
            cpu: self.process.cpu()?.saturating_sub(before) / calls,
            log_bytes: (self.process.written() - written) / u64::from(calls),
            latencies,
        })
    }

    /// Asks the process to end by itself.
    pub(crate) fn end(self) -> Result<(), Failure> {
        self.process.end().map_err(Failure::from)
    }

    pub(crate) fn failure(&self, how: &str) -> Failure {
        Failure(format!("{} {how}\n{}", self.contestant.name, self.process.said()))
    }
}

/// What some calls in a row came to.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    /// Of one call.
    pub(crate) cpu: Duration,
    /// Written to the log for one call.
    pub(crate) log_bytes: u64,
    pub(crate) latencies: Vec<Duration>,
}

/// Nobody takes that long, under an instrument either.
const PATIENCE: Duration = Duration::from_secs(120);
