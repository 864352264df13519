//! Keys that an object has more than once.
use super::note::{Note, NoteKind};
use super::tree::Member;

/// Up to so many members, comparing all pairs is faster than sorting.
const FEW: usize = 16;

/// Notes the keys that are there before, in whatever letter case.
pub(super) fn note_repeated_keys(members: &[Member<'_>], notes: &mut Vec<Note>) {
    if members.len() <= FEW {
        for (count, later) in members.iter().enumerate() {
            let mut before = members.iter().take(count).rev();
            notes.extend(
                before
                    .find(|earlier| same(earlier, later))
                    .map(|earlier| repeated(earlier, later)),
            );
        }
        return;
    }
    let mut sorted: Vec<_> = members.iter().collect();
    // The sort is stable: members with the same key stay in order.
    sorted.sort_by(|a, b| lower_case(a).cmp(lower_case(b)));
    let pairs = sorted
        .iter()
        .zip(sorted.iter().skip(1))
        .filter(|(earlier, later)| same(earlier, later));
    notes.extend(pairs.map(|(earlier, later)| repeated(earlier, later)));
}

fn lower_case(member: &Member<'_>) -> impl Iterator<Item = u8> {
    member.key.bytes().map(|byte| byte.to_ascii_lowercase())
}

fn same(a: &Member<'_>, b: &Member<'_>) -> bool {
    a.key.eq_ignore_ascii_case(&b.key)
}

fn repeated(earlier: &Member<'_>, later: &Member<'_>) -> Note {
    let span = earlier.key_span;
    let kind = if earlier.key == later.key {
        NoteKind::DuplicateKey { earlier: span }
    } else {
        NoteKind::CaseVariantKey { earlier: span }
    };
    Note {
        span: later.key_span,
        kind,
    }
}
