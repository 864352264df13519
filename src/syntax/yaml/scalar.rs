//! Plain scalars: which are null, bools and numbers (YAML 1.2.2, section 10.3.2: the core schema).

use super::tree::Kind;

/// What a plain scalar stands for.
pub(super) fn plain(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" => return Kind::Bool(true),
        "false" | "False" | "FALSE" => return Kind::Bool(false),
        _ => {}
    }
    number(text).unwrap_or_else(|| Kind::String(text.to_owned()))
}

/// What a scalar with a tag of the core schema stands for; `None` where it is not what the tag says.
pub(super) fn tagged(text: &str, tag: &str) -> Option<Kind> {
    let kind = plain(text);
    let fits = match tag {
        "null" => matches!(kind, Kind::Null),
        "bool" => matches!(kind, Kind::Bool(_)),
        "int" => matches!(kind, Kind::Integer(_)),
        "float" => matches!(kind, Kind::Integer(_) | Kind::Decimal(_)),
        "str" => return Some(Kind::String(text.to_owned())),
        _ => return Some(kind),
    };
    fits.then_some(kind)
}

fn number(text: &str) -> Option<Kind> {
    let digits = |prefix: &str, radix: u32| {
        let digits = text.strip_prefix(prefix)?;
        let all = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        i64::from_str_radix(all.then_some(digits)?, radix).ok()
    };
    if let Some(value) = digits("0o", 8).or_else(|| digits("0x", 16)) {
        return Some(Kind::Integer(value));
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    let fits = all_digits(whole)
        && fraction.is_none_or(all_digits)
        && !(whole.is_empty() && fraction.is_none_or(str::is_empty))
        && exponent_fits;
    if !fits {
        return None;
    }
    let plain = text.strip_prefix('+').unwrap_or(text);
    if fraction.is_none()
        && exponent.is_none()
        && let Ok(value) = plain.parse()
    {
        return Some(Kind::Integer(value));
    }
    // A number as JSON writes it: digits on both sides of the point.
    let sign = if text.starts_with('-') { "-" } else { "" };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let mut decimal = format!("{sign}{whole}");
    if let Some(fraction) = fraction.filter(|fraction| !fraction.is_empty()) {
        decimal.push('.');
        decimal.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        decimal.push('e');
        decimal.push_str(exponent);
    }
    Some(Kind::Decimal(decimal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for (text, expected) in [
            ("", Kind::Null),
            ("~", Kind::Null),
            ("True", Kind::Bool(true)),
            ("12", Kind::Integer(12)),
            ("-012", Kind::Integer(-12)),
            ("0o14", Kind::Integer(12)),
            ("0xC", Kind::Integer(12)),
            ("+.5", Kind::Decimal("0.5".to_owned())),
            ("-1.", Kind::Decimal("-1".to_owned())),
            ("12e03", Kind::Decimal("12e03".to_owned())),
            (
                "99999999999999999999",
                Kind::Decimal("99999999999999999999".to_owned()),
            ),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
        for text in [
            "yes",
            "No",
            "on",
            "1_000",
            "0b1",
            "1.2.3",
            "10.0.0.0/24",
            ".",
            "-",
            "+",
            "e5",
            "1e",
            "0x",
            "0x-1",
            "tRUE",
            ".inf",
            "12:30",
            "2001-01-01",
        ] {
            assert_eq!(plain(text), Kind::String(text.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_tag_says_what_a_scalar_is() {
        assert_eq!(tagged("12", "str"), Some(Kind::String("12".to_owned())));
        assert_eq!(tagged("x", "int"), None);
        assert_eq!(tagged("12", "float"), Some(Kind::Integer(12)));
    }
}
