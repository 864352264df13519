//! The values that a parameter has left, since it is handed to parameters that take no others.
//!
//! In: a parameter of a deployment and the values that one of its modules takes of it. Out: the deployment's resources with
//! the parameter narrowed to the values that all take: with another one nothing of it is deployed. It refuses to know how
//! a parameter is handed on.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::assignment::Assignment;
use super::elsewhere::under;
use super::origin::Origin;
use super::resource::Resource;
use super::substitute::Substitution;
use super::symbol::{ParameterSymbol, Symbol, Term};
use super::value::Value;
use crate::syntax::expression::Text;

/// The narrowed parameters, by the keys of their symbols.
#[derive(Debug, Default)]
pub(super) struct Narrowings {
    parameters: BTreeMap<[u64; 2], ParameterSymbol>,
}

impl Narrowings {
    /// Notes that one module takes these values of a parameter, and gives the parameter with them.
    pub(super) fn note(&mut self, parameter: &ParameterSymbol, domain: Vec<Value>) -> Symbol {
        let narrowed = ParameterSymbol {
            domain: Some(domain.clone()),
            structure: Default::default(),
            ..parameter.clone()
        };
        let symbol = Symbol::new(Term::Parameter(Arc::new(narrowed.clone())));
        let known = self.parameters.entry(symbol.key()).or_insert(narrowed);
        if let Some(values) = &mut known.domain {
            values.retain(|value| domain.contains(value));
        }
        symbol
    }

    /// Puts the narrowed parameters into resources and outputs. One that no value is left to stays as it is: the deployment
    /// is refused then, and not for what is judged here.
    pub(super) fn put_into(
        &self,
        resources: [&mut Vec<Resource>; 2],
        outputs: &mut [(Text, Value)],
    ) {
        let mut assignment = Assignment::new();
        for parameter in self.parameters.values() {
            if parameter
                .domain
                .as_ref()
                .is_some_and(|left| !left.is_empty())
            {
                let origin = Origin::at(parameter.declared);
                let symbol = Symbol::new(Term::Parameter(Arc::new(parameter.clone())));
                assignment.assign(&symbol, Value::symbolic(symbol.clone(), origin));
            }
        }
        if assignment.is_empty() {
            return;
        }
        let mut substitution = Substitution::new(&assignment);
        for list in resources {
            for resource in list.iter_mut() {
                *resource = under(resource, &mut substitution);
            }
            list.retain(|resource| resource.condition.as_bool() != Some(false));
        }
        for (_, output) in outputs {
            *output = substitution.apply(output);
        }
    }
}
