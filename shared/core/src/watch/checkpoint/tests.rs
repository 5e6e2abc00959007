use super::*;
use crate::integration::name::IntegrationName;
use crate::watch::state::WatchState;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

fn name() -> IntegrationName {
    IntegrationName::parse("contoso").expect("a name")
}

fn state(log_start: i64) -> WatchState {
    let mut state = WatchState::default();
    state.store(&name(), state.checkpoint(&name(), at(log_start)));
    state.revise();
    state
}

#[test]
fn the_state_with_the_higher_revision_is_the_newer_one() {
    let (old, mut new) = (state(10), state(20));
    new.revise();
    assert_eq!(old.clone().newer(new.clone()), new);
    assert_eq!(new.clone().newer(old), new);
}

#[test]
fn replayed_deliveries_after_the_checkpoint_are_kept() {
    let mut checkpoint = WatchState::default().checkpoint(&name(), at(0));
    checkpoint.replayed.insert("early".to_owned(), at(100));
    checkpoint.replayed.insert("late".to_owned(), at(300));
    checkpoint.advance(at(200));
    assert!(checkpoint.settled_until < at(200), "a delivery of second 200 may still fail");
    assert!(checkpoint.settled_until >= at(100));
    assert_eq!(checkpoint.replayed.keys().collect::<Vec<_>>(), ["late"]);
}

#[test]
fn a_gap_begins_at_the_earliest_time_it_was_opened_with() {
    let mut checkpoint = WatchState::default().checkpoint(&name(), at(0));
    for second in [20, 10, 30] {
        checkpoint.open_gap("pushes", at(second), None);
    }
    assert_eq!(checkpoint.gaps["pushes"], GapProgress::since(at(10), None));
}

#[test]
fn evidence_makes_an_open_gap_search_threads_from_its_beginning() {
    let mut checkpoint = WatchState::default().checkpoint(&name(), at(0));
    checkpoint.open_gap("status", at(10), None);
    checkpoint.open_gap("status", at(20), Some(at(30)));
    assert_eq!(checkpoint.gaps["status"], GapProgress::since(at(10), Some(at(30))));
}

#[test]
fn a_gap_older_than_the_log_keeps_what_was_backfilled() {
    let mut state = state(0);
    let mut checkpoint = state.checkpoint(&name(), at(0));
    let position = Some((at(90), "r-1".to_owned()));
    let threads_position = Some(("r-2".to_owned(), 7));
    let gap = GapProgress { position, threads_position, ..GapProgress::since(at(10), Some(at(80))) };
    checkpoint.gaps.insert("status".to_owned(), gap.clone());
    state.store(&name(), checkpoint);
    let later = state.checkpoint(&name(), at(50));
    assert_eq!(later.gaps["status"], GapProgress { from: at(50), ..gap });
    let beyond = state.checkpoint(&name(), at(90));
    assert_eq!(beyond.gaps["status"], GapProgress::since(at(90), Some(at(80))));
}

#[test]
fn repositories_that_are_left_unread_are_bounded_and_stored() {
    let mut checkpoint = WatchState::default().checkpoint(&name(), at(0));
    let part = |from, until| UnreadRepository {
        from: at(from),
        until: at(until),
        tried_at: at(until),
        with_threads: false,
        below: None,
    };
    for number in 0..UNREAD_REPOSITORIES_MAX {
        assert!(checkpoint.leave_unread("pushes", &format!("r-{number}"), part(10, 20)));
    }
    assert!(!checkpoint.leave_unread("status", "one more", part(10, 20)));
    assert!(checkpoint.leave_unread("pushes", "r-0", part(20, 30)), "it is listed already");
    assert_eq!(checkpoint.unread_repositories["pushes"]["r-0"], part(10, 30));
    let mut state = WatchState::default();
    state.store(&name(), checkpoint);
    let stored = state.to_json().expect("stored");
    assert!(stored.len() < 100 * 1024, "{} bytes", stored.len());
    assert_eq!(WatchState::from_json(&stored).expect("read"), state);
}

#[test]
fn a_state_of_an_earlier_version_is_read() {
    let stored = r#"{"revision":3,"integrations":{"contoso":{"settled_until":"2026-11-01T00:00:00Z",
        "subscriptions_checked_at":"2026-11-01T00:00:00Z","replayed":{},
        "gaps":{"git.push//":{"from":"2026-11-01T00:00:00Z","position":null,"pending_since":null}}}}}"#;
    let state = WatchState::from_json(stored).expect("read");
    let checkpoint = state.checkpoint(&name(), at(0));
    assert_eq!(checkpoint.gaps["git.push//"].evident_at, None);
    assert!(checkpoint.unread_repositories.is_empty());
}

#[test]
fn failing_time_counts_from_the_first_failure_after_a_success() {
    let mut state = state(0);
    let outcomes = [(false, 10), (true, 20), (true, 50), (false, 60), (true, 70), (true, 75)];
    let failing =
        outcomes.map(|(failed, second)| state.record_outcome(&name(), failed, at(second)).as_secs());
    assert_eq!(failing, [0, 0, 30, 0, 0, 5]);
}

#[test]
fn a_stored_state_is_read_back_unchanged() {
    let mut state = state(7);
    state.record_outcome(&name(), true, at(8));
    let stored = state.to_json().expect("stored");
    assert_eq!(WatchState::from_json(&stored).expect("read"), state);
}

#[test]
fn only_changes_that_a_later_pass_lists_again_are_kept() {
    let mut checkpoint = Checkpoint::since(at(0));
    checkpoint.open_gap("pushes", at(10), None);
    let gap = checkpoint.gaps.get_mut("pushes").expect("a gap");
    gap.position = Some((at(90), "p/r-1".to_owned()));
    gap.done_until = Some(("r-2".to_owned(), at(40)));
    let changes = || BTreeMap::from([("1".to_owned(), at(30)), ("2".to_owned(), at(50))]);
    let kept = |checkpoint: &mut Checkpoint| {
        let repositories = ["p/r-1", "p/r-2", "p/r-3"].map(|key| (key.to_owned(), changes()));
        checkpoint.reconstructed.insert("pushes".to_owned(), BTreeMap::from(repositories));
        checkpoint.forget_reconstructed();
        let of_gap = checkpoint.reconstructed.get("pushes");
        ["p/r-1", "p/r-2", "p/r-3"].map(|key| of_gap.and_then(|of| of.get(key)).map_or(0, BTreeMap::len))
    };
    assert_eq!(kept(&mut checkpoint), [0, 1, 2]);
    // The backfill begins there again.
    checkpoint.gaps.get_mut("pushes").expect("a gap").pending_since = Some(at(45));
    assert_eq!(kept(&mut checkpoint), [1, 1, 2]);
    checkpoint.gaps.clear();
    assert_eq!(kept(&mut checkpoint), [0, 0, 0]);
}
