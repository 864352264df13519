//! Columns of a query that chose single properties: Resource Graph names the column of `properties.networkAcls`
//! `properties_networkAcls`. <https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language>

use super::reader::{Path, Reader};
use crate::evaluate::value::{Member, Object, Value};
use crate::syntax::json::{self, Node};

const START: &str = "properties_";

/// How deep a column may lie.
const MAX_DEPTH: usize = 8;

/// The path below `properties` of the property that a column shows.
fn path_of<'n>(member: &'n json::Member<'_>) -> Option<Vec<&'n str>> {
    let start = member.key.get(..START.len())?;
    let path: Vec<&str> = member.key.get(START.len()..)?.split('_').collect();
    let is_path = start.eq_ignore_ascii_case(START)
        && path.len() <= MAX_DEPTH
        && path.iter().all(|name| !name.is_empty());
    is_path.then_some(path)
}

/// The properties that the columns of a row show, any other unknown; `None` where it has no such column.
pub(super) fn properties(reader: &Reader<'_>, row: &Node<'_>) -> Option<Value> {
    let columns: Vec<(Vec<&str>, &json::Member<'_>)> = row
        .members()
        .iter()
        .filter_map(|member| Some((path_of(member)?, member)))
        .collect();
    if columns.is_empty() {
        return None;
    }
    let columns: Vec<Column<'_, '_>> = columns
        .iter()
        .map(|(path, member)| (&path[..], *member))
        .collect();
    Some(level(reader, row, &columns, &Path::root("properties")))
}

type Column<'c, 's> = (&'c [&'c str], &'c json::Member<'s>);

fn level(
    reader: &Reader<'_>,
    row: &Node<'_>,
    columns: &[Column<'_, '_>],
    path: &Path<'_>,
) -> Value {
    let mut known = Object::new();
    for (names, column) in columns {
        let Some((name, deeper)) = names.split_first() else {
            continue;
        };
        if known.get(name).is_some() {
            continue;
        }
        let below = path.below(name);
        let value = if deeper.is_empty() {
            reader.value(&column.value, &below)
        } else {
            let same: Vec<Column<'_, '_>> = columns
                .iter()
                .filter(|(names, _)| {
                    names.len() > 1
                        && names
                            .first()
                            .is_some_and(|other| other.eq_ignore_ascii_case(name))
                })
                .filter_map(|(names, column)| Some((names.get(1..)?, *column)))
                .collect();
            level(reader, row, &same, &below)
        };
        known.insert(Member {
            key: (*name).into(),
            key_place: reader.place(column.key_span),
            value,
        });
    }
    let rest = reader.left_out(format!("{}.*", path.text()), row);
    reader.partial(known, rest)
}
