//! Resources.

use super::names::Local;
use super::{Lowering, invalid, name, quoted};
use crate::syntax::bicep::tree::{
    self, Body, DeclarationKind, Decorator, ExpressionKind as Written, Object, ObjectItem,
    Property as WrittenProperty,
};
use crate::syntax::expression::{Expression, ExpressionKind, Property, Rounds};
use crate::syntax::template::{Copy, DEPLOYMENT_TYPE, Deployment, Name, Parent, Resource};

impl<'s> Lowering<'_, 's> {
    /// All resources and modules, in the order of their numbers.
    pub(super) fn resources(&mut self) -> Vec<Resource> {
        let mut resources = Vec::with_capacity(self.names.symbols.len());
        for number in 0..self.names.symbols.len() {
            let Some(symbol) = self.names.symbols.get(number) else {
                continue;
            };
            let declaration = symbol.declaration;
            resources.push(match &declaration.kind {
                DeclarationKind::Module(module) => self.module(number, declaration, module),
                DeclarationKind::Resource(resource) => {
                    let around = self.seen_in(number);
                    self.within(around, |lowering| {
                        lowering.resource(number, declaration, resource)
                    })
                }
                _ => continue,
            });
        }
        resources
    }

    /// The nested resources that the body of a resource sees by their plain names: its own, and those of the resources
    /// around it. The innermost come last.
    fn seen_in(&self, number: usize) -> Vec<(&'s str, Local)> {
        let around =
            std::iter::successors(Some(number), |&inner| self.names.symbols.get(inner)?.around);
        let mut seen = Vec::new();
        for number in around {
            let Some(symbol) = self.names.symbols.get(number) else {
                continue;
            };
            let nested = symbol.nested.iter();
            seen.extend(nested.map(|(name, number)| (*name, Local::Resource(*number))));
        }
        seen.reverse();
        seen
    }

    fn resource(
        &mut self,
        number: usize,
        declaration: &tree::Declaration<'s>,
        resource: &tree::Resource<'s>,
    ) -> Resource {
        let place = resource
            .ty
            .as_ref()
            .map_or(resource.name.span, |ty| ty.span);
        let copy = self.copy(number, &resource.body, declaration.decorators);
        let seen = self.loop_variables(&resource.body);
        let lowered = self.within(seen, |lowering| {
            lowering.described(number, resource, declaration.is_broken())
        });
        let (kind, version, foreign, around, symbol) = match self.names.symbols.get(number) {
            Some(symbol) => (
                symbol.kind.clone(),
                symbol.version.clone(),
                symbol.is_foreign,
                symbol.around,
                symbol.name.clone(),
            ),
            None => ("".into(), None, false, None, "".into()),
        };
        Resource {
            symbol: Some(Name {
                text: symbol,
                span: resource.name.span,
            }),
            kind: Name {
                text: kind,
                span: place,
            },
            api_version: version.map(|version| Expression::string(version, place)),
            name: lowered.name.unwrap_or_else(|| {
                if foreign {
                    Expression::new(ExpressionKind::Null, place)
                } else {
                    invalid(place)
                }
            }),
            parent: match around {
                Some(around) => Some(Parent {
                    resource: around,
                    inherits: true,
                    index: None,
                }),
                None => lowered.parent,
            },
            condition: lowered.condition,
            copy: copy.map(Box::new),
            scope: lowered.scope,
            existing: resource.existing.is_some(),
            extension: foreign,
            body: lowered.body,
            depends_on: lowered.depends_on,
            deployment: lowered.deployment.map(Box::new),
            span: declaration.span,
        }
    }

    /// The loop of a resource or module.
    pub(super) fn copy(
        &mut self,
        number: usize,
        body: &Body<'s>,
        decorators: &[Decorator<'s>],
    ) -> Option<Copy> {
        let head = body.repeat.as_ref()?;
        let name = match self.names.symbols.get(number) {
            Some(symbol) => symbol.name.clone(),
            None => "".into(),
        };
        let batch = super::types::decorator(decorators, "batchSize");
        Some(Copy {
            name,
            over: self.rounds(head),
            batch: batch.and_then(super::types::integer),
        })
    }

    fn described(
        &mut self,
        number: usize,
        resource: &tree::Resource<'s>,
        broken: bool,
    ) -> Described {
        let body = &resource.body;
        let symbol = self.names.symbols.get(number);
        let foreign = symbol.is_some_and(|symbol| symbol.is_foreign);
        let deploys = resource.existing.is_none()
            && symbol.is_some_and(|symbol| symbol.kind.eq_ignore_ascii_case(DEPLOYMENT_TYPE));
        let mut described = Described {
            condition: body
                .condition
                .as_ref()
                .map(|condition| self.expression(condition)),
            ..Described::default()
        };
        let object = &body.object;
        if foreign {
            described.body = vec![Property {
                key: Expression::string("properties", object.span),
                value: self.object(object),
            }];
            return described;
        }
        if deploys {
            described.deployment = Some(self.deployment(object));
        }
        for property in properties(object) {
            self.member(property, &mut described);
        }
        // What could not be read may have been the properties, which are then not absent but unknown.
        let has_properties = described
            .body
            .iter()
            .any(|property| property.key.as_str() == Some("properties"));
        // The compiler takes no spread here, and what one would bring is not known.
        let has_spread = |item: &ObjectItem<'_>| matches!(item, ObjectItem::Spread(_));
        if (broken || object.items.iter().any(has_spread)) && !has_properties {
            described.body.push(Property {
                key: Expression::string("properties", object.span),
                value: invalid(object.span),
            });
        }
        described
    }

    fn member(&mut self, property: &WrittenProperty<'s>, described: &mut Described) {
        match property.key.text() {
            Some("name") => described.name = Some(self.expression(&property.value)),
            Some("parent") => described.parent = self.parent(&property.value),
            Some("scope") => described.scope = Some(self.scope(&property.value)),
            Some("dependsOn") => described.depends_on = self.depends_on(&property.value),
            Some("properties") if described.deployment.is_some() => {
                let property = self.deployment_properties(property);
                described.body.push(property);
            }
            _ => {
                let property = self.property(property);
                described.body.push(property);
            }
        }
    }

    /// `parent: vault` or `parent: vaults[i]`
    fn parent(&mut self, value: &tree::Expression<'s>) -> Option<Parent> {
        let target = self.target(value)?;
        Some(Parent {
            resource: target.resource,
            inherits: false,
            index: target.index,
        })
    }

    /// What an extension resource extends or where a module goes: a resource by its id, or what a scope function gives.
    pub(super) fn scope(&mut self, value: &tree::Expression<'s>) -> Expression {
        match self.target(value) {
            Some(target) => {
                let symbol = self.symbol_text(&target, value.span);
                id_of(symbol, value.span)
            }
            None => self.expression(value),
        }
    }

    /// `dependsOn: [a, b[0]]`: the symbolic names.
    pub(super) fn depends_on(&mut self, value: &tree::Expression<'s>) -> Vec<Expression> {
        let Written::Array(items) = &value.kind else {
            return vec![self.expression(value)];
        };
        let mut entries = Vec::with_capacity(items.len());
        for item in *items {
            let (tree::ArrayItem::Value(value)
            | tree::ArrayItem::Spread(tree::Spread { value, .. })) = item;
            entries.push(match self.target(value) {
                Some(target) => self.symbol_text(&target, value.span),
                None => self.expression(value),
            });
        }
        entries
    }

    /// The variables that the body of a resource or module sees.
    pub(super) fn loop_variables(&mut self, body: &Body<'s>) -> Vec<(&'s str, Local)> {
        let repeat = body.repeat.as_ref();
        repeat.map(|head| self.variables(head)).unwrap_or_default()
    }

    /// What a loop runs over, lowered outside of it.
    pub(super) fn rounds(&mut self, head: &tree::Loop<'s>) -> Rounds {
        Rounds::Items {
            items: self.expression(&head.collection),
            item: head.item.text.into(),
            position: head.index.map(|index| index.text.into()),
        }
    }
}

/// What the body of a resource says.
#[derive(Default)]
struct Described {
    name: Option<Expression>,
    parent: Option<Parent>,
    scope: Option<Expression>,
    condition: Option<Expression>,
    depends_on: Vec<Expression>,
    body: Vec<Property>,
    deployment: Option<Deployment>,
}

/// `resourceInfo('symbol').id`
pub(super) fn id_of(symbol: Expression, span: crate::source::Span) -> Expression {
    Expression::access(
        Expression::call("resourceInfo", vec![symbol], span),
        Expression::string("id", span),
        false,
        span,
    )
}

/// The members of an object that are plain properties.
pub(super) fn properties<'o, 's>(
    object: &'o Object<'s>,
) -> impl Iterator<Item = &'o WrittenProperty<'s>> {
    object.items.iter().filter_map(|item| match item {
        ObjectItem::Property(property) => Some(property),
        _ => None,
    })
}

/// The name of a quoted type, or where it is missing the symbolic name's place.
pub(super) fn path_name(path: Option<&tree::Quoted<'_>>, symbol: tree::Name<'_>) -> Name {
    match path {
        Some(path) => quoted(path),
        None => Name {
            text: "".into(),
            ..name(symbol)
        },
    }
}
