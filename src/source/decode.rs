//! Bytes to text: UTF-8, and the UTF-16 that PowerShell writes when its output is redirected.
use super::error::EncodingFault;
use memchr::memchr;

/// The encoding that a file was read in, so that a changed text can be written back in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8
    Utf8,
    /// UTF-16, low byte first
    Utf16Le,
    /// UTF-16, high byte first
    Utf16Be,
}

/// Text and how it was encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// How it was encoded.
    pub encoding: Encoding,
    /// Whether a byte order mark stood before it.
    pub had_bom: bool,
}

const UTF8_BOM: &[u8] = &[0xef, 0xbb, 0xbf];
const UTF16_LE_BOM: &[u8] = &[0xff, 0xfe];
const UTF16_BE_BOM: &[u8] = &[0xfe, 0xff];
const UTF32_LE_BOM: &[u8] = &[0xff, 0xfe, 0, 0];
const UTF32_BE_BOM: &[u8] = &[0, 0, 0xfe, 0xff];

/// Decodes a file by its byte order mark; without one it is UTF-8, unless it clearly is UTF-16 all the same.
///
/// # Errors
///
/// What is wrong, and the offset of the first byte that is.
pub fn decode(mut bytes: Vec<u8>) -> Result<Decoded, (EncodingFault, usize)> {
    if bytes.starts_with(UTF32_LE_BOM) || bytes.starts_with(UTF32_BE_BOM) {
        return Err((EncodingFault::Utf32, 0));
    }
    if let Some((encoding, had_bom)) = utf16(&bytes) {
        let start = if had_bom { UTF16_LE_BOM.len() } else { 0 };
        let text = decode_utf16(bytes.get(start..).unwrap_or_default(), encoding);
        let text = text.map_err(|(fault, offset)| (fault, offset + start))?;
        return Ok(Decoded {
            text,
            encoding,
            had_bom,
        });
    }
    let had_bom = bytes.starts_with(UTF8_BOM);
    if let Some(offset) = memchr(0, &bytes) {
        return Err((EncodingFault::Nul, offset));
    }
    if had_bom {
        bytes.drain(..UTF8_BOM.len());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        (
            EncodingFault::Utf8,
            offset + if had_bom { UTF8_BOM.len() } else { 0 },
        )
    })?;
    Ok(Decoded {
        text,
        encoding: Encoding::Utf8,
        had_bom,
    })
}

/// Whether [`decode`] will take the bytes for UTF-16.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    utf16(bytes).is_some()
}

/// Whether the bytes are UTF-16, and whether a byte order mark says so.
fn utf16(bytes: &[u8]) -> Option<(Encoding, bool)> {
    if bytes.starts_with(UTF16_LE_BOM) {
        return Some((Encoding::Utf16Le, true));
    }
    if bytes.starts_with(UTF16_BE_BOM) {
        return Some((Encoding::Utf16Be, true));
    }
    // Without a mark: the formats that are read here start with ASCII, of which every other byte is NUL.
    const LOOKED_AT: usize = 8;
    let (pairs, _) = bytes.as_chunks::<2>();
    let start = pairs
        .get(..LOOKED_AT.min(pairs.len()))
        .filter(|start| !start.is_empty())?;
    let is_ascii = |byte: u8| (1..0x80).contains(&byte);
    if start
        .iter()
        .all(|&[first, second]| is_ascii(first) && second == 0)
    {
        Some((Encoding::Utf16Le, false))
    } else if start
        .iter()
        .all(|&[first, second]| first == 0 && is_ascii(second))
    {
        Some((Encoding::Utf16Be, false))
    } else {
        None
    }
}

fn decode_utf16(bytes: &[u8], encoding: Encoding) -> Result<String, (EncodingFault, usize)> {
    let (pairs, half) = bytes.as_chunks::<2>();
    let unit = match encoding {
        Encoding::Utf16Be => u16::from_be_bytes,
        Encoding::Utf16Le | Encoding::Utf8 => u16::from_le_bytes,
    };
    let mut text = String::with_capacity(pairs.len());
    let mut offset = 0;
    for character in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        match character {
            Ok('\0') => return Err((EncodingFault::Nul, offset)),
            Ok(character) => {
                text.push(character);
                offset += 2 * character.len_utf16();
            }
            Err(_) => return Err((EncodingFault::Utf16, offset)),
        }
    }
    if half.is_empty() {
        Ok(text)
    } else {
        Err((EncodingFault::Utf16, offset))
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )]
    use super::*;

    fn utf16_bytes(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    const TEXT: &str = "{\"name\": \"käv-😀\"}\r\n";

    #[test]
    fn every_encoding_gives_the_same_text() {
        let utf8 = TEXT.as_bytes().to_vec();
        let le = utf16_bytes(TEXT, u16::to_le_bytes);
        let be = utf16_bytes(TEXT, u16::to_be_bytes);
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for (bytes, encoding, had_bom) in [
            (utf8.clone(), Encoding::Utf8, false),
            (marked(UTF8_BOM, &utf8), Encoding::Utf8, true),
            (le.clone(), Encoding::Utf16Le, false),
            (marked(UTF16_LE_BOM, &le), Encoding::Utf16Le, true),
            (be.clone(), Encoding::Utf16Be, false),
            (marked(UTF16_BE_BOM, &be), Encoding::Utf16Be, true),
        ] {
            let text = TEXT.to_owned();
            assert_eq!(
                decode(bytes),
                Ok(Decoded {
                    text,
                    encoding,
                    had_bom
                })
            );
        }
    }

    #[test]
    fn the_first_bad_byte_is_named() {
        let cases: [(&[u8], EncodingFault, usize); 9] = [
            (b"{\"caf\xe9\": 1}", EncodingFault::Utf8, 5),
            (b"\xef\xbb\xbf{\xff}", EncodingFault::Utf8, 4),
            (b"abc\0def", EncodingFault::Nul, 3),
            (b"\0\0\0\0\0\0", EncodingFault::Nul, 0),
            (b"\xff\xfe{\0\0\xd8}\0", EncodingFault::Utf16, 4),
            (b"\xff\xfe{\0}\0x", EncodingFault::Utf16, 6),
            (b"\xfe\xff\0{\0\0", EncodingFault::Nul, 4),
            (b"\xff\xfe\0\0{\0\0\0", EncodingFault::Utf32, 0),
            (b"\0\0\xfe\xff\0\0\0{", EncodingFault::Utf32, 0),
        ];
        for (bytes, fault, offset) in cases {
            assert_eq!(decode(bytes.to_vec()), Err((fault, offset)), "{bytes:?}");
        }
    }

    /// Whatever the bytes are, the place of an error lies in them.
    #[test]
    fn no_bytes_are_too_strange() {
        const BYTES: [u8; 9] = [0, b'{', 0xef, 0xbb, 0xbf, 0xff, 0xfe, 0xd8, 0xdc];
        for number in 0..BYTES.len().pow(6) {
            let length = number % 7;
            let bytes: Vec<u8> = (0..length as u32)
                .map(|place| BYTES[number / 9_usize.pow(place) % 9])
                .collect();
            if let Err((_, offset)) = decode(bytes) {
                assert!(offset < length);
            }
        }
    }

    #[test]
    fn small_files_are_text() {
        for text in ["", "{", "[]", "\u{feff}"] {
            let decoded = decode(text.as_bytes().to_vec()).unwrap();
            assert_eq!(decoded.text, text.trim_start_matches('\u{feff}'));
        }
    }
}
