//! A stand-in for a tool that gets webhooks, which fails as planned.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a tool that fails fails its test")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hookpost_stand_in::server::{HttpResponse, Reply, Server, json as answer};
use hyper::Request;
use hyper::body::Bytes;
use tokio::sync::watch;
use tokio::time::timeout;

/// The user that a tool expects.
pub const USER: &str = "azure-devops";
/// The password that a tool expects at first.
pub const PASSWORD: &str = "the-tools-own-password";

/// What a tool does with a request instead of checking it.
#[derive(Clone, Copy, Debug)]
pub enum ToolFault {
    /// Answers with this status.
    Status(u16),
    /// Closes the connection.
    Nothing,
    /// Never answers.
    Hang,
}

/// How a tool checks a request: the status and the text of its answer.
pub type Check = fn(&Request<Bytes>, password: &str) -> (u16, &'static str);

/// A tool at a loopback port.
#[derive(Debug)]
pub struct Tool {
    server: Server,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    planned: Mutex<VecDeque<ToolFault>>,
    password: Mutex<String>,
    requests: watch::Sender<Vec<(Request<Bytes>, u16)>>,
}

impl Tool {
    /// Starts a tool.
    pub async fn start(check: Check) -> Self {
        let state = Arc::new(State {
            planned: Mutex::default(),
            password: Mutex::new(PASSWORD.to_owned()),
            requests: watch::Sender::new(Vec::new()),
        });
        let shared = Arc::clone(&state);
        let server = Server::start(move |request| handle(Arc::clone(&shared), check, request)).await;
        Self { server, state }
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    /// Plans what is done with the next requests.
    pub fn plan(&self, instead: &[ToolFault]) {
        self.state.planned.lock().unwrap_or_else(PoisonError::into_inner).extend(instead);
    }

    /// Changes the password that the tool expects.
    pub fn set_password(&self, password: &str) {
        password.clone_into(&mut self.state.password.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The requests so far, with the status of each answer; 0 for none.
    pub fn requests(&self) -> Vec<(Request<Bytes>, u16)> {
        self.state.requests.borrow().clone()
    }

    /// Waits until there were so many requests.
    pub async fn has(&self, count: usize) {
        let mut requests = self.state.requests.subscribe();
        let enough = requests.wait_for(|requests| requests.len() >= count);
        timeout(Duration::from_secs(30), enough).await.expect("requests in time").expect("a tool");
    }

    /// The bodies of the requests that were answered so, in order.
    pub fn bodies(&self, status: u16) -> Vec<String> {
        let requests = self.requests().into_iter().filter(|(_, answered)| *answered == status);
        requests.map(|(request, _)| String::from_utf8_lossy(request.body()).into_owned()).collect()
    }
}

async fn handle(state: Arc<State>, check: Check, request: Request<Bytes>) -> Reply {
    let planned = state.planned.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let password = state.password.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (status, text) = match planned {
        None => check(&request, &password),
        Some(ToolFault::Status(status)) => (status, ""),
        Some(ToolFault::Nothing | ToolFault::Hang) => (0, ""),
    };
    state.requests.send_modify(|requests| requests.push((request, status)));
    match planned {
        Some(ToolFault::Hang) => std::future::pending().await,
        Some(ToolFault::Nothing) => None,
        Some(ToolFault::Status(302)) => Some(redirect()),
        _ => Some(answer(status, text)),
    }
}

/// To an address that nobody configured.
fn redirect() -> HttpResponse {
    let mut response = answer(302, "");
    response.headers_mut().insert("location", "http://127.0.0.1:9/".parse().expect("a value"));
    response
}
