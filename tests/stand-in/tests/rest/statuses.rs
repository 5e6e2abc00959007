use hookpost_stand_in::Guid;
use hookpost_stand_in::inbox::Inbox;
use hookpost_stand_in::rest::Status;

use crate::office::Office;

struct Delivering {
    office: Office,
    inbox: Inbox,
    id: Guid,
}

impl Delivering {
    async fn to(answer: Option<u16>) -> Self {
        let (office, inbox) = (Office::open().await, Inbox::open().await);
        inbox.answer(answer);
        let id = office.subscribe(&office.body(&inbox.address())).await;
        Self { office, inbox, id }
    }

    fn status(&self) -> Status {
        self.office.it.hook(self.id).unwrap().status
    }
}

/// The status after one delivery with this answer.
async fn after(answer: Option<u16>) -> Status {
    let delivering = Delivering::to(answer).await;
    let sent = delivering.office.it.deliver_all(delivering.office.push()).await;
    assert_eq!(sent.len(), 1);
    delivering.status()
}

#[tokio::test]
async fn an_answer_decides_the_status() {
    for status in [200, 202, 204] {
        assert_eq!(after(Some(status)).await, Status::Enabled, "{status}");
    }
    for status in [408, 502, 503, 504] {
        assert_eq!(after(Some(status)).await, Status::Enabled, "{status}");
    }
    for status in [301, 400, 401, 404, 413, 429, 500] {
        assert_eq!(after(Some(status)).await, Status::OnProbation, "{status}");
    }
    assert_eq!(after(Some(410)).await, Status::DisabledBySystem);
    assert_eq!(after(None).await, Status::Enabled);
}

#[tokio::test]
async fn what_happens_during_probation_is_lost_and_a_retry_ends_it() {
    let delivering = Delivering::to(Some(401)).await;
    let Delivering { office, inbox, .. } = &delivering;
    let first = office.push();
    office.it.deliver_all(first.clone()).await;
    assert!(office.push().is_empty());
    inbox.answer(Some(200));
    office.it.deliver_all(first).await;
    assert_eq!(delivering.status(), Status::Enabled);
    assert_eq!(office.push().len(), 1);
    let history = office.it.history(crate::office::ORGANIZATION);
    assert_eq!((history.len(), history[0].posts), (1, 2));
    assert_eq!(inbox.letters()[0].body, inbox.letters()[1].body);
}

#[tokio::test]
async fn eight_retries_that_fail_for_a_moment_are_too_many() {
    let delivering = Delivering::to(Some(503)).await;
    let notifications = delivering.office.push();
    for _ in 0..=8 {
        assert_eq!(delivering.status(), Status::Enabled);
        delivering.office.it.deliver_all(notifications.clone()).await;
    }
    assert_eq!(delivering.status(), Status::OnProbation);
}

#[tokio::test]
async fn seven_retries_that_fail_end_probation_for_good() {
    let delivering = Delivering::to(Some(500)).await;
    let notifications = delivering.office.push();
    for _ in 0..=7 {
        assert_ne!(delivering.status(), Status::DisabledBySystem);
        delivering.office.it.deliver_all(notifications.clone()).await;
    }
    assert_eq!(delivering.status(), Status::DisabledBySystem);
    assert_eq!(delivering.office.it.hook(delivering.id).unwrap().probation_retries, 7);
}

#[tokio::test]
async fn only_an_enabled_subscription_hears_what_happens() {
    let delivering = Delivering::to(Some(200)).await;
    for status in [
        Status::OnProbation,
        Status::DisabledByUser,
        Status::DisabledBySystem,
        Status::DisabledByInactiveIdentity,
    ] {
        delivering.office.it.set_status(delivering.id, status);
        assert!(delivering.office.push().is_empty(), "{status:?}");
        let path = format!("hooks/subscriptions/{}", delivering.id);
        assert_eq!(delivering.office.get(&path).await.json()["status"], status.as_str());
    }
    delivering.office.it.set_status(delivering.id, Status::Enabled);
    assert_eq!(delivering.office.push().len(), 1);
}
