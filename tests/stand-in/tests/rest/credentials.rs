use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::rest::{PersonalAccessToken, Rights, Scope, SignIn, StandIn, UnauthorizedBody};
use hookpost_stand_in::{Organization, RepositoryId};
use serde_json::{Value, json};

use crate::office::{ORGANIZATION, Office, Reply, send};

const CONNECTION: &str = "connectionData?api-version=7.1-preview";
const PROBE: &str = "pullrequests/2147483647";

/// Calls with the canary, after it was registered anew.
async fn with(office: &Office, token: PersonalAccessToken, path: &str) -> Reply {
    office.it.register_pat(token);
    office.get(path).await
}

fn token(office: &Office) -> PersonalAccessToken {
    PersonalAccessToken::new(canary::PAT, ORGANIZATION, &office.ada)
}

#[tokio::test]
async fn the_owner_of_the_token_is_who_one_is() {
    let office = Office::open().await;
    let reply = office.get(CONNECTION).await;
    let (body, id) = (reply.json(), office.ada.id.to_string());
    assert_eq!(reply.status, 200);
    assert_eq!(body["authenticatedUser"]["id"], id);
    assert_eq!(body["authenticatedUser"]["providerDisplayName"], "Ada Okafor");
    assert_eq!(body["authenticatedUser"]["properties"]["Account"]["$value"], "ada@lakeside.example");
    assert_eq!(body["deploymentType"], "hosted");
    assert_eq!(reply.header("x-vss-userdata"), format!("{id}:ada@lakeside.example"));
}

#[tokio::test]
async fn nobody_known_sees_the_sign_in_page() {
    let office = Office::open().await;
    let wrong = basic_authorization("", "canarywrong");
    let no_colon = "Basic Y2FuYXJ5";
    for authorization in [None, Some(&*wrong), Some(no_colon), Some("Basic ?"), Some("Negotiate x")] {
        for (method, path) in [("GET", CONNECTION), ("POST", "hooks/subscriptions")] {
            let reply = office.call_as(method, path, &json!({}), authorization).await;
            assert_eq!(reply.status, 203, "{authorization:?}");
            assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        }
        let changing =
            office.call_as("PATCH", "git/repositories/x/pullrequests/1", &json!({}), authorization).await;
        assert_eq!((changing.status, changing.error().0), (401, "UnauthorizedRequestException".to_owned()));
    }
    assert!(office.it.changes().is_empty());
}

#[tokio::test]
async fn the_user_name_does_not_count() {
    let office = Office::open().await;
    let authorization = basic_authorization("whoever", canary::PAT);
    assert_eq!(office.call_as("GET", "projects", &Value::Null, Some(&authorization)).await.status, 200);
}

#[tokio::test]
async fn the_sign_in_page_has_other_forms() {
    let office = Office::open().await;
    office.it.quirks(|quirks| quirks.sign_in = SignIn::Redirect);
    let redirected = office.call_as("GET", CONNECTION, &Value::Null, None).await;
    assert_eq!(redirected.status, 302);
    assert!(redirected.header("location").contains("_signin"));
    office.it.quirks(|quirks| quirks.sign_in = SignIn::Refusal);
    assert_eq!(office.call_as("GET", CONNECTION, &Value::Null, None).await.status, 401);
    office.it.quirks(|quirks| quirks.sign_in = SignIn::Anonymous);
    let anonymous = office.call_as("GET", CONNECTION, &Value::Null, None).await;
    assert_eq!(anonymous.status, 200);
    assert_eq!(anonymous.json()["authenticatedUser"]["id"], "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
    assert_eq!(office.call_as("GET", "projects", &Value::Null, None).await.status, 401);
}

#[tokio::test]
async fn a_token_that_has_ended_gets_401() {
    let office = Office::open().await;
    let expired = with(&office, token(&office).expired(), CONNECTION).await;
    let revoked = with(&office, token(&office).revoked(), CONNECTION).await;
    for reply in [&expired, &revoked] {
        assert_eq!((reply.status, &*reply.text), (401, ""));
        assert!(
            reply
                .headers
                .get_all("www-authenticate")
                .iter()
                .any(|one| one.as_bytes().starts_with(b"Basic realm="))
        );
    }
    assert!(expired.header("x-tfs-serviceerror").ends_with("has%20expired."));
    assert_eq!(revoked.header("x-tfs-serviceerror"), "");
    office.it.quirks(|quirks| quirks.unauthorized = UnauthorizedBody::Json);
    let (key, message) = with(&office, token(&office).expired(), CONNECTION).await.error();
    assert_eq!(key, "AccessCheckException");
    assert!(message.contains("expired"), "{message}");
}

#[tokio::test]
async fn a_scope_is_needed_for_most_and_its_lack_looks_like_the_end_of_the_token() {
    let office = Office::open().await;
    let code = token(&office).scopes(&[Scope::Code]);
    assert_eq!(with(&office, code.clone(), "git/repositories").await.status, 200);
    assert_eq!(with(&office, code.clone(), "hooks/subscriptions").await.status, 200);
    assert_eq!(with(&office, code.clone(), CONNECTION).await.status, 200);
    let projects = with(&office, code.clone(), "projects").await;
    let revoked = with(&office, code.revoked(), "projects").await;
    assert_eq!((projects.status, projects.text), (revoked.status, revoked.text));
    let build = token(&office).scopes(&[Scope::Build]);
    assert_eq!(with(&office, build.clone(), "hooks/subscriptions").await.status, 200);
    assert_eq!(with(&office, build, "git/repositories").await.status, 401);
    let full = token(&office).scopes(&[Scope::Full]);
    assert_eq!(with(&office, full, "projects").await.status, 200);
}

#[tokio::test]
async fn the_scope_to_write_is_told_by_a_pull_request_that_nobody_has() {
    let office = Office::open().await;
    let path = format!("git/repositories/{}/{PROBE}", office.repository_id());
    let probe = office.call("PATCH", &path, &json!({})).await;
    assert_eq!((probe.status, probe.error().0), (404, "GitPullRequestNotFoundException".to_owned()));
    office.it.register_pat(token(&office).scopes(&[Scope::Code, Scope::Project]));
    assert_eq!(office.call("PATCH", &path, &json!({})).await.status, 401);
    assert!(office.it.changes().is_empty());
}

#[tokio::test]
async fn a_token_is_good_in_its_organization_unless_it_is_global() {
    let mut organizations = [Organization::services("lakeside", 1), Organization::services("hillside", 2)];
    let ada = organizations[0].add_person("Ada Okafor", "ada@lakeside.example");
    let it = StandIn::start(organizations).await;
    let ask = async |organization: &str| {
        let url = format!("{}/_apis/{CONNECTION}", it.url(organization));
        send("GET", &url, &Value::Null, Some(&basic_authorization("", canary::PAT))).await.unwrap()
    };
    it.register_pat(PersonalAccessToken::new(canary::PAT, "Lakeside", &ada));
    assert_eq!(ask("lakeside").await.status, 200);
    let foreign = ask("hillside").await;
    assert_eq!(foreign.status, 401);
    assert!(foreign.error().1.starts_with("TF400813: The user 'aaaaaaaa-aaaa"), "{}", foreign.text);
    it.register_pat(PersonalAccessToken::new(canary::PAT, "lakeside", &ada).global());
    assert_eq!(ask("hillside").await.status, 200);
    let url = format!("{}/nobody/_apis/{CONNECTION}", it.address());
    let unknown = send("GET", &url, &Value::Null, None).await.unwrap();
    assert_eq!((unknown.status, unknown.header("content-type")), (404, "text/html; charset=utf-8"));
}

#[tokio::test]
async fn permissions_are_told_and_heeded() {
    let office = Office::open().await;
    let body = office.body("https://hooks.example/x");
    let namespace = "permissions/cb594ebe-87dd-4fc9-ac2c-6a10a4c92046";
    let token = format!("PublisherSecurity/{}", office.project_id());
    let may = async |bits: u32| {
        office.get(&format!("{namespace}/{bits}?tokens={token},PublisherSecurity")).await.json()["value"]
            .clone()
    };
    assert_eq!(may(7).await, json!([true, true]));
    let viewer = Rights { view: true, ..Rights::NONE };
    office.it.grant(ORGANIZATION, &office.ada, Some(office.project), viewer);
    assert_eq!((may(1).await, may(2).await), (json!([true, true]), json!([false, true])));
    let refused = office.call("POST", "hooks/subscriptions", &body).await;
    assert_eq!(refused.status, 403);
    let wanted = format!(
        "Access Denied: Ada Okafor needs the following permission(s) on the resource {token} to perform this action: \
         Edit Subscription"
    );
    assert_eq!(refused.error(), ("AccessCheckException".to_owned(), wanted));
    office.it.quirks(|quirks| quirks.forbidden_status = 400);
    assert_eq!(office.call("POST", "hooks/subscriptions", &body).await.status, 400);
    assert!(office.it.changes().is_empty());
}

#[tokio::test]
async fn what_one_may_not_view_is_not_listed() {
    let office = Office::open().await;
    let body = office.body("https://hooks.example/x");
    let id = office.subscribe(&body).await;
    office.it.grant(ORGANIZATION, &office.ada, None, Rights::NONE);
    assert_eq!(office.get("hooks/subscriptions").await.json()["count"], 0);
    let query = office.call("POST", "hooks/subscriptionsquery", &json!({})).await;
    assert_eq!(query.json()["results"], json!([]));
    assert_eq!(office.get(&format!("hooks/subscriptions/{id}")).await.status, 403);
    let path = format!("hooks/subscriptions/{id}");
    assert_eq!(office.call("PUT", &path, &body).await.status, 403);
    assert_eq!(office.call("DELETE", &path, &Value::Null).await.status, 403);
    assert_eq!(office.it.hooks(ORGANIZATION).len(), 1);
}

#[tokio::test]
async fn a_repository_that_is_switched_off_is_listed_and_not_found() {
    let office = Office::open().await;
    let id: RepositoryId = office.repository;
    office.it.organization(ORGANIZATION, |it| it.disable_repository(id));
    assert_eq!(office.get("git/repositories").await.json()["value"][0]["isDisabled"], true);
    let path = format!("git/repositories/{}/{PROBE}", office.repository_id());
    let probe = office.call("PATCH", &path, &json!({})).await;
    assert_eq!((probe.status, probe.error().0), (404, "GitRepositoryNotFoundException".to_owned()));
}
