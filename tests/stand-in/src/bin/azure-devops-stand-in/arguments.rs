//! The command line.

use clap::{Args, Parser};

/// Answers Azure DevOps's REST API for one organization, and delivers service hooks as Azure DevOps
/// would.
#[derive(Debug, Parser)]
#[command(name = "azure-devops-stand-in")]
pub(crate) enum Command {
    /// Serves the organization at http://127.0.0.1:PORT/ORGANIZATION until standard input is closed
    /// or the process is told to end. An STS and an Entra are served on ports of their own.
    ///
    /// Prints one JSON line when it is ready: address, organization, a personal access token, project
    /// and repository, a second project; addresses of STS and Entra, the issuer, and tenant and client
    /// id of an app that is a member of the organization. Subscriptions are made over REST, and may
    /// point to this machine.
    Serve(Serve),
    /// Makes pushes, a tag, a pull request from draft to merge, comments and a branch deletion happen
    /// in the organization of a `serve`, then a small pull request in its second project, and delivers
    /// them to the subscriptions made there.
    ///
    /// Prints one JSON line for each delivery. The exit status is 0 if each was answered with 200 to
    /// 299, else 1.
    Demo(DemoOptions),
}

/// Settings of the server.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// 0 for any free port.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Port of the stand-in AWS STS; 0 for any free port.
    #[arg(long, default_value_t = 0)]
    pub(crate) sts_port: u16,
    /// Port of the stand-in Entra; 0 for any free port.
    #[arg(long, default_value_t = 0)]
    pub(crate) entra_port: u16,
    /// The region for which requests to STS have to be signed.
    #[arg(long, default_value = "eu-west-1")]
    pub(crate) region: String,
    /// A role of which STS knows an access key id; the app trusts the role. Repeatable.
    #[arg(long = "role", value_name = "ACCESS_KEY_ID=ROLE_ARN", value_parser = role)]
    pub(crate) roles: Vec<(String, String)>,
    #[arg(long, default_value = ORGANIZATION)]
    pub(crate) organization: String,
    /// Decides every id. By default each run has new ones, so that a queue that removes duplicates
    /// does not take a second run for a repetition.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
}

/// Settings of the demo.
#[derive(Args, Debug)]
pub(crate) struct DemoOptions {
    /// The address that `serve` printed.
    #[arg(long, value_name = "URL")]
    pub(crate) against: String,
    #[arg(long, default_value = ORGANIZATION)]
    pub(crate) organization: String,
}

fn role(text: &str) -> Result<(String, String), String> {
    let (key, arn) = text.split_once('=').ok_or("ACCESS_KEY_ID=ROLE_ARN is expected")?;
    if key.is_empty() || !arn.starts_with("arn:") {
        return Err("ACCESS_KEY_ID=ROLE_ARN is expected, with an ARN that begins with `arn:`".to_owned());
    }
    Ok((key.to_owned(), arn.to_owned()))
}

const ORGANIZATION: &str = "northwind-brewery";
