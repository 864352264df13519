//! One resource of an export.

use std::cell::RefCell;

use super::reader::{File, Path, Reader};
use super::{Exported, columns, firewall, flattened, identity, powershell};
use crate::discover::is_enclosing;
use crate::estate::version::ApiVersion;
use crate::evaluate::composition::Composition;
use crate::evaluate::origin::Origin;
use crate::evaluate::value::{Member, Object, Value};
use crate::evaluate::{Resource, id};
use crate::source::{Place, Source};
use crate::syntax::expression::Text;
use crate::syntax::json::{self, Damage, Node};

/// How deep resources may lie in the `resources` of others: `Export-AzRuleData` nests once.
const MAX_DEPTH: usize = 4;

const VAULT: &str = "Microsoft.KeyVault/vaults";
const MANAGED_HSM: &str = "Microsoft.KeyVault/managedHSMs";

/// The resources of one file, while they are read.
pub(super) struct Items<'a> {
    file: File,
    text: &'a str,
    damage: &'a Damage,
    wanted: &'a dyn Fn(&str) -> bool,
    resources: Vec<Resource>,
    is_cut_short: bool,
}

/// What a resource is called.
struct Name {
    kind: Text,
    name: Value,
    id: Value,
}

impl<'a> Items<'a> {
    pub(super) fn new(
        source: &'a Source,
        damage: &'a Damage,
        wanted: &'a dyn Fn(&str) -> bool,
    ) -> Self {
        Self {
            file: File {
                id: source.id(),
                problems: RefCell::default(),
            },
            text: source.text(),
            damage,
            wanted,
            resources: Vec::new(),
            is_cut_short: false,
        }
    }

    pub(super) fn finish(self) -> Exported {
        let mut problems = self.file.problems.into_inner();
        problems.sort();
        Exported {
            resources: self.resources,
            problems,
            is_cut_short: self.is_cut_short,
        }
    }

    /// Notes that the export is one page of several, from what says so.
    pub(super) fn leave_page_out(&mut self, says: &Node<'_>) {
        let reader = Reader::new(&self.file, self.text, self.damage);
        reader.report(
            says,
            "more pages follow this one, so that what is missing may be in them; export all of it into one list",
        );
        self.is_cut_short = true;
    }

    /// Reads an item, and the resources in it.
    pub(super) fn read(&mut self, node: &Node<'_>) {
        self.read_within(node, MAX_DEPTH);
    }

    fn read_within(&mut self, node: &Node<'_>, depth: usize) {
        let reader = Reader::new(&self.file, self.text, self.damage);
        let named = name(&reader, node);
        match &named {
            None if is_container(node) => {}
            None => reader.report(
                node,
                "neither an id nor a type says what resource this is; print whole resources, without a query",
            ),
            Some(named) if (self.wanted)(&named.kind) => {
                let body = body(&reader, node, named);
                self.resources.push(resource(&reader, node, named, body));
            }
            Some(_) => {}
        }
        if is_enclosing(node) {
            reader.report(
                node,
                "the template in this is not judged, since other values stand around it; write it into a file of its own",
            );
        }
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        for child in children(node) {
            self.read_within(child, depth);
        }
    }
}

/// The resources that `Export-AzRuleData` puts into their parent.
fn children<'n, 's>(node: &'n Node<'s>) -> impl Iterator<Item = &'n Node<'s>> {
    let listed = node.get("resources").map_or(&[][..], Node::elements);
    listed.iter().filter(|child| id_of(child).is_some())
}

fn is_list_of_children(member: &json::Member<'_>) -> bool {
    member.key.eq_ignore_ascii_case("resources")
        && member
            .value
            .elements()
            .iter()
            .any(|child| id_of(child).is_some())
}

/// Whether an item is a subscription or a resource group, which `Export-AzRuleData` prints among resources.
fn is_container(node: &Node<'_>) -> bool {
    let id = text_of(node, &["id", "resourceId"]).map(|(_, id)| id.to_ascii_lowercase());
    id.is_some_and(|id| id.starts_with("/subscriptions/") && !id.contains("/providers"))
}

/// The ARM id of an item.
fn id_of<'n, 's>(node: &'n Node<'s>) -> Option<(&'n Node<'s>, &'n str)> {
    ["id", "resourceId"].iter().find_map(|name| {
        let node = node.get(name)?;
        let id = node.as_str()?;
        identity::parse(id).map(|_| (node, id))
    })
}

fn text_of<'n, 's>(node: &'n Node<'s>, names: &[&str]) -> Option<(&'n Node<'s>, &'n str)> {
    names.iter().find_map(|name| {
        let node = node.get(name)?;
        node.as_str()
            .filter(|text| !text.is_empty())
            .map(|text| (node, text))
    })
}

fn name(reader: &Reader<'_>, node: &Node<'_>) -> Option<Name> {
    let string = |(node, text): (&Node<'_>, &str)| Value::string(text, reader.origin(node));
    let id = id_of(node);
    let of_id = id.and_then(|(_, text)| identity::parse(text));
    let own = text_of(node, &["name", "resourceName", "vaultName"]);
    let kind = text_of(node, &["type", "resourceType"])
        .map(|(_, kind)| kind)
        .filter(|kind| kind.contains('/'));
    let of_shape = (firewall::is_rule_set(node) || powershell::is_vault(node)).then_some(VAULT);
    let kind = kind
        .or(of_id.as_ref().map(|(kind, _)| kind.as_str()))
        .or(of_shape)?;
    let full = of_id
        .as_ref()
        .filter(|(of_id, _)| of_id.eq_ignore_ascii_case(kind))
        .map(|(_, name)| name.as_str());
    let kind = identity::documented(kind);
    let name = match (full, own, id) {
        (Some(full), Some((node, _)), _) | (Some(full), None, Some((node, _))) => {
            string((node, full))
        }
        (_, Some(own), _) => string(own),
        _ => reader.left_out("name", node),
    };
    // What is no id of a resource may still be an id: that of an operation on a vault, say.
    let written = text_of(node, &["id", "resourceId"]).filter(|(_, text)| text.starts_with('/'));
    let id = match id.or(written) {
        Some(id) => string(id),
        None => made_id(reader, node, &kind, &name),
    };
    Some(Name { kind, name, id })
}

/// The id of a resource that is printed without: as much of it as the other members tell.
fn made_id(reader: &Reader<'_>, node: &Node<'_>, kind: &str, name: &Value) -> Value {
    let mut id = Composition::new();
    for (before, names, property) in [
        ("/subscriptions/", &["subscriptionId"][..], "subscriptionId"),
        (
            "/resourceGroups/",
            &["resourceGroup", "resourceGroupName"],
            "resourceGroup",
        ),
    ] {
        id.text(before);
        match text_of(node, names) {
            Some((_, text)) => id.text(text),
            None => id.hole(reader.left_out(property, node)),
        }
    }
    let (namespace, types) = kind.split_once('/').unwrap_or((kind, ""));
    id.text("/providers/");
    id.text(namespace);
    let names = id::segments(name).unwrap_or_default();
    for (index, word) in types.split('/').enumerate() {
        for text in ["/", word, "/"] {
            id.text(text);
        }
        match names.get(index) {
            Some(name) => id.value(name),
            None => id.hole(reader.left_out("id", node)),
        }
    }
    id.string(Origin::at(reader.head(node)))
}

fn resource(reader: &Reader<'_>, node: &Node<'_>, named: &Name, body: Object) -> Resource {
    let declared = reader.place(node.span);
    let head = reader.head(node);
    let body = Value::object(body, Origin::at(head));
    let values = [named.id.clone(), named.name.clone(), body];
    Resource::as_it_is(named.kind.clone(), values, declared, head)
}

/// The members of a resource: `type`, `name`, then what the export has.
fn body(reader: &Reader<'_>, node: &Node<'_>, named: &Name) -> Object {
    let head = reader.head(node);
    let mut body = Object::new();
    let title = |names: [&str; 2], key: &str, value: Value| {
        let member = names.iter().find_map(|name| node.member(name));
        Member {
            key: key.into(),
            key_place: member.map_or(head, |member| reader.place(member.key_span)),
            value,
        }
    };
    let kind = Value::string(named.kind.clone(), Origin::at(head));
    body.insert(title(["type", "resourceType"], "type", kind));
    body.insert(title(["name", "vaultName"], "name", named.name.clone()));
    let (stays, properties): (fn(&str) -> bool, Option<Member>) = if firewall::is_rule_set(node) {
        (
            |_| false,
            Some(firewall::properties(reader, node)).map(|value| at_head(head, value)),
        )
    } else if powershell::is_vault(node) {
        let properties = powershell::properties(reader, node);
        (is_shared, properties.map(|value| at_head(head, value)))
    } else if let Some(member) = node.member("properties") {
        let properties = Member {
            key: "properties".into(),
            key_place: reader.place(member.key_span),
            value: written(reader, node, &member.value, named),
        };
        (|_| true, Some(properties))
    } else if let Some(properties) = columns::properties(reader, node) {
        (|_| true, Some(at_head(head, properties)))
    } else if flattened::is_flattened(&named.kind, node) {
        (
            flattened::stays_on_top,
            Some(at_head(head, folded(reader, node, named))),
        )
    } else {
        (|_| true, None)
    };
    let is_read = |member: &json::Member<'_>| {
        const READ: [&str; 4] = ["type", "name", "apiVersion", "properties"];
        READ.iter()
            .any(|name| member.key.eq_ignore_ascii_case(name))
            || is_list_of_children(member)
    };
    for member in node.members() {
        if !is_read(member) && stays(&member.key) {
            body.insert(reader.member(member, &Path::root(&member.key)));
        }
    }
    if let Some(properties) = properties {
        body.insert(properties);
    }
    if identity::has_location(&named.kind) && body.get("location").is_none() {
        body.insert(Member {
            key: "location".into(),
            key_place: head,
            value: reader.left_out("location", node),
        });
    }
    body
}

/// Properties that the export does not show as such.
fn at_head(head: Place, value: Value) -> Member {
    Member {
        key: "properties".into(),
        key_place: head,
        value,
    }
}

/// What a vault of PowerShell shares with one of ARM.
fn is_shared(name: &str) -> bool {
    ["location", "tags"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// `properties` as they are written: an object, or JSON in a string, as Resource Graph writes into CSV and as its
/// explorer downloads.
fn written(reader: &Reader<'_>, item: &Node<'_>, properties: &Node<'_>, named: &Name) -> Value {
    let path = Path::root("properties");
    match &properties.kind {
        json::Kind::String(_) => {
            let read = |reader: &Reader<'_>, root: &Node<'_>| {
                completed(reader, item, reader.value(root, &path), root, named)
            };
            if let Some(value) = reader.embedded(properties, read) {
                return value;
            }
            let value = reader.value(properties, &path);
            if value.as_symbol().is_some() {
                return value;
            }
            reader.report(properties, "`properties` is a text that is no JSON object");
            reader.left_out("properties", properties)
        }
        json::Kind::Object(_) => {
            let value = reader.value(properties, &path);
            completed(reader, item, value, properties, named)
        }
        json::Kind::Null => reader.value(properties, &path),
        _ => {
            reader.report(properties, "`properties` is no object");
            reader.left_out("properties", properties)
        }
    }
}

/// The properties of a flattened resource.
fn folded(reader: &Reader<'_>, node: &Node<'_>, named: &Name) -> Value {
    let path = Path::root("properties");
    let members = node.members().iter();
    let moved = members.filter(|member| !flattened::stays_on_top(&member.key));
    let known: Object = moved
        .map(|member| reader.member(member, &path.below(&member.key)))
        .collect();
    if flattened::is_whole(&named.kind, node) && !reader.damage.touches(node) {
        return Value::object(known, reader.origin(node));
    }
    reader.partial(known, reader.left_out("properties.*", node))
}

/// The properties with what is known to be missing: what the API version that they were read with does not model, and
/// the value of a secret, which is nobody's business.
fn completed(
    reader: &Reader<'_>,
    item: &Node<'_>,
    properties: Value,
    node: &Node<'_>,
    named: &Name,
) -> Value {
    let Some(known) = properties.as_object() else {
        return properties;
    };
    let hidden: &[(&str, &str)] = match &*named.kind {
        VAULT => &[
            ("networkAcls", "2018-02-14-preview"),
            ("enableRbacAuthorization", "2019-09-01"),
            ("softDeleteRetentionInDays", "2019-09-01"),
            ("publicNetworkAccess", "2021-06-01-preview"),
        ],
        MANAGED_HSM => &[
            ("networkAcls", "2021-04-01-preview"),
            ("publicNetworkAccess", "2021-04-01-preview"),
        ],
        "Microsoft.KeyVault/vaults/secrets" => {
            let is_value = |value: &Member| !value.value.is_null();
            return match known.get("value").filter(|value| is_value(value)) {
                Some(value) => {
                    let mut known = known.clone();
                    let key_place = value.key_place;
                    known.insert(Member {
                        key: "value".into(),
                        key_place,
                        value: reader.left_out("properties.value", node),
                    });
                    Value::object(known, properties.origin)
                }
                None => properties,
            };
        }
        _ => return properties,
    };
    let Some(version) =
        text_of(item, &["apiVersion"]).and_then(|(_, text)| ApiVersion::parse(text))
    else {
        return properties;
    };
    let mut completed = known.clone();
    for (name, since) in hidden {
        if known.get(name).is_none() && Some(&version) < ApiVersion::parse(since).as_ref() {
            completed.insert(Member {
                key: (*name).into(),
                key_place: reader.head(node),
                value: reader.left_out(format!("properties.{name}"), node),
            });
        }
    }
    Value::object(completed, properties.origin)
}
