//! The table of all built-in functions.
//!
//! Names, numbers of arguments and kinds follow the pages that the table names, and for what they leave out the
//! declarations of the Bicep compiler (`SystemNamespaceType.cs`, `AzNamespaceType.cs`). Where the pages ask for two
//! operands and one is harmless (`union`, `and`), one is taken.

use std::sync::LazyLock;

use super::{
    Arity, Body, Function, FunctionKind, array, base64, comparison, date, format, hash, json,
    lambda, logic, network, number, object, resource_id, sequence, text, uri,
};
use crate::evaluate::symbol::Shape;

/// The page that documents a function.
#[derive(Debug, Clone, Copy)]
pub(super) enum Page {
    /// One about functions of ARM templates.
    Template(&'static str),
    /// One about functions of Bicep, for what the former lack.
    Bicep(&'static str),
}

impl Page {
    pub(super) fn url(self, function: &str) -> String {
        let folder = "https://learn.microsoft.com/azure/azure-resource-manager";
        let anchor = match function {
            "list*" => "list".to_owned(),
            name if name.starts_with("list") && name != "listKeys" => "list".to_owned(),
            name => name.to_ascii_lowercase(),
        };
        match self {
            Self::Template(page) => {
                format!("{folder}/templates/template-functions-{page}#{anchor}")
            }
            Self::Bicep(page) => format!("{folder}/bicep/bicep-functions-{page}#{anchor}"),
        }
    }
}

pub(super) fn find(name: &str) -> Option<&'static Function> {
    // This is asked for every call of every template: nearly all names differ in length or in the first letter.
    let alike = alike(name).and_then(|place| ALIKE.get(place))?;
    let as_written = alike.iter().find(|function| function.name == name);
    let mut in_any_case = alike.iter();
    let found = as_written
        .or_else(|| in_any_case.find(|function| function.name.eq_ignore_ascii_case(name)));
    if found.is_some() {
        return found.copied();
    }
    let is_operation =
        name.len() > 4 && name.is_char_boundary(4) && name[..4].eq_ignore_ascii_case("list");
    if is_operation { find("list*") } else { None }
}

/// No name of a function is as long.
const LONGEST: usize = 32;

/// The functions by the first letter and the length of their names: hardly one shares both with another.
static ALIKE: LazyLock<Vec<Vec<&'static Function>>> = LazyLock::new(|| {
    let mut alike_ones = vec![Vec::new(); 26 * LONGEST];
    for function in TABLE {
        if let Some(ones) = alike(function.name).and_then(|place| alike_ones.get_mut(place)) {
            ones.push(function);
        }
    }
    alike_ones
});

/// The place in [`ALIKE`] of the functions whose names have this first letter and length.
fn alike(name: &str) -> Option<usize> {
    let first = name.bytes().next()?.to_ascii_lowercase();
    let letter = first.checked_sub(b'a').filter(|letter| *letter < 26)?;
    // What is longer can be an operation of a resource provider: the last place is empty.
    Some(usize::from(letter) * LONGEST + name.len().min(LONGEST - 1))
}

const fn row(
    name: &'static str,
    min: usize,
    max: Option<usize>,
    returns: Shape,
    page: Page,
    kind: FunctionKind,
    body: Body,
) -> Function {
    Function {
        name,
        arity: Arity { min, max },
        kind,
        returns,
        page,
        body,
    }
}

/// Sorted by name in lower case.
#[rustfmt::skip]
static TABLE: &[Function] = &[
    row("add", 2, Some(2), Shape::Integer, Page::Template("numeric"), FunctionKind::Pure, Body::Pure(number::add)),
    row("and", 1, None, Shape::Bool, Page::Template("logical"), FunctionKind::Special, Body::Pure(logic::and)),
    row("array", 1, Some(1), Shape::Array, Page::Template("array"), FunctionKind::Pure, Body::Pure(array::array)),
    row("base64", 1, Some(1), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(base64::base64)),
    row("base64ToJson", 1, Some(1), Shape::Any, Page::Template("string"), FunctionKind::Pure, Body::Pure(base64::base64_to_json)),
    row("base64ToString", 1, Some(1), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(base64::base64_to_string)),
    row("bool", 1, Some(1), Shape::Bool, Page::Template("logical"), FunctionKind::Pure, Body::Pure(logic::bool)),
    row("buildUri", 1, Some(1), Shape::String, Page::Bicep("string"), FunctionKind::Pure, Body::Pure(uri::build_uri)),
    row("cidrHost", 2, Some(2), Shape::String, Page::Template("cidr"), FunctionKind::Pure, Body::Pure(network::cidr_host)),
    row("cidrSubnet", 3, Some(3), Shape::String, Page::Template("cidr"), FunctionKind::Pure, Body::Pure(network::cidr_subnet)),
    row("coalesce", 1, None, Shape::Any, Page::Template("comparison"), FunctionKind::Special, Body::Pure(logic::coalesce)),
    row("concat", 1, None, Shape::Any, Page::Template("array"), FunctionKind::Pure, Body::Pure(array::concat)),
    row("contains", 2, Some(2), Shape::Bool, Page::Template("array"), FunctionKind::Pure, Body::Pure(sequence::contains)),
    row("copyIndex", 0, Some(2), Shape::Integer, Page::Template("numeric"), FunctionKind::Special, Body::Elsewhere),
    row("createArray", 0, None, Shape::Array, Page::Template("array"), FunctionKind::Pure, Body::Pure(array::create_array)),
    row("createObject", 0, None, Shape::Object, Page::Template("object"), FunctionKind::Pure, Body::Pure(object::create_object)),
    row("dataUri", 1, Some(1), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(base64::data_uri)),
    row("dataUriToString", 1, Some(1), Shape::Any, Page::Template("string"), FunctionKind::Pure, Body::Pure(base64::data_uri_to_string)),
    row("dateTimeAdd", 2, Some(3), Shape::String, Page::Template("date"), FunctionKind::Pure, Body::Pure(date::date_time_add)),
    row("dateTimeFromEpoch", 1, Some(1), Shape::String, Page::Template("date"), FunctionKind::Pure, Body::Pure(date::date_time_from_epoch)),
    row("dateTimeToEpoch", 1, Some(1), Shape::Integer, Page::Template("date"), FunctionKind::Pure, Body::Pure(date::date_time_to_epoch)),
    row("deployer", 0, Some(0), Shape::Object, Page::Bicep("deployment"), FunctionKind::Context, Body::Elsewhere),
    row("deployment", 0, Some(0), Shape::Object, Page::Template("deployment"), FunctionKind::Context, Body::Elsewhere),
    row("distinct", 1, Some(1), Shape::Array, Page::Bicep("array"), FunctionKind::Pure, Body::Pure(array::distinct)),
    row("div", 2, Some(2), Shape::Integer, Page::Template("numeric"), FunctionKind::Pure, Body::Pure(number::div)),
    row("empty", 1, Some(1), Shape::Bool, Page::Template("array"), FunctionKind::Pure, Body::Pure(sequence::empty)),
    row("endsWith", 2, Some(2), Shape::Bool, Page::Template("string"), FunctionKind::Pure, Body::Pure(text::ends_with)),
    row("environment", 0, Some(0), Shape::Object, Page::Template("deployment"), FunctionKind::Context, Body::Elsewhere),
    row("equals", 2, Some(2), Shape::Bool, Page::Template("comparison"), FunctionKind::Pure, Body::Pure(comparison::equals)),
    row("extensionResourceId", 3, None, Shape::String, Page::Template("resource"), FunctionKind::ResourceId, Body::Pure(resource_id::extension_resource_id)),
    row("extensions", 1, Some(1), Shape::Any, Page::Bicep("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("externalInput", 1, Some(2), Shape::Any, Page::Bicep("parameters-file"), FunctionKind::RunTime, Body::Elsewhere),
    row("externalInputs", 1, Some(1), Shape::Any, Page::Bicep("parameters-file"), FunctionKind::RunTime, Body::Elsewhere),
    row("fail", 1, Some(1), Shape::Any, Page::Bicep("flow-control"), FunctionKind::Pure, Body::Pure(text::fail)),
    row("false", 0, Some(0), Shape::Bool, Page::Template("logical"), FunctionKind::Pure, Body::Pure(logic::falsehood)),
    row("filter", 2, Some(2), Shape::Array, Page::Template("lambda"), FunctionKind::Lambda, Body::Lambda(lambda::filter)),
    row("first", 1, Some(1), Shape::Any, Page::Template("array"), FunctionKind::Pure, Body::Pure(sequence::first)),
    row("flatten", 1, Some(1), Shape::Array, Page::Bicep("array"), FunctionKind::Pure, Body::Pure(array::flatten)),
    row("float", 1, Some(1), Shape::Any, Page::Template("numeric"), FunctionKind::Pure, Body::Pure(number::float)),
    row("format", 1, None, Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(format::format)),
    row("greater", 2, Some(2), Shape::Bool, Page::Template("comparison"), FunctionKind::Pure, Body::Pure(comparison::greater)),
    row("greaterOrEquals", 2, Some(2), Shape::Bool, Page::Template("comparison"), FunctionKind::Pure, Body::Pure(comparison::greater_or_equals)),
    row("groupBy", 2, Some(3), Shape::Object, Page::Bicep("lambda"), FunctionKind::Lambda, Body::Lambda(lambda::group_by)),
    row("guid", 1, None, Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(hash::guid)),
    row("if", 3, Some(3), Shape::Any, Page::Template("logical"), FunctionKind::Special, Body::Pure(logic::if_else)),
    row("indexFromEnd", 2, Some(2), Shape::Any, Page::Bicep("array"), FunctionKind::Pure, Body::Pure(sequence::index_from_end)),
    row("indexOf", 2, Some(2), Shape::Integer, Page::Template("string"), FunctionKind::Pure, Body::Pure(sequence::index_of)),
    row("int", 1, Some(1), Shape::Integer, Page::Template("numeric"), FunctionKind::Pure, Body::Pure(number::int)),
    row("intersection", 1, None, Shape::Any, Page::Template("array"), FunctionKind::Pure, Body::Pure(array::intersection)),
    row("invokeResourceMethod", 2, None, Shape::Any, Page::Bicep("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("items", 1, Some(1), Shape::Array, Page::Template("object"), FunctionKind::Pure, Body::Pure(object::items)),
    row("join", 2, Some(2), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(text::join)),
    row("json", 1, Some(1), Shape::Any, Page::Template("object"), FunctionKind::Pure, Body::Pure(json::json)),
    row("lambda", 1, None, Shape::Any, Page::Template("lambda"), FunctionKind::Special, Body::Elsewhere),
    row("lambdaVariables", 1, Some(1), Shape::Any, Page::Template("lambda"), FunctionKind::Special, Body::Elsewhere),
    row("last", 1, Some(1), Shape::Any, Page::Template("array"), FunctionKind::Pure, Body::Pure(sequence::last)),
    row("lastIndexOf", 2, Some(2), Shape::Integer, Page::Template("string"), FunctionKind::Pure, Body::Pure(sequence::last_index_of)),
    row("length", 1, Some(1), Shape::Integer, Page::Template("array"), FunctionKind::Pure, Body::Pure(sequence::length)),
    row("less", 2, Some(2), Shape::Bool, Page::Template("comparison"), FunctionKind::Pure, Body::Pure(comparison::less)),
    row("lessOrEquals", 2, Some(2), Shape::Bool, Page::Template("comparison"), FunctionKind::Pure, Body::Pure(comparison::less_or_equals)),
    row("like", 2, Some(2), Shape::Bool, Page::Bicep("string"), FunctionKind::Pure, Body::Pure(text::like)),
    row("list*", 1, Some(3), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("listAccountSas", 2, Some(3), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("listAdminKeys", 2, Some(3), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("listCallbackUrl", 2, Some(3), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("listConnectionStrings", 2, Some(3), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("listCredentials", 2, Some(3), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("listKeys", 1, Some(3), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("listOutputsWithSecureValues", 1, Some(2), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("listSecrets", 2, Some(3), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("listServiceSas", 2, Some(3), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("loadDirectoryFileInfo", 1, Some(2), Shape::Array, Page::Bicep("files"), FunctionKind::File, Body::Elsewhere),
    row("loadFileAsBase64", 1, Some(1), Shape::String, Page::Bicep("files"), FunctionKind::File, Body::Elsewhere),
    row("loadJsonContent", 1, Some(3), Shape::Any, Page::Bicep("files"), FunctionKind::File, Body::Elsewhere),
    row("loadTextContent", 1, Some(2), Shape::String, Page::Bicep("files"), FunctionKind::File, Body::Elsewhere),
    row("loadYamlContent", 1, Some(3), Shape::Any, Page::Bicep("files"), FunctionKind::File, Body::Elsewhere),
    row("managementGroup", 0, Some(1), Shape::Object, Page::Template("scope"), FunctionKind::Context, Body::Elsewhere),
    row("managementGroupResourceId", 2, None, Shape::String, Page::Bicep("resource"), FunctionKind::ResourceId, Body::Elsewhere),
    row("map", 2, Some(2), Shape::Array, Page::Template("lambda"), FunctionKind::Lambda, Body::Lambda(lambda::map)),
    row("mapValues", 2, Some(2), Shape::Object, Page::Bicep("lambda"), FunctionKind::Lambda, Body::Lambda(lambda::map_values)),
    row("max", 1, None, Shape::Integer, Page::Template("numeric"), FunctionKind::Pure, Body::Pure(number::max)),
    row("min", 1, None, Shape::Integer, Page::Template("numeric"), FunctionKind::Pure, Body::Pure(number::min)),
    row("mod", 2, Some(2), Shape::Integer, Page::Template("numeric"), FunctionKind::Pure, Body::Pure(number::modulo)),
    row("mul", 2, Some(2), Shape::Integer, Page::Template("numeric"), FunctionKind::Pure, Body::Pure(number::mul)),
    row("newGuid", 0, Some(0), Shape::String, Page::Template("string"), FunctionKind::RunTime, Body::Elsewhere),
    row("not", 1, Some(1), Shape::Bool, Page::Template("logical"), FunctionKind::Pure, Body::Pure(logic::not)),
    row("null", 0, Some(0), Shape::Any, Page::Template("object"), FunctionKind::Pure, Body::Pure(object::null)),
    row("objectKeys", 1, Some(1), Shape::Array, Page::Bicep("object"), FunctionKind::Pure, Body::Pure(object::object_keys)),
    row("or", 1, None, Shape::Bool, Page::Template("logical"), FunctionKind::Special, Body::Pure(logic::or)),
    row("padLeft", 2, Some(3), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(text::pad_left)),
    row("parameters", 1, Some(1), Shape::Any, Page::Template("deployment"), FunctionKind::Special, Body::Elsewhere),
    row("parseCidr", 1, Some(1), Shape::Object, Page::Template("cidr"), FunctionKind::Pure, Body::Pure(network::parse_cidr)),
    row("parseUri", 1, Some(1), Shape::Object, Page::Bicep("string"), FunctionKind::Pure, Body::Pure(uri::parse_uri)),
    row("pickZones", 3, Some(5), Shape::Array, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("providers", 1, Some(2), Shape::Object, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("range", 2, Some(2), Shape::Array, Page::Template("array"), FunctionKind::Pure, Body::Pure(array::range)),
    row("readCliArg", 1, Some(2), Shape::String, Page::Bicep("parameters-file"), FunctionKind::File, Body::Elsewhere),
    row("readEnvironmentVariable", 1, Some(2), Shape::String, Page::Bicep("parameters-file"), FunctionKind::File, Body::Elsewhere),
    row("readEnvVar", 1, Some(2), Shape::String, Page::Bicep("parameters-file"), FunctionKind::File, Body::Elsewhere),
    row("reduce", 3, Some(3), Shape::Any, Page::Template("lambda"), FunctionKind::Lambda, Body::Lambda(lambda::reduce)),
    row("reference", 1, Some(3), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("references", 1, Some(2), Shape::Any, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("replace", 3, Some(3), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(text::replace)),
    row("resourceGroup", 0, Some(2), Shape::Object, Page::Template("scope"), FunctionKind::Context, Body::Elsewhere),
    row("resourceId", 2, None, Shape::String, Page::Template("resource"), FunctionKind::ResourceId, Body::Pure(resource_id::explicit_resource_id)),
    row("resourceInfo", 1, Some(1), Shape::Object, Page::Template("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("roleDefinitions", 1, Some(1), Shape::Object, Page::Bicep("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("shallowMerge", 1, Some(1), Shape::Object, Page::Bicep("object"), FunctionKind::Pure, Body::Pure(object::shallow_merge)),
    row("skip", 2, Some(2), Shape::Any, Page::Template("array"), FunctionKind::Pure, Body::Pure(sequence::skip)),
    row("sort", 2, Some(2), Shape::Array, Page::Template("lambda"), FunctionKind::Lambda, Body::Lambda(lambda::sort)),
    row("split", 2, Some(2), Shape::Array, Page::Template("string"), FunctionKind::Pure, Body::Pure(text::split)),
    row("startsWith", 2, Some(2), Shape::Bool, Page::Template("string"), FunctionKind::Pure, Body::Pure(text::starts_with)),
    row("string", 1, Some(1), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(text::string)),
    row("sub", 2, Some(2), Shape::Integer, Page::Template("numeric"), FunctionKind::Pure, Body::Pure(number::sub)),
    row("subscription", 0, Some(1), Shape::Object, Page::Template("scope"), FunctionKind::Context, Body::Elsewhere),
    row("subscriptionResourceId", 2, None, Shape::String, Page::Template("resource"), FunctionKind::ResourceId, Body::Elsewhere),
    row("substring", 1, Some(3), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(text::substring)),
    row("take", 2, Some(2), Shape::Any, Page::Template("array"), FunctionKind::Pure, Body::Pure(sequence::take)),
    row("target", 0, Some(1), Shape::Any, Page::Bicep("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("tenant", 0, Some(0), Shape::Object, Page::Template("scope"), FunctionKind::Context, Body::Elsewhere),
    row("tenantResourceId", 2, None, Shape::String, Page::Template("resource"), FunctionKind::ResourceId, Body::Pure(resource_id::tenant_resource_id)),
    row("toLogicalZone", 3, Some(3), Shape::String, Page::Bicep("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("toLogicalZones", 3, Some(3), Shape::Array, Page::Bicep("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("toLower", 1, Some(1), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(text::to_lower)),
    row("toObject", 2, Some(3), Shape::Object, Page::Template("lambda"), FunctionKind::Lambda, Body::Lambda(lambda::to_object)),
    row("toPhysicalZone", 3, Some(3), Shape::String, Page::Bicep("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("toPhysicalZones", 3, Some(3), Shape::Array, Page::Bicep("resource"), FunctionKind::RunTime, Body::Elsewhere),
    row("toUpper", 1, Some(1), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(text::to_upper)),
    row("trim", 1, Some(1), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(text::trim)),
    row("true", 0, Some(0), Shape::Bool, Page::Template("logical"), FunctionKind::Pure, Body::Pure(logic::truth)),
    row("tryGet", 2, None, Shape::Any, Page::Bicep("object"), FunctionKind::Pure, Body::Pure(sequence::try_get)),
    row("tryIndexFromEnd", 2, None, Shape::Any, Page::Bicep("array"), FunctionKind::Pure, Body::Pure(sequence::try_index_from_end)),
    row("union", 1, None, Shape::Any, Page::Template("array"), FunctionKind::Pure, Body::Pure(array::union)),
    row("uniqueString", 1, None, Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(hash::unique_string)),
    row("uri", 2, Some(2), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(uri::uri)),
    row("uriComponent", 1, Some(1), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(uri::uri_component)),
    row("uriComponentToString", 1, Some(1), Shape::String, Page::Template("string"), FunctionKind::Pure, Body::Pure(uri::uri_component_to_string)),
    row("utcNow", 0, Some(1), Shape::String, Page::Template("date"), FunctionKind::RunTime, Body::Elsewhere),
    row("variables", 1, Some(1), Shape::Any, Page::Template("deployment"), FunctionKind::Special, Body::Elsewhere),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;

    #[test]
    fn the_table_is_sorted_as_it_is_searched() {
        let names: Vec<String> = TABLE
            .iter()
            .map(|function| function.name.to_ascii_lowercase())
            .collect();
        assert!(names.is_sorted());
    }

    #[test]
    fn every_function_is_found_in_any_case() {
        for function in TABLE {
            let found = find(&function.name.to_ascii_uppercase()).unwrap();
            assert_eq!(found.name, function.name);
        }
        assert!(find("nosuchfunction").is_none());
        assert!(find("").is_none());
    }

    #[test]
    fn operations_of_resource_providers_are_found_as_one() {
        assert_eq!(find("listFunctionKeys").unwrap().name, "list*");
        assert_eq!(find("LISTKEYS").unwrap().name, "listKeys");
        assert!(find("list").is_none());
    }

    #[test]
    fn urls_point_at_the_documentation() {
        assert_eq!(
            find("toLower").unwrap().url(),
            "https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string#tolower"
        );
        assert_eq!(
            find("listSecrets").unwrap().url(),
            "https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#list"
        );
    }
}
