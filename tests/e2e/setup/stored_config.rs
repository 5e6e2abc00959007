//! The stored configuration of the integration `contoso`.

use hookpost_harness::secrets::VersionStage;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::deployment::{Deployment, now};

impl Deployment {
    pub(crate) async fn stored_config(&self) -> Value {
        let text = self.account.secrets.value(&self.config_secret(), VersionStage::Current).await;
        serde_json::from_str(&text.expect("a secret")).expect("JSON")
    }

    /// Stores the configuration in the form of the first version, which has names and no ids. `repository` is the
    /// filter, if there is one.
    pub(crate) async fn store_old_config(&self, projects: &[&str], repository: Option<&str>) {
        let mut old = self.stored_config().await;
        old["projects"] = json!(projects);
        if let Some(repository) = repository {
            old["repository"] = json!(repository);
        }
        for added in ["names", "organizationId"] {
            old.as_object_mut().expect("an object").remove(added);
        }
        let stored =
            self.account.secrets.put(&self.config_secret(), &old.to_string(), VersionStage::Current).await;
        stored.expect("stored");
    }

    /// Lets the time pass that a run of `setup` had when it was killed: afterwards nobody waits for it.
    pub(crate) async fn let_invocation_end(&self) {
        let secret = self.config_secret();
        let Ok(text) = self.account.secrets.value(&secret, VersionStage::Current).await else { return };
        let mut stored: Value = serde_json::from_str(&text).expect("JSON");
        if let Some(lock) = stored.get_mut("lock") {
            lock["expiresAt"] = lock["since"].clone();
            self.account
                .secrets
                .put(&secret, &stored.to_string(), VersionStage::Current)
                .await
                .expect("stored");
        }
    }

    /// Has another run of `setup` be at work for the next minute.
    pub(crate) async fn lock_for_a_minute(&self) {
        let (mut stored, now) = (self.stored_config().await, now());
        let expires_at = now + SignedDuration::from_mins(1);
        stored["lock"] = json!({"id": "7", "since": now.to_string(), "expiresAt": expires_at.to_string()});
        self.account
            .secrets
            .put(&self.config_secret(), &stored.to_string(), VersionStage::Current)
            .await
            .expect("stored");
    }

    fn config_secret(&self) -> String {
        format!("{}/contoso/organization", self.account.prefix)
    }
}
