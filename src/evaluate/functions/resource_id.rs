//! Resource ids: `resourceId` and its kin.
//!
//! An id is a string, with holes where its scope or names are undecided, and never a call, so that ids compare.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourceid>

use super::invocation::Invocation;
use super::{Function, FunctionError, Reduced, type_name};
use crate::evaluate::composition::Composition;
use crate::evaluate::id;
use crate::evaluate::origin::Origin;
use crate::evaluate::partial::shape;
use crate::evaluate::symbol::Shape;
use crate::evaluate::value::{Kind, Part, Value};

/// What a deployment deploys to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A resource group.
    ResourceGroup,
    /// A subscription.
    Subscription,
    /// A management group.
    ManagementGroup,
    /// The tenant.
    Tenant,
}

/// Where a deployment deploys to: what ids are relative to. A part that the scope has no use for may be null.
#[derive(Debug, Clone)]
pub struct DeploymentScope {
    /// The kind of scope.
    pub scope: Scope,
    /// The id of the subscription, a GUID.
    pub subscription: Value,
    /// The name of the resource group.
    pub resource_group: Value,
    /// The name of the management group.
    pub management_group: Value,
}

/// The id that a call of `resourceId`, `subscriptionResourceId`, `managementGroupResourceId`, `tenantResourceId` or
/// `extensionResourceId` gives in a deployment to this scope. Nothing while the type is undecided, or which of the
/// arguments it is.
///
/// # Errors
/// When the arguments make no id.
pub fn resource_id(
    function: &'static Function,
    arguments: &[Value],
    scope: &DeploymentScope,
    origin: &Origin,
) -> Reduced {
    function.check_arguments(arguments.len())?;
    let call = Invocation {
        function,
        arguments,
        origin,
    };
    match function.name {
        "tenantResourceId" => tenant_resource_id(&call),
        "extensionResourceId" => extension_resource_id(&call),
        "resourceId" => relative(&call, scope, &|scopes| qualified(scope, scopes)),
        "subscriptionResourceId" => relative(&call, scope, &|scopes| match scopes {
            [] => Some(in_subscription(&scope.subscription)),
            [subscription] => Some(in_subscription(subscription)),
            _ => None,
        }),
        "managementGroupResourceId" => relative(&call, scope, &|scopes| match scopes {
            [] => Some(in_management_group(&scope.management_group)),
            [group] => Some(in_management_group(group)),
            _ => None,
        }),
        _ => Ok(None),
    }
}

/// `resourceId` with its scope written out, which says all by itself.
pub(super) fn explicit_resource_id(call: &Invocation<'_>) -> Reduced {
    let Some(at) = type_position(call)? else {
        return Ok(None);
    };
    match &call.arguments[..at] {
        [subscription, group] => {
            let prefix = in_resource_group(subscription, group);
            full(call, prefix, at, Some(subscription))
        }
        _ => Ok(None),
    }
}

pub(super) fn tenant_resource_id(call: &Invocation<'_>) -> Reduced {
    match type_position(call)? {
        Some(0) => full(call, Composition::new(), 0, None),
        Some(_) => Err(call.error("takes no scope before the resource type")),
        None => Ok(None),
    }
}

/// The id of what is extended comes first.
pub(super) fn extension_resource_id(call: &Invocation<'_>) -> Reduced {
    call.string(0)?;
    if call.string(1)?.is_none() {
        return Ok(None);
    }
    let mut prefix = Composition::new();
    // The id of the tenant is `/`. Any other slash at the end belongs to a name that is empty.
    if call.argument(0).as_str() != Some("/") {
        prefix.value(call.argument(0));
    }
    full(call, prefix, 1, None)
}

/// An id below the scope that the arguments before the type name, or else that of the deployment.
fn relative(
    call: &Invocation<'_>,
    scope: &DeploymentScope,
    prefix: &dyn Fn(&[Value]) -> Option<Composition>,
) -> Reduced {
    let Some(at) = type_position(call)? else {
        return Ok(None);
    };
    let scopes = &call.arguments[..at];
    for (index, value) in scopes.iter().enumerate() {
        if !matches!(shape(value), Shape::String | Shape::Any) || value.is_null() {
            return Err(call.type_error(index, "the name of a scope"));
        }
    }
    let Some(prefix) = prefix(scopes) else {
        return Err(call.error(format!(
            "there are {at} arguments before the resource type, which is more than name its scope"
        )));
    };
    let subscription = match scopes {
        [.., _] if call.function.name == "subscriptionResourceId" => &scopes[0],
        [subscription, _] => subscription,
        _ => &scope.subscription,
    };
    full(call, prefix, at, Some(subscription))
}

/// The scope of `resourceId`: the deployment's, or a resource group, or a subscription and a resource group; in a
/// deployment to a subscription a single argument is a subscription.
fn qualified(deployment: &DeploymentScope, scopes: &[Value]) -> Option<Composition> {
    match (scopes, deployment.scope) {
        ([subscription, group], _) => Some(in_resource_group(subscription, group)),
        ([only], Scope::Subscription) => Some(in_subscription(only)),
        ([only], _) if only.as_str().is_some_and(is_guid) => Some(in_subscription(only)),
        ([group], _) => Some(in_resource_group(&deployment.subscription, group)),
        ([], Scope::ResourceGroup) => Some(in_resource_group(
            &deployment.subscription,
            &deployment.resource_group,
        )),
        ([], Scope::Subscription) => Some(in_subscription(&deployment.subscription)),
        ([], Scope::ManagementGroup | Scope::Tenant) => Some(Composition::new()),
        _ => None,
    }
}

fn in_subscription(subscription: &Value) -> Composition {
    let mut id = Composition::new();
    id.text("/subscriptions/");
    id.value(&id::without_splits(subscription.clone()));
    id
}

fn in_resource_group(subscription: &Value, group: &Value) -> Composition {
    let mut id = in_subscription(subscription);
    id.text("/resourceGroups/");
    id.value(&id::without_splits(group.clone()));
    id
}

fn in_management_group(group: &Value) -> Composition {
    let mut id = Composition::new();
    id.text("/providers/Microsoft.Management/managementGroups/");
    id.value(group);
    id
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// Which argument is the type: the first that looks like one. `None` where that is undecided.
fn type_position(call: &Invocation<'_>) -> Result<Option<usize>, FunctionError> {
    let looks_like_type = |value: &Value| match &value.kind {
        Kind::String(text) => text.contains('/'),
        Kind::Mixed(parts) => parts
            .iter()
            .any(|part| matches!(part, Part::Text(text) if text.contains('/'))),
        _ => false,
    };
    match call.arguments.iter().position(looks_like_type) {
        Some(at) => Ok(call.arguments[at].as_str().map(|_| at)),
        None if call.arguments.iter().all(Value::is_known) => Err(call.error(
            "none of the arguments is a resource type, such as 'Microsoft.KeyVault/vaults'",
        )),
        None => Ok(None),
    }
}

/// The scope, then the provider, then types and names in turn.
fn full(
    call: &Invocation<'_>,
    prefix: Composition,
    type_at: usize,
    subscription: Option<&Value>,
) -> Reduced {
    let Some(text) = call.string(type_at)? else {
        return Ok(None);
    };
    let mut types = text.trim_end_matches('/').split('/');
    let provider = types.next().unwrap_or_default();
    let types: Vec<&str> = types.collect();
    let names = &call.arguments[type_at + 1..];
    if types.is_empty() || provider.is_empty() || types.contains(&"") {
        return Err(call.error(format!("'{text}' is no resource type")));
    }
    if types.len() != names.len() {
        return Err(call.error(format!(
            "the type '{text}' needs {} names, and got {}",
            types.len(),
            names.len()
        )));
    }
    for (index, name) in names.iter().enumerate() {
        let may_be_name =
            !name.is_null() && matches!(shape(name), Shape::String | Shape::Integer | Shape::Any);
        if !may_be_name {
            return Err(FunctionError::Type {
                function: call.function.name,
                position: type_at + index + 2,
                expected: "a string",
                given: type_name(name),
                url: call.function.url(),
            });
        }
    }
    let is = |kind: &str| text.trim_end_matches('/').eq_ignore_ascii_case(kind);
    if let (Some(subscription), [name]) = (subscription, names)
        && is("Microsoft.Resources/resourceGroups")
    {
        return call.gives_composed(in_resource_group(subscription, name));
    }
    // Management groups belong to the tenant, whatever the scope of the deployment.
    let mut id = if is("Microsoft.Management/managementGroups") {
        Composition::new()
    } else {
        prefix
    };
    id.text("/providers/");
    id.text(provider);
    for (name_of_type, name) in types.into_iter().zip(names) {
        for text in ["/", name_of_type, "/"] {
            id.text(text);
        }
        id.value(&id::without_splits(name.clone()));
    }
    call.gives_composed(id)
}
