//! What deployments give out.
//!
//! In: an instance, or an access to an output of a deployment that the same template declares. Out: the output, evaluated
//! when it is first asked for: most templates have outputs that nobody reads.

use super::environment::Environment;
use super::evaluator::Evaluator;
use super::instance::Slot;
use super::origin::{Origin, Step};
use super::symbol::Symbol;
use super::value::{Member, Object, Value};
use crate::source::Place;
use crate::syntax::expression::{Access, Expression, ExpressionKind, Text};
use crate::syntax::template::Output;

/// The function that reads the secure outputs of a deployment.
pub(super) const SECURE_OUTPUTS: &str = "listOutputsWithSecureValues";

impl Evaluator<'_> {
    /// `reference(…).outputs.name` of a deployment of this template, as `{value}`: its other outputs need not be known.
    /// `None` where that is no such access, or an output that may not be there, or where all of them are asked for.
    pub(super) fn output_of(
        &mut self,
        access: &Access,
        environment: &Environment,
    ) -> Option<Value> {
        if self.is_thorough {
            return None;
        }
        let (outputs, name) = plain_step(access)?;
        let ExpressionKind::Access(outputs) = &outputs.kind else {
            return None;
        };
        let (reference, _) = plain_step(outputs).filter(|(_, key)| is_word(key, "outputs"))?;
        let ExpressionKind::Call(call) = &reference.kind else {
            return None;
        };
        if call.namespace.is_some() || !is_word(&call.name, "reference") {
            return None;
        }
        let target = self.evaluate(call.arguments.first()?, environment);
        let located = self.locate(environment.instance, &target)?;
        let inner = self.deployed(environment.instance, located.index, located.copy?)?;
        let outputs = &self.instances[inner].template.outputs;
        let index = outputs
            .iter()
            .position(|output| is_word(&output.name.text, name))
            .filter(|index| outputs[*index].condition.is_none())?;
        self.output(inner, index)
    }

    /// The outputs of an instance, as `{name: {value}}`.
    pub(super) fn outputs(&mut self, instance: usize, origin: &Origin) -> Value {
        match self.instances[instance].outputs.ask() {
            Slot::Ready(outputs) => return outputs,
            Slot::Busy => {
                return Value::symbolic(Symbol::call("outputs", Vec::new()), origin.clone());
            }
            Slot::Empty => {}
        }
        let template = self.instances[instance].template.clone();
        let mut outputs = Object::new();
        for (index, output) in template.outputs.iter().enumerate() {
            if let Some(value) = self.output(instance, index) {
                outputs.insert(Member {
                    key: output.name.text.clone(),
                    key_place: Place::new(template.file, output.name.span),
                    value,
                });
            }
        }
        let outputs = Value::object(
            outputs,
            Origin::at(Place::new(template.file, template.span)),
        );
        self.instances[instance].outputs = Slot::Ready(outputs.clone());
        outputs
    }

    /// An output of an instance, as `{value}`; `None` where its condition is false.
    fn output(&mut self, instance: usize, index: usize) -> Option<Value> {
        let template = self.instances[instance].template.clone();
        let output = &template.outputs[index];
        let place = Place::new(template.file, output.name.span);
        match self.instances[instance].each_output[index].ask() {
            Slot::Ready(output) => return output,
            Slot::Busy => {
                let itself = Symbol::call("outputs", Vec::new());
                return Some(Value::symbolic(itself, Origin::at(place)));
            }
            Slot::Empty => {}
        }
        let value = self.output_value(instance, output, place).map(|value| {
            let step = Step::Output(output.name.text.clone());
            let origin = value.origin.through(step, place);
            let mut wrapped = Object::new();
            wrapped.insert(Member {
                key: "value".into(),
                key_place: place,
                value: value.with_origin(origin),
            });
            Value::object(wrapped, Origin::at(place))
        });
        self.instances[instance].each_output[index] = Slot::Ready(value.clone());
        value
    }

    fn output_value(&mut self, instance: usize, output: &Output, place: Place) -> Option<Value> {
        let environment = self.instances[instance].environment.clone();
        let condition = match &output.condition {
            Some(condition) => self.evaluate(condition, &environment),
            None => Value::bool(true, Origin::at(place)),
        };
        if condition.as_bool() == Some(false) {
            return None;
        }
        if self.resolved(instance, &output.kind).kind.secure {
            return Some(self.secure_output(instance, &output.name.text, place));
        }
        if condition.as_bool() == Some(true) {
            return Some(self.evaluate(&output.value, &environment));
        }
        // It is not there where the condition turns out to be false.
        let value = self.guarded(|evaluator| evaluator.evaluate(&output.value, &environment));
        let nothing = Value::null(Origin::at(place));
        let origin = condition.origin.clone();
        Some(self.apply("if", vec![condition, value, nothing], &origin))
    }

    /// A secure output, which can only be read by `listOutputsWithSecureValues` of its deployment.
    fn secure_output(&mut self, instance: usize, name: &Text, place: Place) -> Value {
        let origin = Origin::at(place);
        let name = Value::string(name.clone(), origin.clone());
        let Some(deployment) = self.of_caller(instance, Self::id) else {
            return Value::symbolic(Symbol::call("secureOutput", vec![name]), origin);
        };
        let outputs = Symbol::call(SECURE_OUTPUTS, vec![deployment]);
        let output = Symbol::access(Value::symbolic(outputs, origin.clone()), name);
        Value::symbolic(output, origin)
    }
}

/// A step to a member of this name that has to be there.
fn plain_step(access: &Access) -> Option<(&Expression, &str)> {
    let is_plain = !access.safe && !access.from_end;
    is_plain.then_some((&access.base, access.key.as_str()?))
}

fn is_word(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
}
