//! A process of a contestant between the Runtime API and AWS, with every response and every message counted.

use std::ffi::OsString;
use std::fs;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hookpost_perf::statistics::quantile;
use hyper::body::Bytes;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::aws::Aws;
use crate::certificates::Certificates;
use crate::contestant::{Contestant, scratch};
use crate::deliveries::Event;
use crate::runtime_api::{RuntimeApi, Step};

/// The services and certificates that every contestant uses.
pub(crate) struct Services {
    pub(crate) http: Aws,
    pub(crate) tls: Aws,
    certificates: Certificates,
}

impl Services {
    pub(crate) async fn start() -> Self {
        let certificates = Certificates::create(&scratch()).expect("certificates can be made and written");
        let tls = Aws::start(Some(certificates.server.clone())).await;
        Self { http: Aws::start(None).await, tls, certificates }
    }
}

/// Dropping an instance kills the process.
pub(crate) struct Instance<'a> {
    pub(crate) contestant: &'a Contestant,
    pub(crate) aws: &'a Aws,
    runtime_api: RuntimeApi,
    child: Child,
    started: Instant,
    /// Lines of the log, which are also the lines of panics.
    log: Arc<Mutex<Vec<String>>>,
}

/// Calls in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Calls {
    /// Processor time of a call, in seconds.
    pub(crate) cpu: f64,
    /// From the event to the response, in seconds.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// Written to the log for a call.
    pub(crate) log_bytes: f64,
}

impl<'a> Instance<'a> {
    /// Starts the contestant's command behind `prefix`, such as valgrind, in an environment of Lambda's variables, the
    /// template's, and `further` ones.
    pub(crate) async fn start(
        contestant: &'a Contestant,
        services: &Services,
        aws: &'a Aws,
        prefix: &[OsString],
        further: &[(&str, &str)],
    ) -> Self {
        let runtime_api = RuntimeApi::start().await;
        let command: Vec<OsString> =
            prefix.iter().cloned().chain(contestant.command.iter().map(Into::into)).collect();
        aws.take_messages();
        let started = Instant::now();
        let mut child = Command::new(&command[0])
            .args(&command[1..])
            .env_clear()
            .envs(LAMBDA)
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api.address.to_string())
            .env("AWS_SESSION_TOKEN", SESSION_TOKEN.repeat(8))
            .env("AWS_ENDPOINT_URL_SQS", &aws.endpoint)
            .env("AWS_ENDPOINT_URL_SECRETS_MANAGER", &aws.endpoint)
            .env("HOOKPOST_EVENTS_QUEUE_URL", format!("{}/123456789012/hookpost-events.fifo", aws.endpoint))
            .env(
                "HOOKPOST_QUARANTINE_QUEUE_URL",
                format!("{}/123456789012/hookpost-quarantine", aws.endpoint),
            )
            .env("HOOKPOST_SECRET_PREFIX", "hookpost")
            .env("SSL_CERT_FILE", &services.certificates.trust_store)
            .env("AWS_CA_BUNDLE", &services.certificates.trust_store)
            // In addition to the roots that are compiled into Node.
            .env("NODE_EXTRA_CA_CERTS", &services.certificates.authority)
            .envs(further.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start ({command:?}): {error}", contestant.name));
        let log = Arc::default();
        read(child.stdout.take().expect("it is piped"), Arc::clone(&log));
        read(child.stderr.take().expect("it is piped"), Arc::clone(&log));
        Self { contestant, aws, runtime_api, child, started, log }
    }

    /// Waits for the end of INIT; returns how long after its start the process asked for work, in seconds.
    pub(crate) async fn init(&mut self) -> f64 {
        let Step::RequestedEvent(at) = self.step().await else { self.fail("did not ask for work first") };
        at.duration_since(self.started).as_secs_f64()
    }

    /// Delivers an event so many times, and fails unless every response is 202 and every message was sent.
    /// Returns the latencies in seconds, and the messages.
    pub(crate) async fn deliver(&mut self, event: &Event, calls: usize) -> (Vec<f64>, Vec<Value>) {
        let mut latencies = Vec::with_capacity(calls);
        for _ in 0..calls {
            self.runtime_api.events.send(event.json.clone()).expect("the Runtime API is served");
            match self.step().await {
                Step::Responded(took, response) if is_accepted(&response) => {
                    latencies.push(took.as_secs_f64());
                }
                step => self.fail(&format!("did not respond 202 but {step:?}")),
            }
            let Step::RequestedEvent(_) = self.step().await else { self.fail("responded twice") };
        }
        let messages = self.aws.take_messages();
        let expected = if self.contestant.sends { calls * event.messages } else { 0 };
        if messages.len() != expected {
            self.fail(&format!("sent {} messages and not {expected}", messages.len()));
        }
        (latencies, messages)
    }

    /// The same, measured.
    #[expect(clippy::cast_precision_loss, reason = "few calls, and short lines")]
    pub(crate) async fn measure(&mut self, event: &Event, calls: usize) -> Calls {
        let (cpu, logged) = (self.cpu().await, self.log_bytes());
        let (latencies, _) = self.deliver(event, calls).await;
        Calls {
            cpu: (self.cpu().await - cpu) / calls as f64,
            p50: quantile(latencies.iter().copied(), 0.5),
            p99: quantile(latencies, 0.99),
            log_bytes: (self.log_bytes() - logged) as f64 / calls as f64,
        }
    }

    /// Processor time of all threads in seconds, user and system. The kernel's figure is exact once the process waits.
    pub(crate) async fn cpu(&self) -> f64 {
        tokio::time::sleep(SETTLING).await;
        let threads = fs::read_dir(format!("/proc/{}/task", self.pid())).expect("the process runs");
        let nanoseconds = threads.map(|thread| {
            let file = thread.expect("the process runs").path().join("schedstat");
            let text = fs::read_to_string(file).unwrap_or_default();
            text.split(' ')
                .next()
                .and_then(|first| first.parse::<f64>().ok())
                .expect("schedstat has a figure")
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

    /// Asks the process to end, which makes valgrind write its profile.
    pub(crate) async fn end(mut self) {
        let kill = Command::new("kill").arg(self.pid().to_string()).status().await;
        kill.expect("`kill` is installed");
        self.child.wait().await.expect("it is our child");
    }

    async fn step(&mut self) -> Step {
        let step = tokio::select! {
            step = tokio::time::timeout(LONGEST, self.runtime_api.steps.recv()) => step.ok().flatten(),
            _ = self.child.wait() => None,
        };
        step.unwrap_or_else(|| self.fail("ended, or took too long"))
    }

    fn pid(&self) -> u32 {
        self.child.id().expect("the process was not waited for")
    }

    fn log_bytes(&self) -> usize {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|line| line.len() + 1).sum()
    }

    fn fail(&self, how: &str) -> ! {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let last = log.len().saturating_sub(20);
        panic!("{} {how}\n{}", self.contestant.name, log[last..].join("\n"))
    }
}

fn is_accepted(response: &Bytes) -> bool {
    serde_json::from_slice::<Value>(response).is_ok_and(|response| response["statusCode"] == 202)
}

fn read(output: impl AsyncRead + Unpin + Send + 'static, log: Arc<Mutex<Vec<String>>>) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    });
}

const LAMBDA: [(&str, &str); 10] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "hookpost"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/hookpost"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/03/02/[$LATEST]0123456789abcdef"),
    ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLEEXAMPLE00"),
    ("AWS_SECRET_ACCESS_KEY", "an/example/of/forty/characters/000000000"),
    ("AWS_REGION", "eu-west-1"),
    ("AWS_DEFAULT_REGION", "eu-west-1"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
];

/// Eight times, as long as Lambda's, which is signed and sent with every call.
const SESSION_TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE";

/// A process that asked for work may still be on its way to sleep.
const SETTLING: Duration = Duration::from_millis(2);

/// No step takes longer, under valgrind either.
const LONGEST: Duration = Duration::from_secs(60);
