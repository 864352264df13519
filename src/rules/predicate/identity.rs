//! The shape of resource ids.
//!
//! An id is `/subscriptions/{id}/resourceGroups/{name}/providers/{namespace}/{type}/{name}` and so on for child types.
//! A hole between two slashes stands for one segment: no name has a slash in it, and `resourceId()` refuses one.

use crate::estate::truth::Truth;
use crate::evaluate::value::{Kind, Part, Value};

/// What stands between two slashes.
#[derive(Debug, PartialEq)]
enum Segment {
    /// Known text.
    Text(String),
    /// A hole and nothing else: a name.
    Name,
    /// A hole beside known text: a name, unless there are slashes in it.
    Part,
    /// A hole at the start, which may hold slashes.
    Open,
}

/// Whether a string is the id of a resource of this type in a resource group.
pub(super) fn is_resource_id(value: &Value, kind: &str) -> Truth {
    let parts: Vec<Part> = match &value.kind {
        Kind::String(text) => vec![Part::Text(text.clone())],
        Kind::Mixed(parts) => parts.to_vec(),
        _ => return Truth::False,
    };
    let wanted = wanted(kind);
    let found = segments(&parts);
    let is_open = |segment: &Segment| matches!(segment, Segment::Part | Segment::Open);
    if !found.iter().any(is_open) || fits(&found, &wanted) {
        return fits(&found, &wanted).into();
    }
    if could_fit(&found, &wanted) {
        Truth::hangs_on(value)
    } else {
        Truth::False
    }
}

/// The segments of an id of this type. The first is what stands before the first slash: nothing.
fn wanted(kind: &str) -> Vec<Segment> {
    let text = |text: &str| Segment::Text(text.to_owned());
    let mut wanted = vec![
        text(""),
        text("subscriptions"),
        Segment::Name,
        text("resourceGroups"),
        Segment::Name,
        text("providers"),
    ];
    let mut words = kind.split('/');
    wanted.extend(words.next().map(text));
    for word in words {
        wanted.push(text(word));
        wanted.push(Segment::Name);
    }
    wanted
}

fn segments(parts: &[Part]) -> Vec<Segment> {
    let mut segments = vec![Segment::Text(String::new())];
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Hole(_) => {
                let before = segments.pop();
                segments.push(match before {
                    _ if index == 0 => Segment::Open,
                    Some(Segment::Text(text)) if text.is_empty() => Segment::Name,
                    Some(Segment::Open) => Segment::Open,
                    _ => Segment::Part,
                });
            }
            Part::Text(text) => {
                for (index, piece) in text.split('/').enumerate() {
                    match segments.last_mut() {
                        Some(Segment::Text(last)) if index == 0 => last.push_str(piece),
                        Some(last) if index == 0 && !piece.is_empty() => {
                            if *last == Segment::Name {
                                *last = Segment::Part;
                            }
                        }
                        _ if index == 0 => {}
                        _ => segments.push(Segment::Text(piece.to_owned())),
                    }
                }
            }
        }
    }
    segments
}

fn fits(found: &[Segment], wanted: &[Segment]) -> bool {
    found.len() == wanted.len() && found.iter().zip(wanted).all(agree)
}

fn agree((found, wanted): (&Segment, &Segment)) -> bool {
    match (found, wanted) {
        (Segment::Text(found), Segment::Text(wanted)) => found.eq_ignore_ascii_case(wanted),
        (Segment::Text(found), _) => !found.is_empty(),
        (Segment::Open, _) => false,
        // The name of a type does not come from outside.
        (_, wanted) => *wanted == Segment::Name,
    }
}

/// Whether some text of the open holes makes it fit: what stands before the first one and after the last one must agree,
/// and no more be there than is wanted. Where as much is there as is wanted, no hole has a slash in it.
fn could_fit(found: &[Segment], wanted: &[Segment]) -> bool {
    let is_known = |pair: &(&Segment, &Segment)| !matches!(pair.0, Segment::Part | Segment::Open);
    if found.len() == wanted.len() {
        return found.iter().zip(wanted).filter(is_known).all(agree);
    }
    found.len() <= wanted.len()
        && found.iter().zip(wanted).take_while(is_known).all(agree)
        && found
            .iter()
            .rev()
            .zip(wanted.iter().rev())
            .take_while(is_known)
            .all(agree)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::origin::Origin;
    use crate::evaluate::symbol::Symbol;
    use crate::source::{FileId, Place, Span};

    /// `text`, in which `*` is a hole.
    fn is_subnet(text: &str) -> Option<bool> {
        let origin = || Origin::at(Place::new(FileId(0), Span::point(0)));
        let hole = || Part::Hole(Value::symbolic(Symbol::call("anything", vec![]), origin()));
        let mut parts = Vec::new();
        for (index, piece) in text.split('*').enumerate() {
            if index > 0 {
                parts.push(hole());
            }
            if !piece.is_empty() {
                parts.push(Part::Text(piece.into()));
            }
        }
        let value = Value::from_parts(parts, origin());
        match is_resource_id(&value, "Microsoft.Network/virtualNetworks/subnets") {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Unknown(_) => None,
        }
    }

    const VNET: &str =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v";

    #[test]
    fn a_known_id_has_the_shape_or_not() {
        assert_eq!(is_subnet(&format!("{VNET}/subnets/s")), Some(true));
        assert_eq!(
            is_subnet(&format!("{VNET}/Subnets/s").to_lowercase()),
            Some(true)
        );
        assert_eq!(is_subnet(VNET), Some(false));
        assert_eq!(is_subnet(&format!("{VNET}/subnets/")), Some(false));
        assert_eq!(is_subnet(&format!("{VNET}/subnets/s/x")), Some(false));
        assert_eq!(is_subnet("default"), Some(false));
        assert_eq!(is_subnet(""), Some(false));
    }

    #[test]
    fn a_hole_between_slashes_is_a_name() {
        let id = "/subscriptions/*/resourceGroups/*/providers/Microsoft.Network/virtualNetworks/*/subnets/*";
        assert_eq!(is_subnet(id), Some(true));
        assert_eq!(is_subnet(&id.replace("/subnets/*", "")), Some(false));
        assert_eq!(is_subnet(&id.replace("subnets", "subnet")), Some(false));
    }

    #[test]
    fn a_hole_beside_text_is_a_part_of_a_name_where_that_fits() {
        let id = "/subscriptions/*/resourceGroups/rg-*/providers/Microsoft.Network/virtualNetworks/*-vnet/subnets/s-*-x";
        assert_eq!(is_subnet(id), Some(true));
        assert_eq!(is_subnet(&id.replace("subnets", "*s")), None);
        assert_eq!(is_subnet(&id.replace("/subnets/", "/subnet/")), Some(false));
        assert_eq!(is_subnet(&id.replace("/subnets/s-*-x", "")), None);
        assert_eq!(is_subnet(&id.replace("/subnets/", "/")), None);
        assert_eq!(is_subnet(&id.replace("-x", "-x/y")), Some(false));
    }

    #[test]
    fn a_hole_at_an_end_can_be_anything() {
        assert_eq!(is_subnet("*/subnets/default"), None);
        assert_eq!(is_subnet("*/subnet/default"), Some(false));
        assert_eq!(is_subnet(&format!("{VNET}*")), None);
        assert_eq!(is_subnet("*"), None);
    }
}
