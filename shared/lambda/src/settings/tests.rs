use super::*;

const GOOD: [(&str, &str); 7] = [
    ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"),
    ("AWS_LAMBDA_FUNCTION_NAME", "code-pushed"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("HOOKPOST_EVENTS_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/events.fifo"),
    ("HOOKPOST_QUARANTINE_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/quarantine"),
    ("HOOKPOST_SECRET_PREFIX", "hookpost"),
];

fn read(pairs: &[(&str, &str)]) -> (ReceiverSettings, Vec<String>) {
    let own = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
    let mut settings = Settings::new(pairs.iter().map(own));
    let receiver = ReceiverSettings::read(&mut settings);
    (receiver, settings.finish(PREFIX).err().map_or_else(Vec::new, |error| error.0))
}

#[test]
fn the_defaults_are_those_of_the_documentation() {
    let (receiver, problems) = read(&GOOD);
    assert_eq!(problems, [""; 0]);
    assert_eq!(receiver.passwords.ttl, Duration::from_secs(300));
    assert_eq!(receiver.passwords.stale_limit, Duration::from_secs(86_400));
    assert_eq!(receiver.passwords.refetch_interval, Duration::from_secs(30));
    assert_eq!(receiver.deadline, Duration::from_millis(4000));
    assert_eq!(receiver.deliveries_queue_url, None);
}

#[test]
fn an_empty_environment_is_missing_everything_at_once() {
    let (_, problems) = read(&[]);
    let names: Vec<_> = problems.iter().filter_map(|text| text.split('`').nth(1)).collect();
    let required: Vec<_> = GOOD.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, required);
}

#[test]
fn each_bad_value_is_named() {
    for (name, value) in [
        ("HOOKPOST_EVENTS_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/events"),
        ("HOOKPOST_DELIVERIES_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/deliveries"),
        ("HOOKPOST_QUARANTINE_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/quarantine.fifo"),
        ("HOOKPOST_QUARANTINE_QUEUE_URL", "quarantine"),
        ("HOOKPOST_SECRET_PREFIX", "hook post"),
        ("HOOKPOST_SECRET_PREFIX", "hookpost/"),
        ("HOOKPOST_PASSWORD_TTL_SECONDS", "0"),
        ("HOOKPOST_PASSWORD_STALE_SECONDS", "299"),
        ("HOOKPOST_PASSWORD_REFETCH_SECONDS", "30s"),
        ("HOOKPOST_DEADLINE_MILLISECONDS", "29000"),
        ("HOOKPOST_PASWORD_TTL_SECONDS", "300"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "big"),
    ] {
        let mut pairs: Vec<_> = GOOD.into_iter().filter(|(known, _)| *known != name).collect();
        pairs.push((name, value));
        let (_, problems) = read(&pairs);
        assert_eq!(problems.len(), 1, "{name}={value}: {problems:?}");
        assert!(problems[0].contains(name), "{problems:?}");
    }
}

const OPERATOR: [(&str, &str); 2] = [
    ("HOOKPOST_WEBHOOK_BASE_URL", "https://hooks.example.invalid/prod"),
    ("HOOKPOST_OVERVIEW_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/overview.fifo"),
];

fn read_setup(pairs: &[(&str, &str)]) -> (SetupSettings, Vec<String>) {
    let all = GOOD.iter().chain(&OPERATOR).chain(pairs);
    let mut settings = Settings::new(all.map(|&(name, value)| (name.to_owned(), value.to_owned())));
    let setup = SetupSettings::read(&mut settings);
    (setup, settings.finish(PREFIX).err().map_or_else(Vec::new, |error| error.0))
}

#[test]
fn assertions_are_for_the_public_cloud_unless_another_audience_is_set() {
    let (setup, problems) = read_setup(&[]);
    assert_eq!(problems, [""; 0]);
    assert_eq!(setup.entra_audience, "api://AzureADTokenExchange");
    assert_eq!(setup.roles, Roles::default());
    let (arn, other) = ("arn:aws:iam::111122223333:role/a-SetupRole-1", "arn:aws-cn:iam::1:role/b/WatchRole");
    let (setup, problems) = read_setup(&[
        ("HOOKPOST_ENTRA_AUDIENCE", "api://AzureADTokenExchangeUSGov"),
        ("HOOKPOST_SETUP_ROLE_ARN", arn),
        ("HOOKPOST_WATCH_ROLE_ARN", other),
    ]);
    assert_eq!(problems, [""; 0]);
    assert_eq!(setup.entra_audience, "api://AzureADTokenExchangeUSGov");
    assert_eq!(setup.roles, Roles { setup: Some(arn.to_owned()), watch: Some(other.to_owned()) });
}

#[test]
fn a_wrong_audience_or_role_is_named() {
    for (name, value) in [
        ("HOOKPOST_ENTRA_AUDIENCE", "api://AzureAD TokenExchange"),
        ("HOOKPOST_SETUP_ROLE_ARN", "a-SetupRole-1"),
        ("HOOKPOST_WATCH_ROLE_ARN", "arn:aws:sts::111122223333:assumed-role/b/c"),
    ] {
        let (_, problems) = read_setup(&[(name, value)]);
        assert_eq!(problems.len(), 1, "{name}={value}: {problems:?}");
        assert!(problems[0].contains(name), "{problems:?}");
    }
}

#[test]
fn setup_and_watch_need_the_fifo_queue_of_the_overview() {
    const NAME: &str = "HOOKPOST_OVERVIEW_QUEUE_URL";
    let checkpoints =
        ("HOOKPOST_CHECKPOINT_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/checkpoints.fifo");
    for value in [None, Some("https://sqs.eu-west-1.amazonaws.com/1/overview"), Some("overview.fifo")] {
        let others = GOOD.iter().chain(&OPERATOR[..1]).chain([&checkpoints]);
        let pairs: Vec<_> = others.copied().chain(value.map(|value| (NAME, value))).collect();
        let settings =
            || Settings::new(pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())));
        let (mut of_setup, mut of_watch) = (settings(), settings());
        drop((SetupSettings::read(&mut of_setup), WatchSettings::read(&mut of_watch)));
        let of_watch = of_watch.finish(PREFIX).expect_err("a problem").0;
        assert!(matches!(&*of_watch, [problem] if problem.contains(NAME)), "{value:?}: {of_watch:?}");
        let of_setup = of_setup.finish(PREFIX).expect_err("a problem").0;
        assert!(of_setup.contains(&of_watch[0]), "{value:?}: {of_setup:?}");
    }
}

#[test]
fn receivers_know_nothing_of_entra_and_the_overview() {
    for name in [
        "HOOKPOST_ENTRA_AUDIENCE",
        "HOOKPOST_SETUP_ROLE_ARN",
        "HOOKPOST_WATCH_ROLE_ARN",
        "HOOKPOST_OVERVIEW_QUEUE_URL",
    ] {
        let (_, problems) = read(&[&GOOD[..], &[(name, "arn:aws:iam::1:role/a")]].concat());
        assert_eq!(problems, [format!("`{name}` is not a setting of this function")]);
    }
}
