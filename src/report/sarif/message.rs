//! Messages: plain text with embedded links (SARIF §3.11.6).

use serde_sarif::sarif::Message;

use super::super::text::visible;

/// A message of what is already fit for SARIF.
pub(super) fn message(text: String) -> Message {
    Message::builder().text(text).build()
}

/// Text of strangers: made safe, and without anything that a viewer could take for a link.
pub(super) fn plain(text: &str) -> String {
    visible(text).replace("](", "] (")
}

/// A link to a location of the same result; `text` is text of strangers.
pub(super) fn link(text: &str, id: i64) -> String {
    let text = visible(text).replace('\\', "\\\\");
    let text = text.replace('[', "\\[").replace(']', "\\]");
    format!("[{text}]({id})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_make_no_links() {
        assert_eq!(plain("[x](https://evil)"), "[x] (https://evil)");
        assert_eq!(plain("[format('a')]"), "[format('a')]");
        assert_eq!(link("[a](b)\\", 3), "[\\[a\\](b)\\\\](3)");
    }
}
