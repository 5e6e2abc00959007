//! The settings of a relay.

use std::fs;

use hookpost_core::relay::config::RelayConfig;
use hookpost_core::settings::Settings;

use crate::settings::{check_runtime_settings, deliveries_queue_url};

const CONFIG: &str = "HOOKPOST_RELAY_CONFIG";
const FILE: &str = "HOOKPOST_RELAY_CONFIG_FILE";

/// The settings of a relay.
#[derive(Debug)]
pub struct RelaySettings {
    /// `HOOKPOST_DELIVERIES_QUEUE_URL`: the queue of raw deliveries.
    pub queue_url: String,
    /// `HOOKPOST_RELAY_CONFIG`: the targets, as JSON; or `HOOKPOST_RELAY_CONFIG_FILE`: a file with it. `None` when there is a
    /// problem.
    pub config: Option<RelayConfig>,
    /// Whether this is a function on Lambda: `AWS_LAMBDA_RUNTIME_API` is set.
    pub is_on_lambda: bool,
}

impl RelaySettings {
    /// Reads every setting. Notes in `settings` what is wrong.
    pub fn read(settings: &mut Settings, is_on_lambda: bool) -> Self {
        if is_on_lambda {
            check_runtime_settings(settings);
        }
        let queue_url = deliveries_queue_url(settings).unwrap_or_else(|| {
            settings.problem(
                "`HOOKPOST_DELIVERIES_QUEUE_URL` is missing: the output DeliveriesQueueUrl of the stack, which has it with \
                 RawDeliveries"
                    .to_owned(),
            );
            String::new()
        });
        let (config, file) = (settings.optional(CONFIG), settings.optional(FILE));
        let config = match (config, file) {
            (Some(text), None) => settings.checked(CONFIG, RelayConfig::parse(&text)),
            (None, Some(path)) => {
                let text =
                    fs::read_to_string(&path).map_err(|error| format!("{path} cannot be read: {error}"));
                let text = settings.checked(FILE, text);
                text.and_then(|text| settings.checked(FILE, RelayConfig::parse(&text)))
            }
            (Some(_), Some(_)) => {
                settings.problem(format!("`{CONFIG}` and `{FILE}`: set one of them"));
                None
            }
            (None, None) => {
                settings.problem(format!("`{CONFIG}` is missing: the targets, see infra/relay/README.md"));
                None
            }
        };
        Self { queue_url, config, is_on_lambda }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)], is_on_lambda: bool) -> (RelaySettings, Vec<String>) {
        let own = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        let mut settings = Settings::new(pairs.iter().map(own));
        let relay = RelaySettings::read(&mut settings, is_on_lambda);
        (relay, settings.finish("HOOKPOST_").err().map_or_else(Vec::new, |error| error.0))
    }

    const QUEUE: (&str, &str) =
        ("HOOKPOST_DELIVERIES_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/deliveries.fifo");
    const TARGETS: &str = r#"{"targets": [{"url": "https://argocd.internal", "preset": "argocd"}]}"#;

    #[test]
    fn a_loop_needs_a_queue_and_targets_alone() {
        let (settings, problems) = read(&[QUEUE, (CONFIG, TARGETS)], false);
        assert_eq!((problems.len(), settings.config.map(|config| config.targets.len())), (0, Some(1)));
        let (_, problems) = read(&[], false);
        let names: Vec<_> = problems.iter().filter_map(|text| text.split('`').nth(1)).collect();
        assert_eq!(names, ["HOOKPOST_DELIVERIES_QUEUE_URL", CONFIG]);
        assert_eq!(read(&[QUEUE, (CONFIG, TARGETS)], true).1.len(), 4, "what Lambda sets");
    }

    #[test]
    fn a_wrong_configuration_names_the_variable_and_the_field() {
        for (pairs, parts) in [
            (vec![(CONFIG, "{}")], [CONFIG, "missing field `targets`"]),
            (vec![(FILE, "/nowhere.json")], [FILE, "/nowhere.json cannot be read"]),
            (vec![(CONFIG, TARGETS), (FILE, "x")], [CONFIG, "set one of them"]),
        ] {
            let (_, problems) = read(&[&[QUEUE], pairs.as_slice()].concat(), false);
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(parts.iter().all(|part| problems[0].contains(part)), "{problems:?}");
        }
    }
}
