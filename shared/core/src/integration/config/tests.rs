use super::*;

fn config() -> IntegrationConfig {
    IntegrationConfig {
        organization_url: "https://dev.azure.com/contoso".to_owned(),
        credential: Credential::Pat {
            token: PersonalAccessToken::parse("hunter2").expect("a token"),
            expires_on: Some(jiff::civil::date(2027, 5, 31)),
        },
        webhook_base_url: "https://hooks.example.invalid/prod".to_owned(),
        organization_id: Some("0a1b2c3d-0000-4000-8000-00000000000f".to_owned()),
        selection: Selection {
            projects: vec![Choice::known(SHOP, "Shop"), Choice::known(WEB, "Web")],
            branch: Some("main".to_owned()),
            ..Selection::default()
        },
        is_renewing: false,
        owner: None,
        other: OtherFields::default(),
    }
}

const SHOP: &str = "0a1b2c3d-0000-4000-8000-000000000001";
const WEB: &str = "0a1b2c3d-0000-4000-8000-000000000002";

const JSON: &str = r#"{"version":1,"organizationUrl":"https://dev.azure.com/contoso","pat":"hunter2","patExpiresOn":"2027-05-31","webhookBaseUrl":"https://hooks.example.invalid/prod","projects":["0a1b2c3d-0000-4000-8000-000000000001","0a1b2c3d-0000-4000-8000-000000000002"],"branch":"main","organizationId":"0a1b2c3d-0000-4000-8000-00000000000f","names":{"0a1b2c3d-0000-4000-8000-000000000001":"Shop","0a1b2c3d-0000-4000-8000-000000000002":"Web"}}"#;

/// What the first version stored: names as the operator typed them.
const OLD_JSON: &str = r#"{"version":1,"organizationUrl":"https://dev.azure.com/contoso","pat":"hunter2","webhookBaseUrl":"https://hooks.example.invalid/prod","projects":["Shop","0A1B2C3D-0000-4000-8000-000000000002"],"repository":"web","branch":"refs/heads/main"}"#;

#[test]
fn a_configuration_survives_a_json_round_trip() {
    assert_eq!(*config().to_json().expect("it fits"), JSON);
    let parsed = IntegrationConfig::from_json(JSON).expect("a configuration");
    assert!(parsed.credential.is_same(&config().credential));
    assert_eq!(parsed.credential.expires_on(), config().credential.expires_on());
    assert_eq!(parsed.organization_id, config().organization_id);
    assert_eq!(parsed.selection, config().selection);
    let full = Selection {
        repository: Some(Choice::known("0a1b2c3d-0000-4000-8000-000000000003", "web")),
        unfiltered: true,
        ..config().selection
    };
    let stored = IntegrationConfig { selection: full.clone(), ..config() }.to_json().expect("it fits");
    assert_eq!(IntegrationConfig::from_json(&stored).expect("a configuration").selection, full);
}

#[test]
fn an_old_config_with_names_is_read() {
    let selection = IntegrationConfig::from_json(OLD_JSON).expect("a configuration").selection;
    assert_eq!(selection.projects, [Choice::parse("Shop"), Choice::known(WEB, "")]);
    assert_eq!(selection.repository, Some(Choice { id: None, name: "web".to_owned() }));
    assert_eq!(selection.branch.as_deref(), Some("main"));
    assert!(!selection.unfiltered);
}

#[test]
fn an_older_version_can_read_what_is_stored() {
    let full = Selection {
        repository: Some(Choice::known("0a1b2c3d-0000-4000-8000-000000000003", "web")),
        unfiltered: true,
        ..config().selection
    };
    for selection in [config().selection, Selection::default(), full] {
        let stored =
            IntegrationConfig { selection: selection.clone(), ..config() }.to_json().expect("it fits");
        let read: ConfigOfFirstVersion =
            serde_json::from_str(&stored).expect("the form of the first version");
        assert_eq!((read.version, read.pat.as_str()), (FORMAT_VERSION, "hunter2"));
        let projects = match read.projects {
            ProjectsOfFirstVersion::Word(word) => {
                assert_eq!(word, "all");
                Vec::new()
            }
            ProjectsOfFirstVersion::List(list) => list,
        };
        // The first version looks projects and repositories up by id or name.
        let ids: Vec<_> = selection.projects.iter().filter_map(|choice| choice.id.clone()).collect();
        assert_eq!(projects, ids);
        assert_eq!(read.repository, selection.repository.and_then(|choice| choice.id));
        assert_eq!(read.branch, selection.branch);
        assert!(read.other.contains_key("organizationId"), "an unknown field is kept");
    }
}

/// The form that the first version reads, as it was then.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConfigOfFirstVersion {
    #[serde(default)]
    version: u32,
    #[expect(dead_code, reason = "the field is required")]
    organization_url: String,
    pat: String,
    #[expect(dead_code, reason = "the field is required")]
    webhook_base_url: String,
    projects: ProjectsOfFirstVersion,
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    branch: Option<String>,
    #[serde(flatten)]
    other: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ProjectsOfFirstVersion {
    Word(String),
    List(Vec<String>),
}

#[test]
fn names_are_left_out_when_only_the_ids_fit() {
    let id = |number: usize| format!("0a1b2c3d-0000-4000-8000-{number:012}");
    let projects = (0..1000).map(|number| Choice::known(&id(number), &"x".repeat(64))).collect();
    let selection = Selection { projects, ..Selection::default() };
    let stored = IntegrationConfig { selection, ..config() }.to_json().expect("it fits");
    let read = IntegrationConfig::from_json(&stored).expect("a configuration").selection;
    assert_eq!(read.projects.len(), 1000);
    assert_eq!(read.projects[7], Choice::known(&id(7), ""));
}

#[test]
fn the_whole_organization_is_stored_as_all() {
    let whole_organization = IntegrationConfig { selection: Selection::default(), ..config() };
    let json = whole_organization.to_json().expect("it fits");
    assert!(json.contains(r#""projects":"all""#), "{}", *json);
    assert!(IntegrationConfig::from_json(&json).expect("a configuration").selection.projects.is_empty());
}

/// An integration without a token, as it is stored.
const BY_APP: &str = r#"{"version":1,"organizationUrl":"https://dev.azure.com/contoso","credential":{"kind":"entra","tenantId":"72f988bf-86f1-41af-91ab-2d7cd011db47","clientId":"83d59817-0000-4000-8000-000000000001","authorityHost":"login.microsoftonline.us","subjects":["arn:aws:iam::111122223333:role/a"]},"webhookBaseUrl":"https://hooks.example.invalid/prod","projects":"all","renewing":true}"#;

#[test]
fn an_app_survives_a_json_round_trip() {
    let parsed = IntegrationConfig::from_json(BY_APP).expect("a configuration");
    assert_eq!(*parsed.to_json().expect("it fits"), BY_APP);
    assert_eq!(
        parsed.credential.app().map(|app| app.authority),
        Some(crate::entra::app::Authority::UsGovernment)
    );
}

#[test]
fn a_configuration_has_one_credential_of_a_known_kind() {
    let problem = |json: &str| IntegrationConfig::from_json(json).expect_err("no configuration");
    let credential = ConfigProblem::Field("credential".to_owned());
    assert_eq!(problem(&JSON.replace("\"pat\":\"hunter2\",", "")), ConfigProblem::Missing("pat".to_owned()));
    assert_eq!(problem(&BY_APP.replace("\"credential\"", "\"pat\":\"hunter2\",\"credential\"")), credential);
    for (from, to) in [("\"entra\"", "\"oidc\""), ("72f988bf", "x"), (".us\"", ".example\"")] {
        assert_eq!(problem(&BY_APP.replace(from, to)), credential, "{to}");
    }
}

#[test]
fn fields_of_a_newer_version_are_kept() {
    let newer = JSON.replace("\"version\":1,", "\"version\":1,\"identity\":{\"id\":7},");
    let parsed = IntegrationConfig::from_json(&newer).expect("a configuration");
    assert!(parsed.to_json().expect("it fits").ends_with(r#""Web"},"identity":{"id":7}}"#));
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
    let projects = format!("[\"{SHOP}\",\"{WEB}\"]");
    check(&JSON.replace(&projects, "[]"), &field("projects"));
    check(&JSON.replace(&projects, "\"hunter2\""), &field("projects"));
    check(
        &JSON.replace("{\"0a1b2c3d-0000-4000-8000-000000000001\":\"Shop\",", "{\"hunter2\":7,"),
        &field("names"),
    );
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
    let with = |bytes: usize| {
        let selection = Selection { branch: Some("x".repeat(bytes)), ..Selection::default() };
        IntegrationConfig { selection, ..config() }
    };
    let frame = with(0).to_json().expect("it fits").len();
    let longest = with(SECRET_BYTES_MAX - frame).to_json().expect("it fits");
    assert_eq!(longest.len(), SECRET_BYTES_MAX);
    assert_eq!(with(SECRET_BYTES_MAX - frame + 1).to_json(), Err(ConfigProblem::TooLong));
}
