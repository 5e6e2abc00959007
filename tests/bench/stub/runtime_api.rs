//! The Lambda Runtime API of one contestant. The thread of its connection hands out the work and looks at the clock, so
//! that no other thread has to be woken in between.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Deserialize;

use super::http::Connection;

/// What a contestant asks for work.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    events: Vec<Arc<Vec<u8>>>,
    handed_out: usize,
    calls: usize,
    first_asked: Option<Instant>,
    is_waiting: bool,
    handed_out_at: Option<Instant>,
    latencies: Vec<Duration>,
    /// An answer that is not the expected one, or an error that was reported.
    complaint: Option<String>,
    is_over: bool,
}

/// What a contestant says instead of 202, or nothing within the time it had.
#[derive(Debug)]
pub(crate) struct Misbehaviour(pub(crate) String);

impl RuntimeApi {
    /// Listens on a free port.
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let for_connections = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if for_connections.state().is_over {
                    return;
                }
                let shared = Arc::clone(&for_connections);
                // A contestant that ends leaves its connection in the middle of a request.
                std::thread::spawn(move || serve(stream, &shared).ok());
            }
        });
        Ok(Self { address, shared })
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the end of INIT, and tells when that was.
    pub(crate) fn first_asked(&self, patience: Duration) -> Result<Instant, Misbehaviour> {
        let state = self.shared.wait(patience, |state| state.is_waiting)?;
        state.first_asked.ok_or_else(|| Misbehaviour("asked for no work".to_owned()))
    }

    /// Hands out events, one after the other and from the first again, `calls` times, and waits until the contestant
    /// asks for more. How long each took, from handing it out to the answer.
    pub(crate) fn run(
        &self,
        events: &[Arc<Vec<u8>>],
        calls: usize,
        patience: Duration,
    ) -> Result<Vec<Duration>, Misbehaviour> {
        let mut state = self.shared.state();
        state.events = events.to_vec();
        (state.handed_out, state.calls) = (0, calls);
        state.latencies = Vec::with_capacity(calls);
        drop(state);
        self.shared.changed.notify_all();
        let is_done = |state: &State| state.latencies.len() == state.calls && state.is_waiting;
        let mut state = self.shared.wait(patience, is_done)?;
        Ok(std::mem::take(&mut state.latencies))
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.shared.changed.notify_all();
        // The listener looks up when somebody comes.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(
        &self,
        patience: Duration,
        until: impl Fn(&State) -> bool,
    ) -> Result<MutexGuard<'_, State>, Misbehaviour> {
        let over = |state: &mut State| !until(state) && state.complaint.is_none();
        let waited = self.changed.wait_timeout_while(self.state(), patience, over);
        let (mut state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        if let Some(complaint) = state.complaint.take() {
            return Err(Misbehaviour(complaint));
        }
        if timeout.timed_out() {
            return Err(Misbehaviour(format!("was not done within {} s", patience.as_secs())));
        }
        Ok(state)
    }

    /// Waits for work; the number of the call, and the event.
    fn next(&self) -> Option<(usize, Arc<Vec<u8>>)> {
        let mut state = self.state();
        state.first_asked.get_or_insert_with(Instant::now);
        state.is_waiting = true;
        self.changed.notify_all();
        let idle = |state: &mut State| state.handed_out == state.calls && !state.is_over;
        let mut state = self.changed.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner);
        if state.is_over {
            return None;
        }
        let number = state.handed_out;
        let event = Arc::clone(&state.events[number % state.events.len()]);
        state.handed_out += 1;
        state.is_waiting = false;
        state.handed_out_at = Some(Instant::now());
        Some((number, event))
    }

    fn answered(&self, body: &[u8]) {
        let now = Instant::now();
        let mut state = self.state();
        let took = state.handed_out_at.take().map(|since| now - since);
        state.latencies.extend(took);
        let status = serde_json::from_slice::<Answer>(body).map_or(0, |answer| answer.status_code);
        if status != 202 {
            state.complaint = Some(format!("answered {status}: {}", String::from_utf8_lossy(body)));
            self.changed.notify_all();
        }
    }

    fn complained(&self, body: &[u8]) {
        self.state().complaint = Some(format!("reported {}", String::from_utf8_lossy(body)));
        self.changed.notify_all();
    }
}

/// The answer of a proxy integration, of which only the status is looked at.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "statusCode")]
    status_code: u16,
}

fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut connection = Connection::new(stream);
    while let Some(request) = connection.request()? {
        if request.method == "GET" {
            let Some((number, event)) = shared.next() else { return Ok(()) };
            connection.answer(200, &invocation(number), &event)?;
            continue;
        }
        if request.path.ends_with("/response") {
            shared.answered(request.body);
        } else {
            shared.complained(request.body);
        }
        connection.answer(202, JSON, b"{\"status\":\"OK\"}")?;
    }
    Ok(())
}

/// What Lambda says of an invocation beside its event.
fn invocation(number: usize) -> String {
    format!(
        "{JSON}lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-{number:012x}\r\n\
         lambda-runtime-deadline-ms: {}\r\n\
         lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:123456789012:function:hookpost\r\n\
         lambda-runtime-trace-id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0\r\n",
        now().saturating_add(INVOCATION).as_millis()
    )
}

#[expect(clippy::disallowed_methods, reason = "a real process reads the real clock")]
fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

const JSON: &str = "content-type: application/json\r\n";

/// Long enough for any contestant under an instrument that makes it fifty times slower.
const INVOCATION: Duration = Duration::from_secs(60);
