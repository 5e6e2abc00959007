//! A process of a contestant, with every response and every message counted.

use std::fs;
use std::time::Duration;

use hookpost_harness::function::Function;
use hookpost_harness::runtime_api::Invocation;
use serde_json::Value;
use tokio::process::Command;

use crate::contestant::Contestant;
use crate::deliveries::Event;
use crate::services::Services;

/// Dropping an instance kills the process.
pub(crate) struct Instance<'a> {
    pub(crate) contestant: &'a Contestant,
    services: &'a Services,
    function: Function,
    /// How long after its start the process asked for work.
    pub(crate) init: Duration,
}

impl<'a> Instance<'a> {
    /// Starts a process that calls the services at `endpoint`, and waits for the end of INIT.
    pub(crate) async fn start(contestant: &'a Contestant, services: &'a Services, endpoint: &str) -> Self {
        let mut command = Command::new(&contestant.command[0]);
        command.args(&contestant.command[1..]);
        let mut environment = services.environment(endpoint);
        if contestant.keeps_deliveries {
            environment.push(("HOOKPOST_DELIVERIES_QUEUE_URL", format!("{endpoint}/123456789012/raw.fifo")));
        }
        let function = Function::start_command(command, environment).await;
        let init = function.ready().await;
        let init = init.unwrap_or_else(|exit| panic!("{} does not start: {exit}", contestant.name));
        services.aws.take();
        Self { contestant, services, function, init }
    }

    /// Delivers an event so many times, and fails unless every response is 202 and every message was sent.
    /// Returns the time from each event to its response, and the messages.
    pub(crate) async fn deliver(&self, event: &Event, calls: usize) -> (Vec<Duration>, Vec<Value>) {
        let mut latencies = Vec::with_capacity(calls);
        for _ in 0..calls {
            let invocation = Invocation { timeout: LONGEST, ..Invocation::new(event.json.clone()) };
            match self.function.invoke_with(invocation).await {
                Ok(response) if response["statusCode"] == 202 => latencies.push(self.function.last_took()),
                other => self.fail(&format!("did not respond 202 but {other:?}")),
            }
            if let Err(exit) = self.function.idle().await {
                self.fail(&format!("ended: {exit}"));
            }
        }
        let received = self.services.aws.take();
        let of_call = event.messages + usize::from(self.contestant.keeps_deliveries);
        let (sent, expected) = (received.messages.len(), calls * of_call);
        if sent != if self.contestant.sends { expected } else { 0 } {
            self.fail(&format!("sent {sent} messages"));
        }
        if received.password_requests > PASSWORD_REQUESTS_MAX {
            self.fail(&format!("requested a password {} times: it caches none", received.password_requests));
        }
        (latencies, received.messages)
    }

    /// Processor time of all threads in seconds, user and system. The kernel's figure is exact once the process waits.
    pub(crate) async fn cpu(&self) -> f64 {
        tokio::time::sleep(SETTLING).await;
        let threads = fs::read_dir(format!("/proc/{}/task", self.pid())).expect("the process runs");
        let nanoseconds = threads.map(|thread| {
            let file = thread.expect("the process runs").path().join("schedstat");
            let text = fs::read_to_string(file).expect("the process runs");
            let first = text.split(' ').next().and_then(|first| first.parse::<f64>().ok());
            first.expect("schedstat has a figure")
        });
        nanoseconds.sum::<f64>() / 1e9
    }

    /// The most memory that the process ever had, in bytes.
    pub(crate) fn peak_memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the process runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        kibibytes.expect("Linux writes VmHWM") * 1024.0
    }

    /// Length of the log so far, in bytes.
    pub(crate) fn log_bytes(&self) -> usize {
        self.function.logs().iter().map(|line| line.len() + 1).sum()
    }

    /// Kills the process and waits until it is gone: freeing its memory would delay the next one.
    pub(crate) async fn stop(self) {
        self.function.stop().await;
    }

    /// Asks the process to end, which makes valgrind write its profile.
    pub(crate) async fn end(self) {
        let kill = Command::new("kill").arg(self.pid().to_string()).status().await;
        kill.expect("`kill` is installed");
        self.function.process().ended().await;
    }

    fn pid(&self) -> u32 {
        self.function.process().id().expect("the process was started")
    }

    fn fail(&self, how: &str) -> ! {
        let log = self.function.logs();
        panic!("{} {how}\n{}", self.contestant.name, log[log.len().saturating_sub(20)..].join("\n"))
    }
}

/// Hookpost asks for the current, the pending and the previous password, at first and again after five minutes.
const PASSWORD_REQUESTS_MAX: usize = 6;

/// A process that asked for work may still be on its way to sleep.
const SETTLING: Duration = Duration::from_millis(2);

/// No call takes longer, under valgrind either.
const LONGEST: Duration = Duration::from_secs(60);
