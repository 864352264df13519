//! Names, calls, and chains of accesses: what stands at their head decides what they mean.

use super::modules_in::Modules;
use super::names::{Local, Meaning};
use super::{Lowering, invalid};
use crate::source::Span;
use crate::syntax::bicep::tree::{
    self, ExpressionKind as Written, Link, LinkKind, Name as WrittenName,
};
use crate::syntax::expression::{
    Access, Call, Expression, ExpressionKind, Referent, Text, Undecided, shared,
};

/// The namespace of user-defined functions, as the compiler has it.
pub(super) const FUNCTIONS: &str = "__bicep";

/// A resource or module that an expression names.
pub(super) struct Target {
    /// Its number.
    pub(super) resource: usize,
    /// Which copy of it.
    pub(super) index: Option<Expression>,
}

/// A resource or module at the head of a chain of accesses, as it is written.
struct Found<'e, 's> {
    resource: usize,
    index: Option<&'e tree::Expression<'s>>,
    /// The links after it.
    rest: &'e [Link<'s>],
}

impl Found<'_, '_> {
    /// Whether nothing of the resource is accessed.
    fn is_whole(&self) -> bool {
        let mut rest = self.rest.iter();
        rest.all(|link| matches!(link.kind, LinkKind::NonNull))
    }
}

impl<'s> Lowering<'_, 's> {
    /// A name on its own.
    pub(super) fn variable(&mut self, name: &str, span: Span) -> Expression {
        let reference = |referent| Expression::reference(referent, name, span);
        match self.meaning(name) {
            Some(Meaning::Local(Local::Variable(_))) => reference(Referent::Local),
            Some(Meaning::Parameter | Meaning::Local(Local::Parameter)) => {
                reference(Referent::Parameter)
            }
            Some(Meaning::Resource(number) | Meaning::Local(Local::Resource(number))) => self
                .whole(
                    &Target {
                        resource: number,
                        index: None,
                    },
                    span,
                ),
            // A name that is not there is a variable that is not declared.
            _ => reference(Referent::Variable),
        }
    }

    /// `name(…)`
    pub(super) fn call(&mut self, call: &tree::Call<'s>, span: Span) -> Expression {
        match call.name.text {
            "any" if call.arguments.len() == 1 => return self.expression(&call.arguments[0]),
            "nameof" if call.arguments.len() == 1 => {
                return Expression::string(last_name(&call.arguments[0]), span);
            }
            _ => {}
        }
        let is_own = matches!(
            self.meaning(call.name.text),
            Some(Meaning::Function | Meaning::Imported)
        );
        let namespace = is_own.then(|| shared(FUNCTIONS));
        self.call_of(namespace, shared(call.name.text), call, span)
    }

    fn call_of(
        &mut self,
        namespace: Option<Text>,
        name: Text,
        call: &tree::Call<'s>,
        span: Span,
    ) -> Expression {
        self.refers |= name.eq_ignore_ascii_case("reference");
        let call = Call {
            namespace,
            name,
            name_span: call.name.span,
            arguments: self.call_arguments(call).into(),
        };
        Expression::new(ExpressionKind::Call(Box::new(call)), span)
    }

    /// A chain of accesses.
    pub(super) fn access(&mut self, base: &tree::Expression<'s>, links: &[Link<'s>]) -> Expression {
        if let Written::Variable(name) = &base.kind {
            match (self.meaning(name), links) {
                (Some(Meaning::Extension), [link, rest @ ..]) => {
                    if let LinkKind::Call(call) = &link.kind {
                        let span = base.span.to(link.span);
                        let value = match call.name.text {
                            "any" | "nameof" => self.call(call, span),
                            name => self.call_of(None, shared(name), call, span),
                        };
                        return self.links(value, rest);
                    }
                }
                (Some(Meaning::Namespace), [link, rest @ ..]) => {
                    if let Some(value) = self.imported(name, base.span.to(link.span), link) {
                        return self.links(value, rest);
                    }
                }
                _ => {}
            }
        }
        if let Some(found) = self.head(base, links) {
            let target = self.lowered(&found);
            return self.of_resource(&target, base.span, found.rest, links);
        }
        let of_modules = self.modules_in(base);
        let value = self.expression(base);
        self.links_of_modules(of_modules, value, links)
    }

    /// Steps from a value in which there may be modules: what an output of one holds is in its `value`.
    fn links_of_modules(
        &mut self,
        mut known: Modules,
        mut value: Expression,
        links: &[Link<'s>],
    ) -> Expression {
        let mut safe = false;
        for (done, link) in links.iter().enumerate() {
            let rest = &links[done + 1..];
            if known == Modules::None {
                return self.links_from(value, &links[done..], safe);
            }
            if matches!(link.kind, LinkKind::NonNull) {
                safe = false;
            } else {
                safe |= is_safe(link);
                let output = rest.iter().find_map(property);
                if let (Some(("outputs", _)), Some((output, _))) = (property(link), output) {
                    match known {
                        Modules::One => {
                            value = self.links_from(value, std::slice::from_ref(link), safe);
                            return self.output(value, rest, safe);
                        }
                        Modules::OrNull(_) | Modules::Unknown => {
                            let last = rest.last().map_or(link.span, |last| last.span);
                            return untyped_output(output, value.span.to(last));
                        }
                        _ => {}
                    }
                }
                value = self.links_from(value, std::slice::from_ref(link), safe);
            }
            known = known.step(link);
        }
        value
    }

    /// `alias.name` or `alias.name(…)` of `import * as alias`
    fn imported(&mut self, alias: &str, span: Span, link: &Link<'s>) -> Option<Expression> {
        match &link.kind {
            LinkKind::Property { name, .. } => {
                let name = format!("{alias}.{}", name.text);
                Some(Expression::reference(Referent::Variable, &name, span))
            }
            LinkKind::Call(call) => {
                let name = format!("{alias}.{}", call.name.text).into();
                Some(self.call_of(Some(FUNCTIONS.into()), name, call, span))
            }
            _ => None,
        }
    }

    /// The resource or module that a whole expression names.
    pub(super) fn target(&mut self, value: &tree::Expression<'s>) -> Option<Target> {
        let found = self.whole_target(value)?;
        Some(self.lowered(&found))
    }

    /// The resource or module that a base with all of these links names.
    pub(super) fn target_of(
        &mut self,
        base: &tree::Expression<'s>,
        links: &[Link<'s>],
    ) -> Option<Target> {
        let found = self.head(base, links)?;
        found.is_whole().then(|| self.lowered(&found))
    }

    fn lowered(&mut self, found: &Found<'_, 's>) -> Target {
        Target {
            resource: found.resource,
            index: found.index.map(|index| self.expression(index)),
        }
    }

    fn whole_target<'e>(&self, value: &'e tree::Expression<'s>) -> Option<Found<'e, 's>> {
        let found = match &value.kind {
            Written::Parenthesized(inner) => return self.whole_target(inner),
            Written::Call(call) if call.name.text == "any" && call.arguments.len() == 1 => {
                return self.whole_target(&call.arguments[0]);
            }
            Written::Variable(_) => self.head(value, &[])?,
            Written::Access { base, links } => self.head(base, links)?,
            _ => return None,
        };
        found.is_whole().then_some(found)
    }

    /// The resource or module at the head of a chain. Nothing is lowered for it, since it may be no resource after all.
    fn head<'e>(
        &self,
        base: &'e tree::Expression<'s>,
        mut links: &'e [Link<'s>],
    ) -> Option<Found<'e, 's>> {
        let mut resource = match &base.kind {
            Written::Variable(name) => match self.meaning(name)? {
                Meaning::Resource(number) | Meaning::Local(Local::Resource(number)) => number,
                _ => return None,
            },
            Written::Parenthesized(inner) => {
                let found = self.whole_target(inner)?;
                let symbol = self.names.symbols.get(found.resource)?;
                // Of `any(module)` the compiler forgets that it is a module.
                if symbol.is_module && is_any(inner) {
                    return None;
                }
                if found.index.is_some() {
                    return Some(Found {
                        rest: links,
                        ..found
                    });
                }
                found.resource
            }
            _ => return None,
        };
        let mut index = None;
        while let Some((link, rest)) = links.split_first() {
            let symbol = self.names.symbols.get(resource)?;
            match &link.kind {
                LinkKind::Resource(name) => {
                    let mut nested = symbol.nested.iter();
                    resource = nested.find(|(known, _)| *known == name.text)?.1;
                }
                LinkKind::Index {
                    index: written,
                    from_end: false,
                    ..
                } if symbol.is_loop => index = Some(*written),
                _ => break,
            }
            links = rest;
            if index.is_some() {
                break;
            }
        }
        Some(Found {
            resource,
            index,
            rest: links,
        })
    }

    /// The symbolic name of a resource, with its index.
    pub(super) fn symbol_text(&mut self, target: &Target, span: Span) -> Expression {
        let symbol: Text = match self.names.symbols.get(target.resource) {
            Some(symbol) => symbol.name.clone(),
            None => "".into(),
        };
        match &target.index {
            None => Expression::string(symbol, span),
            Some(index) => {
                let pattern = Expression::string(format!("{symbol}[{{0}}]"), span);
                Expression::call("format", vec![pattern, index.clone()], span)
            }
        }
    }

    /// A resource as a value: all that there is of it.
    fn whole(&mut self, target: &Target, span: Span) -> Expression {
        let Some(symbol) = self.names.symbols.get(target.resource) else {
            return invalid(span);
        };
        let (is_loop, simple) = (symbol.is_loop, symbol.is_module || symbol.is_foreign);
        let symbol = self.symbol_text(target, span);
        let full = Expression::string("full", span);
        if is_loop && target.index.is_none() {
            let mut arguments = vec![symbol];
            arguments.extend((!simple).then_some(full));
            return Expression::call("references", arguments, span);
        }
        if simple {
            return Expression::call("reference", vec![symbol], span);
        }
        let version = self.version(target, span);
        Expression::call("reference", vec![symbol, version, full], span)
    }

    fn version(&self, target: &Target, span: Span) -> Expression {
        let symbol = self.names.symbols.get(target.resource);
        match symbol.and_then(|symbol| symbol.version.clone()) {
            Some(version) => Expression::string(version, span),
            None => Expression::new(ExpressionKind::Null, span),
        }
    }

    /// What these links give of a resource. They are the last of `all`: those before them name it.
    fn of_resource(
        &mut self,
        target: &Target,
        start: Span,
        links: &[Link<'s>],
        all: &[Link<'s>],
    ) -> Expression {
        let named = all.len() - links.len();
        let head = match named.checked_sub(1).and_then(|last| all.get(last)) {
            Some(last) => start.to(last.span),
            None => start,
        };
        let symbol = self.names.symbols.get(target.resource);
        let is_bare_loop = target.index.is_none() && symbol.is_some_and(|symbol| symbol.is_loop);
        let skipped = links
            .iter()
            .take_while(|link| matches!(link.kind, LinkKind::NonNull))
            .count();
        let links = &links[skipped..];
        let Some((link, rest)) = links.split_first() else {
            return self.whole(target, head);
        };
        if is_bare_loop {
            let many = match symbol.is_some_and(|symbol| symbol.is_module) {
                true => Modules::list(Modules::One),
                false => Modules::None,
            };
            let whole = self.whole(target, head);
            return self.links_of_modules(many, whole, links);
        }
        let span = head.to(link.span);
        if let LinkKind::Call(call) = &link.kind {
            let value = self.method(target, call, span);
            return self.links(value, rest);
        }
        let is_foreign = symbol.is_some_and(|symbol| symbol.is_foreign);
        match property(link) {
            Some(property) if !is_foreign => {
                self.property_of_resource(target, (head, span), property, rest)
            }
            _ => {
                let whole = self.whole(target, head);
                self.links(whole, links)
            }
        }
    }

    /// A property of a resource, safe or not, and what follows it. The resource is written at `head`, and with its property
    /// at `span`.
    fn property_of_resource(
        &mut self,
        target: &Target,
        (head, span): (Span, Span),
        (name, safe): (&str, bool),
        rest: &[Link<'s>],
    ) -> Expression {
        let symbol = self.names.symbols.get(target.resource);
        let is_module = symbol.is_some_and(|symbol| symbol.is_module);
        let reference = |lowering: &mut Self| {
            let symbol = lowering.symbol_text(target, head);
            Expression::call("reference", vec![symbol], head)
        };
        let step = |base: Expression, span: Span| {
            Expression::access(base, Expression::string(name, span), safe, span)
        };
        match name {
            "outputs" if is_module => {
                let outputs = step(reference(self), span);
                self.output(outputs, rest, safe)
            }
            "id" | "name" => {
                let symbol = self.symbol_text(target, head);
                let info = Expression::call("resourceInfo", vec![symbol], head);
                self.links_from(step(info, span), rest, safe)
            }
            "type" | "apiVersion" => {
                let text = match (name, symbol) {
                    ("type", Some(symbol)) => symbol.kind.clone(),
                    (_, Some(symbol)) => symbol.version.clone().unwrap_or_default(),
                    (_, None) => "".into(),
                };
                self.links(Expression::string(text, span), rest)
            }
            "properties" if !is_module => {
                let value = reference(self);
                self.links_from(Expression { span, ..value }, rest, safe)
            }
            _ => {
                let whole = self.whole(target, head);
                self.links_from(step(whole, span), rest, safe)
            }
        }
    }

    /// What follows `module.outputs`: an output holds its value in `value`.
    fn output(&mut self, outputs: Expression, links: &[Link<'s>], safe: bool) -> Expression {
        let Some((link, rest)) = links.split_first() else {
            return outputs;
        };
        if matches!(link.kind, LinkKind::NonNull) {
            return self.output(outputs, rest, false);
        }
        let is_safe = safe || is_safe(link);
        let output = self.links_from(outputs, std::slice::from_ref(link), safe);
        let span = output.span;
        let value = Expression::access(output, Expression::string("value", span), is_safe, span);
        self.links_from(value, rest, is_safe)
    }

    /// `vault.method(…)`: `listKeys` and its kin take the id and the version before their own arguments.
    fn method(&mut self, target: &Target, call: &tree::Call<'s>, span: Span) -> Expression {
        let mut arguments = vec![self.symbol_text(target, span)];
        if call.arguments.is_empty() {
            arguments.push(self.version(target, span));
        }
        arguments.extend(self.expressions(call.arguments));
        let call = Call {
            namespace: None,
            name: shared(call.name.text),
            name_span: call.name.span,
            arguments: arguments.into(),
        };
        Expression::new(ExpressionKind::Call(Box::new(call)), span)
    }

    fn links(&mut self, value: Expression, links: &[Link<'s>]) -> Expression {
        self.links_from(value, links, false)
    }

    /// Steps from a value. From one that is safe on all are.
    fn links_from(
        &mut self,
        mut value: Expression,
        links: &[Link<'s>],
        mut safe: bool,
    ) -> Expression {
        for link in links {
            let span = value.span.to(link.span);
            safe |= is_safe(link);
            let (key, from_end) = match &link.kind {
                LinkKind::Property { name, .. } => (self.key(*name), false),
                LinkKind::Index {
                    index, from_end, ..
                } => (self.expression(index), *from_end),
                LinkKind::Call(call) => {
                    let own = self.expressions(call.arguments);
                    let call = Call {
                        namespace: None,
                        name: shared(call.name.text),
                        name_span: call.name.span,
                        arguments: std::iter::once(value).chain(own).collect(),
                    };
                    value = Expression::new(ExpressionKind::Call(Box::new(call)), span);
                    continue;
                }
                LinkKind::Resource(_) => {
                    value = invalid(span);
                    continue;
                }
                LinkKind::NonNull => {
                    safe = false;
                    continue;
                }
            };
            let access = Access {
                base: value,
                key,
                safe,
                from_end,
            };
            value = Expression::new(ExpressionKind::Access(Box::new(access)), span);
        }
        value
    }

    fn key(&self, name: WrittenName<'s>) -> Expression {
        if name.is_missing() {
            invalid(name.span)
        } else {
            Expression::string(name.text, name.span)
        }
    }
}

/// An output of what may be a module, or null: whether the compiler reads its `value` hangs on a type that is not known.
fn untyped_output(name: &str, span: Span) -> Expression {
    let undecided = Undecided {
        text: format!("outputs.{name}").into(),
        message: format!(
            "whether output '{name}' is read of a module hangs on a type that akvlint does not know"
        )
        .into(),
    };
    Expression::new(ExpressionKind::Undecided(Box::new(undecided)), span)
}

fn is_safe(link: &Link<'_>) -> bool {
    matches!(
        link.kind,
        LinkKind::Property { safe: true, .. } | LinkKind::Index { safe: true, .. }
    )
}

/// The property that a link names, in either way of writing, and whether it is a safe step.
fn property<'l>(link: &'l Link<'_>) -> Option<(&'l str, bool)> {
    match &link.kind {
        LinkKind::Property { name, safe } => Some((name.text, *safe)),
        LinkKind::Index {
            index,
            safe,
            from_end: false,
        } => match &index.kind {
            Written::String(text) => Some((text.value, *safe)),
            _ => None,
        },
        _ => None,
    }
}

fn is_any(expression: &tree::Expression<'_>) -> bool {
    match &expression.kind {
        Written::Parenthesized(inner) => is_any(inner),
        Written::Call(call) => call.name.text == "any",
        _ => false,
    }
}

/// What `nameof` gives: the last name of a chain.
fn last_name<'e>(expression: &'e tree::Expression<'_>) -> &'e str {
    match &expression.kind {
        Written::Variable(name) => name,
        Written::Parenthesized(inner) => last_name(inner),
        Written::Access { base, links } => {
            let named = links.iter().rev().find_map(|link| match &link.kind {
                LinkKind::Resource(name) => Some(name.text),
                _ => property(link).map(|(name, _)| name),
            });
            named.unwrap_or_else(|| last_name(base))
        }
        _ => "",
    }
}
