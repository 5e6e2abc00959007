//! What is delivered: days of an organization at work, as its eight subscriptions report them.

use hookpost_perf::sender::{MAIN, Sender, now};
use hookpost_stand_in::{Notification, Proposal, RefChange, Vote};

/// So many notifications of all kinds, each of another change, for the webhooks below an address.
pub(crate) fn notifications(address: &str, integration: &str, count: usize) -> Vec<Notification> {
    let mut sender = Sender::new(address, integration);
    (0..).flat_map(|round| work_on_a_topic(&mut sender, round)).take(count).collect()
}

/// A topic branch from its first commit to its end: six pushes, of which one is of two refs, and eight notifications of its
/// pull request, since each of two votes makes a comment, too.
fn work_on_a_topic(sender: &mut Sender, round: usize) -> Vec<Notification> {
    let topic = format!("refs/heads/topic-{round}");
    let mut all = Vec::new();
    for part in 1..=4 {
        all.extend(sender.push(&[RefChange::commit(&topic, &[&format!("Brew it slower, part {part}")])]));
    }
    let ada = sender.ada.clone();
    let proposal = Proposal::new(sender.repository, &topic, MAIN, &format!("Brew it slower {round}"));
    let (id, opened) = sender.organization.create_pull_request(now(), &ada, proposal);
    all.extend(opened);
    all.extend(sender.organization.comment(now(), &ada, id, "How much slower?").1);
    all.extend(sender.organization.vote(now(), &ada, id, Vote::WaitingForAuthor));
    all.extend(sender.push(&[RefChange::commit(&topic, &["As slow as it gets"])]));
    all.extend(sender.organization.update_source(now(), &ada, id));
    all.extend(sender.organization.vote(now(), &ada, id, Vote::Approved));
    all.extend(sender.organization.abandon(now(), &ada, id));
    all.extend(sender.push_tags([1, 2].map(|number| format!("v{number}.{round}"))));
    all
}
