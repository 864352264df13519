//! Parameter files: what they give to the parameters of a deployment.
//!
//! In: a parameter file, JSON or `.bicepparam`. Out: arguments. One that extends another gives what the other does, but
//! for its own assignments, which see the other's as `base`.

use std::sync::Arc;

use super::argument::{Arguments, Given};
use super::deployment::SecretRead;
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::functions;
use super::instance::{Instance, whole};
use super::origin::{Origin, Step};
use super::token;
use super::value::{Member, Object, Value};
use crate::source::Place;
use crate::syntax::template::{ArgumentValue, ParameterFile};

/// How many parameter files may build on each other.
pub const MAXIMUM_EXTENSIONS: usize = 32;

impl Evaluator<'_> {
    /// Evaluates the assignments of a parameter file, and of those that it extends, for a deployment in the scope of an
    /// instance.
    pub(super) fn assign(
        &mut self,
        parameters: &Arc<ParameterFile>,
        of: usize,
        given: &mut Arguments,
    ) {
        let mut chain = vec![parameters.clone()];
        while let Some(last) = chain.last()
            && let Some(extends) = &last.extends
        {
            let place = Place::new(last.template.file, extends.span);
            let base = match self.project.extended(place.file, &extends.text) {
                Ok(base) => base,
                Err(error) => {
                    self.not_extended(place, &extends.text, error.to_string(), given);
                    break;
                }
            };
            let is_known = |known: &Arc<ParameterFile>| known.template.file == base.template.file;
            if chain.len() >= MAXIMUM_EXTENSIONS || chain.iter().any(is_known) {
                let reason = "it extends itself, or more files than akvlint follows";
                self.not_extended(place, &extends.text, reason.to_owned(), given);
                break;
            }
            chain.push(base);
        }
        let mut base = None;
        // Of the secrets that are assigned, those that no other file assigns again.
        let mut secrets = Vec::new();
        for parameters in chain.iter().rev() {
            let assigned = self.assign_one(parameters, of, base.take(), given, &mut secrets);
            base = Some(assigned);
        }
        self.secret_reads.append(&mut secrets);
    }

    fn not_extended(&mut self, place: Place, path: &str, reason: String, given: &mut Arguments) {
        given.set_incomplete(functions::failed(path, &reason, &Origin::at(place)));
        self.not_read(place, path.to_owned(), reason);
    }

    /// Evaluates the assignments of one file. Gives all of its values, those that it builds on included, as an object.
    fn assign_one(
        &mut self,
        parameters: &ParameterFile,
        of: usize,
        base: Option<Object>,
        given: &mut Arguments,
        secrets: &mut Vec<SecretRead>,
    ) -> Object {
        let file = parameters.template.file;
        let number = self.instances.len();
        let environment = Environment {
            instance: number,
            file,
            frames: None,
        };
        let mut instance = Instance::new(
            parameters.template.clone(),
            environment.clone(),
            self.instances[of].scope.clone(),
            Arguments::default(),
            None,
        );
        let mut all = base.clone().unwrap_or_default();
        instance.base = base.map(|base| Value::object(base, Origin::at(whole(file))));
        self.instances.push(instance);
        for assignment in &parameters.assignments {
            let place = Place::new(file, assignment.name.span);
            let name = &assignment.name.text;
            secrets.retain(|read| !read.parameter.eq_ignore_ascii_case(name));
            match &assignment.value {
                // The compiler does not let a file read a secret that another one assigns.
                ArgumentValue::Secret { vault, secret } => {
                    all.remove(name);
                    secrets.push(SecretRead {
                        vault: self.evaluate(vault, &environment),
                        secret: self.evaluate(secret, &environment),
                        parameter: name.clone(),
                        place,
                        condition: Value::bool(true, Origin::at(place)),
                    });
                    given.insert(name, Given::Secret(place));
                }
                ArgumentValue::Value(value) | ArgumentValue::Computed(value) => {
                    let value = self.evaluate(value, &environment);
                    let value = token::in_parameter_file(value);
                    let step = Step::ParameterFile(name.clone());
                    let origin = value.origin.through(step, place);
                    let value = value.with_origin(origin);
                    all.insert(Member {
                        key: name.clone(),
                        key_place: place,
                        value: value.clone(),
                    });
                    given.insert(name, Given::Value(value));
                }
            }
        }
        all
    }
}
