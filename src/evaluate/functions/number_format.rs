//! Numbers by a format specifier of .NET, in the invariant culture.
//!
//! Standard specifiers (`D2`, `N0`, `X4`, `F2`, `E3`, `P1`, `G`, `B8`) and custom ones of `0`, `#`, `,`, `.` and
//! literal text. Others are not known here, and give nothing.
//! <https://learn.microsoft.com/dotnet/standard/base-types/standard-numeric-format-strings>

/// The largest precision that is computed.
const MAX_PRECISION: usize = 99;

/// An integer by a specifier; `None` for a specifier that is not known here.
pub(super) fn integer(number: i64, specifier: &str) -> Option<String> {
    let Some((letter, precision)) = standard(specifier) else {
        return custom(&number.to_string(), specifier);
    };
    let width = precision.unwrap_or(0);
    match letter {
        'D' | 'd' => Some(signed(number, format!("{:0width$}", number.unsigned_abs()))),
        'X' => Some(format!("{number:0width$X}")),
        'x' => Some(format!("{number:0width$x}")),
        'B' | 'b' => Some(format!("{number:0width$b}")),
        'G' | 'g' if precision.is_none() => Some(number.to_string()),
        'F' | 'f' | 'N' | 'n' | 'P' | 'p' => fixed(&number.to_string(), letter, precision),
        'E' | 'e' => Some(scientific_integer(number, letter, precision)),
        _ => None,
    }
}

/// A number that is no integer, given as its source text, by a specifier; `None` for one that is not known here.
pub(super) fn decimal(text: &str, specifier: &str) -> Option<String> {
    let number: f64 = text
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())?;
    let Some((letter, precision)) = standard(specifier) else {
        return custom(&plain(number), specifier);
    };
    match letter {
        'F' | 'f' | 'N' | 'n' | 'P' | 'p' => fixed(&plain(number), letter, precision),
        'E' | 'e' => Some(scientific(number, letter, precision)),
        'G' | 'g' | 'R' | 'r' if precision.is_none() => Some(super::display::decimal(text)),
        _ => None,
    }
}

/// Digits without an exponent.
fn plain(number: f64) -> String {
    format!("{number}")
}

/// The letter and the precision of a standard specifier.
fn standard(specifier: &str) -> Option<(char, Option<usize>)> {
    let mut characters = specifier.chars();
    let letter = characters.next().filter(char::is_ascii_alphabetic)?;
    let digits = characters.as_str();
    if digits.is_empty() {
        return Some((letter, None));
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let precision = digits
        .parse()
        .ok()
        .filter(|digits| *digits <= MAX_PRECISION)?;
    Some((letter, Some(precision)))
}

fn signed(number: i64, digits: String) -> String {
    if number < 0 {
        format!("-{digits}")
    } else {
        digits
    }
}

/// `F`, `N` and `P`: two decimals unless told otherwise; `N` groups thousands, `P` is per cent.
fn fixed(number: &str, letter: char, precision: Option<usize>) -> Option<String> {
    let precision = precision.unwrap_or(2);
    let digits = Digits::of(number)?;
    let text = match letter.to_ascii_uppercase() {
        'F' => digits.rounded(precision).text(precision, false),
        'N' => digits.rounded(precision).text(precision, true),
        _ => {
            digits
                .times_hundred()
                .rounded(precision)
                .text(precision, true)
                + " %"
        }
    };
    Some(text)
}

fn scientific(number: f64, letter: char, precision: Option<usize>) -> String {
    let precision = precision.unwrap_or(6);
    let text = format!("{number:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    with_exponent(digits, letter, exponent)
}

/// .NET rounds the digits of an integer half away from zero, those of other numbers by their exact value.
/// <https://github.com/dotnet/runtime/blob/main/src/libraries/System.Private.CoreLib/src/System/Number.Formatting.cs> (`RoundNumber`)
fn scientific_integer(number: i64, letter: char, precision: Option<usize>) -> String {
    let precision = precision.unwrap_or(6);
    let all = number.unsigned_abs().to_string();
    let (first, rest) = all.split_at(1);
    let digits = Digits {
        negative: number < 0,
        whole: first.trim_start_matches('0').to_owned(),
        fraction: rest.to_owned(),
    };
    let mut digits = digits.rounded(precision);
    let mut exponent = i32::try_from(rest.len()).unwrap_or(0);
    // 9.99 may become 10.0.
    if digits.whole.len() > 1 {
        let last = digits.whole.split_off(1);
        digits.fraction.insert_str(0, &last);
        digits.fraction.truncate(precision);
        exponent += 1;
    }
    with_exponent(&digits.custom(1, precision, false), letter, exponent)
}

fn with_exponent(digits: &str, letter: char, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}{letter}{sign}{:03}", exponent.unsigned_abs())
}

/// A custom specifier of placeholders with literal text before and after.
fn custom(number: &str, specifier: &str) -> Option<String> {
    let is_placeholder = |character: char| matches!(character, '0' | '#' | ',' | '.');
    let start = specifier.find(is_placeholder)?;
    let end = specifier.rfind(is_placeholder)? + 1;
    let (before, pattern, after) = (
        &specifier[..start],
        &specifier[start..end],
        &specifier[end..],
    );
    let is_plain = |text: &str| {
        text.chars().all(|character| {
            matches!(character, ' ' | '-' | '_' | '/' | ':') || character.is_alphabetic()
        }) && !text.contains(['E', 'e'])
    };
    if !pattern.chars().all(is_placeholder) || !is_plain(before) || !is_plain(after) {
        return None;
    }
    let (whole, fraction) = pattern.split_once('.').unwrap_or((pattern, ""));
    if fraction.contains(['.', ',']) || whole.ends_with(',') || whole.starts_with(',') {
        return None;
    }
    let grouped = whole.contains(',');
    let places = |text: &str| text.chars().filter(|character| *character != ',').count();
    // From the first `0` on, digits are always written.
    let least_whole = whole.find('0').map_or(0, |first| places(&whole[first..]));
    let least_fraction = fraction.rfind('0').map_or(0, |last| last + 1);
    let digits = Digits::of(number)?.rounded(fraction.len());
    let text = digits.custom(least_whole, least_fraction, grouped);
    Some(match text.strip_prefix('-') {
        Some(text) => format!("-{before}{text}{after}"),
        None => format!("{before}{text}{after}"),
    })
}

/// The decimal digits of a number.
struct Digits {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Digits {
    fn of(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        (is_digits(whole) && is_digits(fraction)).then(|| Self {
            negative,
            whole: whole.trim_start_matches('0').to_owned(),
            fraction: fraction.to_owned(),
        })
    }

    fn times_hundred(mut self) -> Self {
        let mut fraction = self.fraction.chars();
        for _ in 0..2 {
            self.whole.push(fraction.next().unwrap_or('0'));
        }
        self.fraction = fraction.collect();
        self.whole = self.whole.trim_start_matches('0').to_owned();
        self
    }

    /// So many decimals, halves away from zero.
    fn rounded(mut self, precision: usize) -> Self {
        let up = self
            .fraction
            .as_bytes()
            .get(precision)
            .is_some_and(|digit| *digit >= b'5');
        self.fraction.truncate(precision);
        if up {
            let mut digits: Vec<u8> = format!("0{}{}", self.whole, self.fraction).into_bytes();
            for digit in digits.iter_mut().rev() {
                if *digit < b'9' {
                    *digit += 1;
                    break;
                }
                *digit = b'0';
            }
            let digits: String = digits.into_iter().map(char::from).collect();
            let (whole, fraction) = digits.split_at(digits.len() - self.fraction.len());
            (self.whole, self.fraction) = (
                whole.trim_start_matches('0').to_owned(),
                fraction.to_owned(),
            );
        }
        let is_zero = self.whole.is_empty() && self.fraction.bytes().all(|digit| digit == b'0');
        self.negative &= !is_zero;
        self
    }

    fn text(&self, precision: usize, grouped: bool) -> String {
        self.custom(1, precision, grouped)
    }

    /// At least so many digits before and after the point.
    fn custom(&self, least_whole: usize, least_fraction: usize, grouped: bool) -> String {
        let whole = format!("{:0>least_whole$}", self.whole);
        let whole = if grouped { in_thousands(&whole) } else { whole };
        let kept = self.fraction.trim_end_matches('0');
        let fraction = format!("{kept:0<least_fraction$}");
        let sign = if self.negative { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }
}

fn in_thousands(digits: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        for (number, specifier, expected) in [
            (5, "D2", "05"),
            (-5, "D2", "-05"),
            (123, "D2", "123"),
            (8_175_133, "N0", "8,175,133"),
            (1234, "N", "1,234.00"),
            (-1234, "N1", "-1,234.0"),
            (255, "X", "FF"),
            (255, "x4", "00ff"),
            (-1, "X", "FFFFFFFFFFFFFFFF"),
            (3, "F2", "3.00"),
            (5, "B8", "00000101"),
            (12_345, "E2", "1.23E+004"),
            (1, "P0", "100 %"),
            (7, "000", "007"),
            (7, "0.00", "7.00"),
            (1_234_567, "#,##0", "1,234,567"),
            (0, "#", ""),
            (42, "vm-000", "vm-042"),
            (i64::MIN, "D", "-9223372036854775808"),
        ] {
            assert_eq!(
                integer(number, specifier).as_deref(),
                Some(expected),
                "{specifier}"
            );
        }
        assert_eq!(integer(1, "C"), None);
    }

    #[test]
    fn decimals() {
        for (text, specifier, expected) in [
            ("1.5", "F0", "2"),
            ("1.005", "F1", "1.0"),
            ("9.99", "N1", "10.0"),
            ("0.125", "P1", "12.5 %"),
            ("1234.5678", "N2", "1,234.57"),
            ("0.5", "#.##", ".5"),
            ("-0.001", "F2", "0.00"),
        ] {
            assert_eq!(
                decimal(text, specifier).as_deref(),
                Some(expected),
                "{text} {specifier}"
            );
        }
    }
}
