//! Declarations but for resources and modules.

use super::names::Local;
use super::{Lowering, name};
use crate::source::{FileId, Span};
use crate::syntax::bicep::tree::{
    self, Declaration, DeclarationKind, ExpressionKind as Written, File, TypeKind,
};
use crate::syntax::expression::{Expression, ExpressionKind, Property, Text};
use crate::syntax::template::{
    Function, Language, NamedType, Output, Parameter, TargetScope, Template, Variable,
};

impl<'s> Lowering<'_, 's> {
    pub(super) fn template(&mut self, file: &File<'s>, id: FileId, length: usize) -> Template {
        let mut template = Template {
            target: Some(TargetScope::ResourceGroup),
            symbolic_names: true,
            ..Template::empty(id, Language::Bicep, Span::new(0, length))
        };
        let mut metadata = Vec::new();
        for declaration in &file.declarations {
            if let DeclarationKind::Metadata { name, value } = &declaration.kind {
                metadata.push(Property {
                    key: Expression::string(name.text, name.span),
                    value: self.expression(value),
                });
            } else {
                self.declaration(declaration, &mut template);
            }
        }
        template.resources = self.resources();
        template.refers = self.refers;
        // A template is held for long, and there is no more to come.
        template.parameters.shrink_to_fit();
        template.variables.shrink_to_fit();
        template.types.shrink_to_fit();
        template.outputs.shrink_to_fit();
        if !metadata.is_empty() {
            let span = template.span;
            template.metadata = Some(Expression::new(
                ExpressionKind::Object(metadata.into()),
                span,
            ));
        }
        template
    }

    /// Adds what a declaration declares, but for resources, modules and metadata.
    pub(super) fn declaration(&mut self, declaration: &Declaration<'s>, template: &mut Template) {
        match &declaration.kind {
            DeclarationKind::TargetScope(value) => {
                if let Some(target) = target(value) {
                    template.target = Some(target);
                }
            }
            DeclarationKind::Parameter(parameter) => {
                template
                    .parameters
                    .push(self.parameter(declaration, parameter));
            }
            DeclarationKind::Variable(variable) => {
                let loop_name = Text::from(variable.name.text);
                template.variables.push(Variable {
                    name: name(variable.name),
                    value: self.named_value(&variable.value, Some(&loop_name)),
                });
            }
            DeclarationKind::Type(alias) => template.types.push(NamedType {
                name: name(alias.name),
                kind: self.decorated_type(&alias.value, declaration.decorators),
            }),
            DeclarationKind::Function(function) => {
                template.functions.push(self.function(function));
            }
            DeclarationKind::Output(output) => {
                template.outputs.push(self.output_of(declaration, output));
            }
            DeclarationKind::Import(import) => {
                template.imports.extend(super::import::import(import));
            }
            // Resources and modules come after this. Extensions say which resources are none of Azure's; assertions
            // and tests deploy nothing.
            _ => {}
        }
    }

    fn parameter(
        &mut self,
        declaration: &Declaration<'s>,
        parameter: &tree::Parameter<'s>,
    ) -> Parameter {
        let loop_name = Text::from(parameter.name.text);
        // What could not be read is as good as not given.
        let default = parameter
            .value
            .as_ref()
            .filter(|value| !matches!(value.kind, Written::Error));
        Parameter {
            name: name(parameter.name),
            kind: match &parameter.ty {
                Some(ty) => self.decorated_type(ty, declaration.decorators),
                None => crate::syntax::template::Type::any(),
            },
            default: default.map(|value| self.named_value(value, Some(&loop_name))),
        }
    }

    /// A function's body sees its parameters, and the functions and variables of the file.
    fn function(&mut self, function: &tree::Function<'s>) -> Function {
        let seen: Vec<_> = function
            .parameters
            .iter()
            .map(|parameter| (parameter.name.text, Local::Parameter))
            .collect();
        Function {
            namespace: super::access::FUNCTIONS.into(),
            name: name(function.name),
            parameters: function
                .parameters
                .iter()
                .map(|parameter| (name(parameter.name), self.type_of(&parameter.value)))
                .collect(),
            body: self.within(seen, |lowering| lowering.expression(&function.body)),
        }
    }

    fn output_of(&mut self, declaration: &Declaration<'s>, output: &tree::Output<'s>) -> Output {
        // An output that is a resource holds its id.
        let is_resource = matches!(output.ty.kind, TypeKind::Resource(_));
        let target = is_resource.then(|| self.target(&output.value)).flatten();
        let value = match target {
            Some(target) => {
                let symbol = self.symbol_text(&target, output.value.span);
                super::resource::id_of(symbol, output.value.span)
            }
            None => self.named_value(&output.value, None),
        };
        Output {
            name: name(output.name),
            kind: self.decorated_type(&output.ty, declaration.decorators),
            value,
            condition: None,
        }
    }
}

/// The scope that `targetScope` says.
fn target(value: &tree::Expression<'_>) -> Option<TargetScope> {
    let Written::String(text) = &value.kind else {
        return None;
    };
    match text.value {
        "resourceGroup" => Some(TargetScope::ResourceGroup),
        "subscription" => Some(TargetScope::Subscription),
        "managementGroup" => Some(TargetScope::ManagementGroup),
        "tenant" => Some(TargetScope::Tenant),
        _ => None,
    }
}
