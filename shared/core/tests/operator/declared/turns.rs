//! Runs for several integrations of one organization change its subscriptions one after the other.

use serde_json::Value;

use crate::declared::events::{input, terraform};
use crate::fixture::{Fixture, at_second, with};

fn create(name: &str) -> Value {
    terraform("create", &with(input(), "integration", name), &Value::Null)
}

/// The integrations of the calls that create subscriptions, one after the other, without repetitions.
fn turns(fixture: &Fixture) -> Vec<String> {
    let mut turns = Vec::new();
    for (_, url) in fixture.azure.subscriptions() {
        turns.push(url.split('/').nth(4).unwrap_or_default().to_owned());
    }
    turns.dedup();
    turns
}

#[test]
fn two_creates_in_one_organization_take_turns() {
    for calls in 0.. {
        let fixture = Fixture::new();
        let (first, second) = (create("one"), create("two"));
        let beside = fixture.run_beside(calls, fixture.answer(&first), fixture.answer(&second));
        beside.first.done();
        beside.second.done();
        assert_eq!(turns(&fixture).len(), 2, "after {calls} calls: {:?}", turns(&fixture));
        assert_eq!(fixture.azure.subscriptions().len(), 32);
        if beside.is_after {
            return;
        }
    }
}

#[test]
fn a_run_whose_time_is_short_does_not_wait() {
    let fixture = Fixture::new();
    fixture.cut_off(25, fixture.answer(&create("one")));
    fixture.azure.lock().began -= jiff::SignedDuration::from_mins(16);
    fixture.deadline.set(at_second(1, 0));
    fixture.declare(&create("two")).done();
    assert!(fixture.azure.lock().now() < at_second(1, 0));
}
