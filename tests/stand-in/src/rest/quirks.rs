//! What the service does one way or the other, and a client must be right under both.

/// The defaults are what is documented or was seen most often.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a way of the service of its own")]
pub struct Quirks {
    /// A UTF-8 byte order mark before every JSON body.
    pub byte_order_mark: bool,
    /// What no, malformed or unknown credentials get.
    pub sign_in: SignIn,
    /// What stands in the 401 for an expired or revoked token, or a missing scope.
    pub unauthorized: UnauthorizedBody,
    /// The status for a missing permission: 403, or 400 as "Create a service hook subscription
    /// programmatically" says of every failure.
    pub forbidden_status: u16,
    /// What becomes of subscriptions to this machine or to private addresses.
    pub local_targets: LocalTargets,
    /// Leaves `status` out of subscriptions that are enabled, as Microsoft's examples do.
    pub enabled_is_implied: bool,
    /// `probationRetries` as text, as the published description has it, and not as a number.
    pub probation_as_text: bool,
    /// How many projects one page has at most.
    pub projects_per_page: usize,
    /// Whether the log shows the event of a delivery that has not ended. Users have seen that it does not.
    pub shows_pending_events: bool,
    /// How many reads of a notification still find it in progress after it has been delivered.
    pub reads_until_settled: u32,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            byte_order_mark: false,
            sign_in: SignIn::Page,
            unauthorized: UnauthorizedBody::Empty,
            forbidden_status: 403,
            local_targets: LocalTargets::Refused,
            enabled_is_implied: false,
            probation_as_text: false,
            projects_per_page: 100,
            shows_pending_events: false,
            reads_until_settled: 1,
        }
    }
}

/// What somebody unknown gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// 203 and the sign-in page. Methods that change something get 401 all the same.
    Page,
    /// 302 to the sign-in page.
    Redirect,
    /// 401, as clients report that send `X-TFS-FedAuthRedirect: Suppress`.
    Refusal,
    /// An organization with public projects: connection data tells of an anonymous user with 200,
    /// and the rest is refused.
    Anonymous,
}

/// The body of a 401 for a token that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnauthorizedBody {
    /// Nothing; an expired token is named in a header.
    Empty,
    /// A page for people.
    Html,
    /// The usual error, which names an expired token.
    Json,
}

/// `localhost` and special-purpose addresses cannot be targets of webhooks. Microsoft's page does
/// not say how that shows; users report a subscription that is silently disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalTargets {
    /// 400 when the subscription is made.
    Refused,
    /// Saved, and disabled by the system at the first delivery.
    Disabled,
    /// Delivered to: what no real service does, and every test on one machine needs.
    Allowed,
}
