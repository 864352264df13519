//! Where a deployment goes: tenant, management group, subscription, resource group.
//!
//! In: what the command line says, and what nested deployments say of their target. Out: the values of
//! `resourceGroup()`, `subscription()`, `managementGroup()` and `tenant()`, and the ids that start with them. What is
//! not said stays symbolic, one symbol for each scope: `resourceGroup()` and `resourceGroup('hub')` differ.

use std::sync::Arc;

use super::composition::Composition;
use super::functions::{self, Cloud};
use super::id;
use super::origin::Origin;
use super::symbol::{Context, Symbol, Term};
use super::value::{Kind, Member, Object, Value};
use crate::source::Place;
use crate::syntax::expression::Text;
use crate::syntax::template::TargetScope;

/// What the command line says about where an entry point is deployed (`--subscription-id` and its kin).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The id of the subscription.
    pub subscription: Option<String>,
    /// The name of the resource group.
    pub resource_group: Option<String>,
    /// The id of the tenant.
    pub tenant: Option<String>,
    /// The location of the resource group, or of the deployment at another scope.
    pub location: Option<String>,
    /// Which cloud.
    pub cloud: Cloud,
}

/// One scope.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) level: TargetScope,
    entry: u64,
    tenant: Value,
    management_group: Value,
    subscription: Value,
    resource_group: Value,
    location: Option<Value>,
    /// The arguments that name this scope from the entry point's: none for the entry point's own.
    group_arguments: Vec<Value>,
    subscription_arguments: Vec<Value>,
    management_arguments: Vec<Value>,
    origin: Origin,
}

impl Scope {
    /// The scope of an entry point, whose number `entry` tells its symbols from those of others.
    pub(crate) fn entry(
        level: TargetScope,
        entry: u64,
        given: &Surroundings,
        place: Place,
    ) -> Self {
        let origin = Origin::at(place);
        let known = |text: &Option<String>, function: &str, member: &str| match text {
            Some(text) => Value::string(text.as_str(), origin.clone()),
            None => member_of(&bare(function, Vec::new(), entry, &origin), member, &origin),
        };
        Self {
            level,
            entry,
            tenant: known(&given.tenant, "tenant", "tenantId"),
            management_group: known(&None, "managementGroup", "name"),
            subscription: known(&given.subscription, "subscription", "subscriptionId"),
            resource_group: known(&given.resource_group, "resourceGroup", "name"),
            location: given
                .location
                .as_ref()
                .map(|text| Value::string(text.as_str(), origin.clone())),
            group_arguments: Vec::new(),
            subscription_arguments: Vec::new(),
            management_arguments: Vec::new(),
            origin,
        }
    }

    /// A resource group, in this subscription or another.
    pub(crate) fn resource_group(&self, subscription: Option<Value>, name: Value) -> Self {
        let name = id::without_splits(name);
        let mut scope = match subscription {
            Some(id) if id != self.subscription => self.subscription(id),
            _ => self.clone(),
        };
        if self.level == TargetScope::ResourceGroup
            && scope.subscription == self.subscription
            && same_name(&name, &self.resource_group)
        {
            return self.clone();
        }
        scope.level = TargetScope::ResourceGroup;
        scope.location = None;
        scope.group_arguments = scope.subscription_arguments.clone();
        scope.group_arguments.push(name.clone());
        scope.resource_group = name;
        scope
    }

    /// A subscription of this tenant.
    pub(crate) fn subscription(&self, id: Value) -> Self {
        let id = id::without_splits(id);
        let mut scope = self.clone();
        scope.level = TargetScope::Subscription;
        if !same_name(&id, &self.subscription) {
            scope.subscription_arguments = vec![id.clone()];
            scope.location = None;
            scope.subscription = id;
        } else if self.level == TargetScope::ResourceGroup {
            scope.location = None;
        }
        scope
    }

    /// The subscription that this scope lies in.
    pub(crate) fn own_subscription(&self) -> Self {
        self.subscription(self.subscription.clone())
    }

    /// A management group of this tenant.
    pub(crate) fn management_group(&self, name: Value) -> Self {
        let mut scope = self.clone();
        scope.level = TargetScope::ManagementGroup;
        if !same_name(&name, &self.management_group) {
            scope.management_arguments = vec![name.clone()];
            scope.location = None;
            scope.management_group = name;
        }
        scope
    }

    /// This management group.
    pub(crate) fn own_management_group(&self) -> Self {
        self.management_group(self.management_group.clone())
    }

    /// The tenant.
    pub(crate) fn tenant(&self) -> Self {
        let mut scope = self.clone();
        scope.level = TargetScope::Tenant;
        scope
    }

    /// The scope that a value names: what a scope function gave, or the id of a resource group, a subscription or a
    /// management group. `None` where it is none of these.
    pub(crate) fn named_by(&self, value: &Value) -> Option<Self> {
        if let Kind::Symbolic(symbol) = &value.kind
            && let Term::Context(context) = &symbol.term
        {
            let name = |key: &str| context.members.get(key).map(|member| member.value.clone());
            return match &*context.function {
                "resourceGroup" => {
                    let subscription = match context.arguments.as_slice() {
                        [subscription, _] => subscription.clone(),
                        _ => self.subscription.clone(),
                    };
                    Some(self.resource_group(Some(subscription), name("name")?))
                }
                "subscription" => Some(self.subscription(name("subscriptionId")?)),
                "managementGroup" => Some(self.management_group(name("name")?)),
                "tenant" => Some(self.tenant()),
                _ => None,
            };
        }
        if value.as_str() == Some("/") {
            return Some(self.tenant());
        }
        let pieces = id::segments(value)?;
        let word = |index: usize| {
            pieces
                .get(index)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        if word(1).eq_ignore_ascii_case("subscriptions") && word(0).is_empty() {
            return match pieces.len() {
                3 => Some(self.subscription(pieces[2].clone())),
                5 if word(3).eq_ignore_ascii_case("resourceGroups") => {
                    Some(self.resource_group(Some(pieces[2].clone()), pieces[4].clone()))
                }
                _ => None,
            };
        }
        // The id of a management group comes with and without its leading slash and provider.
        let at = pieces.iter().position(|piece| {
            piece
                .as_str()
                .is_some_and(|text| text.eq_ignore_ascii_case("managementGroups"))
        })?;
        (pieces.len() == at + 2).then(|| self.management_group(pieces[at + 1].clone()))
    }

    /// The id of this scope, without a slash at its end: empty for the tenant.
    pub(crate) fn id(&self) -> Value {
        self.id_at(self.level)
    }

    /// The id of what this scope lies in at a level.
    fn id_at(&self, level: TargetScope) -> Value {
        let mut id = Composition::new();
        match level {
            TargetScope::ResourceGroup => {
                id.text("/subscriptions/");
                id.value(&self.subscription);
                id.text("/resourceGroups/");
                id.value(&self.resource_group);
            }
            TargetScope::Subscription => {
                id.text("/subscriptions/");
                id.value(&self.subscription);
            }
            TargetScope::ManagementGroup => {
                id.text("/providers/Microsoft.Management/managementGroups/");
                id.value(&self.management_group);
            }
            TargetScope::Tenant => {}
        }
        id.string_or_hole(&self.origin)
    }

    /// What `resourceId` and its kin are relative to.
    pub(crate) fn targets(&self) -> functions::DeploymentScope {
        functions::DeploymentScope {
            scope: match self.level {
                TargetScope::ResourceGroup => functions::Scope::ResourceGroup,
                TargetScope::Subscription => functions::Scope::Subscription,
                TargetScope::ManagementGroup => functions::Scope::ManagementGroup,
                TargetScope::Tenant => functions::Scope::Tenant,
            },
            subscription: self.subscription.clone(),
            resource_group: self.resource_group.clone(),
            management_group: self.management_group.clone(),
        }
    }

    /// Where the deployment's metadata lives, at the scopes other than a resource group.
    pub(crate) fn deployment_location(&self) -> Option<&Value> {
        match self.level {
            TargetScope::ResourceGroup => None,
            _ => self.location.as_ref(),
        }
    }

    /// `resourceGroup()`.
    pub(crate) fn resource_group_value(&self) -> Value {
        let mut members = vec![
            ("id", self.id_at(TargetScope::ResourceGroup)),
            ("name", self.resource_group.clone()),
            (
                "type",
                id::text("Microsoft.Resources/resourceGroups", &self.origin),
            ),
        ];
        if self.level == TargetScope::ResourceGroup
            && let Some(location) = &self.location
        {
            members.push(("location", location.clone()));
        }
        self.context("resourceGroup", &self.group_arguments, members)
    }

    /// `subscription()`.
    pub(crate) fn subscription_value(&self) -> Value {
        let members = vec![
            ("id", self.id_at(TargetScope::Subscription)),
            ("subscriptionId", self.subscription.clone()),
            ("tenantId", self.tenant.clone()),
        ];
        self.context("subscription", &self.subscription_arguments, members)
    }

    /// `managementGroup()`.
    pub(crate) fn management_group_value(&self) -> Value {
        let members = vec![
            ("id", self.id_at(TargetScope::ManagementGroup)),
            ("name", self.management_group.clone()),
            (
                "type",
                id::text(
                    "/providers/Microsoft.Management/managementGroups",
                    &self.origin,
                ),
            ),
        ];
        self.context("managementGroup", &self.management_arguments, members)
    }

    /// `tenant()`.
    pub(crate) fn tenant_value(&self) -> Value {
        self.context("tenant", &[], vec![("tenantId", self.tenant.clone())])
    }

    fn context(&self, function: &str, arguments: &[Value], members: Vec<(&str, Value)>) -> Value {
        let members = members
            .into_iter()
            .map(|(key, value)| Member {
                key: key.into(),
                key_place: self.origin.place,
                value,
            })
            .collect();
        context(
            function,
            arguments.to_vec(),
            self.entry,
            members,
            &self.origin,
        )
    }
}

/// A function of the surroundings of which only these members are known.
pub(crate) fn context(
    function: &str,
    arguments: Vec<Value>,
    deployment: u64,
    members: Object,
    origin: &Origin,
) -> Value {
    Value::symbolic(
        Symbol::new(Term::Context(Arc::new(Context {
            function: function.into(),
            arguments,
            deployment,
            members,
        }))),
        origin.clone(),
    )
}

fn bare(function: &str, arguments: Vec<Value>, entry: u64, origin: &Origin) -> Value {
    context(function, arguments, entry, Object::new(), origin)
}

fn member_of(base: &Value, key: &str, origin: &Origin) -> Value {
    let key = Value::string(Text::from(key), origin.clone());
    Value::symbolic(Symbol::access(base.clone(), key), origin.clone())
}

/// Names of scopes compare case-insensitively.
fn same_name(a: &Value, b: &Value) -> bool {
    match (a.as_str(), b.as_str()) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => a == b,
    }
}
