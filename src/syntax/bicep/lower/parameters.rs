//! Parameter files.

use super::{Lowering, name, quoted};
use crate::source::FileId;
use crate::syntax::bicep::tree::{DeclarationKind, File, UsingTarget};
use crate::syntax::template::{Argument, ArgumentValue, Parameter, ParameterFile, Type};

impl<'s> Lowering<'_, 's> {
    /// A parameter file. Its expressions may read what it gives to other parameters, so these are the parameters of
    /// its own template, with what they are given for a default.
    pub(super) fn parameter_file(
        &mut self,
        file: &File<'s>,
        id: FileId,
        length: usize,
    ) -> ParameterFile {
        let others = File {
            declarations: Vec::new(),
            trivia: Vec::new(),
            errors: Vec::new(),
        };
        let mut template = self.template(&others, id, length);
        template.target = None;
        let (mut using, mut extends) = (None, None);
        let mut assignments = Vec::new();
        for declaration in &file.declarations {
            match &declaration.kind {
                DeclarationKind::Using(written) => {
                    if let UsingTarget::Path(path) = &written.target {
                        using = Some(quoted(path));
                    }
                }
                DeclarationKind::Extends(path) => extends = path.as_ref().map(quoted),
                DeclarationKind::Parameter(parameter) => {
                    let Some(value) = &parameter.value else {
                        continue;
                    };
                    let value = self.argument(value, parameter.name.text);
                    if let ArgumentValue::Value(value) = &value {
                        template.parameters.push(Parameter {
                            name: name(parameter.name),
                            kind: Type::any(),
                            default: Some(value.clone()),
                        });
                    }
                    assignments.push(Argument {
                        name: name(parameter.name),
                        value,
                    });
                }
                _ => self.declaration(declaration, &mut template),
            }
        }
        ParameterFile {
            template: std::sync::Arc::new(template),
            using,
            extends,
            assignments,
        }
    }
}
