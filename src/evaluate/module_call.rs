//! What is wrong with the call of a Bicep module by itself, whatever it deploys: the compiler refuses the file.
//!
//! In: a module declaration, and the template that it names. Out: diagnostics. It refuses to know values, and says nothing
//! where a file was not understood in full: what is missing may have been lost.

use super::diagnostic::Code;
use super::evaluator::Evaluator;
use crate::project::Unreadable;
use crate::source::Place;
use crate::syntax::template::{
    Deployment, DeploymentSource, Language, Name, Parameter, Template, TypeBase,
};

/// The path of a module, where a Bicep file declares one.
fn module_path<'d>(around: &Template, deployment: &'d Deployment) -> Option<&'d Name> {
    match &deployment.source {
        DeploymentSource::Module(path) if around.language == Language::Bicep => Some(path),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// Tells of parameters that nobody gives and that need it (BCP035), and of arguments that the module of this instance
    /// does not take (BCP037).
    /// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/diagnostics/bcp035>
    /// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/diagnostics/bcp037>
    pub(super) fn check_call(
        &mut self,
        around: &Template,
        deployment: &Deployment,
        instance: usize,
    ) {
        let Some(path) = module_path(around, deployment) else {
            return;
        };
        let module = self.instances[instance].template.clone();
        let is_sound = |file| self.project.fault(file).is_none();
        if deployment.argument_object.is_some() || !is_sound(around.file) || !is_sound(module.file)
        {
            return;
        }
        for argument in &deployment.arguments {
            let name = &argument.name;
            if module.parameter(&name.text).is_none() {
                let message = format!("the module has no parameter '{}'", name.text);
                let place = Place::new(around.file, name.span);
                self.diagnose(Code::Parameter, &message, place);
            }
        }
        let missing: Vec<String> = module
            .parameters
            .iter()
            .filter(|declared| self.is_missing(declared, deployment, instance))
            .map(|declared| format!("'{}'", declared.name.text))
            .collect();
        let message = match missing.as_slice() {
            [] => return,
            [one] => {
                format!(
                    "the parameter {one} of the module has no default, and nothing is given to it"
                )
            }
            [first @ .., last] => format!(
                "the parameters {} and {last} of the module have no default, and nothing is given to them",
                first.join(", ")
            ),
        };
        let place = Place::new(around.file, path.span);
        self.diagnose(Code::Parameter, &message, place);
    }

    /// Whether a parameter of the module needs an argument and has none.
    fn is_missing(
        &mut self,
        declared: &Parameter,
        deployment: &Deployment,
        instance: usize,
    ) -> bool {
        let name = &declared.name.text;
        let mut given = deployment.arguments.iter();
        if declared.default.is_some()
            || given.any(|argument| argument.name.text.eq_ignore_ascii_case(name))
        {
            return false;
        }
        let kind = self.resolved(instance, &declared.kind).kind;
        // What is not known in full may be null.
        !kind.nullable && !matches!(kind.base, TypeBase::Any)
    }

    /// Tells of a module that is not deployed and not there either. One that is not restored may well be missed by nobody.
    pub(super) fn check_idle_module(&mut self, around: &Template, deployment: &Deployment) {
        let Some(path) = module_path(around, deployment) else {
            return;
        };
        match self.project.module(around.file, &path.text) {
            Ok(_) | Err(Unreadable::NotRestored { .. }) => {}
            Err(error) => {
                let place = Place::new(around.file, path.span);
                self.diagnose(Code::Module, &error.to_string(), place);
            }
        }
    }
}
