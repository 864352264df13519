//! Names with `*` and `?` in them.

/// A name of a resource as people see it (`contoso-kv`, `kv-{environment}`), in which `*` stands for any characters and
/// `?` for one. Case does not matter, as it does not in Azure. Braces stand for themselves: they are what is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    characters: Vec<char>,
}

impl Pattern {
    /// The pattern of this text.
    pub fn new(text: &str) -> Self {
        Self {
            characters: text.to_lowercase().chars().collect(),
        }
    }

    /// Whether the whole name fits. Takes at most the product of both lengths.
    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.to_lowercase().chars().collect();
        let (mut at, mut next) = (0, 0);
        // Where to go on when what follows the last `*` does not fit: it takes one more character.
        let mut star: Option<(usize, usize)> = None;
        while let Some(character) = name.get(at) {
            match self.characters.get(next) {
                Some('*') => {
                    star = Some((next, at));
                    next += 1;
                }
                Some(wanted) if *wanted == '?' || wanted == character => {
                    at += 1;
                    next += 1;
                }
                _ => {
                    let Some((before, taken)) = star else {
                        return false;
                    };
                    star = Some((before, taken + 1));
                    at = taken + 1;
                    next = before + 1;
                }
            }
        }
        let rest = self.characters.get(next..).unwrap_or_default();
        rest.iter().all(|character| *character == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_characters() {
        let cases = [
            ("contoso-kv", "Contoso-KV", true),
            ("contoso-kv", "contoso-kv2", false),
            ("*", "", true),
            ("kv-*", "kv-{environment}", true),
            ("kv-{environment}", "kv-{environment}", true),
            ("kv-{a,b}", "kv-a", false),
            ("kv-?", "kv-a", true),
            ("kv-?", "kv-", false),
            ("*a*b*c", "xaxxbxxbxc", true),
            ("*a*b*c", "xaxxbxxbx", false),
            ("vault/*", "vault/secret", true),
            ("", "x", false),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(
                Pattern::new(pattern).matches(name),
                expected,
                "{pattern} {name}"
            );
        }
    }

    #[test]
    fn many_stars_take_no_longer_than_the_product() {
        let pattern = Pattern::new(&"*a".repeat(2_000));
        assert!(!pattern.matches(&"a".repeat(1_999)));
    }
}
