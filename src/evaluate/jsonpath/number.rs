//! Exact comparison of numbers.
//!
//! In: two numbers of the value domain. Out: their order. Nothing goes through `f64`, which cannot tell
//! 9007199254740993 from its neighbour, nor 1e400 from infinity.

use std::cmp::Ordering;

use crate::evaluate::value::Kind;

/// The order of two numbers; `None` where one of them is none.
pub(super) fn compare(left: &Kind, right: &Kind) -> Option<Ordering> {
    if let (Kind::Integer(left), Kind::Integer(right)) = (left, right) {
        return Some(left.cmp(right));
    }
    Some(Decimal::of(left)?.compare(&Decimal::of(right)?))
}

/// A number as ±0.d₁d₂d₃… × 10^exponent, where neither the first nor the last digit is zero. Zero has no digits.
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn of(kind: &Kind) -> Option<Self> {
        match kind {
            Kind::Integer(value) => Self::parse(&value.to_string()),
            Kind::Decimal(text) => Self::parse(text),
            _ => None,
        }
    }

    /// Reads a JSON number (RFC 8259 §6). An exponent past 64 bits saturates.
    fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, parse_power(power)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits = Vec::with_capacity(whole.len() + fraction.len());
        digits.extend(whole.bytes().chain(fraction.bytes()));
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let leading = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..leading);
        let significant = digits.iter().rposition(|digit| *digit != b'0');
        digits.truncate(significant.map_or(0, |last| last + 1));
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(leading).ok()?;
        Some(Self {
            negative: negative && !digits.is_empty(),
            exponent: point.saturating_add(power),
            digits,
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.compare_magnitude(other),
            (true, true) => other.compare_magnitude(self),
        }
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => (self.exponent, &self.digits).cmp(&(other.exponent, &other.digits)),
        }
    }
}

fn parse_power(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.bytes().fold(0i64, |value, digit| {
        value
            .saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    });
    Some(if negative { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Kind {
        match text.parse() {
            Ok(value) => Kind::Integer(value),
            Err(_) => Kind::Decimal(text.into()),
        }
    }

    fn order(left: &str, right: &str) -> Option<Ordering> {
        compare(&number(left), &number(right))
    }

    #[test]
    fn equal_numbers_are_equal_however_they_are_written() {
        for (left, right) in [
            ("1", "1.0"),
            ("100", "1e2"),
            ("-0", "0.00"),
            ("0.5", "5E-1"),
            ("12.340", "1234e-2"),
            ("0e5", "0"),
        ] {
            assert_eq!(order(left, right), Some(Ordering::Equal), "{left} {right}");
        }
    }

    #[test]
    fn neighbours_past_the_precision_of_a_double_differ() {
        for (less, more) in [
            ("9007199254740992", "9007199254740993"),
            ("9007199254740992.0", "9007199254740993"),
            ("0", "1e-17"),
            ("-1e-17", "0"),
            ("1e308", "1e400"),
            ("-1e400", "-1e308"),
            ("-2", "-1.5"),
            ("0.1", "0.10000000000000000001"),
            ("9223372036854775807", "9223372036854775808"),
            ("1e99999999999999999998", "2e99999999999999999999"),
        ] {
            assert_eq!(order(less, more), Some(Ordering::Less), "{less} {more}");
            assert_eq!(order(more, less), Some(Ordering::Greater), "{more} {less}");
        }
    }

    #[test]
    fn what_is_no_number_has_no_order() {
        assert_eq!(compare(&Kind::Null, &Kind::Integer(1)), None);
        assert_eq!(order("1x", "1"), None);
    }
}
