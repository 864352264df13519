//! IPv4 addresses and ranges as Key Vault's firewall takes them, and the arithmetic of lists of them.
//!
//! A rule of the firewall is one IPv4 address or one CIDR range, nothing else.
//! <https://learn.microsoft.com/azure/key-vault/general/network-security>

// Addresses are plain numbers in `core`; nothing of this crate opens a socket.
use core::net::Ipv4Addr;

use ipnet::Ipv4Net;
use thiserror::Error;

use crate::evaluate::value::{Kind, Part, Value};

/// How many addresses IPv4 has.
pub const ALL_ADDRESSES: u64 = 1 << 32;

/// An IPv4 address or range as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The address before the slash.
    pub address: Ipv4Addr,
    /// The prefix after the slash; `None` for a single address.
    pub prefix: Option<u8>,
}

/// Why a text is no IPv4 address or range. Completes a sentence that begins with the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// Nothing in it.
    #[error("is empty")]
    Empty,
    /// Blanks, tabs or line breaks, inside or around.
    #[error("has blanks in it")]
    Blank,
    /// Quotation marks.
    #[error("has quotation marks in it")]
    Quote,
    /// Colons as in IPv6.
    #[error("is IPv6, and the firewall takes IPv4 only")]
    Ipv6,
    /// `a-b`.
    #[error("is a range from one address to another; write it in CIDR form")]
    FromTo,
    /// Several in one string.
    #[error("holds several addresses; each is a rule of its own")]
    Several,
    /// A prefix that is no number from 0 to 32.
    #[error("has the prefix `/{0}`, which is not a number from 0 to 32")]
    Prefix(String),
    /// A part above 255.
    #[error("has the part {0}, which is above 255")]
    Octet(String),
    /// A part such as `010`, which some readers take as octal.
    #[error("has the part {0}, whose leading zero makes it ambiguous")]
    LeadingZero(String),
    /// Anything else: a host name, too few parts.
    #[error("is not four numbers separated by dots")]
    Shape,
}

impl Range {
    /// Reads an address or range.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.is_empty() {
            return Err(Problem::Empty);
        }
        if text.contains(char::is_whitespace) {
            return Err(Problem::Blank);
        }
        if text.contains(['\'', '"', '`']) {
            return Err(Problem::Quote);
        }
        if text.contains([',', ';']) {
            return Err(Problem::Several);
        }
        if text.contains(':') {
            return Err(Problem::Ipv6);
        }
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(read_prefix(prefix)?)),
            None => (text, None),
        };
        Ok(Self {
            address: read_address(address)?,
            prefix,
        })
    }

    /// The range with the bits beyond the prefix cleared; a single address is a range of one.
    pub fn network(self) -> Ipv4Net {
        // A prefix above 32 does not get past `parse`; the address alone is the safe reading of one.
        Ipv4Net::new(self.address, self.prefix.unwrap_or(32))
            .unwrap_or_else(|_| Ipv4Net::from(self.address))
            .trunc()
    }

    /// Whether bits beyond the prefix are set, as in `1.2.3.4/24`.
    pub fn has_host_bits(self) -> bool {
        self.network().network() != self.address
    }

    /// The first address.
    pub fn first(self) -> Ipv4Addr {
        self.network().network()
    }

    /// The last address.
    pub fn last(self) -> Ipv4Addr {
        self.network().broadcast()
    }
}

fn read_prefix(text: &str) -> Result<u8, Problem> {
    let digits = !text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        Ok(prefix) if digits && prefix <= 32 => Ok(prefix),
        _ => Err(Problem::Prefix(text.to_owned())),
    }
}

fn read_address(text: &str) -> Result<Ipv4Addr, Problem> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = |text: &str| {
        let mut parts = text.split('.');
        parts
            .by_ref()
            .take(4)
            .filter(|part| is_number(part))
            .count()
            == 4
            && parts.next().is_none()
    };
    if let Some((from, to)) = text.split_once('-')
        && is_address(from)
        && (is_address(to) || is_number(to))
    {
        return Err(Problem::FromTo);
    }
    if !is_address(text) {
        return Err(Problem::Shape);
    }
    let mut octets = [0u8; 4];
    for (octet, part) in octets.iter_mut().zip(text.split('.')) {
        if part.len() > 1 && part.starts_with('0') {
            return Err(Problem::LeadingZero(part.to_owned()));
        }
        *octet = part.parse().map_err(|_| Problem::Octet(part.to_owned()))?;
    }
    Ok(Ipv4Addr::from(octets))
}

/// Why a string with holes can be no address or range, whatever its holes are. `None` where it may be one.
pub fn problem_of_parts(parts: &[Part]) -> Option<Problem> {
    let texts = || {
        parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(&**text),
            Part::Hole(_) => None,
        })
    };
    if texts().any(|text| text.contains(char::is_whitespace)) {
        return Some(Problem::Blank);
    }
    if texts().any(|text| text.contains(['\'', '"', '`'])) {
        return Some(Problem::Quote);
    }
    if texts().any(|text| text.contains([',', ';'])) {
        return Some(Problem::Several);
    }
    if texts().any(|text| text.contains(':')) {
        return Some(Problem::Ipv6);
    }
    if let Some(Part::Text(last)) = parts.last()
        && let Some((_, prefix)) = last.rsplit_once('/')
        && let Err(problem) = read_prefix(prefix)
    {
        return Some(problem);
    }
    let odd = |character: char| !character.is_ascii_digit() && character != '.' && character != '/';
    let slashes: usize = texts().map(|text| text.matches('/').count()).sum();
    let dots: usize = texts().map(|text| text.matches('.').count()).sum();
    (texts().any(|text| text.contains(odd)) || slashes > 1 || dots > 3).then_some(Problem::Shape)
}

/// The prefix that is written in a string whose address may be a hole: `${ip}/32`.
pub fn written_prefix(value: &Value) -> Option<u8> {
    let text = match &value.kind {
        Kind::String(text) => text,
        Kind::Mixed(parts) => match parts.last() {
            Some(Part::Text(text)) => text,
            _ => return None,
        },
        _ => return None,
    };
    read_prefix(text.rsplit_once('/')?.1).ok()
}

/// The sets of ranges that rules can name.
pub const SETS: &[(&str, &[&str], &str)] = &[
    (
        "private",
        &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
        "the private ranges of RFC 1918",
    ),
    (
        "reserved",
        &[
            "0.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "192.0.0.0/24",
            "198.18.0.0/15",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "168.63.129.16/32",
        ],
        "ranges of the IANA special-purpose address registry that no client on the internet has (this network, shared, \
         loopback, link-local, protocol assignments, benchmarking, reserved), multicast, and Azure's virtual \
         168.63.129.16",
    ),
    (
        "documentation",
        &["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"],
        "the documentation ranges of RFC 5737",
    ),
];

/// The ranges that a word of a rule file means: a set's name, or one range. `None` where it is neither.
pub fn ranges_named(word: &str) -> Option<Vec<Ipv4Net>> {
    if let Some((_, texts, _)) = SETS.iter().find(|(name, ..)| *name == word) {
        return texts
            .iter()
            .map(|text| Range::parse(text).ok().map(Range::network))
            .collect();
    }
    Range::parse(word).ok().map(|range| vec![range.network()])
}

/// Whether the range lies inside one of these.
pub fn is_inside(range: Ipv4Net, of: &[Ipv4Net]) -> bool {
    of.iter().any(|outer| outer.contains(&range))
}

/// Whether the range contains one of these and is wider.
pub fn is_around(range: Ipv4Net, of: &[Ipv4Net]) -> bool {
    of.iter()
        .any(|inner| range != *inner && range.contains(inner))
}

/// How many addresses the union of these ranges has.
pub fn union_size(ranges: &[Ipv4Net]) -> u64 {
    Ipv4Net::aggregate(&ranges.to_vec())
        .iter()
        .map(|range| 1u64 << (32 - range.prefix_len().min(32)))
        .sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;

    fn net(text: &str) -> Ipv4Net {
        Range::parse(text).unwrap().network()
    }

    #[test]
    fn addresses_and_ranges_are_read() {
        assert_eq!(Range::parse("8.8.8.8").unwrap().prefix, None);
        assert_eq!(Range::parse("0.0.0.0/0").unwrap().prefix, Some(0));
        assert_eq!(Range::parse("255.255.255.255/32").unwrap().prefix, Some(32));
    }

    #[test]
    fn what_is_none_says_why() {
        let problem = |text: &str| Range::parse(text).unwrap_err();
        assert_eq!(problem(""), Problem::Empty);
        assert_eq!(problem("1.2.3.4 "), Problem::Blank);
        assert_eq!(problem("'1.2.3.4'"), Problem::Quote);
        assert_eq!(problem("1.2.3.4,5.6.7.8"), Problem::Several);
        assert_eq!(problem("::1"), Problem::Ipv6);
        assert_eq!(problem("::ffff:1.2.3.4/96"), Problem::Ipv6);
        assert_eq!(problem("1.2.3.4-1.2.3.9"), Problem::FromTo);
        assert_eq!(problem("1.2.3.4-9"), Problem::FromTo);
        assert_eq!(problem("300.1.1.1"), Problem::Octet("300".into()));
        assert_eq!(problem("1.2.3.04"), Problem::LeadingZero("04".into()));
        assert_eq!(problem("1.2.3.4/33"), Problem::Prefix("33".into()));
        assert_eq!(problem("1.2.3.4/"), Problem::Prefix(String::new()));
        assert_eq!(problem("1.2.3.4/+8"), Problem::Prefix("+8".into()));
        assert_eq!(problem("1.2.3.4/24/8"), Problem::Prefix("24/8".into()));
        assert_eq!(problem("1.2.3"), Problem::Shape);
        assert_eq!(problem("1.2.3.4.5"), Problem::Shape);
        assert_eq!(problem("1..2.3"), Problem::Shape);
        assert_eq!(problem("my-office.contoso.com"), Problem::Shape);
        assert_eq!(problem("1.2.3.٤"), Problem::Shape);
    }

    #[test]
    fn host_bits_are_those_beyond_the_prefix() {
        assert!(Range::parse("1.2.3.4/24").unwrap().has_host_bits());
        assert!(!Range::parse("8.8.8.8/31").unwrap().has_host_bits());
        assert!(!Range::parse("1.2.3.4").unwrap().has_host_bits());
        assert_eq!(net("1.2.3.4/24").to_string(), "1.2.3.0/24");
    }

    #[test]
    fn inside_and_around_are_not_the_same() {
        let private = ranges_named("private").unwrap();
        assert!(is_inside(net("10.20.0.0/16"), &private));
        assert!(is_inside(net("10.0.0.0/8"), &private) && !is_around(net("10.0.0.0/8"), &private));
        assert!(is_around(net("0.0.0.0/0"), &private) && !is_inside(net("0.0.0.0/0"), &private));
        assert!(!is_inside(net("172.32.0.1"), &private));
    }

    #[test]
    fn a_union_counts_each_address_once() {
        assert_eq!(union_size(&[net("1.0.0.0/8"), net("1.2.0.0/16")]), 1 << 24);
        assert_eq!(
            union_size(&[net("0.0.0.0/1"), net("128.0.0.0/1")]),
            ALL_ADDRESSES
        );
        assert_eq!(union_size(&[]), 0);
    }

    #[test]
    fn every_named_set_is_made_of_ranges() {
        for (name, texts, _) in SETS {
            assert_eq!(ranges_named(name).unwrap().len(), texts.len(), "{name}");
        }
        assert_eq!(ranges_named("publik"), None);
    }
}
