//! The AWS emulators: ministack for SQS, moto for Secrets Manager, one of each per test process.
//!
//! They start on first use and end with the process: each runs under a supervisor that ends the emulator when the pipe
//! from this process closes, which also happens when this process is killed.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::{REGION, settings};

/// Running emulators.
#[derive(Debug)]
pub struct Emulators {
    sqs: Emulator,
    secrets_manager: Emulator,
}

#[derive(Debug)]
struct Emulator {
    endpoint: String,
    /// Keeps the pipe open.
    _supervisor: Child,
}

/// The emulators of this process; the first call starts them and waits until they answer.
///
/// # Panics
///
/// They are not installed, or do not answer within half a minute.
pub fn emulators() -> &'static Emulators {
    static RUNNING: OnceLock<Emulators> = OnceLock::new();
    RUNNING.get_or_init(Emulators::start)
}

impl Emulators {
    /// Such as `http://127.0.0.1:40123`, without a path.
    pub fn sqs(&self) -> &str {
        &self.sqs.endpoint
    }

    /// Such as `http://127.0.0.1:40124`, without a path.
    pub fn secrets_manager(&self) -> &str {
        &self.secrets_manager.endpoint
    }

    fn start() -> Self {
        let programs = settings::python_environment().join("bin");
        let (sqs, secrets_manager) = (free_port(), free_port());
        let sqs_port = sqs.to_string();
        let ministack = supervise(
            &programs,
            "ministack",
            &[],
            &[
                ("BIND_HOST", "127.0.0.1"),
                ("GATEWAY_PORT", &sqs_port),
                ("IOT_MTLS_ENABLED", "0"),
                ("MINISTACK_REGION", REGION),
            ],
        );
        let port = secrets_manager.to_string();
        let moto = supervise(&programs, "moto_server", &["-H", "127.0.0.1", "-p", &port], &[]);
        Self {
            sqs: Emulator::ready(ministack, sqs, "/_ministack/health"),
            secrets_manager: Emulator::ready(moto, secrets_manager, "/moto-api/data.json"),
        }
    }
}

impl Emulator {
    /// Waits until it answers a GET.
    fn ready(mut supervisor: Child, port: u16, path: &str) -> Self {
        let deadline = Instant::now() + TIMEOUT;
        while !answers(port, path) {
            let ended = supervisor.try_wait().is_ok_and(|status| status.is_some());
            assert!(!ended, "an AWS emulator ended while starting; its output is above");
            assert!(Instant::now() < deadline, "an AWS emulator did not answer in {TIMEOUT:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { endpoint: format!("http://127.0.0.1:{port}"), _supervisor: supervisor }
    }
}

/// Starts a program of the Python environment under the supervisor, with almost no environment.
fn supervise(programs: &Path, program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Child {
    let program = programs.join(program);
    assert!(
        program.is_file(),
        "`{}` is missing: run `make test`, which installs the emulators, or point \
         HOOKPOST_TEST_VENV at a Python environment that has them",
        program.display()
    );
    Command::new(programs.join("python"))
        .args(["-c", SUPERVISOR])
        .arg(&program)
        .args(arguments)
        .env_clear()
        .envs(["PATH", "HOME", "TMPDIR"].iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start `{}`: {error}", program.display()))
}

#[expect(clippy::expect_used, reason = "without a loopback port no test can run")]
fn free_port() -> u16 {
    let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = probe.and_then(|listener| listener.local_addr());
    address.expect("a free port on 127.0.0.1 is needed").port()
}

/// Whether a GET is answered with 200. Uses a plain socket, since no tokio runtime runs here.
fn answers(port: u16, path: &str) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(&status == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}

const SUPERVISOR: &str = include_str!("supervisor.py");
const TIMEOUT: Duration = Duration::from_secs(30);
