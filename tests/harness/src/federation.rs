//! AWS STS and Microsoft Entra, as a deployment that connects without a token uses them.

use super::REGION;
use super::fault_proxy::FaultProxy;
use hookpost_stand_in::entra::{self, App, FederatedCredential};
use hookpost_stand_in::{canary, sts};
use serde_json::{Value, json};

/// STS with the roles of `setup` and `watch`, and Entra with an app. At first, the app trusts neither role.
#[derive(Debug)]
pub struct Federation {
    /// STS itself.
    pub sts: sts::StandIn,
    /// The proxy of STS, which functions call.
    pub sts_proxy: FaultProxy,
    /// Entra.
    pub entra: entra::StandIn,
    /// The app, without a secret.
    pub app: App,
}

/// The roles of the two functions, with names as `CloudFormation` generates them.
pub const ROLES: [(&str, &str); 2] = [
    ("setup", "arn:aws:iam::111122223333:role/hookpost-SetupRole-Xy12AbCdEfGh"),
    ("watch", "arn:aws:iam::111122223333:role/hookpost-WatchRole-Zw34IjKlMnOp"),
];

impl Federation {
    /// Starts both on free ports.
    pub async fn open() -> Self {
        let sts = sts::StandIn::start(REGION).await;
        for (function, role) in ROLES {
            sts.register(&format!("{}-{function}", canary::ACCESS_KEY_ID), role);
        }
        let entra = entra::StandIn::start(&sts).await;
        let app = entra.register_app(entra.tenant(), "hookpost-app");
        let sts_proxy = FaultProxy::start(&sts.address()).await;
        Self { sts, sts_proxy, entra, app }
    }

    /// The environment variables that name them to `setup` and `watch`.
    pub fn environment(&self) -> [(&'static str, String); 4] {
        let [(_, setup), (_, watch)] = ROLES;
        [
            ("AWS_ENDPOINT_URL_STS", self.sts_proxy.endpoint()),
            ("HOOKPOST_ENTRA_URL", self.entra.address()),
            ("HOOKPOST_SETUP_ROLE_ARN", setup.to_owned()),
            ("HOOKPOST_WATCH_ROLE_ARN", watch.to_owned()),
        ]
    }

    /// The federated credential of a role.
    pub fn credential(&self, role: &str) -> FederatedCredential {
        FederatedCredential::new(&self.sts.issuer(), role)
    }

    /// Lets the app trust these roles, and no others.
    pub fn trust_only(&self, roles: &[&str]) {
        let credentials = roles.iter().map(|role| self.credential(role)).collect();
        self.entra.change_app(&self.app, |registration| registration.credentials = credentials);
    }

    /// Lets the app trust the roles of both functions.
    pub fn trust_both(&self) {
        self.trust_only(&ROLES.map(|(_, role)| role));
    }

    /// The app as requests name it, in the member `entra`.
    pub fn request(&self) -> Value {
        json!({"tenantId": self.app.tenant_id, "clientId": self.app.client_id})
    }

    /// Fails the test when an assertion or an access token that was given so far is in the text.
    ///
    /// # Panics
    ///
    /// One is.
    #[track_caller]
    pub fn assert_secret(&self, place: &str, text: impl AsRef<[u8]>) {
        for token in self.sts.issued().iter().chain(&self.entra.issued()) {
            canary::assert_token_absent(place, &text, token);
        }
    }
}
