//! Expressions: operators, literals and strings. Names and accesses are in [`super::access`].

use memchr::memchr2;

use super::modules_in::Modules;
use super::{Lowering, invalid};
use crate::source::Span;
use crate::syntax::bicep::tree::{
    self, ArrayItem, BinaryOperator, ExpressionKind as Written, KeyKind, ObjectItem, Part,
    UnaryOperator,
};
use crate::syntax::expression::{Expression, ExpressionKind, Lambda, Property, Text, shared};

/// How long the pattern of an interpolated string is at most, mostly.
const USUAL_PATTERN: usize = 64;

impl<'s> Lowering<'_, 's> {
    pub(super) fn expression(&mut self, written: &tree::Expression<'s>) -> Expression {
        let span = written.span;
        let kind = match &written.kind {
            Written::Null => ExpressionKind::Null,
            Written::Boolean(value) => ExpressionKind::Bool(*value),
            Written::Integer(value) => integer(*value),
            Written::String(text) => ExpressionKind::String(shared(text.value)),
            Written::Interpolated(parts) => return self.interpolated(parts, span),
            Written::Array(items) => return self.array(items, span),
            Written::Object(object) => return self.object(object),
            Written::For(repeat) => return self.loop_value(repeat, Some("value".into()), span),
            Written::Variable(name) => return self.variable(name, span),
            Written::Call(call) => return self.call(call, span),
            Written::Access { base, links } => return self.access(base, links),
            Written::Unary(unary) => return self.unary(unary, span),
            Written::Binary(binary) => return self.binary(binary, span),
            Written::Conditional(choice) => {
                let arguments = vec![
                    self.expression(&choice.condition),
                    self.expression(&choice.when_true),
                    self.expression(&choice.when_false),
                ];
                return Expression::call("if", arguments, span);
            }
            Written::Lambda(lambda) => self.lambda(lambda, &[]),
            Written::Parenthesized(inner) => return self.expression(inner),
            Written::Error => return invalid(span),
        };
        Expression::new(kind, span)
    }

    /// A value of this name: a loop in it has the name.
    pub(super) fn named_value(
        &mut self,
        written: &tree::Expression<'s>,
        name: Option<&Text>,
    ) -> Expression {
        match &written.kind {
            Written::For(repeat) => self.loop_value(repeat, name.cloned(), written.span),
            _ => self.expression(written),
        }
    }

    pub(super) fn expressions(&mut self, written: &[tree::Expression<'s>]) -> Vec<Expression> {
        written.iter().map(|one| self.expression(one)).collect()
    }

    /// `'a${b}'` is `format('a{0}', b)`, where text has its braces doubled.
    fn interpolated(&mut self, parts: &[Part<'s>], span: Span) -> Expression {
        let mut pattern = String::with_capacity(USUAL_PATTERN);
        // The pattern, and what is put into it.
        let mut arguments = Vec::with_capacity(1 + parts.len());
        arguments.push(Expression::new(ExpressionKind::Null, span));
        for part in parts {
            match part {
                Part::Text(text) if memchr2(b'{', b'}', text.value.as_bytes()).is_some() => {
                    pattern.push_str(&text.value.replace('{', "{{").replace('}', "}}"));
                }
                Part::Text(text) => pattern.push_str(text.value),
                Part::Hole(hole) => {
                    let number = arguments.len() - 1;
                    pattern.push('{');
                    pattern.push_str(&number.to_string());
                    pattern.push('}');
                    arguments.push(self.expression(hole));
                }
            }
        }
        arguments[0] = Expression::string(pattern, span);
        Expression::call("format", arguments, span)
    }

    /// `[...a, b]` is `flatten([a, [b]])`.
    fn array(&mut self, items: &[ArrayItem<'s>], span: Span) -> Expression {
        let array = |items: Vec<_>| Expression::new(ExpressionKind::Array(items.into()), span);
        let mut pieces = Vec::new();
        let mut plain = Vec::with_capacity(items.len());
        for item in items {
            match item {
                ArrayItem::Value(value) => plain.push(self.expression(value)),
                ArrayItem::Spread(spread) => {
                    if !plain.is_empty() {
                        pieces.push(array(std::mem::take(&mut plain)));
                    }
                    pieces.push(self.expression(&spread.value));
                }
            }
        }
        if pieces.is_empty() {
            return array(plain);
        }
        if !plain.is_empty() {
            pieces.push(array(plain));
        }
        Expression::call("flatten", vec![array(pieces)], span)
    }

    /// `{...a, b: 1}` is `shallowMerge([a, {b: 1}])`. What could not be read may be anything that could be spread.
    pub(super) fn object(&mut self, object: &tree::Object<'s>) -> Expression {
        let span = object.span;
        let literal =
            |properties: Vec<_>| Expression::new(ExpressionKind::Object(properties.into()), span);
        let mut pieces = Vec::new();
        let mut plain = Vec::with_capacity(object.items.len());
        for item in object.items {
            let piece = match item {
                ObjectItem::Property(property) => {
                    plain.push(self.property(property));
                    continue;
                }
                ObjectItem::Spread(spread) => self.expression(&spread.value),
                ObjectItem::Resource(_) => continue,
                ObjectItem::Error(span) => invalid(*span),
            };
            if !plain.is_empty() {
                pieces.push(literal(std::mem::take(&mut plain)));
            }
            pieces.push(piece);
        }
        if pieces.is_empty() {
            return literal(plain);
        }
        if !plain.is_empty() {
            pieces.push(literal(plain));
        }
        let pieces = Expression::new(ExpressionKind::Array(pieces.into()), span);
        Expression::call("shallowMerge", vec![pieces], span)
    }

    pub(super) fn property(&mut self, property: &tree::Property<'s>) -> Property {
        let key = match &property.key.kind {
            KeyKind::Name(name) => Expression::string(*name, property.key.span),
            KeyKind::Text(text) => Expression::string(text.value, property.key.span),
            KeyKind::Interpolated(parts) => self.interpolated(parts, property.key.span),
        };
        let name = match &key.kind {
            ExpressionKind::String(name) => Some(name),
            _ => None,
        };
        Property {
            value: self.named_value(&property.value, name),
            key,
        }
    }

    fn unary(&mut self, unary: &tree::Unary<'s>, span: Span) -> Expression {
        match (unary.operator, &unary.operand.kind) {
            (UnaryOperator::Minus, Written::Integer(value)) => {
                let kind = match 0_i64.checked_sub_unsigned(*value) {
                    Some(negative) => ExpressionKind::Integer(negative),
                    None => ExpressionKind::Decimal(format!("-{value}").into()),
                };
                Expression::new(kind, span)
            }
            (UnaryOperator::Minus, _) => {
                let zero = Expression::new(ExpressionKind::Integer(0), span);
                let arguments = vec![zero, self.expression(&unary.operand)];
                Expression::call("sub", arguments, span)
            }
            (UnaryOperator::Not, _) => {
                Expression::call("not", vec![self.expression(&unary.operand)], span)
            }
        }
    }

    fn binary(&mut self, binary: &tree::Binary<'s>, span: Span) -> Expression {
        let mut arguments = vec![
            self.expression(&binary.left),
            self.expression(&binary.right),
        ];
        let insensitive = matches!(
            binary.operator,
            BinaryOperator::EqualInsensitive | BinaryOperator::NotEqualInsensitive
        );
        if insensitive {
            for argument in &mut arguments {
                let own = argument.span;
                let operand = std::mem::replace(argument, invalid(own));
                *argument = Expression::call("toLower", vec![operand], own);
            }
        }
        let (function, negated) = match binary.operator {
            BinaryOperator::Multiply => ("mul", false),
            BinaryOperator::Divide => ("div", false),
            BinaryOperator::Modulo => ("mod", false),
            BinaryOperator::Add => ("add", false),
            BinaryOperator::Subtract => ("sub", false),
            BinaryOperator::Less => ("less", false),
            BinaryOperator::LessOrEqual => ("lessOrEquals", false),
            BinaryOperator::Greater => ("greater", false),
            BinaryOperator::GreaterOrEqual => ("greaterOrEquals", false),
            BinaryOperator::Equal | BinaryOperator::EqualInsensitive => ("equals", false),
            BinaryOperator::NotEqual | BinaryOperator::NotEqualInsensitive => ("equals", true),
            BinaryOperator::And => ("and", false),
            BinaryOperator::Or => ("or", false),
            BinaryOperator::Coalesce => ("coalesce", false),
        };
        let call = Expression::call(function, arguments, span);
        if negated {
            Expression::call("not", vec![call], span)
        } else {
            call
        }
    }

    /// A lambda, and how modules are in what its variables are given.
    pub(super) fn lambda(
        &mut self,
        lambda: &tree::Lambda<'s>,
        given: &[Modules],
    ) -> ExpressionKind {
        let seen = super::modules_in::parameters(lambda, given);
        let body = self.within(seen, |lowering| lowering.expression(&lambda.body));
        let parameters = lambda.parameters.iter();
        ExpressionKind::Lambda(Box::new(Lambda {
            parameters: parameters.map(|parameter| parameter.text.into()).collect(),
            body,
        }))
    }
}

/// A number without a sign.
fn integer(value: u64) -> ExpressionKind {
    match i64::try_from(value) {
        Ok(value) => ExpressionKind::Integer(value),
        Err(_) => ExpressionKind::Decimal(value.to_string().into()),
    }
}
