use askama::Template as _;
use hookpost_core::error::{ErrorCode, OperatorError};
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::overview::{
    ConnectedBy, FailedDelivery, Failure, IntegrationOverview, Overview, Repairs, SubscriptionsOverview,
};
use hookpost_core::setup::report::Report;
use hookpost_core::setup::stored::StoredIntegration;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::frame::{Frame, Theme};
use super::integration::IntegrationPage;
use super::overview::OverviewPage;
use super::report::ReportPage;
use super::status::StatusPage;
use crate::setup::page::console::ConsoleLinks;

const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:hookpost-setup";

/// What an attacker may call a project, a branch or themselves.
const HOSTILE: &str = r#"<script>alert("x")</script>'"><img src=x onerror=alert(1)></cwdb-action>{{"#;

fn now() -> Timestamp {
    "2026-11-27T12:00:00Z".parse().unwrap()
}

fn frame() -> Frame {
    Frame { endpoint: ARN.to_owned(), theme: Theme::Light, now: now(), offset: Offset::UTC }
}

fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

fn name(text: &str) -> IntegrationName {
    IntegrationName::parse(text).unwrap()
}

/// An integration that is well.
fn well(name: &str) -> IntegrationOverview {
    IntegrationOverview {
        integration: name.to_owned(),
        organization_url: Some(format!("https://dev.azure.com/{name}")),
        connected_by: Some(ConnectedBy::Token { expires_on: Some("2027-05-31".parse().unwrap()) }),
        subscriptions: Some(SubscriptionsOverview {
            listed_at: ago(2),
            wanted: 16,
            delivering: 16,
            not_delivering: Vec::new(),
        }),
        last_delivery: Some(ago(3)),
        ..IntegrationOverview::default()
    }
}

fn overview(integrations: Vec<IntegrationOverview>) -> String {
    let names: Vec<IntegrationName> = integrations.iter().map(|each| name(&each.integration)).collect();
    let seen = Overview { at: ago(2), integrations };
    OverviewPage::new(frame(), Some(&names), Some(&seen), Vec::new(), 0).render().unwrap()
}

fn places(html: &str, texts: &[&str]) -> Vec<usize> {
    texts.iter().map(|text| html.find(text).unwrap_or_else(|| panic!("{text} in {html}"))).collect()
}

/// Nothing of a text became an element or an attribute.
fn assert_harmless(html: &str) {
    for made in ["<script", "<img", "onerror=alert(1)>", "</cwdb-action>{{"] {
        assert!(!html.contains(made), "{made} in {html}");
    }
    assert!(html.contains("&#60;script&#62;"), "{html}");
}

#[test]
fn what_needs_attention_comes_first() {
    let failing = IntegrationOverview {
        failure: Some(Failure { code: "TokenRefused".to_owned(), message: "create a new token".to_owned() }),
        ..well("zeta")
    };
    let short = IntegrationOverview {
        subscriptions: Some(SubscriptionsOverview {
            listed_at: ago(2),
            wanted: 16,
            delivering: 15,
            not_delivering: vec!["a push subscription is disabled: run `connect`".to_owned()],
        }),
        ..well("yankee")
    };
    let soon = IntegrationOverview {
        connected_by: Some(ConnectedBy::Token { expires_on: Some("2026-12-05".parse().unwrap()) }),
        ..well("xray")
    };
    let html = overview(vec![well("alpha"), soon, short, failing]);
    let order = places(&html, &["zeta</span>", "yankee</span>", "xray</span>", "alpha</span>"]);
    assert!(order.is_sorted(), "{html}");
    for shown in [
        "✕ Failing",
        "create a new token",
        "15 of 16 subscriptions deliver",
        "run <code>connect</code>",
        "token, 8 days left",
        "token, until 2027-05-31",
        "✓ Well",
        "last delivery",
        "3 min ago",
        "4 integrations: 3 need attention.",
    ] {
        assert!(html.contains(shown), "{shown} in {html}");
    }
}

#[test]
fn fifty_integrations_fit_into_an_answer_whatever_they_are_called() {
    let worst = |number: usize| IntegrationOverview {
        organization_url: Some(format!("https://dev.azure.com/{}", HOSTILE.repeat(7))),
        remains: (0..9).map(|line| format!("{line}{}", HOSTILE.repeat(7))).collect(),
        last_work: Some(Repairs {
            at: ago(4),
            healed: 99,
            replayed: 99,
            reconstructed: 99,
            done: Vec::new(),
        }),
        ..well(&format!("{}{number:02}", "n".repeat(38)))
    };
    let html = overview((0..50).map(worst).collect());
    assert_harmless(&html);
    assert!(html.len() <= 64 * 1024, "{} bytes", html.len());
    assert!(html.contains("and 8 more"), "{html}");
    assert!(!html.contains("Next"), "{html}");
}

#[test]
fn further_integrations_are_on_further_pages() {
    let names: Vec<IntegrationName> = (0..120).map(|number| name(&format!("team{number:03}"))).collect();
    let page = |from| OverviewPage::new(frame(), Some(&names), None, Vec::new(), from).render().unwrap();
    assert!(page(0).contains("team049") && !page(0).contains("team050") && !page(0).contains("Previous"));
    assert!(page(50).contains("team099") && page(50).contains("Previous") && page(50).contains("Next"));
    assert!(page(100).contains("team119") && !page(100).contains("Next"));
}

#[test]
fn an_empty_stack_offers_to_connect_and_a_silent_watch_is_said() {
    let page = |names: Option<&[IntegrationName]>, seen: Option<&Overview>| {
        OverviewPage::new(frame(), names, seen, Vec::new(), 0).render().unwrap()
    };
    let empty = page(Some(&[]), None);
    assert!(
        empty.contains("No organization is connected.") && empty.contains("Connect an organization"),
        "{empty}"
    );
    assert!(!empty.contains("has not looked"), "{empty}");
    let new = page(Some(&[name("shop")]), None);
    assert!(new.contains("… Not seen yet") && new.contains("has not looked yet"), "{new}");
    let old = Overview { at: ago(61), integrations: vec![well("shop")] };
    let silent = page(Some(&[name("shop")]), Some(&old));
    assert!(silent.contains("watch-stopped") && silent.contains("2026-11-27 10:59 +00:00"), "{silent}");
    // The names cannot be read: what `watch` saw is shown all the same.
    assert!(page(None, Some(&old)).contains("shop</span>"));
    // An integration that was unlinked since is no longer shown.
    assert!(!page(Some(&[]), Some(&old)).contains("shop</span>"));
}

fn stored() -> StoredIntegration {
    StoredIntegration {
        name: name("shop"),
        organization_url: "https://dev.azure.com/contoso".to_owned(),
        connected_by: ConnectedBy::Token { expires_on: None },
        projects: vec![("7".to_owned(), HOSTILE.to_owned())],
        repository: Some(("7".to_owned(), HOSTILE.to_owned())),
        branch: Some(HOSTILE.to_owned()),
        webhook_urls: [
            "https://hooks.example/shop/code-pushed".to_owned(),
            "https://hooks.example/shop/pull-request".to_owned(),
        ],
        password_secret: "hookpost/shop/webhook".to_owned(),
        password_version: None,
        is_rotating: false,
        unfiltered: true,
        authority_host: None,
        owner: Some(HOSTILE.to_owned()),
        running_until: Some(now() + SignedDuration::from_mins(1)),
        unfinished: Some("run `unlink` again".to_owned()),
    }
}

#[test]
fn an_opened_integration_shows_what_is_stored_and_seen() {
    let seen = IntegrationOverview {
        failed_deliveries: vec![FailedDelivery { at: ago(90), description: HOSTILE.to_owned() }],
        remains: vec![HOSTILE.to_owned()],
        last_work: Some(Repairs {
            at: ago(4),
            healed: 1,
            replayed: 2,
            reconstructed: 0,
            done: vec![HOSTILE.to_owned()],
        }),
        ..well("shop")
    };
    let console = ConsoleLinks::of_function(ARN);
    let seen = Overview { at: ago(2), integrations: vec![seen] };
    let html = IntegrationPage::new(frame(), &stored(), Some(&seen), &console).render().unwrap();
    assert_harmless(&html);
    for shown in [
        "https://hooks.example/shop/code-pushed",
        "hookpost/shop/webhook</a>",
        "16 of 16 deliver",
        "healed 1, replayed 2",
        "1 h ago",
        "at work on this integration, at most until 2026-11-27 12:01",
        "run <code>unlink</code> again",
        "Declared as code",
        "Check now",
        "Rotate password",
        "Replay…",
        "Replace token…",
        "Unlink…",
    ] {
        assert!(html.contains(shown), "{shown} in {html}");
    }
    let app = StoredIntegration {
        connected_by: ConnectedBy::Entra { tenant_id: "t".to_owned(), client_id: "c".to_owned() },
        organization_url: "javascript:alert(1)".to_owned(),
        ..stored()
    };
    let html = IntegrationPage::new(frame(), &app, None, &console).render().unwrap();
    assert!(!html.contains("Replace token") && html.contains("app, does not expire"), "{html}");
    assert!(!html.contains("href=\"javascript"), "{html}");
}

#[test]
fn a_report_is_shown_whole_and_harmless() {
    let mut report = Report {
        integration: Some("shop".to_owned()),
        summary: HOSTILE.to_owned(),
        done: vec![HOSTILE.to_owned(); 150],
        remains: vec![HOSTILE.to_owned()],
        next: HOSTILE.to_owned(),
        ..Report::of("connect")
    };
    report.detail(
        "webhooks",
        json!({"codePushed": HOSTILE, "list": [HOSTILE, "b"], "count": 7, "rows": [{"a": 1}]}),
    );
    let html = ReportPage::done(frame(), HOSTILE.to_owned(), report, Vec::new()).render().unwrap();
    assert_harmless(&html);
    assert!(
        html.contains("and 50 more") && html.contains("code pushed") && html.contains("<h2>Remains</h2>"),
        "{html}"
    );
    let error = OperatorError::new(ErrorCode::OutOfTime, HOSTILE);
    let html = ReportPage::refused(frame(), "Connect".to_owned(), &error, Vec::new()).render().unwrap();
    assert_harmless(&html);
    assert!(html.contains("Not finished yet."), "{html}");
}

#[test]
fn the_state_in_azure_devops_lists_each_subscription() {
    let mut report = Report {
        summary: "1 problems".to_owned(),
        remains: vec![HOSTILE.to_owned()],
        ..Report::of("status")
    };
    let subscription = json!({"event": "git.push", "change": null, "project": HOSTILE, "state": "enabled", "lastSuccess": null,
        "failedLastDays": 3, "createdBy": HOSTILE});
    let details = json!({"shop": {"subscriptions": vec![subscription; 120], "subscriptionsLeftOut": 5, "failedLastDays": 7}});
    report.detail("integrations", details);
    let html = StatusPage::new(frame(), "shop", report, Vec::new()).render().unwrap();
    assert_harmless(&html);
    assert!(
        html.contains("git.push") && html.contains("and 25 more") && html.contains("Failed in 7 days"),
        "{html}"
    );
}
