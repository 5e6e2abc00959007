//! A webhook with one answer for everything.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookpost_stand_in::server::{self, Server};

/// A webhook on a free loopback port.
#[derive(Debug)]
pub(crate) struct Webhook {
    server: Server,
    passwords: Arc<Mutex<Vec<String>>>,
}

impl Webhook {
    pub(crate) async fn start(status: u16) -> Self {
        let passwords = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&passwords);
        let server = Server::start(move |request| {
            let header = request.headers().get("authorization").and_then(|value| value.to_str().ok());
            let encoded = header.and_then(|value| value.strip_prefix("Basic ")).unwrap_or_default();
            let pair = String::from_utf8(STANDARD.decode(encoded).unwrap_or_default()).unwrap_or_default();
            let password = pair.trim_start_matches(':').to_owned();
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(password);
            async move { Some(server::json(status, "{}")) }
        })
        .await;
        Self { server, passwords }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.server.address())
    }

    /// The passwords that came.
    pub(crate) fn passwords(&self) -> Vec<String> {
        self.passwords.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
