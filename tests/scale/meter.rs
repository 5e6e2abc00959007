//! Counts calls and bytes, by service and operation.

use std::collections::BTreeMap;
use std::fmt;

/// Who was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// The REST API.
    AzureDevOps,
    /// Amazon SQS.
    Sqs,
    /// AWS Secrets Manager.
    SecretsManager,
}

/// How much of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Number of calls.
    pub calls: u64,
    /// Bytes of the requests' bodies.
    pub sent: u64,
    /// Bytes of the responses' bodies.
    pub received: u64,
}

/// What was called, since it was last asked.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    amounts: BTreeMap<(Service, String), Amount>,
}

impl Meter {
    /// Counts a call.
    pub fn add(&mut self, service: Service, operation: &str, sent: usize, received: usize) {
        let amount = self.amounts.entry((service, operation.to_owned())).or_default();
        amount.calls += 1;
        amount.sent += sent as u64;
        amount.received += received as u64;
    }

    /// All of one service.
    pub fn of(&self, service: Service) -> Amount {
        let amounts = self.amounts.iter().filter(|((of, _), _)| *of == service);
        amounts.fold(Amount::default(), |sum, (_, amount)| Amount {
            calls: sum.calls + amount.calls,
            sent: sum.sent + amount.sent,
            received: sum.received + amount.received,
        })
    }

    /// The calls of operations whose name begins so.
    pub fn calls_of(&self, prefix: &str) -> u64 {
        let named = self.amounts.iter().filter(|((_, name), _)| name.starts_with(prefix));
        named.map(|(_, amount)| amount.calls).sum()
    }
}

impl fmt::Display for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((service, operation), amount) in &self.amounts {
            let Amount { calls, sent, received } = amount;
            writeln!(f, "{service:?} {operation}: {calls} calls, {sent} bytes sent, {received} received")?;
        }
        Ok(())
    }
}
