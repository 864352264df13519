//! Three-valued logic (Kleene's strong logic): what a filter says of a node when not everything is known.

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    /// It holds, whatever the unknown values are.
    True,
    /// It does not hold, whatever the unknown values are.
    False,
    /// It depends on an unknown value.
    Unknown,
}

impl Truth {
    /// True where one side is, or both; false where both are false.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, Self::False) => Self::False,
            _ => Self::Unknown,
        }
    }

    /// This truth where both possibilities have it, else unknown.
    pub(super) fn agree(self, other: Self) -> Self {
        if self == other { self } else { Self::Unknown }
    }

    /// True where all are; false where one is false, which ends the walk.
    pub(super) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::True;
        for truth in truths {
            match truth {
                Self::True => {}
                Self::False => return Self::False,
                Self::Unknown => all = Self::Unknown,
            }
        }
        all
    }

    /// True where one is, which ends the walk; false where all are false.
    pub(super) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        !Self::all(truths.into_iter().map(|truth| !truth))
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(known: bool) -> Self {
        if known { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, True, Unknown};

    #[test]
    fn follows_kleenes_tables() {
        for (left, right, and, or) in [
            (True, True, True, True),
            (True, False, False, True),
            (True, Unknown, Unknown, True),
            (False, False, False, False),
            (False, Unknown, False, Unknown),
            (Unknown, Unknown, Unknown, Unknown),
        ] {
            for pair in [[left, right], [right, left]] {
                assert_eq!(Truth::all(pair), and, "{pair:?}");
                assert_eq!(Truth::any(pair), or, "{pair:?}");
                assert_eq!(pair[0].or(pair[1]), or, "{pair:?}");
            }
        }
        assert_eq!(!Unknown, Unknown);
        assert_eq!(True.agree(False), Unknown);
    }
}
