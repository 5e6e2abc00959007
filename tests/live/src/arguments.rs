//! The command line. Tokens are read from files, since arguments are visible to other users of the machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use hookpost_core::azure_devops::credential::AccessCredential;
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::entra::access_token::AccessToken;
use hookpost_live::Settings;
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

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
    /// A file with a personal access token: Code (read, write & manage), Project and Team (read). Or with an access token
    /// of Entra: then an app asks.
    #[arg(long, value_name = "FILE")]
    pat_file: PathBuf,
    /// A file with the token, of either kind, of another member, who may not edit subscriptions.
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
fn read(file: &Path) -> Result<AccessCredential, String> {
    let shown = file.display();
    let text =
        fs::read_to_string(file).map_err(|error| format!("the file `{shown}` cannot be read: {error}"))?;
    let text = Zeroizing::new(text);
    let token = text.trim();
    if is_access_token(token) {
        // Only Azure DevOps knows how long it works: clients must not read it.
        let token = AccessToken::new(Zeroizing::new(token.to_owned()), Timestamp::MAX);
        return Ok(AccessCredential::Bearer(token));
    }
    let token = PersonalAccessToken::parse(token).map_err(|error| format!("the file `{shown}`: {error}"))?;
    Ok(AccessCredential::Basic(token))
}

/// Whether this is a JSON Web Token (RFC 7519), which no personal access token is: three parts of base64url, and the first
/// is an object.
fn is_access_token(text: &str) -> bool {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.starts_with("eyJ")
        && text.split('.').count() == 3
        && text.split('.').all(|part| !part.is_empty() && part.bytes().all(is_base64url))
}
