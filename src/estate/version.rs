//! API versions: dates, of which a preview comes before the version of the same date.

use std::cmp::Ordering;

/// An API version, `2026-02-01` or `2018-02-14-preview`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiVersion {
    /// Year, month and day.
    pub date: (u16, u8, u8),
    /// What follows the date, in lower case, without its dash; `None` in a stable version.
    pub preview: Option<String>,
}

impl ApiVersion {
    /// Reads a version; the case of a suffix does not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, suffix) = match text.split_at_checked(10)? {
            (date, "") => (date, None),
            (date, suffix) => (date, Some(suffix.strip_prefix('-')?)),
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = date.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let shape = [year, month, day].map(str::len) == [4, 2, 2] && parts.next().is_none();
        if !shape || !digits(year) || !digits(month) || !digits(day) || suffix == Some("") {
            return None;
        }
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        Some(Self {
            date: (year.parse().ok()?, month, day),
            preview: suffix.map(str::to_ascii_lowercase),
        })
    }
}

impl Ord for ApiVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.date
            .cmp(&other.date)
            .then_with(|| match (&self.preview, &other.preview) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(a), Some(b)) => a.cmp(b),
            })
    }
}

impl PartialOrd for ApiVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_comes_before_its_date() {
        let order = [
            "2016-10-01",
            "2018-02-14-preview",
            "2018-02-14",
            "2021-06-01-PREVIEW",
            "2026-02-01",
        ];
        let read: Vec<_> = order
            .iter()
            .filter_map(|text| ApiVersion::parse(text))
            .collect();
        assert_eq!(read.len(), order.len());
        assert!(read.is_sorted());
        assert_eq!(
            ApiVersion::parse("2021-06-01-preview"),
            ApiVersion::parse("2021-06-01-PREVIEW")
        );
    }

    #[test]
    fn what_is_no_date_is_no_version() {
        for text in [
            "latest",
            "2021-6-1",
            "2021-13-01",
            "2021-06-01-",
            "2021-06-01x",
            "",
            "２０21-06-01",
            "2021/06/01",
        ] {
            assert_eq!(ApiVersion::parse(text), None, "{text}");
        }
    }
}
