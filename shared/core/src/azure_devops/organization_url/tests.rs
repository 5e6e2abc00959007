use super::*;

#[track_caller]
fn check(text: &str, expected: &str, name: &str) {
    let url = OrganizationUrl::parse(text, Servers::Refused).expect(text);
    assert_eq!((url.as_str(), url.name()), (expected, name), "{text}");
    assert_eq!(url.as_url().as_str(), expected, "{text}");
    assert!(!url.is_server());
}

#[track_caller]
fn check_server(text: &str, expected: &str, name: &str) {
    let url = OrganizationUrl::parse(text, Servers::Allowed).expect(text);
    assert_eq!((url.as_str(), url.name()), (expected, name), "{text}");
    assert!(url.is_server());
    let error = OrganizationUrl::parse(text, Servers::Refused).expect_err(text);
    assert!(matches!(error, BadOrganizationUrl::UnknownHost { .. }), "{error:?}");
}

#[track_caller]
fn check_suggestion(text: &str, expected: &str) -> BadOrganizationUrl {
    let error = OrganizationUrl::parse(text, Servers::Allowed).expect_err(text);
    assert_eq!(error.suggestion(), Some(expected), "{text}");
    OrganizationUrl::parse(expected, Servers::Allowed).expect("a suggestion is valid");
    assert!(error.to_string().contains(expected));
    error
}

#[track_caller]
fn check_no_suggestion(text: &str) -> BadOrganizationUrl {
    let error = OrganizationUrl::parse(text, Servers::Allowed).expect_err(text);
    assert_eq!(error.suggestion(), None, "{text}");
    error
}

#[test]
fn every_form_of_an_organization_has_one_canonical_url() {
    const CONTOSO: &str = "https://dev.azure.com/contoso";
    for text in [
        "https://dev.azure.com/contoso",
        "https://dev.azure.com/contoso/",
        "  https://dev.azure.com/contoso//\n",
        "https://DEV.Azure.com:443/contoso?view=all#top",
        "https://contoso@dev.azure.com/contoso",
        "https://user:hunter2@dev.azure.com/contoso",
        "HTTPS://dev.azure.com/contoso",
        "https://contoso.visualstudio.com",
        "https://contoso.visualstudio.com/",
        "https://CONTOSO.visualstudio.com/DefaultCollection",
        "https://contoso.visualstudio.com/defaultcollection/",
        "https://user@contoso.visualstudio.com/DefaultCollection",
    ] {
        check(text, CONTOSO, "contoso");
    }
    check("https://dev.azure.com/Contoso-2", "https://dev.azure.com/Contoso-2", "Contoso-2");
}

#[test]
fn urls_that_differ_in_case_are_equal() {
    let parse = |text| OrganizationUrl::parse(text, Servers::Refused).expect(text);
    assert_eq!(parse("https://dev.azure.com/Contoso"), parse("https://contoso.visualstudio.com"));
    assert_ne!(parse("https://dev.azure.com/contoso"), parse("https://dev.azure.com/contoso-2"));
}

#[test]
fn a_server_is_accepted_only_where_allowed() {
    check_server("https://tfs.example/Main", "https://tfs.example/Main", "Main");
    check_server(
        "https://user:pw@TFS.example:8443/tfs/Main/?x#y",
        "https://tfs.example:8443/tfs/Main",
        "Main",
    );
    check_server("https://tfs.example/TFS/Our%20Code", "https://tfs.example/TFS/Our%20Code", "Our Code");
    check_server("https://10.0.0.7/Main", "https://10.0.0.7/Main", "Main");
    check_server("https://code.example/azuredevops/Main", "https://code.example/azuredevops/Main", "Main");
    check_server("https://code.example/dev/ops/Main/", "https://code.example/dev/ops/Main", "Main");
    // These hosts do not belong to Microsoft, so they are accepted only where any host is allowed.
    check_server("https://dev.azure.com.example/contoso", "https://dev.azure.com.example/contoso", "contoso");
    check_server("https://evilvisualstudio.com/c", "https://evilvisualstudio.com/c", "c");
}

#[test]
fn the_url_of_an_object_in_an_organization_suggests_the_organization() {
    const CONTOSO: &str = "https://dev.azure.com/contoso";
    for (text, expected) in [
        ("https://dev.azure.com/contoso/Fabrikam", "a project"),
        ("https://dev.azure.com/contoso/My%20Project/", "a project"),
        ("https://dev.azure.com/contoso/DefaultCollection", "a project"),
        ("https://contoso@dev.azure.com/contoso/Fabrikam/_git/web", "a repository"),
        ("https://dev.azure.com/contoso/_git/web", "a repository"),
        ("https://dev.azure.com/contoso/_usersSettings/tokens", "a page"),
        ("https://dev.azure.com/contoso/_apis/projects?api-version=7.1", "the REST API"),
        ("https://contoso.visualstudio.com/Fabrikam", "a project"),
        ("https://contoso.visualstudio.com/DefaultCollection/Fabrikam/_git/web", "a repository"),
        ("https://vssps.dev.azure.com/contoso", "a service of Azure DevOps"),
        ("https://contoso.vsrm.visualstudio.com/", "a service of Azure DevOps"),
        ("git@ssh.dev.azure.com:v3/contoso/Fabrikam/web", "an SSH address"),
        ("contoso@vs-ssh.visualstudio.com:v3/contoso/Fabrikam/web", "an SSH address"),
        ("ssh://git@ssh.dev.azure.com:22/v3/contoso/Fabrikam/web", "an SSH address"),
    ] {
        let error = check_suggestion(text, CONTOSO);
        assert!(
            matches!(error, BadOrganizationUrl::InsideOrganization { target, .. } if target == expected),
            "{text}: {error:?}"
        );
    }
    check_suggestion("https://tfs.example/tfs/Main/Fabrikam", "https://tfs.example/tfs/Main");
    check_suggestion("https://tfs.example:8443/Main/_git/web", "https://tfs.example:8443/Main");
    check_suggestion("https://tfs.example/Main/Fabrikam/_git/web", "https://tfs.example/Main");
    check_suggestion(
        "https://code.example/azuredevops/Main/Fabrikam/_git/web",
        "https://code.example/azuredevops/Main",
    );
}

#[test]
fn the_url_above_is_that_of_a_collection_or_there_is_none() {
    let parent = |text| {
        let url = OrganizationUrl::parse(text, Servers::Allowed).expect(text);
        url.parent().map(|parent| parent.as_str().to_owned())
    };
    assert_eq!(
        parent("https://code.example/azuredevops/Main/Fabrikam"),
        Some("https://code.example/azuredevops/Main".to_owned())
    );
    assert_eq!(
        parent("https://code.example:8443/Main/Shop"),
        Some("https://code.example:8443/Main".to_owned())
    );
    for text in ["https://code.example/Main", "https://tfs.example/tfs/Main", "https://dev.azure.com/contoso"]
    {
        assert_eq!(parent(text), None, "{text}");
    }
}

#[test]
fn a_url_without_https_suggests_the_url_with_https() {
    for text in [
        "http://dev.azure.com/contoso",
        "dev.azure.com/contoso",
        "contoso.visualstudio.com/DefaultCollection",
        "http://contoso.visualstudio.com/Fabrikam/_git/web",
        "contoso@dev.azure.com/contoso",
    ] {
        let error = check_suggestion(text, "https://dev.azure.com/contoso");
        assert!(matches!(error, BadOrganizationUrl::NotHttps { .. }), "{text}: {error:?}");
    }
    check_suggestion("http://tfs.example/tfs/Main", "https://tfs.example/tfs/Main");
    assert!(matches!(check_no_suggestion("contoso"), BadOrganizationUrl::NotHttps { .. }));
    assert!(matches!(check_no_suggestion("ftp://dev.azure.com"), BadOrganizationUrl::NotHttps { .. }));
}

#[test]
fn other_texts_are_rejected_and_not_repeated() {
    use BadOrganizationUrl::{BadName, Empty, NoOrganization, Unreadable};
    assert_eq!(check_no_suggestion("  "), Empty);
    assert_eq!(check_no_suggestion("https://"), Unreadable);
    assert_eq!(check_no_suggestion("https://dev.azure.com/"), NoOrganization);
    assert_eq!(check_no_suggestion("https://tfs.example/"), NoOrganization);
    assert_eq!(check_no_suggestion("https://tfs.example/tfs/"), NoOrganization);
    assert_eq!(check_no_suggestion("https://tfs.example/_git/web"), NoOrganization);
    for name in ["con_toso", "con%20toso", "..%2Fcontoso", "köln", &"x".repeat(51)] {
        assert_eq!(check_no_suggestion(&format!("https://dev.azure.com/{name}")), BadName, "{name}");
    }
    for host in [
        "https://dev.azure.com:8443/contoso",
        "https://dev.azure.com./contoso",
        "https://portal.azure.com/contoso",
        "https://aex.dev.azure.com/me",
        "https://app.vssps.visualstudio.com/_signin",
        "https://visualstudio.com/contoso",
        "https://a.b.visualstudio.com/",
    ] {
        assert!(matches!(check_no_suggestion(host), BadOrganizationUrl::UnknownHost { .. }), "{host}");
    }
    for text in ["https://user:hunter2@dev.azure.com/con_toso", "hunter2", "https://hunter2@[/contoso"] {
        let error = OrganizationUrl::parse(text, Servers::Refused).expect_err(text);
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}
