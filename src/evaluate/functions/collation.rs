//! The order of strings.
//!
//! Strings are compared by the invariant culture of .NET, not by code point: Microsoft's pages show
//! `less('A', 'a')` to be false, where code points would have it true
//! (<https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-comparison#less>). For
//! ASCII that is the root collation of Unicode (CLDR): punctuation, then symbols, digits, letters; case tells only
//! strings apart that are alike otherwise, lower before upper.

use std::cmp::Ordering;

/// ASCII in the order of the root collation; a letter stands for both its cases.
const ORDER: &[u8] =
    b"\t\n\x0b\x0c\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";

/// The order of two strings; `None` where they have characters of which it is not known here.
pub(super) fn compare(a: &str, b: &str) -> Option<Ordering> {
    if a == b {
        return Some(Ordering::Equal);
    }
    let weights = |text: &str| text.bytes().map(weight).collect::<Option<Vec<usize>>>();
    let by_weight = weights(a)?.cmp(&weights(b)?);
    // Of two strings that differ in case only, the first difference decides: `a` is before `A`.
    let by_case = || {
        let case = |text: &str| -> Vec<bool> {
            text.bytes().map(|byte| byte.is_ascii_uppercase()).collect()
        };
        case(a).cmp(&case(b))
    };
    Some(by_weight.then_with(by_case))
}

fn weight(byte: u8) -> Option<usize> {
    let byte = byte.to_ascii_lowercase();
    ORDER.iter().position(|known| *known == byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_tells_apart_only_what_is_alike_otherwise() {
        assert_eq!(compare("a", "A"), Some(Ordering::Less));
        assert_eq!(compare("A", "b"), Some(Ordering::Less));
        assert_eq!(compare("Ab", "aC"), Some(Ordering::Less));
        assert_eq!(compare("abc", "abc"), Some(Ordering::Equal));
    }

    #[test]
    fn punctuation_is_before_digits_and_these_before_letters() {
        assert_eq!(compare("-", "0"), Some(Ordering::Less));
        assert_eq!(compare("9", "a"), Some(Ordering::Less));
        assert_eq!(compare("", "a"), Some(Ordering::Less));
        assert_eq!(compare("a", "ab"), Some(Ordering::Less));
    }

    #[test]
    fn what_lies_beyond_ascii_is_undecided() {
        assert_eq!(compare("é", "f"), None);
    }
}
