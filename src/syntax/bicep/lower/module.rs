//! Modules: deployments of other files.

use super::resource::{path_name, properties};
use super::{Lowering, invalid};
use crate::source::Span;
use crate::syntax::bicep::tree::{self, Body, ExpressionKind as Written, KeyKind, ObjectItem};
use crate::syntax::expression::{
    Expression, ExpressionKind, Lambda, Loop, Property, Referent, Rounds, Text, shared,
};
use crate::syntax::template::{
    Argument, ArgumentValue, DEPLOYMENT_TYPE, Deployment, DeploymentSource, Name, Resource,
};

/// The version of `Microsoft.Resources/deployments` that the compiler writes.
pub(super) const VERSION: &str = "2025-04-01";

/// What the body of a module says.
#[derive(Default)]
struct Described {
    name: Option<Expression>,
    scope: Option<Expression>,
    condition: Option<Expression>,
    depends_on: Vec<Expression>,
    arguments: Vec<Argument>,
    argument_object: Option<Expression>,
}

impl<'s> Lowering<'_, 's> {
    pub(super) fn module(
        &mut self,
        number: usize,
        declaration: &tree::Declaration<'s>,
        module: &tree::Module<'s>,
    ) -> Resource {
        let path = path_name(module.path.as_ref(), module.name);
        let place = path.span;
        let copy = self.copy(number, &module.body, declaration.decorators);
        let seen = self.loop_variables(&module.body);
        let described = self.within(seen, |lowering| lowering.described_module(&module.body));
        let symbol = Name {
            text: shared(module.name.text),
            span: module.name.span,
        };
        let name = described
            .name
            .unwrap_or_else(|| default_name(&symbol, copy.is_some()));
        Resource {
            symbol: Some(symbol),
            kind: Name {
                text: DEPLOYMENT_TYPE.into(),
                span: place,
            },
            api_version: Some(Expression::string(VERSION, place)),
            name,
            parent: None,
            condition: described.condition,
            copy: copy.map(Box::new),
            scope: described.scope,
            existing: false,
            extension: false,
            body: Vec::new(),
            depends_on: described.depends_on,
            deployment: Some(Box::new(Deployment {
                source: if module.path.is_some() {
                    DeploymentSource::Module(path)
                } else {
                    DeploymentSource::Unnamed
                },
                outer: false,
                arguments: described.arguments,
                argument_object: described.argument_object,
                arguments_link: None,
                resource_group: None,
                subscription: None,
            })),
            span: declaration.span,
        }
    }

    fn described_module(&mut self, body: &Body<'s>) -> Described {
        let mut described = Described {
            condition: body
                .condition
                .as_ref()
                .map(|condition| self.expression(condition)),
            ..Described::default()
        };
        for property in properties(&body.object) {
            match property.key.text() {
                Some("name") => described.name = Some(self.expression(&property.value)),
                Some("scope") => described.scope = Some(self.scope(&property.value)),
                Some("dependsOn") => described.depends_on = self.depends_on(&property.value),
                Some("params") => self.arguments(&property.value, &mut described),
                _ => {}
            }
        }
        described
    }

    /// `params: {…}`: the arguments one by one, or as one expression where their names are not all written.
    fn arguments(&mut self, value: &tree::Expression<'s>, described: &mut Described) {
        let object = match &value.kind {
            Written::Object(object) => object,
            Written::Error => return,
            _ => {
                let value = self.expression(value);
                described.argument_object = Some(wrapped_members(value));
                return;
            }
        };
        let is_plain = |item: &ObjectItem<'_>| match item {
            ObjectItem::Property(property) => {
                !matches!(property.key.kind, KeyKind::Interpolated(_))
            }
            ObjectItem::Spread(_) => false,
            ObjectItem::Resource(_) | ObjectItem::Error(_) => true,
        };
        if !object.items.iter().all(is_plain) {
            let value = self.expression(value);
            described.argument_object = Some(wrapped_members(value));
            return;
        }
        for property in properties(object) {
            let name = Name {
                text: shared(property.key.text().unwrap_or_default()),
                span: property.key.span,
            };
            let value = self.argument(&property.value, "value");
            described.arguments.push(Argument { name, value });
        }
    }

    /// What a parameter is given. A loop is called `loop_name`.
    pub(super) fn argument(
        &mut self,
        value: &tree::Expression<'s>,
        loop_name: &str,
    ) -> ArgumentValue {
        if let Some((vault, secret)) = self.secret(value) {
            return ArgumentValue::Secret { vault, secret };
        }
        if let Written::For(repeat) = &value.kind {
            let repeated = self.loop_value(repeat, Some(loop_name.into()), value.span);
            return ArgumentValue::Value(repeated);
        }
        if holds_secret(value) {
            return ArgumentValue::Computed(self.computed_argument(value));
        }
        ArgumentValue::Value(self.expression(value))
    }

    /// A choice between secrets and values.
    fn computed_argument(&mut self, value: &tree::Expression<'s>) -> Expression {
        if let Some((vault, secret)) = self.secret(value) {
            let vault = object([("id", vault)], value.span);
            let reference = object([("keyVault", vault), ("secretName", secret)], value.span);
            return object([("reference", reference)], value.span);
        }
        match &value.kind {
            Written::Parenthesized(inner) => self.computed_argument(inner),
            Written::Conditional(choice) => {
                let arguments = vec![
                    self.expression(&choice.condition),
                    self.computed_argument(&choice.when_true),
                    self.computed_argument(&choice.when_false),
                ];
                Expression::call("if", arguments, value.span)
            }
            _ => object([("value", self.expression(value))], value.span),
        }
    }

    /// `vault.getSecret('name')`, and in a parameter file `az.getSecret(subscription, group, vault, 'name')`: the id of
    /// the vault and the secret's name.
    fn secret(&mut self, value: &tree::Expression<'s>) -> Option<(Expression, Expression)> {
        let (base, call) = match &value.kind {
            Written::Parenthesized(inner) => return self.secret(inner),
            Written::Access { base, links } => {
                let (last, before) = links.split_last()?;
                let tree::LinkKind::Call(call) = &last.kind else {
                    return None;
                };
                (Some((*base, before)), call)
            }
            Written::Call(call) => (None, call),
            _ => return None,
        };
        if call.name.text != "getSecret" {
            return None;
        }
        let target = base.and_then(|(base, links)| self.target_of(base, links));
        let mut arguments = call.arguments.iter();
        if let Some(target) = target {
            let symbol = self.symbol_text(&target, value.span);
            let secret = arguments.next().map(|secret| self.expression(secret));
            return Some((
                super::resource::id_of(symbol, value.span),
                secret.unwrap_or_else(|| invalid(call.name.span)),
            ));
        }
        let [subscription, group, vault, secret, ..] = call.arguments else {
            return None;
        };
        let id = "/subscriptions/{0}/resourceGroups/{1}/providers/Microsoft.KeyVault/vaults/{2}";
        let id = vec![
            Expression::string(id, value.span),
            self.expression(subscription),
            self.expression(group),
            self.expression(vault),
        ];
        Some((
            Expression::call("format", id, value.span),
            self.expression(secret),
        ))
    }

    /// `[for …]` as a value. Outputs have no name for theirs.
    pub(super) fn loop_value(
        &mut self,
        repeat: &tree::For<'s>,
        name: Option<Text>,
        span: Span,
    ) -> Expression {
        let over: Rounds = self.rounds(&repeat.head);
        let seen = self.variables(&repeat.head);
        let body = self.within(seen, |lowering| {
            lowering.named_value(&repeat.body, name.as_ref())
        });
        let repeated = Loop { name, over, body };
        Expression::new(ExpressionKind::Loop(Box::new(repeated)), span)
    }
}

/// Whether a value is a secret, or a choice in which there is one.
fn holds_secret(value: &tree::Expression<'_>) -> bool {
    match &value.kind {
        Written::Parenthesized(inner) => holds_secret(inner),
        Written::Conditional(choice) => {
            holds_secret(&choice.when_true) || holds_secret(&choice.when_false)
        }
        Written::Access { links, .. } => links.last().is_some_and(
            |link| matches!(&link.kind, tree::LinkKind::Call(call) if call.name.text == "getSecret"),
        ),
        _ => false,
    }
}

/// `{name: {value: …}}` of an object of names and values.
fn wrapped_members(value: Expression) -> Expression {
    let span = value.span;
    let parameter: Text = "value".into();
    let variable = Expression::reference(Referent::Local, &parameter, span);
    let lambda = Lambda {
        parameters: vec![parameter],
        body: object([("value", variable)], span),
    };
    let lambda = Expression::new(ExpressionKind::Lambda(Box::new(lambda)), span);
    Expression::call("mapValues", vec![value, lambda], span)
}

fn object<const N: usize>(members: [(&str, Expression); N], span: Span) -> Expression {
    let properties = members
        .into_iter()
        .map(|(key, value)| Property {
            key: Expression::string(key, span),
            value,
        })
        .collect();
    Expression::new(ExpressionKind::Object(properties), span)
}

/// The name of a module that has none: `format('<symbol>-{0}', uniqueString('<symbol>', deployment().name))`, in a loop
/// with the position before the hash.
fn default_name(symbol: &Name, is_loop: bool) -> Expression {
    let span = symbol.span;
    let short: String = symbol.text.chars().take(50).collect();
    let deployment = Expression::access(
        Expression::call("deployment", Vec::new(), span),
        Expression::string("name", span),
        false,
        span,
    );
    let hash = Expression::call(
        "uniqueString",
        vec![Expression::string(symbol.text.clone(), span), deployment],
        span,
    );
    let mut arguments = vec![Expression::string(
        format!("{short}-{}", if is_loop { "{0}-{1}" } else { "{0}" }),
        span,
    )];
    if is_loop {
        arguments.push(Expression::call("copyIndex", Vec::new(), span));
    }
    arguments.push(hash);
    Expression::call("format", arguments, span)
}
