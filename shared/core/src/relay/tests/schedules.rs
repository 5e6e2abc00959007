//! Any schedule of outages, refusals and kills over days: nothing is lost, each branch keeps its order, and only a kill
//! makes a tool get a delivery twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::{Just, Strategy, any};
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::*;

const BRANCHES: usize = 3;

/// Most messages of one receive.
const RECEIVED_MAX: usize = 10;

/// The visibility timeout of the queue.
const VISIBILITY: SignedDuration = SignedDuration::from_mins(6);

/// SQS moves a message to the dead-letter queue after so many receives.
const RECEIVES_MAX: u32 = 1000;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A push to a branch, some seconds later.
    Push { branch: usize, after: i64 },
    /// The tool answers so, or not at all, for this many minutes.
    Outage { answer: Option<u16>, minutes: i64 },
    /// The tool refuses the next delivery that it gets.
    Refuses,
    /// The relay is killed behind its next batch, before it has told SQS.
    Killed,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let answer = prop_oneof![
        Just(None),
        Just(Some(401)),
        Just(Some(403)),
        Just(Some(408)),
        Just(Some(429)),
        Just(Some(500)),
        Just(Some(503))
    ];
    let step = prop_oneof![
        6 => (0..BRANCHES, 0_i64..4000).prop_map(|(branch, after)| Step::Push { branch, after }),
        2 => (answer, 1_i64..2880).prop_map(|(answer, minutes)| Step::Outage { answer, minutes }),
        1 => any::<()>().prop_map(|()| Step::Refuses),
        1 => any::<()>().prop_map(|()| Step::Killed),
    ];
    proptest::collection::vec(step, 1..60)
}

#[derive(Clone, Debug)]
struct VirtualClock(Arc<Mutex<Timestamp>>);

impl VirtualClock {
    fn set(&self, now: Timestamp) {
        *self.0.lock().expect("not poisoned") = now;
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("not poisoned")
    }

    async fn sleep(&self, _: Duration) {}
}

/// A tool that is down until some time. It records what it takes and refuses, in order.
#[derive(Debug)]
struct UnsteadyTool {
    clock: VirtualClock,
    outage: Mutex<(Timestamp, Option<u16>)>,
    refuses: Mutex<bool>,
    settled: Mutex<Vec<String>>,
}

impl ToolClient for &UnsteadyTool {
    async fn post(&self, _: usize, request: ToolRequest<'_>) -> Result<Answer, String> {
        let answer = |status| Ok(Answer { status, text: String::new() });
        let (until, outage) = *self.outage.lock().expect("not poisoned");
        if self.clock.now() < until {
            return outage.map_or(Err("no connection".to_owned()), answer);
        }
        let body = String::from_utf8(request.body.to_vec()).expect("text");
        self.settled.lock().expect("not poisoned").push(body);
        let refuses = std::mem::take(&mut *self.refuses.lock().expect("not poisoned"));
        answer(if refuses { 422 } else { 200 })
    }
}

#[derive(Debug)]
struct Kept {
    delivery: QueuedDelivery,
    hidden_until: Timestamp,
}

/// A FIFO queue, a relay and a tool, at work.
struct Schedule<'t> {
    clock: VirtualClock,
    tool: &'t UnsteadyTool,
    credentials: &'t Credentials,
    relay: Relay<&'t UnsteadyTool, &'t Credentials, VirtualClock>,
    queue: Vec<Kept>,
    sent: Vec<Vec<String>>,
    is_killed: bool,
    /// What the tool may get again.
    in_killed_batches: BTreeSet<String>,
}

fn relay_to<'t>(
    tool: &'t UnsteadyTool,
    credentials: &'t Credentials,
    clock: &VirtualClock,
) -> Relay<&'t UnsteadyTool, &'t Credentials, VirtualClock> {
    let target = json!({"url": "https://tool.internal", "preset": "plain", "credentialsSecretId": "tool"});
    let config = RelayConfig::parse(&json!({"targets": [target]}).to_string()).expect("a configuration");
    Relay::new(config, tool, credentials, clock.clone())
}

impl Schedule<'_> {
    fn take(&mut self, step: Step) {
        match step {
            Step::Push { branch, after } => {
                let until = self.clock.now() + SignedDuration::from_secs(after);
                self.work_until(until);
                let id = format!("{branch}/{}", self.sent[branch].len());
                let delivery = QueuedDelivery { receive_count: 0, ..push(&branch.to_string(), &id) };
                self.queue.push(Kept { delivery, hidden_until: until });
                self.sent[branch].push(id);
            }
            Step::Outage { answer, minutes } => {
                let until = self.clock.now() + SignedDuration::from_mins(minutes);
                *self.tool.outage.lock().expect("not poisoned") = (until, answer);
            }
            Step::Refuses => *self.tool.refuses.lock().expect("not poisoned") = true,
            Step::Killed => self.is_killed = true,
        }
    }

    /// Has the relay work until this time, from one message that shows to the next.
    fn work_until(&mut self, until: Timestamp) {
        loop {
            let batch = self.receive();
            if !batch.is_empty() {
                self.relay_batch(batch);
                continue;
            }
            let now = self.clock.now();
            let next = self.queue.iter().map(|kept| kept.hidden_until).filter(|at| *at > now).min();
            match next.filter(|next| *next <= until) {
                Some(next) => self.clock.set(next),
                None => return self.clock.set(until.max(now)),
            }
        }
    }

    /// SQS hands out no message of a group while an earlier one of it is in flight.
    fn receive(&mut self) -> Vec<QueuedDelivery> {
        let now = self.clock.now();
        let in_flight = self.queue.iter().filter(|kept| kept.hidden_until > now);
        let blocked: BTreeSet<String> = in_flight.map(|kept| kept.delivery.group_id.clone()).collect();
        let visible = self.queue.iter_mut().filter(|kept| !blocked.contains(&kept.delivery.group_id));
        let received = visible.take(RECEIVED_MAX).map(|kept| {
            kept.hidden_until = now + VISIBILITY;
            kept.delivery.receive_count += 1;
            kept.delivery.clone()
        });
        received.collect()
    }

    fn relay_batch(&mut self, batch: Vec<QueuedDelivery>) {
        let ids = batch.iter().filter_map(|delivery| delivery.message_id.strip_prefix("m-"));
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        let deadline = self.clock.now() + IN_TIME;
        let report = ready(self.relay.forward(batch, deadline));
        if std::mem::take(&mut self.is_killed) {
            self.in_killed_batches.extend(ids);
            self.relay = relay_to(self.tool, self.credentials, &self.clock);
            return;
        }
        let done: BTreeSet<_> = report.done.into_iter().map(|delivery| delivery.message_id).collect();
        self.queue.retain(|kept| !done.contains(&kept.delivery.message_id));
        let pauses: BTreeMap<_, _> =
            report.given_back.into_iter().map(|given| (given.delivery.message_id, given.pause)).collect();
        let now = self.clock.now();
        for kept in &mut self.queue {
            if let Some(pause) = pauses.get(&kept.delivery.message_id) {
                kept.hidden_until = now + *pause;
            }
        }
    }
}

fn with_schedule<T>(check: impl FnOnce(&mut Schedule<'_>) -> T) -> T {
    let clock = VirtualClock(Arc::new(Mutex::new(Timestamp::UNIX_EPOCH)));
    let tool = UnsteadyTool {
        clock: clock.clone(),
        outage: Mutex::new((Timestamp::UNIX_EPOCH, None)),
        refuses: Mutex::default(),
        settled: Mutex::default(),
    };
    let credentials = Credentials::default();
    check(&mut Schedule {
        relay: relay_to(&tool, &credentials, &clock),
        clock,
        tool: &tool,
        credentials: &credentials,
        queue: Vec::new(),
        sent: vec![Vec::new(); BRANCHES],
        is_killed: false,
        in_killed_batches: BTreeSet::new(),
    })
}

/// An hour behind the end of the last outage: more than the longest pause, and the visibility timeout of a killed batch.
fn finish(schedule: &mut Schedule<'_>) {
    let up = schedule.tool.outage.lock().expect("not poisoned").0;
    let end = up.max(schedule.clock.now()) + SignedDuration::from_hours(1);
    schedule.work_until(end);
}

proptest! {
    #[test]
    fn nothing_is_lost_and_every_branch_keeps_its_order(steps in steps()) {
        let checked: Result<(), TestCaseError> = with_schedule(|schedule| {
            for step in steps {
                schedule.take(step);
            }
            finish(schedule);
            prop_assert!(schedule.queue.is_empty(), "{:?}", schedule.queue);
            let settled = schedule.tool.settled.lock().expect("not poisoned").clone();
            let mut seen = BTreeSet::new();
            for id in &settled {
                let is_first = seen.insert(id.clone());
                prop_assert!(is_first || schedule.in_killed_batches.contains(id), "{id} twice");
            }
            let mut seen = BTreeSet::new();
            let first_times: Vec<_> = settled.into_iter().filter(|id| seen.insert(id.clone())).collect();
            for (branch, sent) in schedule.sent.iter().enumerate() {
                let of_branch = first_times.iter().filter(|id| id.starts_with(&format!("{branch}/")));
                prop_assert_eq!(&of_branch.cloned().collect::<Vec<_>>(), sent);
            }
            Ok(())
        });
        checked?;
    }
}

#[test]
fn a_tool_may_be_down_for_almost_as_long_as_the_queue_keeps_a_delivery() {
    with_schedule(|schedule| {
        schedule.take(Step::Push { branch: 0, after: 0 });
        schedule.take(Step::Outage { answer: Some(503), minutes: 14 * 24 * 60 - 30 });
        schedule.take(Step::Push { branch: 0, after: 60 });
        let up = schedule.tool.outage.lock().expect("not poisoned").0;
        schedule.work_until(up);
        let receives = schedule.queue.iter().map(|kept| kept.delivery.receive_count).max();
        assert!(receives.is_some_and(|receives| (500..RECEIVES_MAX).contains(&receives)), "{receives:?}");
        schedule.work_until(up + SignedDuration::from_mins(25));
        assert_eq!(*schedule.tool.settled.lock().expect("not poisoned"), ["0/0", "0/1"]);
    });
}
