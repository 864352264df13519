//! Resources from exports: what Azure, `az` and PowerShell print of what is deployed.
//!
//! In: a parsed JSON file that [`classify`](crate::discover::classify) takes for an export. Out: its resources in the
//! form that templates declare them, every value at its place in the file. Properties that a command moves to the top
//! are back under `properties`, PowerShell's names are those of ARM, and what a shape leaves out is unknown, with that
//! as the cause. It refuses to know rules, and what one resource has to do with another.
//!
//! What is done for each shape is in `docs/design.md` (Exports).
mod columns;
mod firewall;
mod flattened;
mod identity;
mod item;
mod merge;
mod powershell;
mod reader;
mod snake_case;
mod snapshot;

use crate::discover::export_items;
use crate::evaluate::Resource;
use crate::source::{Place, Source};
use crate::syntax::json::{Kind, Node, Sequence};

pub use merge::merged;
pub use snapshot::place_by_id;

use item::Items;

/// What an export shows.
#[derive(Debug, Default)]
pub struct Exported {
    /// The resources in the order of the file, one that is listed in another after it. An id is a known string where
    /// the export tells it.
    pub resources: Vec<Resource>,
    /// What of it could not be used, in order of place.
    pub problems: Vec<Problem>,
    /// It says itself that there is more than it shows.
    pub is_cut_short: bool,
}

/// Something in an export that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong and what to do about it.
    pub message: String,
}

/// The member of a page that says that others follow: what to ask for the next one with, in the REST API, in
/// `az graph query` and in `Search-AzGraph`; or that Resource Graph left rows out of a page.
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data#paging-results>
fn next_page<'n, 's>(root: &'n Node<'s>) -> Option<&'n Node<'s>> {
    const NEXT: [&str; 5] = [
        "nextLink",
        "@odata.nextLink",
        "$skipToken",
        "skipToken",
        "skip_token",
    ];
    const TRUNCATED: [&str; 2] = ["resultTruncated", "result_truncated"];
    let is_page = ["value", "data"]
        .iter()
        .any(|name| root.get(name).is_some());
    let next = NEXT
        .iter()
        .filter_map(|name| root.get(name))
        .find(|next| next.as_str().is_some_and(|text| !text.is_empty()));
    let truncated = || {
        let mut flags = TRUNCATED.iter().filter_map(|name| root.get(name));
        flags.find(|flag| match &flag.kind {
            Kind::Bool(value) => *value,
            Kind::String(text) => text.eq_ignore_ascii_case("true"),
            _ => false,
        })
    };
    next.or_else(truncated).filter(|_| is_page)
}

/// The resources of an export, which is the file `source` parsed as `sequence`. Those whose type is not `wanted` are
/// left out and cost little.
pub fn resources(
    source: &Source,
    sequence: &Sequence<'_>,
    wanted: &dyn Fn(&str) -> bool,
) -> Exported {
    let mut items = Items::new(source, &sequence.damage, wanted);
    for node in export_items(&sequence.values) {
        items.read(&snake_case::renamed(&node));
    }
    for page in sequence.values.iter().filter_map(next_page) {
        items.leave_page_out(page);
    }
    items.finish()
}
