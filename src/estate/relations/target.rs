//! Which private endpoints are ones of a vault or managed HSM.

use super::facts::Link;
use super::identity::Id;
use crate::estate::compare::{Literal, equals_any};
use crate::estate::property::Property;
use crate::estate::truth::{Reason, Truth};
use crate::evaluate::partial::{as_choice, items};
use crate::evaluate::value::Value;

pub(super) const VAULT: &str = "Microsoft.KeyVault/vaults";
pub(super) const MANAGED_HSM: &str = "Microsoft.KeyVault/managedHSMs";

/// The type as it is written, where this is the type of a vault or managed HSM.
pub(super) fn written_type(kind: &str) -> Option<&'static str> {
    [VAULT, MANAGED_HSM]
        .into_iter()
        .find(|written| written.eq_ignore_ascii_case(kind))
}

/// Whether a connection is one to a vault or managed HSM, and why that is not sure: by the type in the id, or where that
/// is not known by the groups, or by what the id may be.
pub(super) fn vault_type(link: &Link) -> Option<(&'static str, Vec<Reason>)> {
    if let Some(kind) = link.target.kind() {
        return Some((written_type(&kind)?, Vec::new()));
    }
    type_by_groups(link).or_else(|| {
        let target = &link.target.value;
        Some((
            type_in_choice(target, MAX_CHOICES)?,
            vec![Reason::of(target)],
        ))
    })
}

fn type_by_groups(link: &Link) -> Option<(&'static str, Vec<Reason>)> {
    let groups = match Property::of(link.value.as_ref()?, &["properties", "groupIds"]) {
        Property::Present(groups) => groups,
        Property::Absent => return None,
        Property::Unknown(reasons) => return Some((VAULT, reasons)),
    };
    let groups_known = items(&groups);
    let is = |item: &Value, word: &str| equals_any(item, &[Literal::text(word)]);
    for (word, written) in [("vault", VAULT), ("managedhsm", MANAGED_HSM)] {
        if groups_known.known().any(|item| is(item, word).is_true()) {
            return Some((written, Vec::new()));
        }
    }
    let others = groups_known.known().chain(&groups_known.possible);
    let truth = Truth::any(others.map(|item| is(item, "vault")));
    match truth {
        Truth::Unknown(reasons) => Some((VAULT, reasons)),
        Truth::True => Some((VAULT, vec![Reason::of(&groups)])),
        Truth::False if groups_known.open => Some((VAULT, vec![Reason::of(&groups)])),
        Truth::False => None,
    }
}

/// How many choices within choices are looked at.
const MAX_CHOICES: u32 = 8;

/// The type of vault that one side of a choice names.
fn type_in_choice(value: &Value, depth: u32) -> Option<&'static str> {
    let depth = depth.checked_sub(1)?;
    match as_choice(value) {
        Some((_, then, otherwise)) => {
            type_in_choice(then, depth).or_else(|| type_in_choice(otherwise, depth))
        }
        None => written_type(&Id::of(value.clone()).kind()?),
    }
}
