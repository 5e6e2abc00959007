//! The keys that tokens are signed with.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use getrandom::SysRng;
use rsa::PrivateKey;
use rsa::sha2::{Digest as _, Sha256};
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};

/// A key of RSA with 2048 bits.
pub(super) struct SigningKey {
    key: PrivateKey,
    /// The `kid` of tokens and of the published key.
    pub(super) id: String,
}

impl SigningKey {
    /// A key that nobody else has.
    #[expect(clippy::expect_used, reason = "without a key no test can run")]
    pub(super) fn generate() -> Self {
        let key = PrivateKey::new(&mut SysRng, 2048).expect("a key of RSA is needed");
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(key.n_bytes()));
        Self { key, id }
    }

    /// The key of this process, made at its first use: making one takes a while, and simulations start many stand-ins.
    pub(super) fn of_process() -> Arc<Self> {
        static KEY: OnceLock<Arc<SigningKey>> = OnceLock::new();
        Arc::clone(KEY.get_or_init(|| Arc::new(Self::generate())))
    }

    /// A JWT with these claims, in its compact form.
    #[expect(clippy::expect_used, reason = "without a signature no test can run")]
    pub(super) fn sign(&self, claims: &Value) -> String {
        let header = json!({"alg": "RS256", "kid": self.id, "typ": "JWT"});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self.key.pkcs1v15_sign::<Sha256>(signed.as_bytes()).expect("a signature is needed");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The public key, as a JSON Web Key (RFC 7517).
    pub(super) fn to_jwk(&self) -> Value {
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.id,
            "n": number(&self.key.n_bytes()),
            "e": number(&self.key.e_bytes()),
        })
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}
