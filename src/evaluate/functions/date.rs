//! Points in time: adding durations, and seconds since 1970.
//!
//! All times are UTC, and there is no "now" here: `utcNow` is undecided.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Reduced;
use super::date_format;
use super::invocation::Invocation;

/// How `dateTimeAdd` writes a time that it is given no format for: `4/7/2023 2:53:14 PM` on the page.
const DEFAULT_FORMAT: &str = "M/d/yyyy h:mm:ss tt";

const DAY: i64 = 24 * 60 * 60;

pub(super) fn date_time_add(call: &Invocation<'_>) -> Reduced {
    let format = match call.arguments.get(2) {
        Some(_) => call.string(2)?,
        None => Some(DEFAULT_FORMAT),
    };
    let (Some(base), Some(duration), Some(format)) = (call.string(0)?, call.string(1)?, format)
    else {
        return Ok(None);
    };
    let base = time(base).ok_or_else(|| call.error(format!("'{base}' is no point in time")))?;
    let added = parse_duration(duration)
        .ok_or_else(|| call.error(format!("'{duration}' is no ISO 8601 duration")))?;
    let sum = base
        .checked_add(added)
        .map_err(|_| call.error(format!("the sum of {base} and {duration} is out of range")))?;
    match date_format::write(civil(sum), format) {
        Some(text) => call.gives_text(text),
        None => Ok(None),
    }
}

pub(super) fn date_time_to_epoch(call: &Invocation<'_>) -> Reduced {
    let Some(text) = call.string(0)? else {
        return Ok(None);
    };
    match time(text) {
        Some(time) => call.gives_integer(time.as_second()),
        None => Err(call.error(format!("'{text}' is no point in time"))),
    }
}

pub(super) fn date_time_from_epoch(call: &Invocation<'_>) -> Reduced {
    let Some(seconds) = call.integer(0)? else {
        return Ok(None);
    };
    let time = Timestamp::from_second(seconds)
        .map_err(|_| call.error(format!("{seconds} seconds are out of range")))?;
    match date_format::write(civil(time), "yyyy-MM-ddTHH:mm:ssZ") {
        Some(text) => call.gives_text(text),
        None => Ok(None),
    }
}

fn civil(time: Timestamp) -> DateTime {
    time.to_zoned(TimeZone::UTC).datetime()
}

/// A point in time in ISO 8601, with an offset or in UTC, or as `dateTimeAdd` writes it.
fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let local = text
        .parse::<DateTime>()
        .or_else(|_| DateTime::strptime("%m/%d/%Y %I:%M:%S %p", text))
        .ok()?;
    Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// A duration as `XmlConvert.ToTimeSpan` of .NET reads it: a year has 365 days and a month 30.
fn parse_duration(text: &str) -> Option<SignedDuration> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let text = text.strip_prefix('P')?;
    let (date, clock) = match text.split_once('T') {
        Some((date, clock)) if !clock.is_empty() => (date, clock),
        Some(_) => return None,
        None => (text, ""),
    };
    if date.is_empty() && clock.is_empty() {
        return None;
    }
    let mut total = components(date, &[('Y', 365 * DAY), ('M', 30 * DAY), ('D', DAY)])?;
    total = total.checked_add(components(clock, &[('H', 3600), ('M', 60), ('S', 1)])?)?;
    Some(if negative { -total } else { total })
}

/// Numbers with their units, in this order; only seconds may have a fraction.
fn components(mut text: &str, units: &[(char, i64)]) -> Option<SignedDuration> {
    let mut total = SignedDuration::ZERO;
    let mut units = units.iter();
    while !text.is_empty() {
        let end = text.find(|character: char| character.is_ascii_alphabetic())?;
        let unit = text[end..].chars().next()?;
        let (_, seconds) = units.find(|(known, _)| *known == unit)?;
        let number = &text[..end];
        let (whole, nanoseconds) = match number.split_once('.') {
            Some((whole, fraction)) if unit == 'S' => (whole, nanoseconds(fraction)?),
            Some(_) => return None,
            None => (number, 0),
        };
        let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
        let count: i64 = whole.parse().ok().filter(|_| is_number)?;
        let part = SignedDuration::new(count.checked_mul(*seconds)?, nanoseconds);
        total = total.checked_add(part)?;
        text = &text[end + 1..];
    }
    Some(total)
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    let is_number = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let digits: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    digits.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("P3Y", 3 * 365 * DAY),
            ("-P9D", -9 * DAY),
            ("PT1H", 3600),
            ("P1M", 30 * DAY),
            ("P1DT2H3M4S", DAY + 7384),
            ("PT0.5S", 0),
        ] {
            assert_eq!(parse_duration(text).unwrap().as_secs(), seconds, "{text}");
        }
        for text in [
            "", "P", "PT", "P1", "1D", "P1H", "PT1D", "P-1D", "P1.5D", "P1D1Y", "PT1H ",
        ] {
            assert!(parse_duration(text).is_none(), "{text}");
        }
    }

    #[test]
    fn times() {
        let expected = time("2020-04-07T14:53:14Z").unwrap();
        for text in [
            "2020-04-07 14:53:14Z",
            "20200407T145314Z",
            "2020-04-07T16:53:14+02:00",
            "2020-04-07T14:53:14",
            "4/7/2020 2:53:14 PM",
        ] {
            assert_eq!(time(text), Some(expected), "{text}");
        }
        assert_eq!(time("tomorrow"), None);
    }
}
