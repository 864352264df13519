//! Runs of bytes, eight at a time: most of a template is indentation and the insides of strings.

const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);
const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
const BACKSLASHES: u64 = u64::from_ne_bytes([b'\\'; 8]);

/// Eight bytes from `at`, the first one lowest, where there are as many.
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let chunk = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*chunk))
}

/// The high bit of every byte that is zero; above the lowest one there may be false ones.
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(LOW) & !word & HIGH
}

/// Where the run of spaces from `at` ends.
pub(super) fn end_of_spaces(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let different = word ^ SPACES;
        if different != 0 {
            return at + (different.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at + bytes.get(at..).map_or(0, |rest| {
        rest.iter().take_while(|&&byte| byte == b' ').count()
    })
}

/// Where the run of bytes from `at` ends that stand for themselves in a string: all but `"`, `\` and those below 0x20.
pub(super) fn end_of_plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let control = word.wrapping_sub(SPACES) & !word & HIGH;
        let special = control | zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES);
        if special != 0 {
            return at + (special.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let plain = |byte: &&u8| !matches!(**byte, b'"' | b'\\' | 0..0x20);
    at + bytes
        .get(at..)
        .map_or(0, |rest| rest.iter().take_while(plain).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One byte at every place of words, with every value, against the definition.
    #[test]
    fn runs_end_where_the_definition_says() {
        for length in 0..20 {
            for place in 0..length {
                for value in 0..=255u8 {
                    let mut inside = vec![b'x'; length];
                    inside[place] = value;
                    let special = matches!(value, b'"' | b'\\' | 0..0x20);
                    let expected = if special { place } else { length };
                    assert_eq!(
                        end_of_plain(&inside, 0),
                        expected,
                        "{value} at {place} of {length}"
                    );
                    let mut spaces = vec![b' '; length];
                    spaces[place] = value;
                    let expected = if value == b' ' { length } else { place };
                    assert_eq!(
                        end_of_spaces(&spaces, 0),
                        expected,
                        "{value} at {place} of {length}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_start_past_the_end_is_an_empty_run() {
        assert_eq!(end_of_plain(b"abc", 3), 3);
        assert_eq!(end_of_spaces(b"   ", 3), 3);
    }
}
