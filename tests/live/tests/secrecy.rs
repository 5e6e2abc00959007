//! The report goes into a public issue: it has no secret, and no name of a person or the organization.

use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{Fault, PersonalAccessToken};

use crate::fixture::{Fixture, ORGANIZATION};

#[tokio::test]
async fn a_report_has_neither_secrets_nor_names() {
    let fixture = Fixture::start().await.complete();
    let report = fixture.verify().await.to_string();
    canary::assert_absent("the report", &report);
    assert!(report.contains("{second owner}"), "{report}");
    for name in ["Ada", "Bob", "lakeside"] {
        assert!(!report.contains(name), "{name}: {report}");
    }
    let mut passwords = fixture.webhook.passwords();
    passwords.sort();
    passwords.dedup();
    assert_eq!(passwords.len(), 1, "one password for the run");
    assert!(passwords[0].len() >= 32 && !report.contains(&passwords[0]));
}

#[tokio::test]
async fn a_refused_token_is_not_shown() {
    for expires in [true, false] {
        let fixture = Fixture::start().await.with_second_token();
        let token = PersonalAccessToken::new(canary::PAT, ORGANIZATION, &fixture.ada);
        if expires {
            fixture.stand_in.register_pat(token.expired());
        } else {
            fixture.stand_in.fail_all(Fault::SignInPage);
        }
        let refusal = fixture.verify_until(std::future::pending()).await.expect_err("a refusal");
        assert!(refusal.to_string().starts_with("the first token does not work: "), "{refusal}");
        canary::assert_absent("the refusal", format!("{refusal} {refusal:?}"));
    }
}

#[tokio::test]
async fn settings_show_no_token() {
    let fixture = Fixture::start().await.with_second_token();
    canary::assert_absent("the settings", format!("{:?}", fixture.settings));
}
