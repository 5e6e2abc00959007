//! The short English sentences that come with an event, in the three formats.
//!
//! The wordings are those of learn.microsoft.com, "Service hooks events", and of deliveries that
//! users have published; they are for people, and no contract.

use crate::Messages;
use crate::wire::json::Object;

/// One sentence in plain text, HTML and Markdown, built piece by piece.
#[derive(Clone, Debug, Default)]
pub(super) struct Message {
    text: String,
    html: String,
    markdown: String,
}

impl Message {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn text(mut self, words: &str) -> Self {
        self.text.push_str(words);
        self.html.push_str(&escape(words));
        self.markdown.push_str(words);
        self
    }

    /// A word that HTML and Markdown link.
    pub(super) fn link(mut self, label: &str, url: &str) -> Self {
        self.text.push_str(label);
        self.html.push_str(&anchor(label, url));
        self.markdown.extend(["[", label, "](", url, ")"]);
        self
    }

    /// A further line that only plain text has, in place of links.
    pub(super) fn text_line(mut self, line: &str) -> Self {
        self.text.extend(["\r\n", line]);
        self
    }

    /// A further paragraph, such as a description; nothing when it is empty.
    pub(super) fn paragraph(mut self, words: &str) -> Self {
        if !words.is_empty() {
            self.text.extend(["\r\n", words, "\r\n"]);
            self.html.extend(["<p>", &escape(words), "</p>"]);
            self.markdown.extend(["\r\n", words, "\r\n"]);
        }
        self
    }

    /// A list of (words, linked label, URL).
    pub(super) fn list<'a>(mut self, items: impl Iterator<Item = (&'a str, String, String)>) -> Self {
        self.html.push_str("\r\n<ul>");
        for (words, label, url) in items {
            self.text.extend(["\r\n - ", words, " ", &label, " (", &url, ")"]);
            let item = ["\r\n<li>", &escape(words), " ", &anchor(&label, &url), "</li>"];
            self.html.extend(item);
            self.markdown.extend(["\r\n* ", words, " [", &label, "](", &url, ")"]);
        }
        self.html.push_str("\r\n</ul>");
        self
    }

    /// The member of a body; other formats are left out.
    pub(super) fn to_json(&self, wanted: Messages) -> Option<Object> {
        let text = matches!(wanted, Messages::All | Messages::Text).then_some(&self.text);
        let html = matches!(wanted, Messages::All | Messages::Html).then_some(&self.html);
        let markdown = matches!(wanted, Messages::All | Messages::Markdown).then_some(&self.markdown);
        let members = Object::new().maybe("text", text).maybe("html", html).maybe("markdown", markdown);
        (wanted != Messages::None).then_some(members)
    }
}

fn anchor(label: &str, url: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(url), escape(label))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
