//! Text of strangers made safe to print.
//!
//! Names, messages and source lines come from files that nobody has vetted. In: such text. Out: the same text on one
//! line, where each character that a terminal would act on, or that would hide or reorder others, is spelt out.

use std::borrow::Cow;

/// The text with control, bidirectional and invisible characters spelt out.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push_visible(&mut out, character);
    }
    Cow::Owned(out)
}

/// Appends a character, spelt out where it must be: C0 controls as their control picture (`␛`), others as in a Bicep
/// string (`\u{202e}`).
pub(super) fn push_visible(out: &mut String, character: char) {
    match character {
        '\0'..='\u{1f}' => {
            let picture = char::from_u32(0x2400 + u32::from(character));
            out.push(picture.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        '\u{7f}' => out.push('\u{2421}'),
        _ if is_plain(character) => out.push(character),
        _ => out.push_str(&format!("\\u{{{:x}}}", u32::from(character))),
    }
}

/// Whether a character prints as itself and moves nothing. Unicode's bidirectional controls (UAX #9), line separators,
/// zero-width and tag characters do not; the joiners of scripts and emoji do.
pub(super) fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text, cut to `limit` characters, the last of which is then `…`.
pub(super) fn shortened(text: &str, limit: usize) -> Cow<'_, str> {
    if text.chars().nth(limit).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    Cow::Owned(kept.trim_end().to_owned() + "…")
}

/// The text broken at blanks into lines of at most `width` characters; a longer word has a line of its own.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if used + 1 + length <= width => {
                line.push(' ');
                line.push_str(word);
                used += 1 + length;
            }
            _ => {
                lines.push(word.to_owned());
                used = length;
            }
        }
    }
    lines
}

/// The text with a full stop, unless it ends like a sentence.
pub(super) fn ended(text: &str) -> String {
    let text = text.trim();
    let stop = if text.is_empty() || text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{text}{stop}")
}

/// Our own words as a sentence: with a capital and a full stop.
pub(super) fn sentence(words: &str) -> String {
    let words = ended(words);
    let mut characters = words.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_spelt_out() {
        let cases = [
            ("plain", "plain"),
            ("käv 漢字 👩‍💻", "käv 漢字 👩‍💻"),
            ("\x1b]0;owned\x07", "␛]0;owned␇"),
            ("a\r\n\tb\x7f", "a␍␊␉b␡"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{202e}cba\u{2066}", "\\u{202e}cba\\u{2066}"),
            (
                "a\u{200b}b\u{feff}\u{e0041}",
                "a\\u{200b}b\\u{feff}\\u{e0041}",
            ),
            ("a\u{2028}b", "a\\u{2028}b"),
        ];
        for (text, expected) in cases {
            assert_eq!(visible(text), expected);
        }
        assert!(matches!(visible("plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äö…");
        assert_eq!(shortened("ab cd", 4), "ab…");
    }

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a verylongword b", 4), ["a", "verylongword", "b"]);
        assert_eq!(wrapped("", 4), [""]);
    }

    #[test]
    fn sentences_end() {
        assert_eq!(ended("bypass is None"), "bypass is None.");
        assert_eq!(ended("Done? "), "Done?");
        assert_eq!(ended(""), "");
        assert_eq!(sentence("écoute "), "Écoute.");
    }
}
