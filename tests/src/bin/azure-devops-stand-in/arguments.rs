//! The command line.

use std::fmt;

use hookpost_tests::azure_devops::Webhook;

pub(crate) const HELP: &str = "\
azure-devops-stand-in: delivers service hooks as Azure DevOps would, without Azure DevOps

usage:
  azure-devops-stand-in tour --base-url URL --integration NAME [--seed NUMBER]

  tour           an organization, a repository and its subscriptions come to life, in memory;
                 pushes, a tag, a pull request from draft to merge, comments and a branch deletion
                 happen; each notification is posted to
                 URL/NAME/code-pushed or URL/NAME/pull-request, one after the other

options:
  --base-url URL      everything before /NAME/..., such as http://127.0.0.1:4566/hooks
  --integration NAME  the integration's name in the webhook URL
  --seed NUMBER       decides every id; by default each tour has new ones, so that a queue that
                      removes duplicates does not take a second tour for a repetition

environment:
  HOOKPOST_WEBHOOK_PASSWORD  the password of basic authentication

One JSON line per delivery goes to standard output. The exit status is 0 if every delivery got an
answer of 200 to 299, else 1.
";

/// What was asked for.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Tour(Tour),
}

/// The settings of a tour.
pub(crate) struct Tour {
    base_url: String,
    integration: String,
    pub(crate) password: String,
    pub(crate) seed: Option<u64>,
}

impl fmt::Debug for Tour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tour({}, {}, password REDACTED)", self.base_url, self.integration)
    }
}

impl Command {
    /// Arguments without the program's name. A problem is told in words for the terminal.
    pub(crate) fn parse(
        mut arguments: impl Iterator<Item = String>,
        password: Option<String>,
    ) -> Result<Self, String> {
        match arguments.next().as_deref() {
            Some("tour") => {}
            Some("--help" | "-h" | "help") => return Ok(Self::Help),
            Some(other) => return Err(format!("no command `{other}`; try --help")),
            None => return Err("no command; try --help".to_owned()),
        }
        let (mut base_url, mut integration, mut seed) = (None, None, None);
        while let Some(name) = arguments.next() {
            if matches!(&*name, "--help" | "-h") {
                return Ok(Self::Help);
            }
            let value = arguments.next().ok_or_else(|| format!("`{name}` needs a value"))?;
            match &*name {
                "--base-url" => base_url = Some(value),
                "--integration" => integration = Some(value),
                "--seed" => {
                    seed = Some(value.parse().map_err(|_| "`--seed` needs a whole number")?);
                }
                _ => return Err(format!("no option `{name}`; try --help")),
            }
        }
        Ok(Self::Tour(Tour {
            base_url: base_url.ok_or("`--base-url` is missing")?,
            integration: integration.ok_or("`--integration` is missing")?,
            password: password.ok_or("the variable HOOKPOST_WEBHOOK_PASSWORD is not set")?,
            seed,
        }))
    }
}

impl Tour {
    pub(crate) fn webhook(&self) -> Webhook {
        Webhook::new(&self.base_url, &self.integration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refusal(line: &str, password: Option<&str>) -> String {
        let arguments = line.split_whitespace().map(str::to_owned);
        Command::parse(arguments, password.map(str::to_owned)).unwrap_err()
    }

    #[test]
    fn a_refusal_names_what_is_wrong() {
        let full = "tour --base-url http://127.0.0.1:1 --integration demo";
        assert!(refusal("", None).contains("--help"));
        assert!(refusal("journey", None).contains("journey"));
        assert!(refusal("tour --base-url", None).contains("--base-url"));
        assert!(refusal("tour --base-url http://127.0.0.1:1", None).contains("--integration"));
        assert!(refusal(full, None).contains("HOOKPOST_WEBHOOK_PASSWORD"));
        assert!(refusal(&format!("{full} --seed x"), Some("p")).contains("--seed"));
    }

    #[test]
    fn the_password_stays_out_of_debug_output() {
        let line = "tour --base-url http://127.0.0.1:1 --integration demo";
        let arguments = line.split_whitespace().map(str::to_owned);
        let tour = Command::parse(arguments, Some("ssshh".to_owned())).unwrap();
        assert!(!format!("{tour:?}").contains("ssshh"));
    }
}
