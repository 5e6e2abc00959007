use super::*;
use crate::watch::checkpoint::fit::CHECKPOINT_BYTES_MAX;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

#[test]
fn replayed_deliveries_after_the_checkpoint_are_kept() {
    let mut checkpoint = Checkpoint::since(at(0));
    checkpoint.replayed.insert("early".to_owned(), at(100));
    checkpoint.replayed.insert("late".to_owned(), at(300));
    checkpoint.advance(at(200));
    assert!(checkpoint.settled_until < at(200), "a delivery of second 200 may still fail");
    assert!(checkpoint.settled_until >= at(100));
    assert_eq!(checkpoint.replayed.keys().collect::<Vec<_>>(), ["late"]);
}

#[test]
fn a_gap_begins_at_the_earliest_time_it_was_opened_with() {
    let mut checkpoint = Checkpoint::since(at(0));
    for second in [20, 10, 30] {
        checkpoint.open_gap("pushes", at(second), None);
    }
    assert_eq!(checkpoint.gaps["pushes"], GapProgress::since(at(10), None));
}

#[test]
fn evidence_makes_an_open_gap_search_threads_from_its_beginning() {
    let mut checkpoint = Checkpoint::since(at(0));
    checkpoint.open_gap("status", at(10), None);
    checkpoint.open_gap("status", at(20), Some(at(30)));
    assert_eq!(checkpoint.gaps["status"], GapProgress::since(at(10), Some(at(30))));
}

#[test]
fn a_delivery_not_replayed_after_all_is_searched_for_in_done_repositories() {
    let mut checkpoint = Checkpoint::since(at(0));
    checkpoint.open_gap("created", at(10), Some(at(100)));
    let gap = checkpoint.gaps.get_mut("created").expect("a gap");
    gap.position = Some((at(90), "p/r-1".to_owned()));
    checkpoint.search_again("created", at(95));
    assert_eq!(checkpoint.gaps["created"].pending_since, None, "the next window has it");
    for (from, expected) in [(50, 50), (70, 50), (20, 20)] {
        checkpoint.search_again("created", at(from));
        assert_eq!(checkpoint.gaps["created"].pending_since, Some(at(expected)));
    }
    assert_eq!(checkpoint.gaps["created"].from, at(10), "the window is finished first");
}

#[test]
fn a_gap_older_than_the_log_keeps_what_was_backfilled() {
    let mut checkpoint = Checkpoint::since(at(0));
    let position = Some((at(90), "r-1".to_owned()));
    let threads_position = Some(("r-2".to_owned(), 7));
    let gap = GapProgress { position, threads_position, ..GapProgress::since(at(10), Some(at(80))) };
    checkpoint.gaps.insert("status".to_owned(), gap.clone());
    checkpoint.forget_before(at(50));
    assert_eq!(checkpoint.gaps["status"], GapProgress { from: at(50), ..gap });
    checkpoint.forget_before(at(90));
    assert_eq!(checkpoint.gaps["status"], GapProgress::since(at(90), Some(at(80))));
}

#[test]
fn repositories_that_are_left_unread_are_bounded_and_stored() {
    let mut checkpoint = Checkpoint::since(at(0));
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
    assert_eq!(checkpoint.fit(), Vec::<String>::new());
    assert_eq!(stored_and_read(&checkpoint), checkpoint);
}

#[test]
fn failing_time_counts_from_the_first_failure_after_a_success() {
    let mut checkpoint = Checkpoint::since(at(0));
    let outcomes = [(false, 10), (true, 20), (true, 50), (false, 60), (true, 70), (true, 75)];
    let failing = outcomes.map(|(failed, second)| checkpoint.record_outcome(failed, at(second)).as_secs());
    assert_eq!(failing, [0, 0, 30, 0, 0, 5]);
}

/// What the next pass reads.
fn stored_and_read(checkpoint: &Checkpoint) -> Checkpoint {
    let stored = serde_json::to_string(checkpoint).expect("stored");
    serde_json::from_str(&stored).expect("read")
}

fn guid(number: i64) -> String {
    format!("5eed0000-0000-4000-8000-{number:012}")
}

const KINDS: [&str; 8] = [
    "git.push/",
    "git.pullrequest.created/",
    "git.pullrequest.merged/",
    "ms.vss-code.git-pullrequest-comment-event/",
    "git.pullrequest.updated/source",
    "git.pullrequest.updated/reviewers",
    "git.pullrequest.updated/vote",
    "git.pullrequest.updated/status",
];

/// A checkpoint with a gap for each kind in each of the projects; `from` is the beginning of each.
fn with_gaps(projects: i64, from: impl Fn(i64) -> i64) -> Checkpoint {
    let mut checkpoint = Checkpoint::since(at(0));
    for project in 0..projects {
        for (index, kind) in (0..).zip(KINDS) {
            let key = format!("{kind}/{}", guid(project));
            checkpoint.open_gap(&key, at(from(project * 8 + index)), Some(at(9000)));
        }
    }
    checkpoint
}

#[test]
fn an_outage_in_740_projects_at_once_is_stored_whole() {
    let mut checkpoint = with_gaps(740, |_| 100);
    let before = checkpoint.clone();
    assert_eq!(checkpoint.fit(), Vec::<String>::new());
    assert_eq!(stored_and_read(&checkpoint), before);
    assert_eq!(checkpoint.gaps.len(), 740 * 8);
}

#[test]
fn a_checkpoint_fits_its_message_whatever_happened() {
    let mut checkpoint = with_gaps(740, |number| 1000 + number);
    for number in 0..20_000 {
        let gap = format!("git.push//{}", guid(0));
        let of_repository = checkpoint.handled.entry(gap).or_default().entry(guid(number)).or_default();
        of_repository.insert(format!("{number}/push@"), at(number));
        let examined = ExaminedDelivery { at: at(7), keys: vec![guid(number)] };
        checkpoint.examined.insert(format!("{}/{number}", guid(number)), examined);
    }
    for number in 0..6000 {
        checkpoint.superseded.insert(guid(number), at(7));
        checkpoint.unanswered.insert(guid(number));
    }
    for number in 0..740 {
        let unseen = UnseenProject { gap_from: at(number), settled_until: at(number) };
        checkpoint.unseen.insert(guid(number), unseen);
        checkpoint.not_healed.insert(guid(number));
    }
    for number in (0..).take(REPLAYED_MAX) {
        checkpoint.replayed.insert(format!("{}/{number}", guid(number)), at(7));
    }
    let before = checkpoint.clone();
    let consequences = checkpoint.fit();
    let stored = serde_json::to_string(&checkpoint).expect("stored");
    assert!(stored.len() <= CHECKPOINT_BYTES_MAX, "{} bytes", stored.len());
    assert!(!consequences.is_empty(), "somebody is told");
    for (key, gap) in &before.gaps {
        assert!(checkpoint.gaps[key].from <= gap.from, "nothing of {key} is skipped");
        assert_eq!(checkpoint.gaps[key].evident_at, gap.evident_at);
    }
    assert_eq!(checkpoint.replayed, before.replayed);
    assert_eq!(checkpoint.settled_until, before.settled_until);
}

#[test]
fn what_could_not_be_read_is_not_forgotten_when_there_is_no_room() {
    let mut checkpoint = with_gaps(740, |_| 100);
    let key = format!("git.push//{}", guid(0));
    // The repository was left unread in the window that is under way.
    checkpoint.gaps.get_mut(&key).expect("a gap").position = Some((at(500), "p/r-7".to_owned()));
    let part =
        UnreadRepository { from: at(100), until: at(500), tried_at: at(9), with_threads: false, below: None };
    assert!(checkpoint.leave_unread(&key, "r-7", part));
    for number in 0..6000 {
        checkpoint.superseded.insert(guid(number), at(number));
    }
    assert!(!checkpoint.fit().is_empty());
    let gap = &checkpoint.gaps[&key];
    let is_kept = checkpoint.unread_repositories.get(&key).is_some_and(|parts| parts.contains_key("r-7"));
    assert!(is_kept || (gap.position.is_none() && gap.from <= at(100)), "{gap:?}");
}

#[test]
fn replayed_deliveries_that_wait_for_one_are_bounded() {
    let mut checkpoint = Checkpoint::since(at(0));
    for number in (0_i64..).take(REPLAYED_MAX) {
        assert_eq!(checkpoint.crowded_until(), None);
        checkpoint.replayed.insert(number.to_string(), at(number));
    }
    let until = checkpoint.crowded_until().expect("no room is left");
    checkpoint.advance(until);
    assert!(checkpoint.replayed.len() <= REPLAYED_MAX / 2 + 1, "{}", checkpoint.replayed.len());
}

#[test]
fn only_changes_that_a_later_pass_lists_again_are_kept() {
    let mut checkpoint = Checkpoint::since(at(2000));
    checkpoint.open_gap("pushes", at(10), None);
    let gap = checkpoint.gaps.get_mut("pushes").expect("a gap");
    gap.position = Some((at(90), "p/r-1".to_owned()));
    gap.done_until = Some(("r-2".to_owned(), at(40)));
    let changes = || BTreeMap::from([("1".to_owned(), at(30)), ("2".to_owned(), at(50))]);
    let kept = |checkpoint: &mut Checkpoint| {
        let repositories = ["p/r-1", "p/r-2", "p/r-3"].map(|key| (key.to_owned(), changes()));
        checkpoint.handled.insert("pushes".to_owned(), BTreeMap::from(repositories));
        checkpoint.forget_handled();
        let of_gap = checkpoint.handled.get("pushes");
        ["p/r-1", "p/r-2", "p/r-3"].map(|key| of_gap.and_then(|of| of.get(key)).map_or(0, BTreeMap::len))
    };
    assert_eq!(kept(&mut checkpoint), [0, 1, 2]);
    // The backfill begins there again.
    checkpoint.gaps.get_mut("pushes").expect("a gap").pending_since = Some(at(45));
    assert_eq!(kept(&mut checkpoint), [1, 1, 2]);
    checkpoint.gaps.clear();
    assert_eq!(kept(&mut checkpoint), [0, 0, 0]);
    // A delivery of that time may still fail, and opens the gap again from ten minutes before it.
    checkpoint.settled_until = at(640);
    assert_eq!(kept(&mut checkpoint), [1, 1, 1]);
}
