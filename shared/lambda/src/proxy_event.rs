//! What is read of a REST API's proxy event, format 1.0, in one pass and whatever it turns out to be.
//!
//! The runtime parses an event before anything of ours sees it, and tells Lambda of an error in words of its own. So what is
//! not as it should be counts as missing here, and what is missing is answered by `gateway`. What is left to the runtime
//! API Gateway does not write: half a surrogate pair, a hundred brackets one in another, a number of four hundred digits. It
//! makes them errors of the function, without a value in their text, and the gateway makes 503 of those.
//!
//! `lambda_http` has a type for such events, which makes a `HeaderMap` of the headers, twice; that was a tenth of what a warm
//! call cost. Source: docs.aws.amazon.com, "Input format of a Lambda function for proxy integration".

mod loose;
mod named;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess};

use loose::{Loose, Object, object};
use named::Named;

/// A proxy event. Without `Debug`, since credentials are in it.
#[derive(Default)]
pub(crate) struct ProxyEvent {
    pub(crate) http_method: Option<String>,
    headers: Named,
    multi_value_headers: Named,
    query_string_parameters: Named,
    multi_value_query_string_parameters: Named,
    path_parameters: Named,
    pub(crate) body: Option<String>,
    pub(crate) is_base64_encoded: bool,
}

impl ProxyEvent {
    /// Every value of a header, one of [`named::WANTED`].
    pub(crate) fn header<'s>(&'s self, name: &'static str) -> impl Iterator<Item = &'s str> {
        // `headers` holds only the last of several values; stand-ins for API Gateway may leave out the other.
        let headers =
            if self.multi_value_headers.is_empty() { &self.headers } else { &self.multi_value_headers };
        headers.header(name)
    }

    pub(crate) fn change(&self) -> Option<&str> {
        let query = [&self.multi_value_query_string_parameters, &self.query_string_parameters];
        query.into_iter().find_map(|query| query.parameter("change"))
    }

    pub(crate) fn integration(&self) -> Option<&str> {
        self.path_parameters.parameter("integration")
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Field {
    HttpMethod,
    Headers,
    MultiValueHeaders,
    QueryStringParameters,
    MultiValueQueryStringParameters,
    PathParameters,
    Body,
    IsBase64Encoded,
    #[serde(other)]
    Other,
}

impl Object for ProxyEvent {
    fn read<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut event = Self::default();
        while let Some(field) = map.next_key()? {
            match field {
                Field::HttpMethod => event.http_method = map.next_value::<Loose>()?.text(),
                Field::Headers => event.headers = map.next_value()?,
                Field::MultiValueHeaders => event.multi_value_headers = map.next_value()?,
                Field::QueryStringParameters => event.query_string_parameters = map.next_value()?,
                Field::MultiValueQueryStringParameters => {
                    event.multi_value_query_string_parameters = map.next_value()?;
                }
                Field::PathParameters => event.path_parameters = map.next_value()?,
                Field::Body => event.body = map.next_value::<Loose>()?.text(),
                Field::IsBase64Encoded => event.is_base64_encoded = map.next_value::<Loose>()?.is_true(),
                Field::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(event)
    }
}

impl<'de> Deserialize<'de> for ProxyEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}
