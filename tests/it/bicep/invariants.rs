//! What holds of every text, however broken.

use std::sync::Arc;

use akvlint::evaluate::{Entry, Surroundings, Wanted, evaluate};
use akvlint::project::Project;
use akvlint::source::{Sources, Span};
use akvlint::syntax::bicep::lexer::lex;
use akvlint::syntax::bicep::token::TokenKind;
use akvlint::syntax::bicep::tree::*;
use akvlint::syntax::bicep::{Arena, Dialect, MAX_DEPTH, lower, parse};

/// Lexes and parses `text`, and panics if an invariant does not hold.
pub(super) fn check(text: &str, dialect: Dialect) {
    tokens_cover_the_text(text);
    let arena = Arena::default();
    let file = parse(text, dialect, &arena);
    let whole = Span::new(0, text.len());
    let walk = Walk { text };
    let mut end = 0;
    for declaration in &file.declarations {
        assert!(declaration.span.start >= end, "declarations overlap");
        end = declaration.span.end;
        walk.declaration(declaration, whole, 0);
    }
    let mut start = 0;
    for error in &file.errors {
        walk.span(error.span, whole);
        assert!(error.span.start >= start, "errors are not in order");
        assert!(!error.message.is_empty());
        start = error.span.start;
    }
    for trivia in &file.trivia {
        walk.span(trivia.span, whole);
    }
    let broken = file
        .declarations
        .iter()
        .any(|declaration| declaration.is_broken());
    assert!(
        !broken || !file.errors.is_empty(),
        "broken without an error"
    );
    lower_and_evaluate(text, dialect, &file);
}

/// What a file means is worked out without panic, and everything has its place in it.
fn lower_and_evaluate(text: &str, dialect: Dialect, file: &File<'_>) {
    let sources = Arc::new(Sources::new(std::path::Path::new(".")));
    let source = sources.insert("main.bicep", text.to_owned());
    let whole = Span::new(0, text.len());
    let template = match dialect {
        Dialect::Template => {
            let lowered = lower::template(file, source.id(), text.len());
            assert!(lowered.errors.is_empty() || !file.errors.is_empty());
            Arc::new(lowered.value)
        }
        Dialect::Parameters => {
            let lowered = lower::parameters(file, source.id(), text.len());
            lowered.value.template
        }
    };
    for resource in &template.resources {
        assert!(whole.holds(resource.span));
        assert!(resource.span.holds(resource.kind.span));
    }
    let entry = Entry {
        template,
        parameters: Vec::new(),
        overrides: Vec::new(),
        surroundings: Surroundings::default(),
        number: 1,
    };
    evaluate(&Project::new(sources), &entry, Wanted::ALL);
}

/// Between the tokens there are only comments, directives, blanks and line ends.
pub(super) fn tokens_cover_the_text(text: &str) {
    let lexed = lex(text);
    let mut pieces: Vec<Span> = lexed.tokens.iter().map(|token| token.span).collect();
    pieces.extend(lexed.trivia.iter().map(|trivia| trivia.span));
    // A piece without text stands before one that begins at the same place.
    pieces.sort();
    let mut rebuilt = String::with_capacity(text.len());
    let mut end = 0;
    for piece in pieces {
        let gap = &text[end..piece.range().start];
        let blank = if end == 0 {
            gap.trim_start_matches('\u{feff}')
        } else {
            gap
        };
        assert!(
            blank.chars().all(|c| " \t\r\n".contains(c)),
            "lost: {blank:?}"
        );
        rebuilt += gap;
        rebuilt += &text[piece.range()];
        end = piece.range().end;
    }
    assert_eq!(rebuilt, text);
    let last = lexed.tokens.last().expect("the end of the file");
    assert_eq!(last.kind, TokenKind::EndOfFile);
}

struct Walk<'s> {
    text: &'s str,
}

impl Walk<'_> {
    fn span(&self, span: Span, parent: Span) {
        assert!(
            self.text.get(span.range()).is_some(),
            "{span:?} is not in the text"
        );
        assert!(parent.holds(span), "{span:?} is not in {parent:?}");
    }

    fn name(&self, name: &Name<'_>, parent: Span) {
        self.span(name.span, parent);
        assert_eq!(&self.text[name.span.range()], name.text);
    }

    fn quoted(&self, quoted: Option<&Quoted<'_>>, parent: Span) {
        if let Some(quoted) = quoted {
            self.span(quoted.span, parent);
            self.string(&quoted.text, quoted.span);
        }
    }

    fn string(&self, text: &Text<'_>, parent: Span) {
        self.span(text.span, parent);
        let all = text.span_of(self.text, 0..text.value.len());
        assert_eq!(all, text.span, "{text:?}");
        for (offset, _) in text.value.char_indices().take(20) {
            self.span(text.span_of(self.text, offset..offset + 1), text.span);
        }
    }

    fn declaration(&self, node: &Declaration<'_>, parent: Span, depth: u32) {
        self.span(node.span, parent);
        let parent = node.span;
        self.span(node.keyword, parent);
        self.decorators(node.decorators, parent, depth);
        let down = depth + 1;
        match &node.kind {
            DeclarationKind::TargetScope(value) => self.expression(value, parent, down),
            DeclarationKind::Metadata { name, value } | DeclarationKind::Assert { name, value } => {
                self.name(name, parent);
                self.expression(value, parent, down);
            }
            DeclarationKind::Parameter(node) => {
                self.name(&node.name, parent);
                node.ty.iter().for_each(|node| self.ty(node, parent, down));
                node.value
                    .iter()
                    .for_each(|node| self.expression(node, parent, down));
            }
            DeclarationKind::Variable(node) => {
                self.name(&node.name, parent);
                node.ty.iter().for_each(|node| self.ty(node, parent, down));
                self.expression(&node.value, parent, down);
            }
            DeclarationKind::Type(node) => {
                self.name(&node.name, parent);
                self.ty(&node.value, parent, down);
            }
            DeclarationKind::Function(node) => {
                self.name(&node.name, parent);
                for parameter in node.parameters {
                    self.name(&parameter.name, parent);
                    self.ty(&parameter.value, parent, down);
                }
                self.ty(&node.returns, parent, down);
                self.expression(&node.body, parent, down);
            }
            DeclarationKind::Resource(node) => {
                self.name(&node.name, parent);
                self.quoted(node.ty.as_ref(), parent);
                node.existing
                    .iter()
                    .for_each(|&span| self.span(span, parent));
                self.body(&node.body, parent, down);
            }
            DeclarationKind::Module(node) => {
                self.name(&node.name, parent);
                self.quoted(node.path.as_ref(), parent);
                self.body(&node.body, parent, down);
            }
            DeclarationKind::Output(node) => {
                self.name(&node.name, parent);
                self.ty(&node.ty, parent, down);
                self.expression(&node.value, parent, down);
            }
            DeclarationKind::Import(node) => {
                match &node.symbols {
                    ImportedSymbols::All(alias) => self.name(alias, parent),
                    ImportedSymbols::List(symbols) => symbols.iter().for_each(|symbol| {
                        match &symbol.name {
                            ImportedName::Name(name) => self.name(name, parent),
                            ImportedName::Quoted(quoted) => self.quoted(Some(quoted), parent),
                        }
                        symbol
                            .alias
                            .iter()
                            .for_each(|alias| self.name(alias, parent));
                    }),
                }
                self.quoted(node.path.as_ref(), parent);
            }
            DeclarationKind::Extension(node) => {
                match &node.name {
                    ExtensionName::Name(name) => self.name(name, parent),
                    ExtensionName::Quoted(quoted) => self.quoted(Some(quoted), parent),
                }
                node.config
                    .iter()
                    .for_each(|config| self.object(config, parent, down));
                node.alias.iter().for_each(|alias| self.name(alias, parent));
            }
            DeclarationKind::Test(node) => {
                self.name(&node.name, parent);
                self.quoted(node.path.as_ref(), parent);
                self.object(&node.object, parent, down);
            }
            DeclarationKind::Using(node) => {
                match &node.target {
                    UsingTarget::Path(quoted) => self.quoted(Some(quoted), parent),
                    UsingTarget::None(span) => self.span(*span, parent),
                    UsingTarget::Error => {}
                }
                node.options
                    .iter()
                    .for_each(|options| self.object(options, parent, down));
            }
            DeclarationKind::Extends(path) => self.quoted(path.as_ref(), parent),
            DeclarationKind::ExtensionConfig { name, config } => {
                self.name(name, parent);
                self.object(config, parent, down);
            }
        }
    }

    fn decorators(&self, decorators: &[Decorator<'_>], parent: Span, depth: u32) {
        for decorator in decorators {
            self.span(decorator.span, parent);
            decorator
                .namespace
                .iter()
                .for_each(|name| self.name(name, decorator.span));
            self.name(&decorator.name, decorator.span);
            self.expressions(decorator.arguments, decorator.span, depth + 1);
        }
    }

    fn body(&self, body: &Body<'_>, parent: Span, depth: u32) {
        self.span(body.span, parent);
        if let Some(repeat) = &body.repeat {
            self.head(repeat, body.span, depth + 1);
        }
        if let Some(condition) = &body.condition {
            self.expression(condition, body.span, depth + 1);
        }
        self.object(&body.object, body.span, depth + 1);
    }

    fn head(&self, head: &Loop<'_>, parent: Span, depth: u32) {
        self.span(head.span, parent);
        self.name(&head.item, head.span);
        head.index
            .iter()
            .for_each(|index| self.name(index, head.span));
        self.expression(&head.collection, head.span, depth);
    }

    fn object(&self, object: &Object<'_>, parent: Span, depth: u32) {
        self.span(object.span, parent);
        for item in object.items {
            match item {
                ObjectItem::Property(property) => {
                    self.span(property.span, object.span);
                    self.key(&property.key, property.span, depth + 1);
                    self.expression(&property.value, property.span, depth + 1);
                }
                ObjectItem::Spread(spread) => {
                    self.span(spread.span, object.span);
                    self.expression(&spread.value, spread.span, depth + 1);
                }
                ObjectItem::Resource(nested) => self.declaration(nested, object.span, depth + 1),
                ObjectItem::Error(span) => self.span(*span, object.span),
            }
        }
    }

    fn key(&self, key: &Key<'_>, parent: Span, depth: u32) {
        self.span(key.span, parent);
        match &key.kind {
            KeyKind::Name(name) => assert_eq!(&self.text[key.span.range()], *name),
            KeyKind::Text(text) => self.string(text, key.span),
            KeyKind::Interpolated(parts) => self.parts(parts, key.span, depth),
        }
    }

    fn parts(&self, parts: &[Part<'_>], parent: Span, depth: u32) {
        for part in parts {
            match part {
                Part::Text(text) => self.string(text, parent),
                Part::Hole(hole) => self.expression(hole, parent, depth + 1),
            }
        }
    }

    fn expressions(&self, nodes: &[Expression<'_>], parent: Span, depth: u32) {
        nodes
            .iter()
            .for_each(|node| self.expression(node, parent, depth));
    }

    fn expression(&self, node: &Expression<'_>, parent: Span, depth: u32) {
        // Resources count three levels where the parser counts two.
        assert!(depth <= 2 * MAX_DEPTH, "too deep");
        self.span(node.span, parent);
        let parent = node.span;
        let down = depth + 1;
        match &node.kind {
            ExpressionKind::Null
            | ExpressionKind::Boolean(_)
            | ExpressionKind::Integer(_)
            | ExpressionKind::Error => {}
            ExpressionKind::Variable(name) => assert_eq!(&self.text[parent.range()], *name),
            ExpressionKind::String(text) => self.string(text, parent),
            ExpressionKind::Interpolated(parts) => self.parts(parts, parent, depth),
            ExpressionKind::Array(items) => items.iter().for_each(|item| match item {
                ArrayItem::Value(value) => self.expression(value, parent, down),
                ArrayItem::Spread(spread) => {
                    self.span(spread.span, parent);
                    self.expression(&spread.value, spread.span, down);
                }
            }),
            ExpressionKind::Object(object) => self.object(object, parent, depth),
            ExpressionKind::For(node) => {
                self.head(&node.head, parent, down);
                self.expression(&node.body, parent, down);
            }
            ExpressionKind::Call(node) => {
                self.name(&node.name, parent);
                self.expressions(node.arguments, parent, down);
            }
            ExpressionKind::Access { base, links } => {
                assert!(!links.is_empty());
                self.expression(base, parent, down);
                let mut end = base.span.end;
                for link in *links {
                    self.span(link.span, parent);
                    assert!(link.span.start >= end);
                    end = link.span.end;
                    match &link.kind {
                        LinkKind::Property { name, .. } | LinkKind::Resource(name) => {
                            self.name(name, link.span)
                        }
                        LinkKind::Call(call) => {
                            self.name(&call.name, link.span);
                            self.expressions(call.arguments, link.span, down);
                        }
                        LinkKind::Index { index, .. } => self.expression(index, link.span, down),
                        LinkKind::NonNull => {}
                    }
                }
            }
            ExpressionKind::Unary(node) => self.expression(&node.operand, parent, down),
            ExpressionKind::Binary(node) => {
                self.span(node.operator_span, parent);
                self.expression(&node.left, parent, down);
                self.expression(&node.right, parent, down);
            }
            ExpressionKind::Conditional(node) => {
                self.expression(&node.condition, parent, down);
                self.expression(&node.when_true, parent, down);
                self.expression(&node.when_false, parent, down);
            }
            ExpressionKind::Lambda(node) => {
                node.parameters
                    .iter()
                    .for_each(|name| self.name(name, parent));
                self.expression(&node.body, parent, down);
            }
            ExpressionKind::Parenthesized(inner) => self.expression(inner, parent, down),
        }
    }

    fn ty(&self, node: &Type<'_>, parent: Span, depth: u32) {
        assert!(depth <= 2 * MAX_DEPTH, "too deep");
        self.span(node.span, parent);
        let parent = node.span;
        let down = depth + 1;
        let all = |nodes: &[Type<'_>]| nodes.iter().for_each(|node| self.ty(node, parent, down));
        match &node.kind {
            TypeKind::Error => {}
            TypeKind::Name(name) => assert_eq!(&self.text[parent.range()], *name),
            TypeKind::Generic { name, arguments } => {
                self.name(name, parent);
                all(arguments);
            }
            TypeKind::Property {
                base,
                name,
                arguments,
            } => {
                self.ty(base, parent, down);
                self.name(name, parent);
                all(arguments);
            }
            TypeKind::Item { base, index } => {
                self.ty(base, parent, down);
                self.expression(index, parent, down);
            }
            TypeKind::OtherProperties(base)
            | TypeKind::Items(base)
            | TypeKind::Array(base)
            | TypeKind::Nullable(base)
            | TypeKind::NonNull(base)
            | TypeKind::Parenthesized(base)
            | TypeKind::Unary { operand: base, .. } => self.ty(base, parent, down),
            TypeKind::Union(members) => all(members),
            TypeKind::Literal(value) => self.expression(value, parent, depth),
            TypeKind::Object(properties) => properties.iter().for_each(|property| {
                self.span(property.span, parent);
                self.decorators(property.decorators, property.span, down);
                match &property.key {
                    TypeKey::Key(key) => self.key(key, property.span, down),
                    TypeKey::Any(span) => self.span(*span, property.span),
                }
                self.ty(&property.value, property.span, down);
            }),
            TypeKind::Tuple(items) => items.iter().for_each(|item| {
                self.span(item.span, parent);
                self.decorators(item.decorators, item.span, down);
                self.ty(&item.value, item.span, down);
            }),
            TypeKind::Resource(name) => self.quoted(name.as_ref(), parent),
        }
    }
}
