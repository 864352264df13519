//! The resources in what Azure, `az` and PowerShell print.
//!
//! They come one by one, in arrays, in pages (`{"value": […]}` of the REST API and of Windows PowerShell, `{"data": […]}`
//! of Resource Graph, whose data may be a table), and one per line.
use super::prefilter::may_relate;
use crate::syntax::json::{Kind, Member, Node};
use std::borrow::Cow;

/// How many arrays and pages may stand around a resource.
const MAX_DEPTH: usize = 4;

/// The resources among the values of a JSON text, in order.
///
/// A resource has an ARM id (`id`, `ResourceId`), or a type and properties that a query left, or the members that only
/// `Get-AzKeyVault` prints, or is the bare rule set that `az keyvault network-rule list` prints. It may also come as
/// PowerShell prints it, with names in Pascal case, which look-ups do not tell apart. A row of a table is given as an
/// object whose names stand where the cells do.
pub fn export_items<'n, 's>(values: &'n [Node<'s>]) -> Vec<Cow<'n, Node<'s>>> {
    let mut items = Vec::new();
    for value in values {
        collect(value, MAX_DEPTH, &mut items);
    }
    items
}

fn collect<'n, 's>(value: &'n Node<'s>, depth: usize, items: &mut Vec<Cow<'n, Node<'s>>>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    if is_item(value) {
        items.push(Cow::Borrowed(value));
        return;
    }
    if let Some(rows) = value.get("data").and_then(rows_of_table) {
        items.extend(rows.filter(is_item).map(Cow::Owned));
        return;
    }
    let page = ["value", "data"]
        .into_iter()
        .filter_map(|name| value.get(name))
        .find(|page| page.is_array());
    for element in page.unwrap_or(value).elements() {
        collect(element, depth, items);
    }
}

/// `{"columns": [{"name": …}], "rows": [[…]]}`, the table format of Resource Graph:
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data#formatting-results>
fn rows_of_table<'n, 's>(data: &'n Node<'s>) -> Option<impl Iterator<Item = Node<'s>> + 'n> {
    let columns = data.get("columns").filter(|columns| columns.is_array())?;
    let rows = data.get("rows").filter(|rows| rows.is_array())?;
    let names =
        columns
            .elements()
            .iter()
            .map(|column| match column.get("name").map(|name| &name.kind) {
                Some(Kind::String(name)) => name.clone(),
                _ => Cow::Borrowed(""),
            });
    let names: Vec<Cow<'s, str>> = names.collect();
    Some(rows.elements().iter().map(move |row| {
        let cells = names.iter().zip(row.elements()).map(|(name, cell)| Member {
            key: name.clone(),
            key_span: cell.span,
            value: cell.clone(),
        });
        Node {
            kind: Kind::Object(cells.collect()),
            span: row.span,
        }
    }))
}

fn is_item(value: &Node<'_>) -> bool {
    value.is_object()
        && (["id", "resourceId"]
            .into_iter()
            .any(|name| text(value, name).is_some_and(is_resource_id))
            || is_projected(value)
            || is_powershell_vault(value)
            || is_network_rule_set(value))
}

fn text<'n>(value: &'n Node<'_>, name: &str) -> Option<&'n str> {
    value.get(name)?.as_str()
}

fn is_resource_id(id: &str) -> bool {
    let starts = |start: &str| {
        id.get(..start.len())
            .is_some_and(|text| text.eq_ignore_ascii_case(start))
    };
    starts("/subscriptions/") || starts("/providers/")
}

/// A resource without its id, as a query may leave it. It is not a declaration: those have expressions for names.
fn is_projected(value: &Node<'_>) -> bool {
    let kind = text(value, "type")
        .or_else(|| text(value, "resourceType"))
        .unwrap_or_default();
    kind.contains('/')
        && may_relate(kind.as_bytes())
        && text(value, "name").is_some_and(|name| !name.starts_with('['))
        && (value.get("properties").is_some_and(are_properties)
            || value.members().iter().any(is_column))
        && value.get("apiVersion").is_none()
}

/// An object with something in it, or one that is written into a string.
fn are_properties(value: &Node<'_>) -> bool {
    !value.members().is_empty()
        || value
            .as_str()
            .is_some_and(|text| text.trim_start().starts_with('{'))
}

/// `properties_networkAcls`: how Resource Graph names the column of a single property.
fn is_column(member: &Member<'_>) -> bool {
    member.key.starts_with("properties_")
}

fn is_powershell_vault(value: &Node<'_>) -> bool {
    const OTHERS: [&str; 3] = ["vaultUri", "networkAcls", "publicNetworkAccess"];
    text(value, "vaultName").is_some() && OTHERS.iter().any(|name| value.get(name).is_some())
}

/// `{"bypass": …, "defaultAction": …, "ipRules": […], "virtualNetworkRules": […]}`; PowerShell has other names for lists,
/// and Python writes all of them in snake case.
fn is_network_rule_set(value: &Node<'_>) -> bool {
    const LISTS: [&str; 6] = [
        "ipRules",
        "virtualNetworkRules",
        "ip_rules",
        "virtual_network_rules",
        "ipAddressRanges",
        "virtualNetworkResourceIds",
    ];
    let has = |name: &str| value.get(name).is_some();
    has("bypass") && (has("defaultAction") || has("default_action")) && LISTS.into_iter().any(has)
}
