//! The command line. Tokens are read from files, since arguments are visible to other users of the machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_live::Settings;
use jiff::SignedDuration;

/// Asks an Azure DevOps organization how it behaves where no document tells, and prints a report for an issue.
///
/// It works only in a project whose name begins with `hookpost-verify`, and deletes what it has made there.
#[derive(Debug, Parser)]
#[command(name = "verify-live")]
pub(crate) struct Arguments {
    /// Its URL, such as `https://dev.azure.com/contoso`.
    #[arg(long, value_name = "URL")]
    organization: String,
    /// A project that was made for this.
    #[arg(long, default_value = hookpost_live::PROJECT_PREFIX)]
    project: String,
    /// A file with a token: Code (read, write & manage), Project and Team (read).
    #[arg(long, value_name = "FILE")]
    pat_file: PathBuf,
    /// A file with the token of another member, who may not edit subscriptions.
    #[arg(long, value_name = "FILE")]
    pat2_file: Option<PathBuf>,
    /// A webhook that answers everything with 200. Without one, deliveries go to a host that does not exist.
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// A webhook that answers everything with 410.
    #[arg(long, value_name = "URL")]
    gone: Option<String>,
    /// How long to wait for the end of a probation, such as 30m.
    #[arg(long, value_name = "TIME")]
    wait: Option<SignedDuration>,
    /// Names of questions, separated by commas: only these.
    #[arg(long, value_name = "QUESTIONS", value_delimiter = ',')]
    only: Vec<String>,
    /// A stand-in for Azure DevOps on this machine.
    #[arg(long, value_name = "URL", hide = true)]
    stand_in: Option<String>,
}

impl Arguments {
    /// Reads the tokens.
    pub(crate) fn into_settings(self) -> Result<Settings, String> {
        let organization = OrganizationUrl::parse(&self.organization, Servers::Refused);
        let organization = organization.map_err(|error| format!("the URL of the organization: {error}"))?;
        let token = read(&self.pat_file)?;
        let second_token = self.pat2_file.as_deref().map(read).transpose()?;
        let wait = self.wait.map(|wait| Duration::try_from(wait).map_err(|_| "the time to wait is negative"));
        Ok(Settings {
            organization,
            project: self.project,
            token,
            second_token,
            webhook: self.webhook,
            gone: self.gone,
            wait: wait.transpose()?,
            only: self.only,
            stand_in: self.stand_in,
        })
    }
}

/// The content of a file is never shown.
fn read(file: &Path) -> Result<PersonalAccessToken, String> {
    let shown = file.display();
    let text =
        fs::read_to_string(file).map_err(|error| format!("the file `{shown}` cannot be read: {error}"))?;
    PersonalAccessToken::parse(&text).map_err(|error| format!("the file `{shown}`: {error}"))
}
