//! The event that CloudWatch sends for a custom widget.
//!
//! Source: Amazon CloudWatch User Guide, "Details about custom widgets" and "Interactivity in the custom widget".

use std::collections::BTreeMap;

use hookpost_core::integration::name::IntegrationName;
use jiff::tz::Offset;
use lambda_runtime::Context;
use serde_json::{Map, Value};

use crate::setup::page::views::frame::{Frame, Theme};
use crate::system;

/// The event of a page: which view somebody looks at, with the parameters of the button that was pressed.
pub(super) struct PageEvent<'a> {
    parameters: &'a Map<String, Value>,
    /// The values of the fields by their names. An empty field has none.
    pub(super) form: BTreeMap<String, String>,
    pub(super) frame: Frame,
}

/// Whether CloudWatch asks for the documentation of the widget.
pub(super) fn asks_for_documentation(event: &Value) -> bool {
    event.get("describe") == Some(&Value::Bool(true))
}

impl<'a> PageEvent<'a> {
    /// `None` when the event is no widget's.
    pub(super) fn read(event: &'a Value, context: &Context) -> Option<Self> {
        let parameters = event.as_object()?;
        let widget = parameters.get("widgetContext")?.as_object()?;
        let form = widget.get("forms").and_then(|forms| forms.get("all")).and_then(Value::as_object);
        let theme = match widget.get("theme").and_then(Value::as_str) {
            Some("dark") => Theme::Dark,
            _ => Theme::Light,
        };
        let minutes =
            widget.get("timezone").and_then(|zone| zone.get("offsetInMinutes")).and_then(Value::as_i64);
        let seconds = minutes.and_then(|minutes| i32::try_from(minutes.checked_mul(60)?).ok());
        // JavaScript's time zone offset, as the documentation shows for UTC alone, counts the other way round.
        let text = widget.get("timezone").and_then(|zone| zone.get("offsetISO")).and_then(Value::as_str);
        let offset = text.and_then(iso_offset).or_else(|| Offset::from_seconds(seconds?).ok());
        Some(Self {
            parameters,
            form: form
                .into_iter()
                .flatten()
                .filter_map(|(name, value)| Some((name.clone(), text_of(value)?)))
                .collect(),
            frame: Frame {
                endpoint: context.invoked_function_arn.clone(),
                theme,
                now: system::now(),
                offset: offset.unwrap_or(Offset::UTC),
            },
        })
    }

    /// The view that is asked for.
    pub(super) fn view(&self) -> &str {
        self.text("view").unwrap_or("overview")
    }

    /// The integration that a button is about.
    pub(super) fn integration(&self) -> Option<IntegrationName> {
        IntegrationName::parse(self.text("integration")?).ok()
    }

    /// The request that a button sends.
    pub(super) fn request(&self) -> Option<&Map<String, Value>> {
        self.parameters.get("request")?.as_object()
    }

    /// The values that a button fills into a form.
    pub(super) fn values(&self) -> Option<&Map<String, Value>> {
        self.parameters.get("values")?.as_object()
    }

    /// What a button replays.
    pub(super) fn what(&self) -> &str {
        self.text("what").unwrap_or_default()
    }

    /// The first integration that is shown.
    pub(super) fn from(&self) -> usize {
        let from = self.parameters.get("from").and_then(Value::as_u64);
        from.and_then(|from| usize::try_from(from).ok()).unwrap_or(0)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)?.as_str()
    }
}

/// The value of a field. A box that is not checked has none, in whichever way that is said.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned),
        Value::Bool(true) => Some("true".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values.first().and_then(text_of),
        Value::Bool(false) | Value::Null | Value::Object(_) => None,
    }
}

/// An offset such as `+01:00`.
fn iso_offset(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    Offset::from_seconds(sign * (hours.checked_mul(3600)? + minutes.checked_mul(60)?)).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(event: &Value) -> PageEvent<'_> {
        PageEvent::read(event, &Context::default()).unwrap()
    }

    #[test]
    fn fields_that_are_empty_or_not_checked_have_no_value() {
        let event = json!({"widgetContext": {"forms": {"all": {
            "a": " x ", "b": "", "c": true, "d": false, "e": null, "f": ["y"], "g": {}, "h": 7,
        }}}});
        let expected = [("a", "x"), ("c", "true"), ("f", "y"), ("h", "7")];
        assert_eq!(
            read(&event).form,
            BTreeMap::from(expected.map(|(name, value)| (name.to_owned(), value.to_owned())))
        );
    }

    #[test]
    fn an_event_without_anything_is_the_overview_in_utc() {
        let event = json!({"widgetContext": {"timezone": {"offsetISO": "?"}}});
        let event = read(&event);
        assert_eq!((event.view(), event.from(), event.integration()), ("overview", 0, None));
        assert_eq!(event.frame.offset, Offset::UTC);
    }

    #[test]
    fn other_events_are_no_page() {
        for event in [json!(null), json!({"action": "status"}), json!({"widgetContext": 1})] {
            assert!(PageEvent::read(&event, &Context::default()).is_none(), "{event}");
        }
    }

    #[test]
    fn times_are_shown_in_the_zone_of_the_dashboard() {
        for (text, seconds) in [("+01:00", 3600), ("-03:30", -12600), ("+00:00", 0)] {
            let event = json!({"widgetContext": {"timezone": {"offsetISO": text, "offsetInMinutes": 7}}});
            assert_eq!(read(&event).frame.offset.seconds(), seconds);
        }
    }
}
