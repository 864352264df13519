//! What a file is, by its content. This is the one place that says so.
use super::export::export_items;
use crate::syntax::arm::{deploying_policy, enclosed_node, enclosing, is_prediction};
use crate::syntax::json::Node;
use crate::syntax::template::TargetScope;
use std::path::Path;

/// The formats that are read, told by the ending of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A Bicep file, `.bicep`.
    Bicep,
    /// Parameters in Bicep, `.bicepparam`.
    BicepParameters,
    /// JSON, which may be anything: `.json`, `.jsonc`, `.arm` (a name that Bicep takes for a template), and the endings of
    /// newline-delimited exports, `.jsonl` and `.ndjson`.
    Json,
}

impl Format {
    /// The format of a name, in any letter case; `None` for a file that is only looked at, as JSON, if it is named.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        let is = |other: &&str| ending.eq_ignore_ascii_case(other);
        if is(&"bicep") {
            Some(Self::Bicep)
        } else if is(&"bicepparam") {
            Some(Self::BicepParameters)
        } else {
            ["json", "jsonc", "arm", "jsonl", "ndjson"]
                .iter()
                .any(is)
                .then_some(Self::Json)
        }
    }
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A Bicep file.
    Bicep,
    /// Parameters in Bicep.
    BicepParameters,
    /// An ARM template.
    Template {
        /// What its `$schema` says that it is deployed to; `None` where only its members say that it is a template.
        target: Option<TargetScope>,
    },
    /// Parameters in JSON.
    Parameters {
        /// Whether its `$schema` says so. If not, its members do.
        has_schema: bool,
    },
    /// Resources as Azure, `az` or PowerShell print them. [`export_items`] finds them.
    Export,
    /// Output of `bicep snapshot`, of a what-if or of a validation: what a deployment would make.
    Snapshot,
    /// A template in another document: an artifact of Azure Blueprints, a request that deploys it, the export of a deployment
    /// stack, a template spec; or a list of these.
    EnclosedTemplate,
    /// A definition of Azure Policy that deploys a template.
    Policy,
    /// Something else.
    Other,
}

/// What a JSON text is, by its values: one, or those of newline-delimited JSON.
pub fn classify(values: &[Node<'_>]) -> Kind {
    let Some(root) = values.first() else {
        return Kind::Other;
    };
    if let Some(kind) = kind_of_schema(root) {
        kind
    } else if root.get("predictedResources").is_some() || is_prediction(root) {
        Kind::Snapshot
    } else if encloses_only(root) {
        Kind::EnclosedTemplate
    } else if deploying_policy(root).is_some() {
        Kind::Policy
    } else if !export_items(values).is_empty() {
        Kind::Export
    } else if is_template(root) {
        Kind::Template { target: None }
    } else if is_parameters(root) {
        Kind::Parameters { has_schema: false }
    } else {
        Kind::Other
    }
}

/// The kind that `$schema` names. Its form is
/// `https://schema.management.azure.com/schemas/<date>/<name>.json#`; hosts, dates, letter case and the end vary.
fn kind_of_schema(root: &Node<'_>) -> Option<Kind> {
    let schema = root.get("$schema")?.as_str()?;
    let path = schema
        .split(['#', '?'])
        .next()
        .unwrap_or_default()
        .trim()
        .trim_end_matches('/');
    let file = path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let template = |scope| {
        Some(Kind::Template {
            target: Some(scope),
        })
    };
    match file.strip_suffix(".json").unwrap_or(&file) {
        "deploymenttemplate" => template(TargetScope::ResourceGroup),
        "subscriptiondeploymenttemplate" => template(TargetScope::Subscription),
        "managementgroupdeploymenttemplate" => template(TargetScope::ManagementGroup),
        "tenantdeploymenttemplate" => template(TargetScope::Tenant),
        name if name.ends_with("deploymentparameters") => {
            Some(Kind::Parameters { has_schema: true })
        }
        _ => None,
    }
}

/// A template in another document: an artifact of Azure Blueprints, which says that it is one
/// (`{"kind": "template", "properties": {"template": {…}}}`), a template spec, or what holds a template that says so.
pub(crate) fn is_enclosing(document: &Node<'_>) -> bool {
    const SPEC: &str = "Microsoft.Resources/templateSpecs/versions";
    let says = |name: &str, text: &str| {
        let said = document.get(name).and_then(Node::as_str);
        said.is_some_and(|said| said.eq_ignore_ascii_case(text))
    };
    enclosed_node(document).is_some_and(|template| {
        let says_so = match template.as_str() {
            Some(text) => text
                .to_ascii_lowercase()
                .contains("deploymenttemplate.json"),
            None => matches!(kind_of_schema(template), Some(Kind::Template { .. })),
        };
        says_so || says("kind", "template") || says("type", SPEC)
    })
}

/// Whether it, or each in a list, holds a template, beside artifacts of Azure Blueprints that hold none.
fn encloses_only(root: &Node<'_>) -> bool {
    let is_artifact = |document: &Node<'_>| {
        let kind = document.get("kind").and_then(Node::as_str);
        let mut known = ["policyAssignment", "roleAssignment"].iter();
        kind.is_some_and(|kind| known.any(|known| known.eq_ignore_ascii_case(kind)))
    };
    enclosing(root).any(is_enclosing)
        && enclosing(root).all(|document| is_enclosing(document) || is_artifact(document))
}

/// A template that does not say so: `resources`, as an array or by symbolic name, with a declaration in it.
fn is_template(root: &Node<'_>) -> bool {
    let Some(resources) = root.get("resources") else {
        return false;
    };
    let by_name = resources.members().iter().map(|member| &member.value);
    resources
        .elements()
        .iter()
        .chain(by_name)
        .any(is_declaration)
}

/// A resource as templates declare it, with a type such as `Microsoft.KeyVault/vaults` and an API version.
fn is_declaration(resource: &Node<'_>) -> bool {
    let kind = resource.get("type").and_then(Node::as_str);
    let namespace = kind.and_then(|kind| kind.split_once('/'));
    namespace.is_some_and(|(namespace, _)| namespace.contains('.'))
        && resource.get("apiVersion").is_some()
}

/// Parameters without a schema: `{"parameters": {"name": {"value": …}}}`, or just what is in there.
fn is_parameters(root: &Node<'_>) -> bool {
    let assignments = match root.get("parameters") {
        Some(parameters) if parameters.is_object() => parameters,
        _ => root,
    };
    let members = assignments.members();
    !members.is_empty() && members.iter().all(|member| is_assignment(&member.value))
}

/// `{"value": …}`, `{"reference": {"keyVault": …}}` or `{"expression": "[…]"}`, with `metadata` if need be.
fn is_assignment(parameter: &Node<'_>) -> bool {
    const MEMBERS: [&str; 4] = ["value", "reference", "expression", "metadata"];
    let members = parameter.members();
    let is_known = |key: &str| MEMBERS.iter().any(|known| known.eq_ignore_ascii_case(key));
    let secret = parameter
        .get("reference")
        .map(|reference| reference.get("keyVault"));
    members.iter().all(|member| is_known(&member.key))
        && members
            .iter()
            .any(|member| !member.key.eq_ignore_ascii_case("metadata"))
        && secret.is_none_or(|vault| vault.is_some())
}
