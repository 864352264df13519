//! Trees as short text, to compare them in tests.

use akvlint::syntax::bicep::tree::*;

/// One line for each declaration.
pub(super) fn file(file: &File<'_>) -> Vec<String> {
    file.declarations.iter().map(declaration).collect()
}

fn join<T>(items: &[T], separator: &str, outline: impl Fn(&T) -> String) -> String {
    items
        .iter()
        .map(outline)
        .collect::<Vec<_>>()
        .join(separator)
}

fn name(name: &Name<'_>) -> String {
    if name.is_missing() {
        "MISSING".to_owned()
    } else {
        name.text.to_owned()
    }
}

fn quoted(quoted: Option<&Quoted<'_>>) -> String {
    quoted.map_or("MISSING".to_owned(), |quoted| {
        format!("{:?}", quoted.text.value)
    })
}

pub(super) fn declaration(node: &Declaration<'_>) -> String {
    let decorators: String = node.decorators.iter().map(decorator).collect();
    decorators + &kind(&node.kind)
}

fn kind(kind: &DeclarationKind<'_>) -> String {
    match kind {
        DeclarationKind::TargetScope(value) => format!("targetScope = {}", expression(value)),
        DeclarationKind::Metadata { name: n, value } => {
            format!("metadata {} = {}", name(n), expression(value))
        }
        DeclarationKind::Parameter(node) => {
            let declared = node
                .ty
                .as_ref()
                .map_or(String::new(), |t| format!(" {}", ty(t)));
            let value = node
                .value
                .as_ref()
                .map_or(String::new(), |value| format!(" = {}", expression(value)));
            format!("param {}{declared}{value}", name(&node.name))
        }
        DeclarationKind::Variable(node) => {
            let declared = node
                .ty
                .as_ref()
                .map_or(String::new(), |t| format!(" {}", ty(t)));
            format!(
                "var {}{declared} = {}",
                name(&node.name),
                expression(&node.value)
            )
        }
        DeclarationKind::Type(node) => format!("type {} = {}", name(&node.name), ty(&node.value)),
        DeclarationKind::Function(node) => {
            let parameters = join(node.parameters, ", ", |parameter| {
                format!("{} {}", name(&parameter.name), ty(&parameter.value))
            });
            let returns = ty(&node.returns);
            format!(
                "func {}({parameters}) {returns} => {}",
                name(&node.name),
                expression(&node.body)
            )
        }
        DeclarationKind::Resource(node) => {
            let existing = if node.existing.is_some() {
                " existing"
            } else {
                ""
            };
            let (n, t) = (name(&node.name), quoted(node.ty.as_ref()));
            format!("resource {n} {t}{existing} = {}", body(&node.body))
        }
        DeclarationKind::Module(node) => {
            let (n, path) = (name(&node.name), quoted(node.path.as_ref()));
            format!("module {n} {path} = {}", body(&node.body))
        }
        DeclarationKind::Output(node) => {
            format!(
                "output {} {} = {}",
                name(&node.name),
                ty(&node.ty),
                expression(&node.value)
            )
        }
        DeclarationKind::Import(node) => {
            let symbols = match &node.symbols {
                ImportedSymbols::List(symbols) => format!("{{{}}}", join(symbols, ", ", symbol)),
                ImportedSymbols::All(alias) => format!("* as {}", name(alias)),
            };
            format!("import {symbols} from {}", quoted(node.path.as_ref()))
        }
        DeclarationKind::Extension(node) => {
            let which = match &node.name {
                ExtensionName::Name(n) => name(n),
                ExtensionName::Quoted(q) => quoted(Some(q)),
            };
            let config = node
                .config
                .as_ref()
                .map_or(String::new(), |config| format!(" with {}", object(config)));
            format!("extension {which}{config}{}", alias(node.alias.as_ref()))
        }
        DeclarationKind::Assert { name: n, value } => {
            format!("assert {} = {}", name(n), expression(value))
        }
        DeclarationKind::Test(node) => {
            let path = quoted(node.path.as_ref());
            format!(
                "test {} {path} = {}",
                name(&node.name),
                object(&node.object)
            )
        }
        DeclarationKind::Using(node) => {
            let target = match &node.target {
                UsingTarget::Path(path) => quoted(Some(path)),
                UsingTarget::None(_) => "none".to_owned(),
                UsingTarget::Error => "ERROR".to_owned(),
            };
            let options = node.options.as_ref().map_or(String::new(), |options| {
                format!(" with {}", object(options))
            });
            format!("using {target}{options}")
        }
        DeclarationKind::Extends(path) => format!("extends {}", quoted(path.as_ref())),
        DeclarationKind::ExtensionConfig { name: n, config } => {
            format!("extensionConfig {} with {}", name(n), object(config))
        }
    }
}

fn symbol(symbol: &ImportedSymbol<'_>) -> String {
    let original = match &symbol.name {
        ImportedName::Name(n) => name(n),
        ImportedName::Quoted(q) => quoted(Some(q)),
    };
    original + &alias(symbol.alias.as_ref())
}

fn alias(alias: Option<&Name<'_>>) -> String {
    alias.map_or(String::new(), |alias| format!(" as {}", name(alias)))
}

fn decorator(node: &Decorator<'_>) -> String {
    let namespace = node
        .namespace
        .as_ref()
        .map_or(String::new(), |n| name(n) + ".");
    let arguments = join(node.arguments, ", ", expression);
    format!("@{namespace}{}({arguments}) ", name(&node.name))
}

fn body(body: &Body<'_>) -> String {
    let mut outline = String::new();
    if let Some(repeat) = &body.repeat {
        outline += &format!("{}: ", head(repeat));
    }
    if let Some(condition) = &body.condition {
        outline += &format!("if {} ", expression(condition));
    }
    outline + &object(&body.object)
}

fn head(head: &Loop<'_>) -> String {
    let index = head
        .index
        .as_ref()
        .map_or(String::new(), |index| format!(", {}", name(index)));
    format!(
        "for {}{index} in {}",
        name(&head.item),
        expression(&head.collection)
    )
}

pub(super) fn object(object: &Object<'_>) -> String {
    format!("{{{}}}", join(object.items, ", ", object_item))
}

fn object_item(item: &ObjectItem<'_>) -> String {
    match item {
        ObjectItem::Property(property) => {
            format!("{}: {}", key(&property.key), expression(&property.value))
        }
        ObjectItem::Spread(spread) => format!("...{}", expression(&spread.value)),
        ObjectItem::Resource(nested) => declaration(nested),
        ObjectItem::Error(_) => "ERROR".to_owned(),
    }
}

fn key(key: &Key<'_>) -> String {
    match &key.kind {
        KeyKind::Name(name) => (*name).to_owned(),
        KeyKind::Text(text) => format!("{:?}", text.value),
        KeyKind::Interpolated(parts) => interpolated(parts),
    }
}

fn interpolated(parts: &[Part<'_>]) -> String {
    let parts = join(parts, " ", |part| match part {
        Part::Text(text) => format!("{:?}", text.value),
        Part::Hole(hole) => expression(hole),
    });
    format!("'{parts}'")
}

pub(super) fn expression(node: &Expression<'_>) -> String {
    match &node.kind {
        ExpressionKind::Null => "null".to_owned(),
        ExpressionKind::Boolean(value) => value.to_string(),
        ExpressionKind::Integer(value) => value.to_string(),
        ExpressionKind::String(text) => format!("{:?}", text.value),
        ExpressionKind::Interpolated(parts) => interpolated(parts),
        ExpressionKind::Array(items) => {
            let items = join(items, ", ", |item| match item {
                ArrayItem::Value(value) => expression(value),
                ArrayItem::Spread(spread) => format!("...{}", expression(&spread.value)),
            });
            format!("[{items}]")
        }
        ExpressionKind::Object(node) => object(node),
        ExpressionKind::For(node) => format!("[{}: {}]", head(&node.head), expression(&node.body)),
        ExpressionKind::Variable(name) => (*name).to_owned(),
        ExpressionKind::Call(node) => call(node),
        ExpressionKind::Access { base, links } => {
            format!("{}{}", expression(base), join(links, "", link))
        }
        ExpressionKind::Unary(node) => {
            format!("({} {})", sign(node.operator), expression(&node.operand))
        }
        ExpressionKind::Binary(node) => {
            let (left, right) = (expression(&node.left), expression(&node.right));
            format!("({} {left} {right})", node.operator.as_str())
        }
        ExpressionKind::Conditional(node) => {
            let condition = expression(&node.condition);
            let (yes, no) = (expression(&node.when_true), expression(&node.when_false));
            format!("(? {condition} {yes} {no})")
        }
        ExpressionKind::Lambda(node) => {
            let parameters = join(node.parameters, ", ", name);
            format!("(({parameters}) => {})", expression(&node.body))
        }
        ExpressionKind::Parenthesized(inner) => format!("<{}>", expression(inner)),
        ExpressionKind::Error => "ERROR".to_owned(),
    }
}

fn sign(operator: UnaryOperator) -> &'static str {
    match operator {
        UnaryOperator::Not => "!",
        UnaryOperator::Minus => "-",
    }
}

fn call(call: &Call<'_>) -> String {
    format!(
        "{}({})",
        name(&call.name),
        join(call.arguments, ", ", expression)
    )
}

fn link(link: &Link<'_>) -> String {
    match &link.kind {
        LinkKind::Property { name: n, safe } => {
            format!(".{}{}", if *safe { "?" } else { "" }, name(n))
        }
        LinkKind::Call(node) => format!(".{}", call(node)),
        LinkKind::Index {
            index,
            safe,
            from_end,
        } => {
            let safe = if *safe { "?" } else { "" };
            let hat = if *from_end { "^" } else { "" };
            format!("[{safe}{hat}{}]", expression(index))
        }
        LinkKind::Resource(n) => format!("::{}", name(n)),
        LinkKind::NonNull => "!".to_owned(),
    }
}

pub(super) fn ty(node: &Type<'_>) -> String {
    match &node.kind {
        TypeKind::Name(name) => (*name).to_owned(),
        TypeKind::Generic { name: n, arguments } => {
            format!("{}<{}>", name(n), join(arguments, ", ", ty))
        }
        TypeKind::Property {
            base,
            name: n,
            arguments,
        } => {
            let arguments = if arguments.is_empty() {
                String::new()
            } else {
                format!("<{}>", join(arguments, ", ", ty))
            };
            format!("{}.{}{arguments}", ty(base), name(n))
        }
        TypeKind::OtherProperties(base) => format!("{}.*", ty(base)),
        TypeKind::Item { base, index } => format!("{}[{}]", ty(base), expression(index)),
        TypeKind::Items(base) => format!("{}[*]", ty(base)),
        TypeKind::Array(base) => format!("{}[]", ty(base)),
        TypeKind::Nullable(base) => format!("{}?", ty(base)),
        TypeKind::NonNull(base) => format!("{}!", ty(base)),
        TypeKind::Union(members) => format!("(| {})", join(members, " ", ty)),
        TypeKind::Literal(value) => expression(value),
        TypeKind::Unary { operator, operand } => format!("({} {})", sign(*operator), ty(operand)),
        TypeKind::Object(properties) => {
            let properties = join(properties, ", ", |property| {
                let decorators: String = property.decorators.iter().map(decorator).collect();
                let key = match &property.key {
                    TypeKey::Key(node) => key(node),
                    TypeKey::Any(_) => "*".to_owned(),
                };
                format!("{decorators}{key}: {}", ty(&property.value))
            });
            format!("{{{properties}}}")
        }
        TypeKind::Tuple(items) => {
            let items = join(items, ", ", |item| {
                let decorators: String = item.decorators.iter().map(decorator).collect();
                format!("{decorators}{}", ty(&item.value))
            });
            format!("[{items}]")
        }
        TypeKind::Resource(name) => match name {
            Some(name) => format!("resource {}", quoted(Some(name))),
            None => "resource".to_owned(),
        },
        TypeKind::Parenthesized(inner) => format!("<{}>", ty(inner)),
        TypeKind::Error => "ERROR".to_owned(),
    }
}
