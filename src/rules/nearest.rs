//! The word that was probably meant.

/// The candidate with the fewest edits to the word, case aside; the first of equals.
fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates.min_by_key(|candidate| distance(word, candidate))
}

/// The same, if the word is close enough to have been meant: half of it wrong at most.
pub(crate) fn probable<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    nearest(word, candidates)
        .filter(|candidate| distance(word, candidate) * 2 <= word.chars().count())
}

/// Levenshtein's distance, in characters, case aside.
fn distance(a: &str, b: &str) -> usize {
    let fold = |text: &str| {
        text.chars()
            .map(|c| c.to_ascii_lowercase())
            .collect::<Vec<_>>()
    };
    let (a, b) = (fold(a), fold(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_wins() {
        let words = || ["AzureServices", "None"].into_iter();
        assert_eq!(nearest("AzureService", words()), Some("AzureServices"));
        assert_eq!(nearest("none ", words()), Some("None"));
        assert_eq!(nearest("", words()), Some("None"));
        assert_eq!(nearest("x", std::iter::empty()), None);
    }

    #[test]
    fn a_far_word_was_not_meant() {
        let words = || ["path", "count"].into_iter();
        assert_eq!(probable("paht", words()), Some("path"));
        assert_eq!(probable("Counts", words()), Some("count"));
        assert_eq!(probable("at", words()), None);
        assert_eq!(probable("whatever", words()), None);
    }
}
