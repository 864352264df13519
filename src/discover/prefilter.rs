//! What can be said of a file from its bytes, before it is decoded and parsed: most files of a repository are nothing
//! for us, and should cost one look.
use crate::source::is_utf16;
use memchr::{memchr_iter, memchr2_iter, memmem};

/// Whether a JSON file with these bytes may be anything else than [`Kind::Other`](super::Kind::Other). If it says no, it
/// is not, but for names that are written with `\u` escapes; a yes is only a reason to look closer.
pub fn may_be_input(bytes: &[u8]) -> bool {
    is_utf16(bytes)
        || holds_any(bytes, b'y', &SCHEMAS_AND_TYPES)
        || holds_any(bytes, b'v', &VERSION_AND_TYPES)
        || TOOL_OUTPUT
            .iter()
            .any(|word| memmem::find(bytes, word).is_some())
        || has_assignment(bytes)
}

/// Whether a text mentions, in any letter case, a type that rules look at, or anything by which another resource can
/// refer to a vault: `vault` is in ids, addresses, types and names of properties.
pub fn concerns_rules(bytes: &[u8]) -> bool {
    let [_, _, types_with_y @ ..] = &SCHEMAS_AND_TYPES;
    let [_, types_with_v @ ..] = &VERSION_AND_TYPES;
    holds_any(bytes, b'v', types_with_v) || holds_any(bytes, b'y', types_with_y)
}

/// A word in two parts, the second of which starts with a letter that is rare in JSON. To look for that letter alone is
/// several times faster than to look for all words in all letter cases at once.
struct Word {
    before: &'static str,
    from: &'static str,
    /// The first four letters of `from`, which refuse nearly all places.
    start: u32,
}

const fn word(before: &'static str, from: &'static str) -> Word {
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

/// The schemas of templates and of parameter files, then types.
const SCHEMAS_AND_TYPES: [Word; 4] = [
    word("deplo", "ymenttemplate"),
    word("deplo", "ymentparameters"),
    word("networksecurit", "yperimeter"),
    word("microsoft.securit", "y/pricings"),
];

/// What every resource has in a template without a schema, then types.
const VERSION_AND_TYPES: [Word; 5] = [
    word("api", "version"),
    word("", "vault"),
    word("pri", "vateendpoint"),
    word("pri", "vatednszone"),
    word("microsoft.network/", "virtualnetworks"),
];

/// What is in every snapshot of Bicep, and in every rule set that `az keyvault network-rule list` or PowerShell prints.
/// Tools spell them in one way.
const TOOL_OUTPUT: [&[u8]; 2] = [b"predictedResources", b"efaultAction"];

/// Whether one of `words` is there, in any letter case; `letter` is the first of all their second parts.
fn holds_any(bytes: &[u8], letter: u8, words: &[Word]) -> bool {
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

/// Whether an object with the members of an assignment is near the beginning, as in a parameter file without a schema.
fn has_assignment(bytes: &[u8]) -> bool {
    const KEYS: [&[u8]; 4] = [
        b"\"value\"",
        b"\"reference\"",
        b"\"expression\"",
        b"\"metadata\"",
    ];
    const LOOKED_AT: usize = 4096;
    let beginning = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    memchr_iter(b'{', beginning).any(|at| {
        let inside = beginning
            .get(at + 1..)
            .unwrap_or_default()
            .trim_ascii_start();
        KEYS.iter().any(|key| {
            inside
                .get(..key.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(key))
        })
    })
}
