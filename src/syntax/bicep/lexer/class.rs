//! Classes of bytes, one bit each, for the runs that the lexer takes at once.

/// Space and tab.
pub(super) const BLANK: u8 = 1;
/// Line feed and carriage return.
pub(super) const LINE_END: u8 = 1 << 1;
/// A decimal digit.
pub(super) const DIGIT: u8 = 1 << 2;
/// A hexadecimal digit.
pub(super) const HEX: u8 = 1 << 3;
/// What a name may have in it.
pub(super) const NAME: u8 = 1 << 4;
/// What the code of a diagnostic may have in it, besides what a name may.
pub(super) const HYPHEN: u8 = 1 << 5;
/// What means itself in a `'…'` string.
pub(super) const TEXT: u8 = 1 << 6;
/// What means itself in a `'''…'''` string.
pub(super) const LINES: u8 = 1 << 7;

/// The classes that each byte is in.
static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        let mut class = match byte {
            b' ' | b'\t' => BLANK,
            b'\n' | b'\r' => LINE_END,
            b'0'..=b'9' => DIGIT | HEX | NAME,
            b'a'..=b'f' | b'A'..=b'F' => HEX | NAME,
            b'g'..=b'z' | b'G'..=b'Z' | b'_' => NAME,
            b'-' => HYPHEN,
            _ => 0,
        };
        if !matches!(byte, b'\'' | b'\\' | b'$' | b'\n' | b'\r') {
            class |= TEXT;
        }
        if !matches!(byte, b'\'' | b'$') {
            class |= LINES;
        }
        classes[byte as usize] = class;
        if byte == u8::MAX {
            return classes;
        }
        byte += 1;
    }
}

/// How many bytes at the beginning of `bytes` are of a class, or of one of several.
pub(super) fn run(bytes: &[u8], class: u8) -> usize {
    let is_other = |&byte: &u8| CLASSES[usize::from(byte)] & class == 0;
    bytes.iter().position(is_other).unwrap_or(bytes.len())
}
