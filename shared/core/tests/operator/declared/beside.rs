//! Deletions that come while a create is still at work, and creates of one name by two stacks.

use hookpost_core::error::ErrorCode;

use crate::declared::events::{OTHER_STACK, create, delete, event, properties};
use crate::fixture::{Fixture, at, at_second};

/// The calls until the name is reserved.
const CALLS_UNTIL_RESERVED: usize = 2;

#[test]
fn a_deletion_that_comes_at_any_call_of_a_create_wins() {
    for calls in CALLS_UNTIL_RESERVED.. {
        let fixture = Fixture::new();
        let (create, delete) = (create(&properties()), delete("hookpost:northpeak", &properties()));
        let beside = fixture.run_beside(calls, fixture.answer(&create), fixture.answer(&delete));
        beside.second.done();
        if let Err(error) = beside.first.outcome {
            assert_eq!(error.code(), ErrorCode::IntegrationUnknown, "after {calls} calls: {error}");
        }
        assert_eq!(fixture.azure.subscriptions(), [], "after {calls} calls");
        assert_eq!(fixture.secrets.stored(), None, "after {calls} calls");
        if beside.is_after {
            return;
        }
    }
}

#[test]
fn the_lock_of_a_create_that_was_cut_off_ends_before_a_deletion_gives_up() {
    let fixture = Fixture::new();
    fixture.deadline.set(at_second(4, 45));
    let began = fixture.azure.lock().began;
    fixture.cut_off(28, fixture.answer(&create(&properties())));
    fixture.azure.lock().began = began;
    let stored = fixture.secrets.stored().expect("a configuration");
    assert!(stored.contains("lock"), "{stored}");
    fixture.deadline.set(at_second(4, 46));
    fixture.declare(&delete("hookpost:northpeak", &properties())).done();
    assert_eq!(fixture.azure.subscriptions(), []);
    assert!(fixture.azure.lock().now() < at(4), "a minute is left for the work");
}

#[test]
fn of_two_stacks_that_create_one_name_one_owns_it_and_one_makes_nothing() {
    for calls in 0.. {
        let fixture = Fixture::new();
        let (first, second) = (create(&properties()), event("Create", OTHER_STACK, None, &properties()));
        let beside = fixture.run_beside(calls, fixture.answer(&first), fixture.answer(&second));
        let (first, second) = (beside.first, beside.second);
        assert!(first.outcome.is_ok() != second.outcome.is_ok(), "after {calls} calls");
        let (refused, stack) = if first.outcome.is_ok() {
            (second, OTHER_STACK)
        } else {
            (first, crate::declared::events::STACK)
        };
        let (error, id) = refused.failed();
        assert_eq!(error.code(), ErrorCode::IntegrationTaken, "after {calls} calls");
        fixture.declare(&event("Delete", stack, Some(&id), &properties())).done();
        assert_eq!(fixture.azure.subscriptions().len(), 16, "after {calls} calls");
        if beside.is_after {
            return;
        }
    }
}
