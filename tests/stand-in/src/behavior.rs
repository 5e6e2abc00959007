//! Behavior of the service that differs between organizations, or on which sources disagree.

/// One switch for each such fact. README.md has the sources; the defaults are what is documented or was reported most
/// often.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServiceBehavior {
    /// A UTF-8 byte order mark before every JSON body.
    pub byte_order_mark: bool,
    /// An organization with public projects: `connectionData` names an anonymous user to callers without
    /// valid credentials, and other resources answer 401. By default such callers get the sign-in page.
    pub anonymous_access: bool,
    /// Whether the delivery log has the event of a delivery that has not ended. Users report that it
    /// has not.
    pub shows_pending_events: bool,
}
