//! The real `watch` binary: what was missed comes back, and what does not deliver is healed.

use hookpost_harness::front::Fault;
use hookpost_harness::queues::Message;
use hookpost_stand_in::Proposal;
use hookpost_stand_in::rest::Status;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::town::{MAIN, ORGANIZATION, connect, fine, now, texts, with};
use crate::watched::{Watched, messages};

#[tokio::test]
async fn a_delivery_that_failed_is_brought_in_once_and_its_subscription_enabled() {
    let it = Watched::open("watch-failed").await;
    it.lose_a_push("missed").await;
    let report = it.pass().await;
    assert_eq!(report["deliveriesReplayed"], 1, "{report}");
    assert_eq!(report["subscriptionsHealed"], 1, "{report}");
    let events = it.town.account.events().await;
    assert_eq!(messages(&events), ["missed"]);
    assert_eq!(it.pushes().status, Status::Enabled);
    let again = it.pass().await;
    assert_eq!(
        (&again["deliveriesMissed"], &again["subscriptionsNotEnabled"]),
        (&json!(0), &json!(0)),
        "{again}"
    );
    assert!(it.town.account.events().await.is_empty());
    assert_eq!(it.town.push("afterwards").await, [Some(202)]);
    it.close().await;
}

#[tokio::test]
async fn what_failed_and_cannot_be_understood_is_kept_and_made_from_the_list_instead() {
    let it = Watched::open("watch-odd").await;
    let odd = |body: &[u8]| {
        let mut body: Value = serde_json::from_slice(body).expect("JSON");
        body["resource"] = Value::Null;
        body.to_string().into_bytes()
    };
    let mut told = it.town.told("odd");
    for notification in &mut told {
        notification.body = odd(&notification.body);
        notification.event = odd(&notification.event);
    }
    it.lose(&told).await;
    let report = it.pass().await;
    assert_eq!(
        (&report["deliveriesMissed"], &report["deliveriesReplayed"]),
        (&json!(1), &json!(0)),
        "{report}"
    );
    assert!(texts(&report["remains"]).join("\n").contains("it is in quarantine"), "{report}");
    assert_eq!(it.town.account.quarantined().await.len(), 1);
    let made: Vec<Value> = it.town.account.events().await.iter().map(Message::json).collect();
    let reconstructed: Vec<&Value> =
        made.iter().map(|event| &event["data"]["azureDevOps"]["reconstructed"]).collect();
    assert_eq!(reconstructed, [true], "{made:?}");
    it.close().await;
}

#[tokio::test]
async fn what_nobody_told_of_on_probation_is_made_from_the_lists() {
    // Longer ago than Azure DevOps may be late with it.
    let earlier = now() - SignedDuration::from_mins(20);
    let it = Watched::open_since("watch-gap", earlier - SignedDuration::from_mins(20)).await;
    let people = it.town.people.clone();
    it.town.push("before").await;
    for hook in it.town.azure.hooks(ORGANIZATION) {
        it.town.azure.set_status(hook.id, Status::OnProbation);
    }
    let told = it.town.told("unseen");
    assert!(told.is_empty(), "Azure DevOps raises nothing on probation");
    it.town.azure.organization(ORGANIZATION, |organization| {
        let topic = "refs/heads/topic";
        let change = hookpost_stand_in::RefChange::commit(topic, &["Topic"]);
        organization.push(earlier, &people.ada, people.web, &[change]);
        let proposal = Proposal::new(people.web, topic, MAIN, "Unseen");
        let (id, _) = organization.create_pull_request(earlier, &people.ada, proposal);
        organization.abandon(earlier, &people.ada, id);
    });
    let seen = it.town.account.events().await.len();
    assert_eq!(seen, 1, "the push before");
    let report = it.pass().await;
    assert_eq!(report["eventsReconstructed"], 4, "{report}");
    assert!(texts(&report["remains"]).join("\n").contains("cannot be found out afterwards"), "{report}");
    let mut events: Vec<Value> = it.town.account.events().await.iter().map(Message::json).collect();
    for event in &events {
        assert_eq!(event["data"]["azureDevOps"]["reconstructed"], true, "{event}");
        assert_eq!(event["data"]["azureDevOps"]["eventId"], Value::Null, "{event}");
    }
    events.sort_by_key(|event| (event["type"].to_string(), event["subject"].to_string()));
    let what = |event: &Value| {
        let data = &event["data"];
        let action = data["action"].as_str().or(data["change"].as_str()).unwrap_or_default().to_owned();
        (event["subject"].as_str().unwrap_or_default().to_owned(), action)
    };
    let subject = events[0]["subject"].as_str().expect("a subject").to_owned();
    assert_eq!(
        events.iter().map(what).collect::<Vec<_>>(),
        [
            (subject.clone(), "created".to_owned()),
            (subject, "abandoned".to_owned()),
            (MAIN.to_owned(), "updated".to_owned()),
            ("refs/heads/topic".to_owned(), "created".to_owned()),
        ]
    );
    assert_eq!(it.pass().await["eventsReconstructed"], 0, "once");
    it.close().await;
}

#[tokio::test]
async fn a_reconstructed_push_has_the_id_that_its_delivery_would_have_had() {
    let it = Watched::open("watch-same-id").await;
    // It is delivered after all, but nobody knows of that.
    let told = it.town.told("twice");
    it.town.azure.set_status(it.pushes().id, Status::DisabledBySystem);
    it.pass().await;
    let made = it.town.account.events().await;
    for notification in &told {
        let sent = it.town.azure.deliver(notification).await;
        assert_eq!(sent.and_then(|sent| sent.status()), Some(202));
    }
    assert_eq!((told.len(), made.len()), (1, 1));
    assert!(it.town.account.events().await.is_empty(), "the queue knows it already");
    it.close().await;
}

#[tokio::test]
async fn one_that_cannot_be_revived_is_made_anew_and_others_are_left_alone() {
    let it = Watched::open("watch-anew").await;
    let foreign = json!({
        "publisherId": "tfs", "eventType": "git.push", "resourceVersion": "1.0", "consumerId": "webHooks",
        "consumerActionId": "httpRequest", "publisherInputs": {"projectId": ""},
        "consumerInputs": {"url": "https://ci.example.com/hook"},
    });
    let foreign = it.town.azure.make_by_hand(ORGANIZATION, &it.town.people.ada, &foreign);
    it.town.azure.set_status(foreign, Status::DisabledBySystem);
    let switched_off = it
        .town
        .azure
        .hooks(ORGANIZATION)
        .into_iter()
        .find(|hook| hook.terms.event_type == "ms.vss-code.git-pullrequest-comment-event");
    let switched_off = switched_off.expect("a subscription").id;
    it.town.azure.set_status(switched_off, Status::DisabledByUser);
    let left = it.pushes().id;
    it.town.azure.set_status(left, Status::DisabledByInactiveIdentity);
    let report = it.pass().await;
    assert_eq!(
        (&report["subscriptionsNotEnabled"], &report["subscriptionsHealed"]),
        (&json!(2), &json!(1)),
        "{report}"
    );
    assert!(it.town.azure.hook(left).is_some(), "its log may have something yet");
    assert_eq!(it.town.azure.hook(foreign).map(|hook| hook.status), Some(Status::DisabledBySystem));
    assert_eq!(it.town.azure.hook(switched_off).map(|hook| hook.status), Some(Status::DisabledByUser));
    assert!(texts(&report["remains"]).join("\n").contains("somebody disabled it"), "{report}");
    assert_eq!(it.town.push("delivered").await, [Some(202)]);
    it.pass().await;
    assert!(it.town.azure.hook(left).is_none(), "its owner is gone, and so is it");
    it.close().await;
}

#[tokio::test]
async fn what_may_only_be_late_is_waited_for() {
    let it = Watched::open("watch-late").await;
    let (people, now) = (it.town.people.clone(), now());
    for hook in it.town.azure.hooks(ORGANIZATION) {
        it.town.azure.set_status(hook.id, Status::OnProbation);
    }
    it.town.azure.organization(ORGANIZATION, |organization| {
        let topic = "refs/heads/topic";
        let change = hookpost_stand_in::RefChange::commit(topic, &["Topic"]);
        organization.push(now, &people.ada, people.web, &[change]);
        organization.create_pull_request(
            now,
            &people.ada,
            Proposal::new(people.web, topic, MAIN, "A moment ago"),
        );
    });
    let report = it.pass().await;
    assert_eq!(
        (&report["eventsReconstructed"], &report["happeningsWaiting"]),
        (&json!(1), &json!(1)),
        "{report}"
    );
    let made: Vec<Value> = it.town.account.events().await.iter().map(Message::json).collect();
    assert_eq!(made.iter().map(|event| &event["type"]).collect::<Vec<_>>(), ["com.azure.dev.git.push"]);
    assert_eq!(it.pass().await["happeningsWaiting"], 1, "and is not forgotten");
    it.close().await;
}

#[tokio::test]
async fn while_the_queue_is_down_nothing_is_passed_over() {
    let it = Watched::open("watch-outage").await;
    it.lose_a_push("kept").await;
    it.town.account.sqs.fail_each("SendMessageBatch", Fault::outage());
    let report = it.pass().await;
    assert!(report["failure"].as_str().is_some_and(|why| why.contains("events queue")), "{report}");
    it.town.account.sqs.heal();
    it.pass().await;
    assert_eq!(messages(&it.town.account.events().await), ["kept"]);
    it.close().await;
}

#[tokio::test]
async fn only_one_watches_at_a_time() {
    let it = Watched::open("watch-two").await;
    // Somebody else has the right, and a long lease.
    let made = it.town.account.queues.create_checkpoint_queue("watch-two-lease", 600).await;
    let queue = made.expect("the emulator makes queues");
    it.town
        .account
        .queues
        .send(&queue, "{\"integrations\":{}}", Some(("pass", "theirs")))
        .await
        .expect("sent");
    assert_eq!(it.town.account.queues.receive(&queue).await.expect("received").len(), 1);
    let second = it.town.start_watch(&queue).await;
    let answer = second.invoke(json!({})).await.expect("an answer");
    assert!(
        answer["summary"].as_str().is_some_and(|text| text.contains("another pass is running")),
        "{answer}"
    );
    assert!(answer["integrations"].is_null());
    it.town.account.close(second).await;
    it.close().await;
}

#[tokio::test]
async fn what_others_left_in_front_of_the_memory_does_not_hide_it() {
    let it = Watched::open("watch-junk").await;
    it.lose_a_push("once").await;
    assert_eq!(it.pass().await["deliveriesReplayed"], 1);
    let queues = &it.town.account.queues;
    let memory = queues.receive(&it.checkpoints).await.expect("received");
    let memory = memory.first().expect("the memory").json().to_string();
    let other = queues.create_checkpoint_queue("watch-junk-other", 1).await.expect("a queue");
    // As many as SQS hands out at once.
    for number in 0..10 {
        let id = format!("in-vain-{number}");
        let junk = "{\"revision\":0,\"integrations\":{}}";
        queues.send(&other, junk, Some(("pass", &id))).await.expect("sent");
    }
    queues.send(&other, &memory, Some(("pass", "memory"))).await.expect("sent");
    let second = it.town.start_watch(&other).await;
    let answer = second.invoke(json!({})).await.expect("an answer");
    assert_eq!(answer["integrations"][0]["deliveriesReplayed"], 0, "it is done: {answer}");
    it.town.account.close(second).await;
    it.close().await;
}

#[tokio::test]
async fn a_token_that_ended_is_told_and_does_not_stop_the_others() {
    let it = Watched::open("watch-token").await;
    let other = with(with(connect(), "integration", "second"), "patExpiresOn", "2020-01-01");
    fine(it.town.ask(&other).await);
    it.town.azure.fail_next("GET connectionData", hookpost_stand_in::rest::Fault::Expired);
    let answer = it.watch.invoke(json!({})).await.expect("an answer");
    let all = answer["integrations"].as_array().expect("integrations");
    assert!(all[0]["failure"].as_str().is_some_and(|why| why.contains("token")), "{answer}");
    assert_eq!(all[1]["failure"], Value::Null, "{answer}");
    assert!(all[1]["tokenDaysLeft"].as_i64().is_some_and(|days| days < 0), "{answer}");
    let told: Vec<Value> = it.watch.logs().iter().filter_map(|line| watched(line)).collect();
    let levels: Vec<&Value> = told.iter().map(|line| &line["level"]).collect();
    assert_eq!(levels, ["ERROR", "INFO"], "{told:?}");
    assert!(told[0]["reason"].as_str().is_some_and(|why| why.contains("token")), "{told:?}");
    it.close().await;
}

#[tokio::test]
async fn an_integration_is_one_line_with_metrics_over_all_and_by_its_name() {
    let it = Watched::open("watch-metrics").await;
    it.lose_a_push("missed").await;
    it.pass().await;
    let ended = |line: &&String| line.contains("\"PassesEnded\":1");
    assert_eq!(it.watch.logs().iter().filter(ended).count(), 1);
    let lines: Vec<Value> = it.watch.logs().iter().filter_map(|line| watched(line)).collect();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    let metrics = line["_aws"]["CloudWatchMetrics"].as_array().expect("directives");
    let dimensions: Vec<&Value> = metrics.iter().map(|one| &one["Dimensions"]).collect();
    assert_eq!(dimensions, [&json!([[]]), &json!([["Integration"]])]);
    for metric in metrics.iter().flat_map(|one| one["Metrics"].as_array().expect("metrics")) {
        let name = metric["Name"].as_str().expect("a name");
        assert!(line[name].is_number(), "{name}: {line}");
    }
    let figure = |name: &str| line[name].as_u64();
    assert_eq!([figure("DeliveriesReplayed"), figure("SubscriptionsHealed")], [Some(1), Some(1)], "{line}");
    assert_eq!([figure("SubscriptionsLeft"), figure("WatchFailingTime")], [Some(0), Some(0)], "{line}");
    it.close().await;
}

/// A log line about an integration.
fn watched(line: &str) -> Option<Value> {
    let line: Value = serde_json::from_str(line).ok()?;
    (line["event"] == "watched").then_some(line)
}

#[tokio::test]
async fn a_pass_that_is_killed_at_any_call_is_done_again_and_loses_nothing() {
    let mut it = Watched::open("watch-crash").await;
    for at in 0..60 {
        it.lose_a_push(&format!("crash {at}")).await;
        let killed = it.killed_at(at).await;
        it.watch = it.town.start_watch(&it.checkpoints).await;
        // The right comes back when the lease is over; until then another pass seems to be running.
        while it.pass().await.is_null() {}
        let events = messages(&it.town.account.events().await);
        assert_eq!(events, [format!("crash {at}")], "killed at call {at}");
        assert_eq!(it.pushes().status, Status::Enabled, "killed at call {at}");
        if !killed {
            assert!(at > 8, "a pass takes more than {at} calls");
            return it.close().await;
        }
    }
    panic!("a pass does not end");
}
