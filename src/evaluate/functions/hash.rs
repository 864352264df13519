//! `uniqueString` and `guid`: hashes, equal for equal arguments everywhere.
//!
//! Both join their arguments with `-`. The algorithms were checked against values that Microsoft publishes in the tests
//! of the Bicep compiler.

use uuid::Uuid;

use super::invocation::Invocation;
use super::{FunctionError, Reduced};

/// The namespace of the version 5 UUIDs that `guid` gives.
const GUID_NAMESPACE: Uuid = Uuid::from_u128(0x11fb_06fb_712d_4ddd_98c7_e71b_bd58_8830);

/// What the characters of `uniqueString` stand for, five bits each.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

pub(super) fn unique_string(call: &Invocation<'_>) -> Reduced {
    match joined(call)? {
        Some(text) => call.gives_text(base32(murmur64(text.as_bytes()))),
        None => Ok(None),
    }
}

pub(super) fn guid(call: &Invocation<'_>) -> Reduced {
    match joined(call)? {
        Some(text) => call.gives_text(Uuid::new_v5(&GUID_NAMESPACE, text.as_bytes()).to_string()),
        None => Ok(None),
    }
}

fn joined(call: &Invocation<'_>) -> Result<Option<String>, FunctionError> {
    let mut texts = Vec::new();
    let mut undecided = false;
    for index in 0..call.arguments.len() {
        match call.string(index)? {
            Some(text) => texts.push(text),
            None => undecided = true,
        }
    }
    Ok((!undecided).then(|| texts.join("-")))
}

fn base32(mut hash: u64) -> String {
    let mut text = String::with_capacity(13);
    for _ in 0..13 {
        let index = usize::try_from(hash >> 59).unwrap_or(0);
        text.push(char::from(ALPHABET[index]));
        hash <<= 5;
    }
    text
}

/// A 64-bit hash of the Murmur family over two lanes of 32 bits.
fn murmur64(data: &[u8]) -> u64 {
    const C1: u32 = 0x239b_961b;
    const C2: u32 = 0xab0e_9789;
    let first =
        |lane: u32, block: u32| lane ^ block.wrapping_mul(C1).rotate_left(15).wrapping_mul(C2);
    let second =
        |lane: u32, block: u32| lane ^ block.wrapping_mul(C2).rotate_left(17).wrapping_mul(C1);
    let (mut h1, mut h2) = (0u32, 0u32);
    let mut blocks = data.chunks_exact(8);
    for block in &mut blocks {
        h1 = first(h1, little_endian(&block[..4])).rotate_left(19);
        h1 = h1
            .wrapping_add(h2)
            .wrapping_mul(5)
            .wrapping_add(0x561c_cd1b);
        h2 = second(h2, little_endian(&block[4..])).rotate_left(13);
        h2 = h2
            .wrapping_add(h1)
            .wrapping_mul(5)
            .wrapping_add(0x0bca_a747);
    }
    let tail = blocks.remainder();
    h1 = first(h1, little_endian(&tail[..tail.len().min(4)]));
    h2 = second(h2, little_endian(tail.get(4..).unwrap_or_default()));
    // The length counts modulo 2^32.
    let length = data.len() as u32;
    h1 ^= length;
    h2 ^= length;
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    h1 = mixed(h1);
    h2 = mixed(h2);
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    (u64::from(h2) << 32) | u64::from(h1)
}

/// Up to four bytes as a number. No bytes are 0, which leaves a lane as it is.
fn little_endian(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

fn mixed(mut lane: u32) -> u32 {
    lane ^= lane >> 16;
    lane = lane.wrapping_mul(0x85eb_ca6b);
    lane ^= lane >> 13;
    lane = lane.wrapping_mul(0xc2b2_ae35);
    lane ^ (lane >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values_of_unique_string() {
        for (text, expected) in [
            (
                "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg",
                "js26ofeqkqeve",
            ),
            ("snap-crackle-pop", "byghxckddilkc"),
        ] {
            assert_eq!(base32(murmur64(text.as_bytes())), expected);
        }
    }
}
