//! The second argument of `loadJsonContent` and `loadYamlContent`: a path in the dialect of Newtonsoft.Json.
//!
//! In: `.products[?(@.price > 3)].name`. Out: the same as a query of RFC 9535, in which `$` is not optional and only
//! plain names stand behind a point (`JPath.cs` of Newtonsoft.Json).

use crate::evaluate::jsonpath::{Case, Query};

/// The query that a path is; `None` where it is none.
pub(super) fn query(path: &str) -> Option<Query> {
    Query::parse_with(&translated(path)?, Case::Exact).ok()
}

fn translated(path: &str) -> Option<String> {
    let mut rest = path.trim();
    if rest.is_empty() {
        return None;
    }
    let mut query = String::from("$");
    let rooted = rest.strip_prefix('$');
    let mut may_start = rooted.is_none();
    rest = rooted.unwrap_or(rest);
    while !rest.is_empty() {
        let after = rest.strip_prefix('.');
        let deep = rest.strip_prefix("..");
        rest = deep.or(after).unwrap_or(rest);
        if deep.is_some() {
            query.push_str("..");
        }
        if rest.starts_with('[') {
            let end = closing(rest)?;
            query.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if after.is_some() || may_start {
            let end = rest.find(['.', '[', ']', '(', ')']).unwrap_or(rest.len());
            let name = rest[..end].trim_end();
            if name.is_empty() {
                return None;
            }
            if name == "*" {
                query.push_str("[*]");
            } else {
                let name = name.replace('\\', "\\\\").replace('\'', "\\'");
                query.push_str(&format!("['{name}']"));
            }
            rest = &rest[end..];
        } else {
            return None;
        }
        may_start = false;
    }
    Some(query)
}

/// The length of what stands in the bracket at the start of a text, both brackets included.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => {
                characters.next();
            }
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '[') => depth += 1,
            (None, ']') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_queries() {
        for (path, expected) in [
            ("$", "$"),
            (".a", "$['a']"),
            ("a.b", "$['a']['b']"),
            ("$.a-b[0].c", "$['a-b'][0]['c']"),
            ("[0]", "$[0]"),
            ("$..name", "$..['name']"),
            (".a.*", "$['a'][*]"),
            ("$.a[*]", "$['a'][*]"),
            ("['it''s']", "$['it''s']"),
            (".it's", "$['it\\'s']"),
            (
                ".products[?(@.price > 3)].name",
                "$['products'][?(@.price > 3)]['name']",
            ),
            ("a[?(@.b == ']')]", "$['a'][?(@.b == ']')]"),
        ] {
            assert_eq!(translated(path).as_deref(), Some(expected), "{path}");
        }
        for path in [
            "", ".", "$.", "a.", "a[0", "a]", "$a", "a[0]b", "a..", "[", "'",
        ] {
            let query = translated(path).filter(|_| path != "'");
            assert_eq!(query, None, "{path}");
        }
    }

    #[test]
    fn what_is_no_query_is_refused() {
        for path in ["a[x]", "[?(@.a =~ /b/)]", "a[?]"] {
            assert!(query(path).is_none(), "{path}");
        }
        assert!(query(".products[?(@.price > 3)].name").is_some());
    }
}
