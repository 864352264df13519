//! Dates by a format string of .NET, in the invariant culture.
//!
//! <https://learn.microsoft.com/dotnet/standard/base-types/standard-date-and-time-format-strings>,
//! <https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings>

use jiff::civil::DateTime;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// A UTC time by a format; `None` for a format that is not known here.
pub(super) fn write(time: DateTime, format: &str) -> Option<String> {
    let mut characters = format.chars();
    let first = characters.next()?;
    if characters.next().is_none() {
        return custom(time, standard(first)?);
    }
    custom(time, format)
}

/// What a standard format of one letter stands for.
fn standard(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "MM/dd/yyyy",
        'D' => "dddd, dd MMMM yyyy",
        'f' => "dddd, dd MMMM yyyy HH:mm",
        'F' | 'U' => "dddd, dd MMMM yyyy HH:mm:ss",
        'g' => "MM/dd/yyyy HH:mm",
        'G' => "MM/dd/yyyy HH:mm:ss",
        'm' | 'M' => "MMMM dd",
        'o' | 'O' => "yyyy-MM-ddTHH:mm:ss.fffffffZ",
        'r' | 'R' => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        's' => "yyyy-MM-ddTHH:mm:ss",
        't' => "HH:mm",
        'T' => "HH:mm:ss",
        'u' => "yyyy-MM-dd HH:mm:ssZ",
        'y' | 'Y' => "yyyy MMMM",
        _ => return None,
    })
}

fn custom(time: DateTime, format: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = format;
    while let Some(letter) = rest.chars().next() {
        match letter {
            '\\' => {
                let escaped = rest[1..].chars().next()?;
                out.push(escaped);
                rest = &rest[1 + escaped.len_utf8()..];
            }
            '\'' | '"' => {
                let text = &rest[1..];
                let end = text.find(letter)?;
                out.push_str(&text[..end]);
                rest = &text[end + 1..];
            }
            // Makes a single letter a custom format.
            '%' => rest = &rest[1..],
            _ => {
                let count = rest
                    .chars()
                    .take_while(|character| *character == letter)
                    .count();
                field(time, letter, count, &mut out)?;
                rest = &rest[count * letter.len_utf8()..];
            }
        }
    }
    Some(out)
}

/// Writes one field, a letter so many times over. Letters that are no field are text.
fn field(time: DateTime, letter: char, count: usize, out: &mut String) -> Option<()> {
    let number = |value: i64, width: usize| format!("{value:0width$}");
    let hour = i64::from(time.hour());
    let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
    let text = match (letter, count) {
        ('y', 1) => (i64::from(time.year()) % 100).to_string(),
        ('y', 2) => number(i64::from(time.year()) % 100, 2),
        ('y', width) => number(i64::from(time.year()), width),
        ('M', 1 | 2) => number(i64::from(time.month()), count),
        ('M', 3) => name(&MONTHS, time.month() - 1).get(..3)?.to_owned(),
        ('M', _) => name(&MONTHS, time.month() - 1).to_owned(),
        ('d', 1 | 2) => number(i64::from(time.day()), count),
        ('d', 3) => weekday(time).get(..3)?.to_owned(),
        ('d', _) => weekday(time).to_owned(),
        ('H', width) => number(hour, width.min(2)),
        ('h', width) => number(twelve, width.min(2)),
        ('m', width) => number(i64::from(time.minute()), width.min(2)),
        ('s', width) => number(i64::from(time.second()), width.min(2)),
        ('f', 1..=7) => fraction(time, count),
        ('F', 1..=7) => fraction(time, count).trim_end_matches('0').to_owned(),
        ('t', 1) => (if hour < 12 { "A" } else { "P" }).to_owned(),
        ('t', _) => (if hour < 12 { "AM" } else { "PM" }).to_owned(),
        ('K', _) => "Z".repeat(count),
        ('z', 1) => "+0".to_owned(),
        ('z', 2) => "+00".to_owned(),
        ('z', _) => "+00:00".to_owned(),
        ('f' | 'F' | 'g', _) => return None,
        (letter, count) => std::iter::repeat_n(letter, count).collect(),
    };
    out.push_str(&text);
    Some(())
}

fn fraction(time: DateTime, digits: usize) -> String {
    let nanoseconds = format!("{:09}", time.subsec_nanosecond());
    nanoseconds.chars().take(digits).collect()
}

fn weekday(time: DateTime) -> &'static str {
    name(&DAYS, time.weekday().to_sunday_zero_offset())
}

fn name(names: &'static [&'static str], index: i8) -> &'static str {
    usize::try_from(index)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let time = jiff::civil::date(2020, 4, 7).at(14, 3, 9, 120_000_000);
        for (format, expected) in [
            ("d", "04/07/2020"),
            ("u", "2020-04-07 14:03:09Z"),
            ("o", "2020-04-07T14:03:09.1200000Z"),
            ("r", "Tue, 07 Apr 2020 14:03:09 GMT"),
            ("yyyyMMddTHHmmssZ", "20200407T140309Z"),
            ("M d", "4 7"),
            ("%h", "2"),
            ("hh:mm tt", "02:03 PM"),
            ("dddd d MMM yy", "Tuesday 7 Apr 20"),
            ("'at' HH\\h", "at 14h"),
            ("ss.FFF", "09.12"),
            ("yyyy-MM-ddTHH:mm:ssK", "2020-04-07T14:03:09Z"),
        ] {
            assert_eq!(write(time, format).as_deref(), Some(expected), "{format}");
        }
        assert_eq!(write(time, "q"), None);
        assert_eq!(write(time, "'open"), None);
    }
}
