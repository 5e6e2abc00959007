//! The overview: every integration at a glance, what needs attention first.

use askama::Template;
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::overview::{IntegrationOverview, Overview};
use jiff::SignedDuration;
use serde_json::json;

use crate::setup::page::views::attention::{State, credential, needs};
use crate::setup::page::views::button::Button;
use crate::setup::page::views::excerpt::{excerpt, shown_url};
use crate::setup::page::views::frame::{Frame, Moment};

/// Most integrations of one view. A row has at most 1,250 bytes, and an answer should stay under 64 KB.
const ROWS_MAX: usize = 50;

/// Longest text of a row, in bytes of HTML: what needs attention, and an organization.
const NEED_BYTES_MAX: usize = 220;
const ORGANIZATION_BYTES_MAX: usize = 70;

/// After this time without a pass, `watch` has a problem of its own: the alarm on it goes by the same hour.
const STALE_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// The overview.
#[derive(Template)]
#[template(path = "page/overview.html")]
pub(in crate::setup::page) struct OverviewPage {
    frame: Frame,
    looked: Option<Moment>,
    warnings: Vec<String>,
    counts: String,
    rows: Vec<IntegrationRow>,
    buttons: Vec<Button>,
    pages: Vec<Button>,
}

/// An integration in the overview.
struct IntegrationRow {
    name: String,
    state: State,
    organization: String,
    credential: String,
    subscriptions: String,
    last_delivery: Option<Moment>,
    work: Option<(String, Moment)>,
    need: Option<String>,
    further: usize,
    open: Button,
}

impl OverviewPage {
    /// The overview of these integrations, beginning with the one at `from`. `unknown` says what could not be read.
    pub(in crate::setup::page) fn new(
        frame: Frame,
        names: Option<&[IntegrationName]>,
        overview: Option<&Overview>,
        unknown: Vec<String>,
        from: usize,
    ) -> Self {
        let seen = overview.map_or(&[][..], |overview| &overview.integrations);
        let of = |name: &str| seen.iter().find(|each| each.integration == name);
        // Without the list of names, those that `watch` saw are shown.
        let names: Vec<String> = match names {
            Some(names) => names.iter().map(ToString::to_string).collect(),
            None => seen.iter().map(|each| each.integration.clone()).collect(),
        };
        let is_old = overview.is_some_and(|overview| is_stale(overview, &frame));
        let state = |name: &str| {
            let seen = of(name);
            State::of(seen, seen.and_then(|seen| seen.connected_by.as_ref()), is_old, &frame)
        };
        let mut all: Vec<(State, &str)> = names.iter().map(|name| (state(name), name.as_str())).collect();
        all.sort_unstable();
        let rows: Vec<IntegrationRow> = all
            .iter()
            .skip(from)
            .take(ROWS_MAX)
            .map(|(state, name)| IntegrationRow::new(*state, name, of(name), &frame))
            .collect();
        let mut warnings = unknown;
        warnings.extend(stale_warning(overview, &frame, !all.is_empty()));
        let page = |label: &str, from: usize| Button::new(label, &json!({"view": "overview", "from": from}));
        let mut pages = Vec::new();
        if from > 0 {
            pages.push(page("Previous", from.saturating_sub(ROWS_MAX)));
        }
        if from + ROWS_MAX < all.len() {
            pages.push(page("Next", from + ROWS_MAX));
        }
        let connect = Button::new("Connect an organization", &json!({"view": "connect"}));
        Self {
            counts: counts(&all),
            looked: overview.map(|overview| frame.moment(overview.at)),
            buttons: vec![if all.is_empty() { connect.primary() } else { connect }],
            warnings,
            rows,
            pages,
            frame,
        }
    }
}

impl IntegrationRow {
    fn new(state: State, name: &str, seen: Option<&IntegrationOverview>, frame: &Frame) -> Self {
        let needs = seen.map(needs).unwrap_or_default();
        let work = seen.and_then(|seen| seen.last_work.as_ref());
        let organization = seen.and_then(|seen| seen.organization_url.as_deref());
        Self {
            name: name.to_owned(),
            state,
            organization: organization
                .map(|url| excerpt(shown_url(url), ORGANIZATION_BYTES_MAX))
                .unwrap_or_default(),
            credential: seen
                .and_then(|seen| seen.connected_by.as_ref())
                .map(|by| credential(by, frame))
                .unwrap_or_default(),
            subscriptions: seen
                .and_then(|seen| seen.subscriptions.as_ref())
                .map(|each| format!("{} of {} subscriptions deliver", each.delivering, each.wanted))
                .unwrap_or_default(),
            last_delivery: seen.and_then(|seen| seen.last_delivery).map(|at| frame.moment(at)),
            work: work.map(|work| {
                (describe(work.healed, work.replayed, work.reconstructed), frame.moment(work.at))
            }),
            need: needs.first().map(|need| excerpt(need, NEED_BYTES_MAX)),
            further: needs.len().saturating_sub(1),
            open: Button::open("Open", name).described(format!("Open {name}")),
        }
    }
}

/// What a pass did, in a few words.
pub(super) fn describe(healed: u64, replayed: u64, reconstructed: u64) -> String {
    let parts = [("healed", healed), ("replayed", replayed), ("reconstructed", reconstructed)];
    let parts = parts.iter().filter(|(_, count)| *count > 0).map(|(word, count)| format!("{word} {count}"));
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "made changes".to_owned() } else { parts.join(", ") }
}

/// How many integrations there are, and how many of them are not well.
fn counts(all: &[(State, &str)]) -> String {
    let of = |wanted: &[State]| all.iter().filter(|(state, _)| wanted.contains(state)).count();
    let loud = of(&[State::Failing, State::NeedsAttention, State::ExpiresSoon]);
    let unseen = of(&[State::NotSeen, State::NotSeenLately]);
    let count = match all.len() {
        0 => return "No organization is connected.".to_owned(),
        1 => "1 integration".to_owned(),
        count => format!("{count} integrations"),
    };
    match (loud, unseen) {
        (0, 0) => format!("{count}: all well."),
        (loud, 0) => format!("{count}: {loud} {}.", need(loud)),
        (0, unseen) => format!("{count}: {unseen} not seen."),
        (loud, unseen) => format!("{count}: {loud} {}, {unseen} not seen.", need(loud)),
    }
}

fn need(count: usize) -> &'static str {
    if count == 1 { "needs attention" } else { "need attention" }
}

/// Whether `watch` has not looked for too long.
pub(super) fn is_stale(overview: &Overview, frame: &Frame) -> bool {
    frame.now.duration_since(overview.at) > STALE_AFTER
}

/// Says that `watch` has not looked for too long.
fn stale_warning(overview: Option<&Overview>, frame: &Frame, has_integrations: bool) -> Option<String> {
    match overview {
        None if has_integrations => Some(
            "`watch` has not looked yet. It does so every few minutes; if this stays, see the alarm watch-stopped."
                .to_owned(),
        ),
        Some(overview) if is_stale(overview, frame) => Some(format!(
            "`watch` looked last on {}: see the alarms watch-stopped and watch-failing.",
            frame.exact(overview.at)
        )),
        _ => None,
    }
}
