//! Runs for code that are cut off before each of their calls, per caller.

use serde_json::{Value, json};

use crate::declared::events::{by_framework, create, delete, input, properties, terraform, update};
use crate::fakes::organization::SHOP;
use crate::fixture::{Fixture, with};

const ID: &str = "hookpost:northpeak";

/// Cuts `cut` off before each of its calls, each time in a fixture of its own.
fn at_each_call(prepare: impl Fn() -> Fixture, cut: &Value, check: impl Fn(&Fixture, usize)) {
    for calls in 0.. {
        let fixture = prepare();
        if !fixture.cut_off(calls, fixture.answer(cut)) {
            assert!(calls > 10, "an event makes more calls");
            return;
        }
        check(&fixture, calls);
    }
}

fn creates() -> [Value; 3] {
    let create = create(&properties());
    [create.clone(), by_framework(create), terraform("create", &input(), &Value::Null)]
}

fn deletes() -> [Value; 3] {
    let delete = delete(ID, &properties());
    [delete.clone(), by_framework(delete), terraform("delete", &input(), &input())]
}

#[test]
fn a_create_cut_off_at_any_call_is_completed_by_the_next() {
    for create in creates() {
        at_each_call(Fixture::new, &create, |fixture, calls| {
            fixture.declare(&create).done();
            assert_eq!(fixture.azure.subscriptions().len(), 16, "after {calls} calls");
            assert_eq!(fixture.secrets.published.names(), ["northpeak"], "after {calls} calls");
        });
    }
}

#[test]
fn a_create_cut_off_at_any_call_is_deleted_whole() {
    for (create, delete) in creates().into_iter().zip(deletes()) {
        at_each_call(Fixture::new, &create, |fixture, calls| {
            fixture.declare(&delete).done();
            assert_eq!(fixture.azure.subscriptions(), [], "after {calls} calls");
            assert_eq!(fixture.secrets.stored(), None, "after {calls} calls");
            assert_eq!(fixture.secrets.published.names(), [""; 0], "after {calls} calls");
        });
    }
}

#[test]
fn a_create_without_an_answer_is_deleted_whole_by_an_id_that_was_made_up() {
    at_each_call(Fixture::new, &create(&properties()), |fixture, calls| {
        fixture.declare(&delete("shop-Shop-1ABC", &properties())).done();
        assert_eq!(fixture.azure.subscriptions(), [], "after {calls} calls");
        assert_eq!(fixture.secrets.stored(), None, "after {calls} calls");
    });
}

#[test]
fn a_deletion_cut_off_at_any_call_is_completed_by_the_next() {
    for (create, delete) in creates().into_iter().zip(deletes()) {
        let prepare = || {
            let fixture = Fixture::new();
            fixture.declare(&create).done();
            fixture
        };
        at_each_call(prepare, &delete, |fixture, calls| {
            fixture.declare(&delete).done();
            assert_eq!(fixture.azure.subscriptions(), [], "after {calls} calls");
            assert_eq!(fixture.secrets.integrations(), [""; 0], "after {calls} calls");
        });
    }
}

#[test]
fn an_update_cut_off_at_any_call_is_completed_by_watch_once_it_is_stored() {
    let only_shop = |properties: Value, name: &str| with(properties, name, json!([SHOP]));
    let of_stack = update(ID, &only_shop(properties(), "Projects"), &properties());
    let of_terraform = terraform("update", &input(), &only_shop(input(), "projects"));
    let before = [
        create(&only_shop(properties(), "Projects")),
        terraform("create", &only_shop(input(), "projects"), &Value::Null),
    ];
    for (before, update) in before.into_iter().zip([of_stack, of_terraform]) {
        let prepare = || {
            let fixture = Fixture::new();
            fixture.declare(&before).done();
            fixture
        };
        at_each_call(prepare, &update, |fixture, calls| {
            let wanted = fixture.secrets.stored().expect("a configuration").contains("Lab");
            assert_eq!(fixture.watch().failure, None, "after {calls} calls");
            let expected = if wanted { 16 } else { 8 };
            assert_eq!(fixture.azure.subscriptions().len(), expected, "after {calls} calls");
        });
    }
}

#[test]
fn a_rename_cut_off_at_any_call_leaves_one_integration_after_a_rerun() {
    let prepare = || {
        let fixture = Fixture::new();
        fixture.declare(&terraform("create", &input(), &Value::Null)).done();
        fixture
    };
    let update = terraform("update", &with(input(), "integration", "shop"), &input());
    at_each_call(prepare, &update, |fixture, calls| {
        assert!(fixture.azure.subscriptions().len() >= 16, "after {calls} calls");
        fixture.declare(&update).done();
        assert_eq!(fixture.secrets.integrations(), ["shop"], "after {calls} calls");
        assert_eq!(fixture.azure.subscriptions().len(), 16, "after {calls} calls");
    });
}
