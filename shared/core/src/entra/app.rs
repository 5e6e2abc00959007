//! The app in Microsoft Entra that trusts the roles of a deployment.

use std::fmt;

use uuid::Uuid;

/// The audience of assertions for Entra's public cloud.
///
/// Source: Microsoft, "Workload identity federation considerations" (`api://AzureADTokenExchange`).
pub const PUBLIC_AUDIENCE: &str = "api://AzureADTokenExchange";

/// An app registration or a managed identity, with the tenant that it belongs to. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntraApp {
    /// The directory (tenant) id.
    pub tenant_id: EntraId,
    /// The application (client) id.
    pub client_id: EntraId,
    /// The cloud that the tenant belongs to.
    pub authority: Authority,
}

/// A GUID of Entra, in lower case with hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntraId(String);

/// The host that gives out access tokens. There is a fixed list, so that an assertion goes to no other host.
///
/// Source: `get_authority_host` of Microsoft's `azure_identity`. Azure DevOps Services in other clouds than the public
/// one are documented nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authority {
    /// `login.microsoftonline.com`.
    #[default]
    Public,
    /// `login.microsoftonline.us`.
    UsGovernment,
    /// `login.chinacloudapi.cn`.
    China,
}

/// The text is not a GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a GUID such as 72f988bf-86f1-41af-91ab-2d7cd011db47, as the app's overview in Entra shows it"
)]
pub struct NotAnEntraId;

impl EntraId {
    /// Parses a GUID in any case.
    ///
    /// # Errors
    ///
    /// [`NotAnEntraId`], for the zero GUID as well. A tenant's domain name is refused, too: a GUID stays the same.
    pub fn parse(text: &str) -> Result<Self, NotAnEntraId> {
        let id = Uuid::try_parse(text.trim()).map_err(|_| NotAnEntraId)?;
        if id.is_nil() { Err(NotAnEntraId) } else { Ok(Self(id.hyphenated().to_string())) }
    }

    /// The GUID in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntraId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl EntraApp {
    /// The URL of its authority, without a slash at the end.
    pub(crate) fn authority_url(&self) -> String {
        format!("https://{}", self.authority.host())
    }
}

impl Authority {
    /// Every authority.
    pub const ALL: [Self; 3] = [Self::Public, Self::UsGovernment, Self::China];

    /// The authority with this host name, in any case.
    pub fn of_host(host: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|authority| authority.host().eq_ignore_ascii_case(host.trim()))
    }

    /// Its host name.
    pub fn host(self) -> &'static str {
        match self {
            Self::Public => "login.microsoftonline.com",
            Self::UsGovernment => "login.microsoftonline.us",
            Self::China => "login.chinacloudapi.cn",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_guid_in_any_form_and_kept_in_one() {
        let id = |text: &str| EntraId::parse(text).map(|id| id.to_string());
        let canonical = "72f988bf-86f1-41af-91ab-2d7cd011db47";
        for text in
            [canonical, " 72F988BF-86F1-41AF-91AB-2D7CD011DB47\n", "{72f988bf-86f1-41af-91ab-2d7cd011db47}"]
        {
            assert_eq!(id(text).as_deref(), Ok(canonical), "{text}");
        }
        for text in ["", "contoso.onmicrosoft.com", "common", "00000000-0000-0000-0000-000000000000", "../x"]
        {
            assert_eq!(id(text), Err(NotAnEntraId), "{text}");
        }
    }

    #[test]
    fn only_the_hosts_of_microsoft_are_authorities() {
        assert_eq!(Authority::of_host("Login.MicrosoftOnline.us"), Some(Authority::UsGovernment));
        assert_eq!(Authority::of_host("login.microsoftonline.com.example"), None);
    }
}
