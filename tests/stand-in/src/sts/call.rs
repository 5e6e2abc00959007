//! The calls of `GetWebIdentityToken` that the stand-in has received.

/// A call to `POST /`.
#[derive(Clone, Debug)]
pub struct Call {
    /// The access key id that the request is signed with; empty without a signature.
    pub access_key_id: String,
    /// The role of that key, when it is registered.
    pub role_arn: Option<String>,
    /// The form's members, as sent.
    pub parameters: Vec<(String, String)>,
    /// The response's status; `None` before, and when the connection was closed instead.
    pub status: Option<u16>,
    /// The code of the error, when the response is one.
    pub error: Option<String>,
    pub(super) number: usize,
}

impl Call {
    /// The value of a parameter, such as `Audience.member.1`.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(sent, _)| sent == name).map(|(_, value)| &**value)
    }
}
