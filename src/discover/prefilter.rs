//! What can be said of a file from its bytes, before it is decoded and parsed: most files of a repository are nothing
//! for us, and should cost one look.
use super::word::{Word, hides_letters, holds_any, word};
use crate::source::is_utf16;
use memchr::{memchr_iter, memmem};

/// Whether a JSON file with these bytes may be anything else than [`Kind::Other`](super::Kind::Other). If it says no, it
/// is not; a yes is only a reason to look closer.
pub fn may_be_input(bytes: &[u8]) -> bool {
    is_utf16(bytes)
        || hides_letters(bytes)
        || holds_any(bytes, b'y', &WORDS_WITH_Y)
        || holds_any(bytes, b'v', &WORDS_WITH_V)
        || SNAPSHOT
            .iter()
            .chain(&RULE_SET)
            .any(|word| memmem::find(bytes, word).is_some())
        || has_assignment(bytes)
}

/// Whether a text mentions a type of which exports show resources that relations lead to, or anything by which another
/// resource can refer to a vault: `vault` is in ids, addresses, types and names of properties.
pub(super) fn may_relate(bytes: &[u8]) -> bool {
    let [_, _, _, _, _, _, types_with_y @ ..] = &WORDS_WITH_Y;
    let [_, _, _, types_with_v @ ..] = &WORDS_WITH_V;
    holds_any(bytes, b'v', types_with_v) || holds_any(bytes, b'y', types_with_y)
}

/// Whether a text may hold a rule set without the vault that it is of.
pub(super) fn may_be_rule_set(bytes: &[u8]) -> bool {
    RULE_SET
        .iter()
        .any(|word| memmem::find(bytes, word).is_some())
}

/// The schemas of templates and of parameter files, what deployments and what-ifs fail with, deployment stacks, then types.
const WORDS_WITH_Y: [Word; 8] = [
    word("deplo", "ymenttemplate"),
    word("deplo", "ymentparameters"),
    word("deplo", "ymentfailed"),
    word("deplo", "ymentwhatif"),
    word("deplo", "yments/whatif"),
    word("deplo", "ymentstack"),
    word("networksecurit", "yperimeter"),
    word("microsoft.securit", "y/pricings"),
];

/// What every resource has in a template without a schema, what deployments fail with, then types.
const WORDS_WITH_V: [Word; 8] = [
    word("api", "version"),
    word("in", "validtemplate"),
    word("in", "validdeployment"),
    word("", "vault"),
    word("pri", "vateendpoint"),
    word("pri", "vatednszone"),
    word("microsoft.network/", "virtualnetworks"),
    word("microsoft.network\\/", "virtualnetworks"),
];

/// What is in every snapshot of Bicep, in every what-if and in every change of one: `az` writes `"changes"`, PowerShell
/// `"Changes"`, Python `"change_type"`.
const SNAPSHOT: [&[u8]; 4] = [
    b"predictedResources",
    b"hanges\"",
    b"hangeType",
    b"hange_type",
];

/// What is in every rule set that `az keyvault network-rule list`, PowerShell or Python prints.
const RULE_SET: [&[u8]; 2] = [b"efaultAction", b"efault_action"];

/// Whether an object with the members of an assignment is near the beginning, as in a parameter file without a schema.
fn has_assignment(bytes: &[u8]) -> bool {
    const KEYS: [&[u8]; 4] = [
        b"\"value\"",
        b"\"reference\"",
        b"\"expression\"",
        b"\"metadata\"",
    ];
    const LOOKED_AT: usize = 1 << 16;
    let beginning = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    memchr_iter(b'{', beginning).any(|at| {
        let inside = without_comments(beginning.get(at + 1..).unwrap_or_default());
        KEYS.iter().any(|key| {
            inside
                .get(..key.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(key))
        })
    })
}

/// What stands after blanks and comments.
fn without_comments(mut bytes: &[u8]) -> &[u8] {
    loop {
        bytes = bytes.trim_ascii_start();
        let end: &[u8] = match bytes {
            [b'/', b'/', ..] => b"\n",
            [b'/', b'*', ..] => b"*/",
            _ => return bytes,
        };
        let after = memmem::find(bytes, end).and_then(|at| bytes.get(at + end.len()..));
        bytes = after.unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_alone_may_be_input() {
        for kind in ["changeType", "ChangeType", "change_type"] {
            let change = format!(r#"[{{"{kind}": "Create", "resourceId": "/a", "after": {{}}}}]"#);
            assert!(may_be_input(change.as_bytes()), "{kind}");
        }
        assert!(!may_be_input(
            br#"[{"type": "Create", "id": "/a", "after": {}}]"#
        ));
    }
}
