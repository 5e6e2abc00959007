//! The real relay, as a function that is killed by turns, and two tools that fail by turns. Pauses are skipped.

use hookpost_harness::account::Account;
use hookpost_harness::function::Function;
use hookpost_harness::queues::Queues;
use hookpost_harness::relay::{invocation, poll, start};
use hookpost_harness::tool::{PASSWORD, Tool, ToolFault, USER};
use serde_json::{Value, json};

use crate::oracle::Arrived;
use crate::relay::{RelayJudgment, body, targets};
use crate::rng::Rng;
use crate::tools::{Settled, keys};

/// How long a message is hidden that is received, and neither deleted nor shown.
pub(crate) const VISIBILITY_SECONDS: u32 = 30;

/// Of a hundred batches, in how many the relay is killed, and before how many a tool begins to fail a request.
const KILLED: u64 = 10;
const FAILING: u64 = 30;

/// What a tool does instead of taking a delivery.
const FAILURES: [ToolFault; 7] = [
    ToolFault::Nothing,
    ToolFault::Status(302),
    ToolFault::Status(401),
    ToolFault::Status(429),
    ToolFault::Status(500),
    ToolFault::Status(503),
    // It refuses the delivery for good.
    ToolFault::Status(400),
];

pub(crate) struct RealRelay<'a> {
    account: &'a Account,
    /// The deliveries as they were kept, in order, each a body and its message group.
    kept: Vec<(Value, String)>,
    queue: String,
    targets: Value,
    tools: [Tool; 2],
    relay: Function,
    rng: Rng,
    /// How many requests each tool had when a relay was killed.
    kills: Vec<[usize; 2]>,
}

impl<'a> RealRelay<'a> {
    /// Starts a relay. It gets the deliveries as they are on the queue, which has to be emptied to see their order.
    pub(crate) async fn new(account: &'a Account, source: &str, seed: u64) -> Self {
        let queues: &Queues = &account.queues;
        let name = format!("{}-relay", account.prefix);
        let queue = queues.create_deliveries_queue(&name, VISIBILITY_SECONDS).await.expect("a queue");
        let messages = queues.drain(source).await.expect("the emulator hands out");
        for message in &messages {
            let fifo = Some((message.group.as_str(), message.deduplication_id.as_str()));
            queues.send(&queue, &message.body, fifo).await.expect("the emulator takes it");
        }
        let secret = json!({"user": USER, "password": PASSWORD}).to_string();
        account.secrets.create(&name, &secret).await.expect("the emulator makes secrets");
        let tools = [Tool::start(|_, _| (200, "")).await, Tool::start(|_, _| (200, "")).await];
        let urls = [tools[0].url("/"), tools[1].url("/")];
        let targets = targets([&urls[0], &urls[1]], &name);
        let relay = start(account, &queue, &targets).await;
        let kept = messages.iter().map(|message| (body(&message.json()), message.group.clone()));
        let (kept, rng) = (kept.collect(), Rng::new(seed));
        Self { account, kept, queue, targets, tools, relay, rng, kills: Vec::new() }
    }

    pub(crate) async fn judge(mut self, events: &[Arrived]) -> RelayJudgment {
        let queues = &self.account.queues;
        while queues.count(&self.queue).await.expect("a number") > 0 {
            for tool in &self.tools {
                if self.rng.percent(FAILING) {
                    tool.plan(&[*self.rng.pick(&FAILURES)]);
                }
            }
            if self.rng.percent(KILLED) {
                self.kill().await;
            } else {
                poll(queues, &self.queue, &self.relay).await;
            }
        }
        self.relay.stop().await;
        let settled = self.tools.iter().enumerate().flat_map(|(target, tool)| {
            let kills = &self.kills;
            tool.requests()
                .into_iter()
                .enumerate()
                .filter(|(_, (_, status))| matches!(status, 200 | 400))
                .map(move |(place, (request, status))| Settled {
                    target,
                    key: keys(&serde_json::from_slice(request.body()).expect("JSON")),
                    life: kills
                        .iter()
                        .filter(|counts| counts[target] <= place)
                        .count()
                        .try_into()
                        .expect("few"),
                    accepted: status == 200,
                })
        });
        let settled: Vec<Settled> = settled.collect();
        RelayJudgment::of(&self.kept, events, &settled, self.kills.len() as u64, 0)
    }

    /// Kills the relay when it has posted a batch, before that is deleted.
    async fn kill(&mut self) {
        let queues = &self.account.queues;
        let batch = queues.receive(&self.queue).await.expect("the emulator hands out");
        self.relay.invoke_with(invocation(&batch)).await.expect("a batch is answered");
        // As if they had been hidden for the visibility timeout.
        for message in &batch {
            queues.show(&self.queue, message).await.expect("the emulator shows");
        }
        self.kills.push([0, 1].map(|target| self.tools[target].requests().len()));
        let fresh = start(self.account, &self.queue, &self.targets).await;
        std::mem::replace(&mut self.relay, fresh).stop().await;
    }
}
