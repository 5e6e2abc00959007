//! The command line.

use std::fmt;

use hookpost_stand_in::Webhook;

pub(crate) const HELP: &str = "\
azure-devops-stand-in: delivers service hooks as Azure DevOps would, without Azure DevOps

usage:
  azure-devops-stand-in tour --base-url URL --integration NAME [--seed NUMBER]
  azure-devops-stand-in serve [--port NUMBER] [--organization NAME] [--seed NUMBER]
  azure-devops-stand-in tour --against URL [--organization NAME]

  tour --base-url  an organization, a repository and its subscriptions come to life, in memory;
                   pushes, a tag, a pull request from draft to merge, comments and a branch deletion
                   happen; each notification is posted to
                   URL/NAME/code-pushed or URL/NAME/pull-request, one after the other
  serve            the organization answers the REST API at http://127.0.0.1:PORT/ORGANIZATION,
                   until standard input is closed or the process is told to end; subscriptions are
                   those that somebody makes over REST, and may point to this machine
  tour --against   the same happens in the organization of a `serve` at URL, and is posted to the
                   subscriptions made there, with the password each was made with

options:
  --base-url URL       everything before /NAME/..., such as http://127.0.0.1:4566/hooks
  --integration NAME   the integration's name in the webhook URL
  --against URL        the address that `serve` printed
  --port NUMBER        0, the default, for any that is free
  --organization NAME  by default northwind-brewery
  --seed NUMBER        decides every id; by default each run has new ones, so that a queue that
                       removes duplicates does not take a second tour for a repetition

environment:
  HOOKPOST_WEBHOOK_PASSWORD  for `tour --base-url`: the password of basic authentication

`tour` prints one JSON line per delivery. The exit status is 0 if every delivery got an answer of 200
to 299, else 1. `serve` prints one JSON line when it is ready: its address, the organization, a
personal access token, the project and the repository.
";

/// What was asked for.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Tour(Tour),
    Serve(Serve),
    Against(Against),
}

/// The settings of a tour on an organization of its own.
pub(crate) struct Tour {
    base_url: String,
    integration: String,
    pub(crate) password: String,
    pub(crate) seed: Option<u64>,
}

/// The settings of a server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Serve {
    pub(crate) port: u16,
    pub(crate) organization: String,
    pub(crate) seed: Option<u64>,
}

/// The settings of a tour through a server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Against {
    pub(crate) address: String,
    pub(crate) organization: String,
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
        let command = arguments.next();
        let known: &[&str] = match command.as_deref() {
            Some("tour") => &["--base-url", "--integration", "--seed", "--against", "--organization"],
            Some("serve") => &["--port", "--organization", "--seed"],
            Some("--help" | "-h" | "help") => return Ok(Self::Help),
            Some(other) => return Err(format!("no command `{other}`; try --help")),
            None => return Err("no command; try --help".to_owned()),
        };
        let mut options = Options(Vec::new());
        while let Some(name) = arguments.next() {
            if matches!(&*name, "--help" | "-h") {
                return Ok(Self::Help);
            }
            if !known.contains(&&*name) {
                return Err(format!("no option `{name}`; try --help"));
            }
            let value = arguments.next().ok_or_else(|| format!("`{name}` needs a value"))?;
            options.0.push((name, value));
        }
        if command.as_deref() == Some("serve") {
            return options.serve().map(Self::Serve);
        }
        match options.take("--against") {
            Some(address) => options.against(&address).map(Self::Against),
            None => options.tour(password).map(Self::Tour),
        }
    }
}

/// Options and their values; the last of a name counts.
struct Options(Vec<(String, String)>);

impl Options {
    fn take(&mut self, name: &str) -> Option<String> {
        let index = self.0.iter().rposition(|(given, _)| given == name)?;
        Some(self.0.remove(index).1)
    }

    fn number<N: std::str::FromStr>(&mut self, name: &str) -> Result<Option<N>, String> {
        let number = self.take(name).map(|text| text.parse());
        number.transpose().map_err(|_| format!("`{name}` needs a whole number"))
    }

    fn organization(&mut self) -> String {
        self.take("--organization").unwrap_or_else(|| "northwind-brewery".to_owned())
    }

    fn tour(mut self, password: Option<String>) -> Result<Tour, String> {
        Ok(Tour {
            seed: self.number("--seed")?,
            base_url: self.take("--base-url").ok_or("`--base-url` or `--against` is missing")?,
            integration: self.take("--integration").ok_or("`--integration` is missing")?,
            password: password.ok_or("the variable HOOKPOST_WEBHOOK_PASSWORD is not set")?,
        })
    }

    fn serve(mut self) -> Result<Serve, String> {
        let (port, seed) = (self.number("--port")?.unwrap_or(0), self.number("--seed")?);
        Ok(Serve { port, organization: self.organization(), seed })
    }

    fn against(mut self, address: &str) -> Result<Against, String> {
        let organization = self.organization();
        let address = address.trim_end_matches('/').to_owned();
        match self.0.first() {
            Some((name, _)) => Err(format!("`{name}` does not go with `--against`")),
            None => Ok(Against { address, organization }),
        }
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

    fn parse(line: &str, password: Option<&str>) -> Result<Command, String> {
        let arguments = line.split_whitespace().map(str::to_owned);
        Command::parse(arguments, password.map(str::to_owned))
    }

    #[track_caller]
    fn refusal(line: &str, password: Option<&str>) -> String {
        parse(line, password).unwrap_err()
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
        assert!(refusal("serve --integration demo", None).contains("--integration"));
        assert!(refusal("serve --port 70000", None).contains("--port"));
        assert!(refusal("tour --against http://127.0.0.1:1 --seed 1", None).contains("--seed"));
    }

    #[test]
    fn a_server_and_a_tour_through_it_meet_in_the_same_organization() {
        let Ok(Command::Serve(serve)) = parse("serve", None) else { panic!() };
        let Ok(Command::Against(against)) = parse("tour --against http://127.0.0.1:1/", None) else {
            panic!()
        };
        assert_eq!((serve.port, &serve.organization), (0, &against.organization));
        assert_eq!(against.address, "http://127.0.0.1:1");
    }

    #[test]
    fn the_password_stays_out_of_debug_output() {
        let line = "tour --base-url http://127.0.0.1:1 --integration demo";
        let Ok(Command::Tour(tour)) = parse(line, Some("ssshh")) else { panic!() };
        assert!(!format!("{tour:?}").contains("ssshh"));
    }
}
