//! A stand-in AWS STS with one operation, `GetWebIdentityToken`, and the issuer of the tokens that it gives.
//!
//! Sources: botocore's service model `sts/2011-06-15` for parameters, answer and errors; AWS IAM User Guide, "Getting
//! started with outbound identity federation" and "Understanding token claims", for the tokens. That a request breaks
//! several rules, and texts of errors that the model does not have, are not documented: comments say what is assumed.
//!
//! ```no_run
//! # async fn example() {
//! use hookpost_stand_in::sts;
//!
//! let sts = sts::StandIn::start("eu-west-1").await;
//! sts.register("ASIAEXAMPLE", "arn:aws:iam::111122223333:role/hookpost-SetupRole-1A2B");
//! // AWS_ENDPOINT_URL_STS: sts.address()
//! # }
//! ```

mod call;
mod claims;
mod error;
mod fault;
mod handler;
mod keys;
mod request;
mod response;
mod stand_in;

pub use call::Call;
pub use fault::Fault;
pub use stand_in::StandIn;

use error::StsError;
pub(crate) use stand_in::Shared;

/// The role of an access key id.
#[derive(Clone, Debug)]
struct Role {
    access_key_id: String,
    arn: String,
}
