//! Identities of findings that outlive edits.
//!
//! In: what a finding is about, or the text that it is in. Out: short strings. Two of them, because GitHub knows only its
//! own (`primaryLocationLineHash`), and that one changes with the line.

use std::collections::VecDeque;

use foldhash::HashMap;
use uuid::Uuid;

/// The name space of [`fingerprint`]: the version 5 UUID of `akvlint/v1` in the name space of URLs. It never changes; a
/// new way of computing gets a new name.
const NAMESPACE: Uuid = Uuid::from_u128(0x9e7b_5ca6_3e2c_54e9_b3f7_def0_16e4_5155);

/// The identity `akvlint/v1` of a finding: 32 hexadecimal digits.
///
/// `file` is the path as reports print it, `resource` names the resource as it is declared (one loop is one resource),
/// `property` is the path that was judged. None of them may hold line numbers, loop indexes or parameter files.
pub fn fingerprint(rule: &str, file: &str, resource: &str, property: &str) -> String {
    let mut name = Vec::new();
    for part in [rule, file, resource, property] {
        name.extend_from_slice(&(part.len() as u64).to_le_bytes());
        name.extend_from_slice(part.as_bytes());
    }
    Uuid::new_v5(&NAMESPACE, &name).simple().to_string()
}

/// How many characters, from the first of a line, its hash covers.
const WINDOW: usize = 100;
/// The base of the rolling hash.
const BASE: u64 = 37;
/// What the oldest unit of a full window counts: `BASE` to the power of `WINDOW`, modulo 2^64.
const OLDEST_FACTOR: u64 = BASE.wrapping_pow(WINDOW as u32);
/// Stands for the end of the file.
const END: u16 = u16::MAX;

/// The hash that GitHub tracks alerts by, of every line of a file.
///
/// As `github/codeql-action` computes it (`src/fingerprints.ts`): over the UTF-16 code units of the file without blanks
/// and tabs, each kind of line end taken for LF, a rolling hash modulo 2^64 of the 100 units that start with the first
/// one of the line, then `:` and how many lines so far have that hash.
#[derive(Debug, Clone)]
pub struct LineHashes {
    /// The hash of each line and its count.
    lines: Vec<(u64, u32)>,
}

impl LineHashes {
    /// Reads the whole text once. A byte order mark counts as a character, so the caller says whether the file has one.
    pub fn new(text: &str, had_bom: bool) -> Self {
        let mut hashes = Vec::new();
        let mut window = Window::default();
        // The lines whose window is not full yet, by how many code units came before them.
        let mut starts = VecDeque::new();
        let mut at_start = true;
        let units = units(text, had_bom).chain([END]).chain([0; WINDOW]);
        for (read, unit) in units.enumerate() {
            if starts.front().is_some_and(|&start| start + WINDOW == read) {
                starts.pop_front();
                hashes.push(window.hash);
            }
            if at_start {
                starts.push_back(read);
            }
            at_start = unit == u16::from(b'\n');
            window.push(unit);
        }
        let mut seen: HashMap<u64, u32> = HashMap::default();
        let counted = hashes.into_iter().map(|hash| {
            let count = seen.entry(hash).or_default();
            *count += 1;
            (hash, *count)
        });
        Self {
            lines: counted.collect(),
        }
    }

    /// The `primaryLocationLineHash` of a line, from 1; `None` where the text has no such line.
    pub fn line(&self, line: u32) -> Option<String> {
        let (hash, count) = self.lines.get((line as usize).checked_sub(1)?)?;
        Some(format!("{hash:x}:{count}"))
    }
}

/// The code units that count.
fn units(text: &str, had_bom: bool) -> impl Iterator<Item = u16> {
    let mark = had_bom.then_some(0xfeff);
    let mut after_cr = false;
    let text = text.encode_utf16().filter_map(move |unit| {
        let was_after_cr = std::mem::replace(&mut after_cr, unit == u16::from(b'\r'));
        match u8::try_from(unit) {
            Ok(b' ' | b'\t') => None,
            Ok(b'\n') if was_after_cr => None,
            Ok(b'\r') => Some(u16::from(b'\n')),
            _ => Some(unit),
        }
    });
    mark.into_iter().chain(text)
}

/// The rolling hash of the last [`WINDOW`] code units.
struct Window {
    hash: u64,
    units: [u16; WINDOW],
    /// Where the oldest unit is.
    oldest: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            hash: 0,
            units: [0; WINDOW],
            oldest: 0,
        }
    }
}

impl Window {
    fn push(&mut self, unit: u16) {
        let Some(slot) = self.units.get_mut(self.oldest) else {
            return;
        };
        let oldest = std::mem::replace(slot, unit);
        self.oldest = (self.oldest + 1) % WINDOW;
        self.hash = self
            .hash
            .wrapping_mul(BASE)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(OLDEST_FACTOR.wrapping_mul(u64::from(oldest)));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;

    fn hashes(text: &str) -> Vec<String> {
        let hashes = LineHashes::new(text, false);
        (1..).map_while(|line| hashes.line(line)).collect()
    }

    /// Known answers of `github/codeql-action` (`src/fingerprints.test.ts`).
    #[test]
    fn line_hashes_are_those_of_github() {
        let lorem = "Lorem ipsum dolor sit amet.\n".repeat(10);
        let cases: [(&str, &[&str]); 4] = [
            ("", &["c129715d7a2bc9a3:1"]),
            (
                " a\nb\n  \t\tc\n d",
                &[
                    "271789c17abda88f:1",
                    "54703d4cd895b18:1",
                    "180aee12dab6264:1",
                    "a23a3dc5e078b07b:1",
                ],
            ),
            (
                "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
                &[
                    "e54938cc54b302f1:1",
                    "bb609acbe9138d60:1",
                    "1131fd5871777f34:1",
                    "5c482a0f8b35ea28:1",
                    "54517377da7028d2:1",
                    "2c644846cb18d53e:1",
                    "f1b89f20de0d133:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
            (
                &lorem,
                &[
                    "a7f2ff13bc495cf2:1",
                    "a7f2ff13bc495cf2:2",
                    "a7f2ff13bc495cf2:3",
                    "a7f2ff13bc495cf2:4",
                    "a7f2ff13bc495cf2:5",
                    "a7f2ff13bc495cf2:6",
                    "a7f2ff1481e87703:1",
                    "a9cf91f7bbf1862b:1",
                    "55ec222b86bcae53:1",
                    "cc97dc7b1d7d8f7b:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(hashes(text), expected, "{text:?}");
        }
    }

    #[test]
    fn all_line_ends_and_blanks_are_alike() {
        let plain = hashes("a b\nc\n\nd");
        assert_eq!(hashes("ab\r\n\tc\r\n\r\nd"), plain);
        assert_eq!(hashes("ab\rc \r \rd"), plain);
    }

    /// Each line's count is its own, and a line is found however long the file.
    #[test]
    fn every_line_has_a_hash() {
        let text = "x\n".repeat(1000);
        let hashes = LineHashes::new(&text, false);
        assert!(hashes.line(0).is_none());
        assert!(hashes.line(1001).is_some());
        assert!(hashes.line(1002).is_none());
        assert!(hashes.line(900).unwrap().ends_with(":900"));
    }

    #[test]
    fn a_byte_order_mark_is_part_of_the_first_line() {
        let marked = LineHashes::new("a\nb", true);
        let spelt_out = LineHashes::new("\u{feff}a\nb", false);
        assert_eq!(marked.line(1), spelt_out.line(1));
        assert_ne!(marked.line(1), LineHashes::new("a\nb", false).line(1));
    }

    #[test]
    fn a_fingerprint_keeps_its_parts_apart() {
        let base = fingerprint("AKV101", "main.bicep", "kv", "properties");
        // Computed apart from this code; baselines depend on it.
        assert_eq!(base, "8e3e3bb8c7ae5e78bd5920e3a3ca8574");
        let others = [
            fingerprint("AKV102", "main.bicep", "kv", "properties"),
            fingerprint("AKV101", "main.bicepk", "v", "properties"),
            fingerprint("AKV101", "main.bicep", "kv2", "properties"),
            fingerprint("AKV101", "main.bicep", "kv", ""),
        ];
        assert!(others.iter().all(|other| *other != base));
    }
}
