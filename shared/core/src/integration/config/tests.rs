use super::*;

fn config() -> IntegrationConfig {
    IntegrationConfig {
        organization_url: "https://dev.azure.com/contoso".to_owned(),
        pat: PersonalAccessToken::parse("hunter2").expect("a token"),
        pat_expires_on: Some(jiff::civil::date(2027, 5, 31)),
        webhook_base_url: "https://hooks.example.invalid/prod".to_owned(),
        projects: vec!["Shop".to_owned(), "Web".to_owned()],
        repository: None,
        branch: Some("main".to_owned()),
        other: OtherFields::default(),
    }
}

const JSON: &str = r#"{"version":1,"organizationUrl":"https://dev.azure.com/contoso","pat":"hunter2","patExpiresOn":"2027-05-31","webhookBaseUrl":"https://hooks.example.invalid/prod","projects":["Shop","Web"],"branch":"main"}"#;

#[test]
fn a_configuration_survives_a_json_round_trip() {
    assert_eq!(*config().to_json().expect("it fits"), JSON);
    let parsed = IntegrationConfig::from_json(JSON).expect("a configuration");
    assert_eq!(parsed.pat.expose(), "hunter2");
    assert_eq!(parsed.pat_expires_on, config().pat_expires_on);
    assert_eq!(parsed.projects, ["Shop", "Web"]);
    assert_eq!((parsed.repository, parsed.branch.as_deref()), (None, Some("main")));
}

#[test]
fn the_whole_organization_is_stored_as_all() {
    let whole_organization = IntegrationConfig { projects: Vec::new(), pat_expires_on: None, ..config() };
    let json = whole_organization.to_json().expect("it fits");
    assert!(json.contains(r#""projects":"all""#) && !json.contains("patExpiresOn"), "{}", *json);
    assert!(IntegrationConfig::from_json(&json).expect("a configuration").projects.is_empty());
}

#[test]
fn fields_of_a_newer_version_are_kept() {
    let newer = JSON.replace("\"version\":1,", "\"version\":1,\"identity\":{\"id\":7},");
    let parsed = IntegrationConfig::from_json(&newer).expect("a configuration");
    assert!(parsed.to_json().expect("it fits").ends_with(r#","branch":"main","identity":{"id":7}}"#));
    assert!(IntegrationConfig::from_json(&JSON.replace("\"version\":1,", "")).is_ok());
}

#[track_caller]
fn check(json: &str, expected: &ConfigProblem) {
    let problem = IntegrationConfig::from_json(json).expect_err("a problem");
    assert_eq!(&problem, expected);
    assert!(!format!("{problem} {problem:?}").contains("hunter2"), "{problem}");
}

#[test]
fn a_problem_names_the_field_and_shows_no_value() {
    let field = |name: &str| ConfigProblem::Field(name.to_owned());
    let missing = |name: &str| ConfigProblem::Missing(name.to_owned());
    for form in ["", "hunter2", "\"hunter2\"", "[1]", "{\"hunter2\"}", &format!("{JSON}hunter2")] {
        check(form, &ConfigProblem::Form);
    }
    check("{}", &missing("organizationUrl"));
    check(&JSON.replace("\"pat\":\"hunter2\",", ""), &missing("pat"));
    check(&JSON.replace("\"hunter2\"", "{\"hunter2\":1}"), &field("pat"));
    check(&JSON.replace("\"hunter2\"", "\"hunter2 hunter2\""), &field("pat"));
    check(&JSON.replace("2027-05-31", "hunter2"), &field("patExpiresOn"));
    check(&JSON.replace("[\"Shop\",\"Web\"]", "[]"), &field("projects"));
    check(&JSON.replace("[\"Shop\",\"Web\"]", "\"hunter2\""), &field("projects"));
    check(&JSON.replace("\"main\"", "7"), &field("branch"));
    check(&JSON.replace("\"version\":1", "\"version\":2"), &ConfigProblem::Newer);
}

#[test]
fn debug_shows_no_token_and_no_value_of_an_unknown_field() {
    let unknown = JSON.replace("\"version\":1,", "\"version\":1,\"bearer\":\"hunter3\",");
    let shown = format!("{:?}", IntegrationConfig::from_json(&unknown).expect("a configuration"));
    assert!(shown.contains("contoso") && shown.contains("bearer") && !shown.contains("hunter"), "{shown}");
}

#[test]
fn a_configuration_may_fill_a_secret_but_not_exceed_it() {
    let with = |bytes: usize| IntegrationConfig { branch: Some("x".repeat(bytes)), ..config() };
    let frame = JSON.len() - "main".len();
    let longest = with(SECRET_BYTES_MAX - frame).to_json().expect("it fits");
    assert_eq!(longest.len(), SECRET_BYTES_MAX);
    assert_eq!(with(SECRET_BYTES_MAX - frame + 1).to_json(), Err(ConfigProblem::TooLong));
}
