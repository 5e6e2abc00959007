use super::*;

/// Largest answer of a function, in bytes.
const LAMBDA_ANSWER_BYTES_MAX: usize = 6 * 1024 * 1024;

#[test]
fn an_answer_of_200_integrations_in_trouble_is_one_that_lambda_accepts() {
    let text = "git.push in project `Rückversicherung`: somebody disabled it; ".repeat(4);
    let integration = IntegrationReport {
        integration: "contoso".to_owned(),
        done: vec![text.clone(); 2_400],
        remains: vec![text.clone(); 2_400],
        ..IntegrationReport::default()
    };
    let answer = report(&vec![integration; 200]);
    let bytes = answer.to_string().len();
    assert!(bytes < LAMBDA_ANSWER_BYTES_MAX, "{bytes} bytes");
    let remains = answer["integrations"][199]["remains"].as_array().map(Vec::len);
    assert!(remains.is_some_and(|texts| texts > 20), "{remains:?}");
}

#[test]
fn an_answer_of_one_integration_names_500_and_counts_the_rest() {
    let remains = (0..2_400).map(|number| format!("subscription {number}")).collect();
    let answer = report(&[IntegrationReport { remains, ..IntegrationReport::default() }]);
    let remains = &answer["integrations"][0]["remains"];
    assert_eq!((&remains[499], &remains[500]), (&json!("subscription 499"), &json!("1900 more")));
    assert_eq!(answer["integrations"][0]["done"], json!([]));
}
