//! Names as the Azure SDK for Python prints them: `as_dict()` of a model gives its attributes, `network_acls` for
//! `networkAcls`. <https://learn.microsoft.com/python/api/msrest/msrest.serialization.model>
//!
//! In: a resource of an export. Out: the same with the names of ARM, every value at its place. Names that people chose,
//! those of tags, stay as they are, and so do the columns of Resource Graph, `properties_sku`.

use std::borrow::Cow;

use crate::syntax::json::{Kind, Member, Node};

/// How deep names are looked for. Resources nest by about a dozen levels.
const MAX_DEPTH: usize = 32;

/// The member whose names people chose.
const TAGS: &str = "tags";

/// The resource with the names of ARM.
pub(super) fn renamed<'n, 's>(item: &'n Node<'s>) -> Cow<'n, Node<'s>> {
    match has_name(item, MAX_DEPTH) {
        true => Cow::Owned(copy(item, MAX_DEPTH)),
        false => Cow::Borrowed(item),
    }
}

/// Whether there is a name in snake case anywhere: of a trimmed resource, `logs[].category_group` may be the only one.
fn has_name(node: &Node<'_>, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let mut members = node.members().iter();
    let mut elements = node.elements().iter();
    members.any(|member| {
        member.key != TAGS && (name_of(&member.key).is_some() || has_name(&member.value, depth))
    }) || elements.any(|element| has_name(element, depth))
}

fn copy<'s>(node: &Node<'s>, depth: usize) -> Node<'s> {
    let Some(depth) = depth.checked_sub(1) else {
        return node.clone();
    };
    let kind = match &node.kind {
        Kind::Array(items) => Kind::Array(items.iter().map(|item| copy(item, depth)).collect()),
        Kind::Object(members) => {
            let copied = members.iter().map(|member| match &*member.key {
                TAGS => member.clone(),
                key => Member {
                    key: name_of(key).map_or_else(|| member.key.clone(), Cow::Owned),
                    key_span: member.key_span,
                    value: copy(&member.value, depth),
                },
            });
            Kind::Object(copied.collect())
        }
        other => other.clone(),
    };
    Node {
        kind,
        span: node.span,
    }
}

/// The name in ARM for one in snake case; `None` for any other.
fn name_of(name: &str) -> Option<String> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if !name.contains('_') || name.starts_with("properties_") || !name.split('_').all(is_word) {
        return None;
    }
    let mut words = name.split('_');
    let mut joined = words.next()?.to_owned();
    for word in words {
        let (first, rest) = word.split_at_checked(1)?;
        joined.push_str(&first.to_ascii_uppercase());
        joined.push_str(rest);
    }
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_snake_case_are_told_from_others() {
        for (name, expected) in [
            ("network_acls", Some("networkAcls")),
            (
                "soft_delete_retention_in_days",
                Some("softDeleteRetentionInDays"),
            ),
            ("networkAcls", None),
            ("location", None),
            ("properties_sku", None),
            ("properties_networkAcls", None),
            ("_links", None),
            ("a__b", None),
            ("COST_CENTER", None),
        ] {
            assert_eq!(name_of(name).as_deref(), expected, "{name}");
        }
    }
}
