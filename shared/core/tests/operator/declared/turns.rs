//! Runs for several integrations of one organization change its subscriptions one after the other.

use serde_json::{Value, json};

use crate::declared::events::{input, terraform};
use crate::fakes::organization::SHOP;
use crate::fixture::{Fixture, at_second, with};

fn input_of(name: &str) -> Value {
    with(input(), "integration", name)
}

fn create(name: &str) -> Value {
    terraform("create", &input_of(name), &Value::Null)
}

/// The integrations whose subscriptions were created since there were this many, without repetitions.
fn turns(fixture: &Fixture, created: usize) -> Vec<String> {
    let subscriptions = fixture.azure.subscriptions();
    let integration = |(_, url): &(String, String)| url.split('/').nth(4).map(str::to_owned);
    let mut turns: Vec<String> = subscriptions[created..].iter().filter_map(integration).collect();
    turns.dedup();
    turns
}

#[test]
fn two_updates_in_one_organization_take_turns() {
    // Both names are published already. Else each run waits for the receivers, and the other one goes on.
    let narrow = |name: &str| with(input_of(name), "projects", json!([SHOP]));
    let update = |name: &str| terraform("update", &input_of(name), &narrow(name));
    for calls in 0.. {
        let fixture = Fixture::new();
        for name in ["one", "two"] {
            fixture.declare(&terraform("create", &narrow(name), &Value::Null)).done();
        }
        let beside =
            fixture.run_beside(calls, fixture.answer(&update("one")), fixture.answer(&update("two")));
        beside.first.done();
        beside.second.done();
        assert_eq!(turns(&fixture, 16).len(), 2, "after {calls} calls: {:?}", turns(&fixture, 16));
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
