//! Words that are looked for in bytes, in any letter case, before anything is decoded and parsed.
use memchr::{memchr2_iter, memmem};

/// A word in two parts, the second of which starts with a letter that is rare in JSON. To look for that letter alone is
/// several times faster than to look for all words in all letter cases at once.
pub(super) struct Word {
    before: &'static str,
    from: &'static str,
    /// The first four letters of `from`, which refuse nearly all places.
    start: u32,
}

/// The word that `before` and `from` make together; `from` has four letters at least.
pub(super) const fn word(before: &'static str, from: &'static str) -> Word {
    // All words are constants, so that this is seen when akvlint is built.
    assert!(from.len() >= 4, "a word of fewer letters is never found");
    let start = match from.as_bytes().first_chunk::<4>() {
        Some(letters) => four(*letters),
        None => 0,
    };
    Word {
        before,
        from,
        start,
    }
}

/// Four bytes at once, letters in lower case; other bytes may become equal to one another.
const fn four(bytes: [u8; 4]) -> u32 {
    u32::from_ne_bytes(bytes) | u32::from_ne_bytes([0x20; 4])
}

/// Whether one of `words` is there; `letter` is the first of all their second parts.
pub(super) fn holds_any(bytes: &[u8], letter: u8, words: &[Word]) -> bool {
    memchr2_iter(letter, letter.to_ascii_uppercase(), bytes).any(|at| {
        let start = bytes
            .get(at..)
            .and_then(|from| from.first_chunk::<4>())
            .map(|letters| four(*letters));
        start.is_some_and(|start| {
            words
                .iter()
                .any(|word| word.start == start && stands_at(bytes, at, word))
        })
    })
}

/// Whether a character that words are made of is written as an escape: `\u0056` in JSON, `\u{56}` in Bicep. What stands
/// there is not looked at. The escapes that tools write in place of quotes and brackets are none of these.
pub(super) fn hides_letters(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"\\u").any(|at| {
        let after = bytes.get(at + 2..).unwrap_or_default();
        match after.get(..4) {
            Some([b'0', b'0', high, low]) => {
                let low = low.to_ascii_lowercase();
                matches!(high, b'4'..=b'7') || (*high == b'2' && matches!(low, b'e' | b'f'))
            }
            _ => after.starts_with(b"{"),
        }
    })
}

fn stands_at(bytes: &[u8], at: usize, word: &Word) -> bool {
    let (before, from) = bytes.split_at(at);
    let before = before
        .len()
        .checked_sub(word.before.len())
        .and_then(|start| before.get(start..));
    let from = from.get(..word.from.len());
    before.is_some_and(|bytes| bytes.eq_ignore_ascii_case(word.before.as_bytes()))
        && from.is_some_and(|bytes| bytes.eq_ignore_ascii_case(word.from.as_bytes()))
}
