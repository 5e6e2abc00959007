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
    assert_eq!(receiver.passwords.stale, Duration::from_secs(86_400));
    assert_eq!(receiver.passwords.refetch, Duration::from_secs(30));
    assert_eq!(receiver.deadline, Duration::from_millis(4000));
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
