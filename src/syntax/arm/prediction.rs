//! What a what-if and a validation answer: the resources that a deployment would make.
//! <https://learn.microsoft.com/rest/api/resources/deployments/what-if>,
//! <https://learn.microsoft.com/rest/api/resources/deployments/validate>
//!
//! In: an answer as Azure gives it, or with `properties` left out as `az` prints it, or as `ConvertTo-Json` prints that of
//! PowerShell or `as_dict()` that of the Azure SDK for Python, or that of a deployment stack, or its changes alone, or a list of them, as a script collects them. Out: the
//! resources. What is not told is an error of the file. It refuses to know how a resource is read.
use super::snapshot::is_mask;
use super::value::Lowering;
use crate::syntax::error::SyntaxError;
use crate::syntax::json::{Kind, Member, Node, is_cut_off};

impl Lowering<'_> {
    /// The resources that a deployment makes by what is answered.
    pub(super) fn prediction<'s>(&mut self, root: &Node<'s>) -> Vec<Node<'s>> {
        let mut made = Vec::new();
        for answer in answers(root) {
            if is_change_alone(answer) {
                made.extend(self.made(answer));
                continue;
            }
            let before = made.len();
            for list in changes(answer) {
                let changes = self.entries("`changes`", list);
                made.extend(changes.into_iter().filter_map(|change| self.made(change)));
            }
            if let Some(list) = validated(answer) {
                let resources = self.entries("`validatedResources`", list);
                made.extend(resources.into_iter().filter_map(|one| self.told(one)));
            }
            self.left_out(answer, made.len() > before);
        }
        made
    }

    /// What a list holds. An object in its place is one entry, or holds them by name.
    fn entries<'n, 's>(&mut self, name: &str, list: &'n Node<'s>) -> Vec<&'n Node<'s>> {
        match &list.kind {
            Kind::Array(elements) => elements.iter().collect(),
            Kind::Null => Vec::new(),
            Kind::Object(members) => {
                self.wrong_kind(name, "an array", list);
                if is_change(list) || is_told(list) {
                    return vec![list];
                }
                members.iter().map(|member| &member.value).collect()
            }
            _ => {
                self.wrong_kind(name, "an array", list);
                Vec::new()
            }
        }
    }

    /// What a change leaves behind, if the deployment makes it: what is `Ignore` or `detach` is there but no part of it. It
    /// is reported where that is not told, as with `--result-format ResourceIdOnly`.
    fn made<'s>(&mut self, change: &Node<'s>) -> Option<Node<'s>> {
        let leaves_nothing = |kind: &str| {
            let mut known = ["Delete", "Ignore", "Detach"].iter();
            known.any(|known| known.eq_ignore_ascii_case(kind))
        };
        if kind_of_change(change).is_some_and(leaves_nothing) || is_of_extension(change) {
            return None;
        }
        // Only a stack has what is around it.
        let within = change.get("resourceConfigurationChanges");
        let after = change.get("after").or_else(|| within?.get("after"));
        let Some(told) = after.filter(|after| is_told(after)) else {
            let mut message = String::from(
                "what this change makes is not told: it has no `after` with a type and a name",
            );
            if change.as_str().is_some() {
                message.push_str("; give `ConvertTo-Json` a greater `-Depth`");
            } else if after.is_some_and(Node::is_array) {
                // <https://github.com/PowerShell/PowerShell/issues/4996>
                message.push_str("; Windows PowerShell loses it, PowerShell 7 does not");
            }
            self.report(SyntaxError::new(message, change.span));
            return None;
        };
        Some(with_id(self.written_out(told), change))
    }

    /// A resource that a validation tells of; it may tell of its id alone.
    fn told<'s>(&mut self, resource: &Node<'s>) -> Option<Node<'s>> {
        if !is_told(resource) {
            let message = "what this resource is like is not told: it has no type and name";
            self.report(SyntaxError::new(message, resource.span));
            return None;
        }
        Some(self.written_out(resource))
    }

    /// A resource with what is masked (`*******`) as a secure parameter of that name: a what-if masks what comes from one.
    /// What `ConvertTo-Json` cut off is no value, and reported.
    fn written_out<'s>(&mut self, node: &Node<'s>) -> Node<'s> {
        let kind = match &node.kind {
            Kind::String(text) if is_mask(text) => {
                Kind::String(format!("[parameters('{text}')]").into())
            }
            Kind::String(text) if is_cut_off(text) || is_text_of_json(text) => {
                self.report_cut_off(node.span);
                Kind::Invalid
            }
            Kind::Array(elements) => {
                Kind::Array(elements.iter().map(|one| self.written_out(one)).collect())
            }
            Kind::Object(members) => Kind::Object(
                members
                    .iter()
                    .map(|member| Member {
                        value: self.written_out(&member.value),
                        ..member.clone()
                    })
                    .collect(),
            ),
            other => other.clone(),
        };
        Node {
            kind,
            span: node.span,
        }
    }

    /// Reports what an answer as a whole leaves out, which tells of some resources or of none.
    fn left_out(&mut self, answer: &Node<'_>, tells_some: bool) {
        let is_of_stack = is_of_stack(answer);
        let (is_what_if, is_validation) = (has_changes(answer), validated(answer).is_some());
        let what = match (is_what_if || is_of_stack, is_validation) {
            (true, _) => "what-if",
            (false, true) => "validation",
            (false, false) => "deployment",
        };
        if let Some(reason) = failure(answer) {
            let in_full = if tells_some { " in full" } else { "" };
            let message = format!(
                "this {what} has not succeeded ({reason}), so that what would be made is not told{in_full}"
            );
            self.report(SyntaxError::new(message, answer.span));
        } else if is_of_stack && !is_what_if {
            let message = "this what-if of a deployment stack does not tell of its changes";
            self.report(SyntaxError::new(message, answer.span));
        } else if !is_what_if && !is_validation {
            let message = "this is no answer of a what-if or of a validation: it tells of nothing";
            self.report(SyntaxError::new(message, answer.span));
        }
        let diagnostics = part(answer, "diagnostics").map(Node::elements);
        for diagnostic in diagnostics.unwrap_or_default() {
            let code = diagnostic.get("code").and_then(Node::as_str);
            if let Some(code) = code.filter(|code| UNEXPANDED.contains(code)) {
                let message = format!("what a nested deployment makes is not told ({code})");
                self.report(SyntaxError::new(message, diagnostic.span));
            }
        }
    }
}

/// The changes, and those that are only possible.
const CHANGES: [&str; 3] = ["changes", "potentialChanges", "potential_changes"];

/// Where the changes of a deployment stack stand, within its `changes`.
/// <https://learn.microsoft.com/rest/api/resources/deployment-stacks-what-if-results-at-resource-group/what-if>
const CHANGES_OF_STACK: &str = "resourceChanges";

const VALIDATED: [&str; 2] = ["validatedResources", "validated_resources"];

/// What it is told by that a nested deployment was not looked into.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if#short-circuiting>
const UNEXPANDED: [&str; 2] = [
    "NestedDeploymentShortCircuited",
    "NestedDeploymentSkippedFromInternalExpansion",
];

/// Whether it is what a what-if or a validation answers.
pub(crate) fn is_prediction(root: &Node<'_>) -> bool {
    answers(root).iter().any(|answer| {
        let validated = validated(answer).map(Node::elements);
        is_change_alone(answer)
            || is_of_stack(answer)
            || changes(answer).any(holds_change)
            || validated.is_some_and(|resources| resources.iter().any(is_validated))
            || is_failed_prediction(answer)
    })
}

/// The answers in a document: itself, or those in a list.
fn answers<'n, 's>(root: &'n Node<'s>) -> &'n [Node<'s>] {
    match root.is_object() {
        true => std::slice::from_ref(root),
        false => root.elements(),
    }
}

fn part<'n, 's>(answer: &'n Node<'s>, name: &str) -> Option<&'n Node<'s>> {
    let properties = answer.get("properties").filter(|node| node.is_object());
    properties.unwrap_or(answer).get(name)
}

/// The list of what was validated.
fn validated<'n, 's>(answer: &'n Node<'s>) -> Option<&'n Node<'s>> {
    VALIDATED.iter().find_map(|list| part(answer, list))
}

fn has_changes(answer: &Node<'_>) -> bool {
    CHANGES.iter().any(|list| part(answer, list).is_some())
}

/// The lists of changes in an answer.
fn changes<'n, 's>(answer: &'n Node<'s>) -> impl Iterator<Item = &'n Node<'s>> {
    let lists = CHANGES.iter().filter_map(|list| part(answer, list));
    lists.map(|list| list.get(CHANGES_OF_STACK).unwrap_or(list))
}

fn is_change(change: &Node<'_>) -> bool {
    is_class_alone(change) || (written_kind(change).is_some() && id_of_change(change).is_some())
}

/// Whether it is one that need not stand in an answer: other lists have ids and kinds of changes too.
fn is_change_alone(change: &Node<'_>) -> bool {
    const OTHERS: [&str; 3] = ["before", "after", "resourceConfigurationChanges"];
    is_class_alone(change)
        || (is_change(change) && OTHERS.iter().any(|name| change.get(name).is_some()))
}

/// The id of what is changed, under the name that the REST API, PowerShell, Python and deployment stacks have for it:
/// <https://github.com/Azure/azure-powershell/blob/main/src/Resources/ResourceManager/SdkModels/Deployments/PSWhatIfChange.cs>
fn id_of_change<'n, 's>(change: &'n Node<'s>) -> Option<&'n Member<'s>> {
    let names_id = |member: &Member<'_>| {
        let id = member.value.as_str();
        id.is_some_and(|id| id.starts_with('/'))
    };
    const NAMES: [&str; 3] = ["resourceId", "fullyQualifiedResourceId", "resource_id"];
    let id = NAMES.iter().find_map(|name| change.member(name));
    let is_of_stack = change.get("changeCertainty").is_some();
    id.or_else(|| change.member("id").filter(|id| is_of_stack && names_id(id)))
}

/// Its kind as it is written.
fn written_kind<'n, 's>(change: &'n Node<'s>) -> Option<&'n Node<'s>> {
    let kind = change.get("changeType");
    kind.or_else(|| change.get("change_type"))
}

/// Its kind. Windows PowerShell prints the number that an enum has in it:
/// <https://github.com/Azure/azure-powershell/blob/main/src/Resources/Resources.Management.Sdk/Generated/Models/ChangeType.cs>
fn kind_of_change<'n>(change: &'n Node<'_>) -> Option<&'n str> {
    let kind = written_kind(change)?;
    match kind.kind {
        Kind::Number("1") => Some("Delete"),
        Kind::Number("2") => Some("Ignore"),
        _ => kind.as_str(),
    }
}

/// Whether it is a change, or several, of which `ConvertTo-Json` left nothing but the name of its class.
fn is_class_alone(change: &Node<'_>) -> bool {
    let text = change.as_str();
    text.is_some_and(|text| text.ends_with(".PSWhatIfChange"))
}

/// Whether a change is one of a resource of an extension (Microsoft Graph, Kubernetes), which has identifiers and no id.
fn is_of_extension(change: &Node<'_>) -> bool {
    change.get("identifiers").is_some_and(Node::is_object)
        && id_of_change(change).is_none_or(|id| id.value.as_str().is_none())
}

/// Whether it is the what-if of a deployment stack, which tells of its changes only if it is asked for them.
fn is_of_stack(answer: &Node<'_>) -> bool {
    const TYPE: &str = "Microsoft.Resources/deploymentStacksWhatIfResults";
    let kind = answer.get("type").and_then(Node::as_str);
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case(TYPE))
        || part(answer, "deploymentStackResourceId").is_some_and(|id| id.as_str().is_some())
}

/// Whether there is a change in a list, or in an object in its place.
fn holds_change(list: &Node<'_>) -> bool {
    let mut members = list.members().iter();
    is_change(list)
        || list.elements().iter().any(is_change)
        || members.any(|member| is_change(&member.value))
}

/// Whether it is a resource that was validated: with all that it is like, or its id alone.
fn is_validated(resource: &Node<'_>) -> bool {
    let id = resource.get("id").and_then(Node::as_str);
    is_told(resource) || id.is_some_and(|id| id.starts_with('/'))
}

/// Whether it says what the resource is: it may be an id alone.
fn is_told(resource: &Node<'_>) -> bool {
    let mut needed = ["type", "name"].iter();
    needed.all(|key| resource.get(key).and_then(Node::as_str).is_some())
}

/// Why an answer is none of success: its code, or else its status.
fn failure<'n>(answer: &'n Node<'_>) -> Option<&'n str> {
    let status = match is_of_stack(answer) {
        true => part(answer, "provisioningState"),
        false => answer.get("status"),
    };
    let status = status.and_then(Node::as_str);
    let failed = status.filter(|status| !status.eq_ignore_ascii_case("Succeeded"));
    error_code(answer).or(failed)
}

fn error_code<'n>(answer: &'n Node<'_>) -> Option<&'n str> {
    let error = match is_of_stack(answer) {
        true => part(answer, "error"),
        false => answer.get("error"),
    };
    error?.get("code")?.as_str()
}

/// Whether it is the answer to a deployment, what-if or validation that failed. What other operations fail with has no room
/// for changes, and other codes.
fn is_failed_prediction(answer: &Node<'_>) -> bool {
    const CODES: [&str; 4] = [
        "InvalidTemplate",
        "InvalidDeployment",
        "DeploymentWhatIf",
        "DeploymentFailed",
    ];
    let status = answer.get("status").and_then(Node::as_str);
    let is_failed = status.is_some_and(|status| status.eq_ignore_ascii_case("Failed"));
    let is_error_alone = answer.members().len() == 1;
    let is_of_deployment = error_code(answer).is_some_and(|code| {
        CODES
            .iter()
            .any(|of_deployments| code.starts_with(of_deployments))
    });
    (is_failed && is_what_if(answer)) || (is_of_deployment && (is_failed || is_error_alone))
}

/// Whether it has what the answer to a what-if has, and nothing else: much else has a status and changes.
fn is_what_if(answer: &Node<'_>) -> bool {
    const OTHERS: [&str; 4] = ["status", "error", "diagnostics", "properties"];
    let mut members = answer.members().iter();
    let is_known = |key: &str| {
        let mut known = OTHERS.iter().chain(&CHANGES);
        known.any(|known| known.eq_ignore_ascii_case(key))
    };
    let error = answer.get("error").map(|error| &error.kind);
    has_changes(answer)
        && members.all(|member| is_known(&member.key))
        && matches!(error, Some(Kind::Null | Kind::Object(_)))
}

/// The same with the id of its change, where it has none.
fn with_id<'s>(mut resource: Node<'s>, change: &Node<'s>) -> Node<'s> {
    let has_id = resource.get("id").is_some_and(|id| id.as_str().is_some());
    let id = id_of_change(change).filter(|_| !has_id);
    if let (Some(id), Kind::Object(members)) = (id, &mut resource.kind) {
        let id = Member {
            key: "id".into(),
            ..id.clone()
        };
        *members = members.iter().cloned().chain([id]).collect();
    }
    resource
}

/// Whether it is the text of a value that PowerShell read from JSON, in its place: `ToString` of the class that holds it
/// indents it. <https://www.newtonsoft.com/json/help/html/M_Newtonsoft_Json_Linq_JToken_ToString.htm>
fn is_text_of_json(text: &str) -> bool {
    let inside = |open, close| text.strip_prefix(open)?.strip_suffix(close);
    let inside = inside('{', '}').or_else(|| inside('[', ']'));
    inside.is_some_and(|inside| inside.is_empty() || inside.starts_with(['\r', '\n']))
}
