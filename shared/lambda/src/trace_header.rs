//! The X-Ray trace header that a message carries on, so that a consumer's trace continues the receiver's.
//!
//! It is rebuilt from the parts that AWS documents, never copied: SQS validates it, and a part that Lambda adds one day
//! and SQS does not know must not cost an event. Lambda already adds `Lineage`.
//! Source: docs.aws.amazon.com, AWS X-Ray developer guide, "Tracing header".

/// The documented parts of `header`, or `None` without a root of the documented form.
///
/// `Sampled=0` is left out. Lambda sends it while the receiver itself is not traced, and a consumer's tracer would drop
/// its spans for it; without the part, the consumer decides.
pub(crate) fn rebuild(header: &str) -> Option<String> {
    let part = |name: &str| header.split(';').find_map(|part| part.trim().strip_prefix(name));
    let root = part("Root=").filter(|root| is_root(root))?;
    let mut rebuilt = String::with_capacity(header.len());
    rebuilt.push_str("Root=");
    rebuilt.push_str(root);
    if let Some(parent) = part("Parent=").filter(|parent| is_hex(parent, 16)) {
        rebuilt.push_str(";Parent=");
        rebuilt.push_str(parent);
    }
    if part("Sampled=") == Some("1") {
        rebuilt.push_str(";Sampled=1");
    }
    Some(rebuilt)
}

/// Version 1, the time of the trace, and 96 random bits.
fn is_root(root: &str) -> bool {
    let random = root.strip_prefix("1-").and_then(|root| root.split_once('-'));
    random.is_some_and(|(time, random)| is_hex(time, 8) && is_hex(random, 24))
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "Root=1-6741f0aa-2f1d0c7b9e8a4d5c6b7a8f90";

    fn rebuilt(rest: &str) -> String {
        rebuild(&format!("{ROOT}{rest}")).expect("a header").replace(ROOT, "")
    }

    #[test]
    fn only_documented_parts_are_carried_on() {
        assert_eq!(rebuilt(";Parent=53995c3f42cd8ad8;Sampled=1"), ";Parent=53995c3f42cd8ad8;Sampled=1");
        assert_eq!(
            rebuilt(";Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:0"),
            rebuilt(";Lineage=1:a87bd80c:0;Sampled=1; Parent=53995c3f42cd8ad8")
        );
        assert_eq!(rebuilt(";Self=1-6741f0aa-0;Sampled=?;Parent=x;New={\"a\":1}"), "");
    }

    #[test]
    fn an_unsampled_trace_leaves_the_decision_to_the_consumer() {
        assert_eq!(rebuilt(";Parent=53995c3f42cd8ad8;Sampled=0"), ";Parent=53995c3f42cd8ad8");
    }

    #[test]
    fn a_header_without_a_documented_root_is_dropped() {
        for header in [
            "",
            "nonsense",
            "Parent=53995c3f42cd8ad8;Sampled=1",
            "Root=1-6741f0aa;Sampled=1",
            "Root=2-6741f0aa-2f1d0c7b9e8a4d5c6b7a8f90",
            "Root=1-6741f0aa-2f1d0c7b9e8a4d5c6b7a8f9g",
            "Root=1-6741f0aa-2f1d0c7b9e8a4d5c6b7a8f90-1",
        ] {
            assert_eq!(rebuild(header), None, "{header}");
        }
    }
}
