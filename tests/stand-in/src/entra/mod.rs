//! A stand-in Microsoft Entra with one operation: an app without a secret shows a token of another issuer, and gets an
//! access token for Azure DevOps.
//!
//! Sources: learn.microsoft.com, "OAuth 2.0 client credentials flow", third case (federated credential), and "Microsoft
//! Entra authentication and authorization error codes"; public issues with whole answers, for most refusals. Microsoft
//! changes numbers and texts. The order of the checks is assumed.
//!
//! ```no_run
//! # async fn example() {
//! use hookpost_stand_in::{entra, rest, sts};
//!
//! # let stand_in = rest::StandIn::start([]).await;
//! let sts = sts::StandIn::start("eu-west-1").await;
//! let entra = entra::StandIn::start(&sts).await;
//! let app = entra.register_app(entra.tenant(), "hookpost");
//! entra.trust(&app, entra::FederatedCredential::new(&sts.issuer(), "arn:aws:iam::111122223333:role/setup"));
//! stand_in.trust(&entra); // the stand-in Azure DevOps
//! # }
//! ```

mod access_token;
mod answer;
mod assertion;
mod call;
mod fault;
mod handler;
mod reject_reason;
mod request;
mod stand_in;
mod tenants;
mod token_error;

pub use call::Call;
pub use fault::Fault;
pub use stand_in::{Behavior, StandIn};
pub use tenants::{App, FederatedCredential, Registration, Tenant};

pub(crate) use access_token::AccessTokens;
use reject_reason::RejectReason;
use tenants::Tenants;
use token_error::TokenError;

/// The audience that Microsoft recommends for federated credentials of its public cloud.
pub const AUDIENCE: &str = "api://AzureADTokenExchange";

/// Azure DevOps in every tenant, with the suffix for all permissions of the app.
const SCOPE: &str = "499b84ac-1321-427f-aa17-267ca6975798/.default";
