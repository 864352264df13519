//! Declarations, decorators, and the file as a whole.

use std::cell::Cell;

use super::Parser;
use crate::syntax::bicep::token::TokenKind;
use crate::syntax::bicep::tree::{
    Body, Declaration, DeclarationKind, Decorator, Expression, ExpressionKind, Extension,
    ExtensionName, Function, Import, ImportedName, ImportedSymbol, ImportedSymbols, Module, Name,
    Object, ObjectItem, Output, Parameter, Resource, Test, TypeAlias, Using, UsingTarget, Variable,
};
use crate::syntax::bicep::{Dialect, keyword};

const TEMPLATE_HELP: &str = "a declaration begins with `param`, `var`, `resource`, `module`, `output`, `type`, `func`, \
    `import`, `extension`, `metadata`, `targetScope`, `assert` or `test`";
const PARAMETERS_HELP: &str = "a declaration begins with `using`, `extends`, `param`, `var`, `import`, `type` or `extensionConfig`";

impl<'s> Parser<'s, '_> {
    pub(super) fn file(&mut self) -> Vec<Declaration<'s>> {
        // Real files have one declaration in 300 bytes.
        let mut declarations = Vec::with_capacity(self.text.len() / 256);
        loop {
            self.line_end();
            self.recovering = false;
            if self.at(TokenKind::EndOfFile) {
                break;
            }
            let declaration = self.declaration(false);
            if !matches!(self.peek(), TokenKind::NewLine | TokenKind::EndOfFile) {
                self.expected("a new line");
                self.skip_line();
            }
            if let Some(mut declaration) = declaration {
                // With what was skipped after it.
                declaration.span = self.span_from(declaration.span.start as usize);
                declarations.push(declaration);
            }
        }
        declarations
    }

    /// Skips to the end of the line, or of the last line of a group that begins in it.
    fn skip_line(&mut self) {
        while !matches!(self.peek(), TokenKind::NewLine | TokenKind::EndOfFile) {
            self.skip_group();
        }
    }

    /// Whether a declaration or its decorator begins at this distance.
    pub(super) fn is_declaration_at(&self, ahead: usize) -> bool {
        let token = self.token_at(self.position + ahead);
        match token.kind {
            TokenKind::At => true,
            TokenKind::Identifier => keyword::is_declaration(self.text_of(token)),
            _ => false,
        }
    }

    /// Reads a declaration. A nested one is a resource.
    pub(super) fn declaration(&mut self, nested: bool) -> Option<Declaration<'s>> {
        let start = self.start();
        let decorators = self.decorators();
        let token = self.token();
        let word = match token.kind {
            TokenKind::Identifier => self.text_of(token),
            _ => "",
        };
        // With a colon it is a property of an object whose brace is missing.
        let known = keyword::is_declaration(word)
            && self.peek_at(1) != TokenKind::Colon
            && (!nested || word == "resource");
        if !known {
            self.expected_with_help("a declaration", (!nested).then_some(self.help()));
            return None;
        }
        if !self.dialect.declares(word) {
            let message = format!("`{word}` is not allowed in {}", self.dialect.description());
            self.error(message, token.span, Some(self.help()));
        }
        self.bump();
        Some(Declaration {
            kind: self.declared(word)?,
            decorators,
            keyword: token.span,
            span: self.span_from(start),
            broken: Cell::new(false),
        })
    }

    /// Reads what follows the keyword `word`.
    fn declared(&mut self, word: &str) -> Option<DeclarationKind<'s>> {
        Some(match word {
            "param" => self.parameter(),
            "var" => self.variable(),
            "resource" => self.resource(),
            "module" => self.module(),
            "output" => self.output(),
            "type" => self.type_alias(),
            "func" => self.function(),
            "metadata" => self.metadata(),
            "targetScope" => DeclarationKind::TargetScope(self.assigned()),
            "import" => self.import(),
            "extension" | "provider" => self.extension(),
            "assert" => self.assert(),
            "test" => self.test(),
            "using" => self.using(),
            "extends" => DeclarationKind::Extends(self.quoted("the path of a parameter file")),
            "extensionConfig" => self.extension_config(),
            _ => return None,
        })
    }

    fn help(&self) -> &'static str {
        match self.dialect {
            Dialect::Template => TEMPLATE_HELP,
            Dialect::Parameters => PARAMETERS_HELP,
        }
    }

    /// Reads the decorators of what follows, each with the end of its line.
    pub(super) fn decorators(&mut self) -> &'s [Decorator<'s>] {
        let first = self.pending.decorators.len();
        while self.at(TokenKind::At) {
            let decorator = self.decorator();
            self.pending.decorators.push(decorator);
            if !matches!(self.peek(), TokenKind::NewLine | TokenKind::EndOfFile) {
                self.expected("a new line after the decorator");
                if !self.is_declaration_at(0) {
                    self.skip_to(&[TokenKind::NewLine]);
                }
            }
            self.line_end();
            self.recovering = false;
        }
        let decorators = &mut self.pending.decorators;
        self.arena.list_from(decorators, first)
    }

    fn decorator(&mut self) -> Decorator<'s> {
        let start = self.start();
        self.bump();
        let mut namespace = None;
        let mut name = self.name("the name of a decorator");
        if self.eat(TokenKind::Dot) {
            namespace = Some(name);
            name = self.name("the name of a decorator");
        }
        let arguments = if self.at(TokenKind::LeftParen) {
            self.arguments()
        } else {
            &[]
        };
        Decorator {
            namespace,
            name,
            arguments,
            span: self.span_from(start),
        }
    }

    /// The name that a declaration gives, and the way to what follows it where it has none.
    fn declared_name(&mut self, what: &str) -> Name<'s> {
        let name = self.name(what);
        if name.is_missing() {
            let next = [
                TokenKind::Assign,
                TokenKind::Identifier,
                TokenKind::String,
                TokenKind::StringStart,
                TokenKind::NewLine,
            ];
            self.skip_to(&next);
        }
        name
    }

    /// `= value`
    fn assigned(&mut self) -> Expression<'s> {
        if !self.expect(TokenKind::Assign) && self.at(TokenKind::Unrecognized) {
            self.skip_to(&[TokenKind::Assign, TokenKind::NewLine]);
            self.eat(TokenKind::Assign);
        }
        self.expression()
    }

    fn metadata(&mut self) -> DeclarationKind<'s> {
        let name = self.declared_name("the name of the metadata");
        let value = self.assigned();
        DeclarationKind::Metadata { name, value }
    }

    fn parameter(&mut self) -> DeclarationKind<'s> {
        let name = self.declared_name("the name of a parameter");
        let ty = match self.dialect {
            Dialect::Template => Some(self.declared_type(false)),
            Dialect::Parameters => None,
        };
        let value = match self.peek() {
            TokenKind::NewLine | TokenKind::EndOfFile if ty.is_some() => None,
            TokenKind::Assign => Some(self.assigned()),
            _ => {
                self.expected(if ty.is_some() {
                    "`=` or a new line"
                } else {
                    "`=`"
                });
                None
            }
        };
        DeclarationKind::Parameter(Parameter { name, ty, value })
    }

    fn variable(&mut self) -> DeclarationKind<'s> {
        let name = self.declared_name("the name of a variable");
        let ty = match self.peek() {
            TokenKind::Assign | TokenKind::NewLine | TokenKind::EndOfFile => None,
            _ => Some(self.declared_type(false)),
        };
        let value = self.assigned();
        DeclarationKind::Variable(Variable { name, ty, value })
    }

    fn type_alias(&mut self) -> DeclarationKind<'s> {
        let name = self.declared_name("the name of a type");
        self.expect(TokenKind::Assign);
        let value = self.declared_type(false);
        DeclarationKind::Type(TypeAlias { name, value })
    }

    fn function(&mut self) -> DeclarationKind<'s> {
        let name = self.declared_name("the name of a function");
        let mut parameters = Vec::new();
        self.commas(|parser| parameters.push(parser.function_parameter()));
        let returns = self.declared_type(false);
        let body = if self.expect(TokenKind::Arrow) {
            self.lambda_body()
        } else {
            self.missing_expression()
        };
        DeclarationKind::Function(Function {
            name,
            parameters: self.arena.list(&parameters),
            returns,
            body,
        })
    }

    fn output(&mut self) -> DeclarationKind<'s> {
        let name = self.declared_name("the name of an output");
        let ty = self.declared_type(true);
        let value = self.assigned();
        DeclarationKind::Output(Output { name, ty, value })
    }

    fn resource(&mut self) -> DeclarationKind<'s> {
        let name = self.declared_name("the symbolic name of a resource");
        let ty = self.quoted("the type of a resource");
        let existing = self.eat_word("existing");
        let body = self.body(true);
        DeclarationKind::Resource(self.arena.node(Resource {
            name,
            ty,
            existing,
            body,
        }))
    }

    fn module(&mut self) -> DeclarationKind<'s> {
        let name = self.declared_name("the symbolic name of a module");
        let path = self.quoted("the path of a module");
        let body = self.body(false);
        self.check_arguments(&body.object);
        DeclarationKind::Module(self.arena.node(Module { name, path, body }))
    }

    /// What follows the type of a resource or the path of a module.
    fn body(&mut self, in_resource: bool) -> Body<'s> {
        self.expect(TokenKind::Assign);
        if self.at(TokenKind::NewLine) && self.is_word_at(1, "if") {
            self.line_end();
        }
        if self.at(TokenKind::NewLine)
            && matches!(
                self.peek_at(1),
                TokenKind::LeftBrace | TokenKind::LeftBracket
            )
        {
            self.expected("`{`, `[for` or `if`");
            self.line_end();
        }
        let start = self.start();
        let mut body = if self.at(TokenKind::LeftBracket) && self.is_loop() {
            let repeat = self.loop_head();
            let mut body = self.conditional_object(in_resource, "`{` or `if`");
            body.repeat = Some(repeat);
            self.line_end();
            self.close(TokenKind::RightBracket);
            body
        } else {
            self.conditional_object(in_resource, "`{`, `[for` or `if`")
        };
        body.span = self.span_from(start);
        body
    }

    /// An object, perhaps with `if (condition)` before it. `what` is what may stand here.
    fn conditional_object(&mut self, in_resource: bool, what: &str) -> Body<'s> {
        let start = self.start();
        let condition = self.eat_word("if").map(|_| {
            let condition = self.in_parentheses();
            if self.at(TokenKind::LeftBrace) {
                self.recovering = false;
            }
            condition
        });
        if condition.is_none() && !self.at(TokenKind::LeftBrace) {
            self.expected(what);
        }
        let object = self.object(in_resource);
        self.refuse_spreads(&object, "the body of a resource or module takes no spread");
        Body {
            repeat: None,
            condition,
            span: self.span_from(start),
            object,
        }
    }

    /// The arguments of a module are written out (BCP183, BCP401).
    fn check_arguments(&mut self, body: &Object<'s>) {
        const HELP: &str = "write each argument as `name: value`";
        for item in body.items {
            let ObjectItem::Property(property) = item else {
                continue;
            };
            match &property.value.kind {
                _ if property.key.text() != Some("params") => {}
                ExpressionKind::Object(arguments) => {
                    self.refuse_spreads(arguments, "`params` of a module takes no spread");
                }
                ExpressionKind::Error => {}
                _ => {
                    let message = "`params` of a module is an object that is written out";
                    self.error(message, property.value.span, Some(HELP));
                }
            }
        }
    }

    /// Reports the spreads that stand directly in an object that takes none (BCP401).
    /// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/diagnostics/bcp401>
    fn refuse_spreads(&mut self, object: &Object<'s>, message: &str) {
        const HELP: &str =
            "write out what it would bring, or spread within the value of a property";
        for item in object.items {
            if let ObjectItem::Spread(spread) = item {
                self.error(message, spread.span, Some(HELP));
            }
        }
    }

    fn import(&mut self) -> DeclarationKind<'s> {
        let symbols = match self.peek() {
            // What became `extension` began like this.
            TokenKind::String | TokenKind::StringStart => return self.extension(),
            TokenKind::LeftBrace => {
                let mut symbols = Vec::new();
                self.lines(TokenKind::RightBrace, |parser| {
                    symbols.extend(parser.imported_symbol());
                });
                ImportedSymbols::List(self.arena.list(&symbols))
            }
            TokenKind::Star => {
                self.bump();
                ImportedSymbols::All(self.alias().unwrap_or_else(|| {
                    self.expected("`as` and a name");
                    Name {
                        text: "",
                        span: self.gap(),
                    }
                }))
            }
            _ => {
                self.expected("`{`, `*` or a path in quotes");
                ImportedSymbols::List(&[])
            }
        };
        if self.eat_word("from").is_none() {
            self.expected("`from` and the path of a file");
        }
        let path = self.quoted("the path of a file");
        DeclarationKind::Import(Import { symbols, path })
    }

    fn imported_symbol(&mut self) -> Option<ImportedSymbol<'s>> {
        let name = match self.peek() {
            TokenKind::String | TokenKind::StringStart => {
                ImportedName::Quoted(self.quoted("the name of what is imported")?)
            }
            TokenKind::Identifier => ImportedName::Name(self.name("the name of what is imported")),
            _ => {
                self.expected("the name of what is imported");
                return None;
            }
        };
        let alias = self.alias();
        if alias.is_none() && matches!(name, ImportedName::Quoted(_)) {
            self.expected("`as` and a name");
        }
        Some(ImportedSymbol { name, alias })
    }

    /// `as name`
    fn alias(&mut self) -> Option<Name<'s>> {
        self.eat_word("as")?;
        Some(self.name("a name"))
    }

    fn extension(&mut self) -> DeclarationKind<'s> {
        let name = match self.peek() {
            TokenKind::Identifier => ExtensionName::Name(self.name("an extension")),
            _ => match self.quoted("the name or path of an extension") {
                Some(quoted) => ExtensionName::Quoted(quoted),
                None => ExtensionName::Name(Name {
                    text: "",
                    span: self.gap(),
                }),
            },
        };
        let config = self.eat_word("with").map(|_| self.object(false));
        let alias = self.alias();
        DeclarationKind::Extension(Extension {
            name,
            config,
            alias,
        })
    }

    fn assert(&mut self) -> DeclarationKind<'s> {
        let name = self.declared_name("the name of an assertion");
        let value = self.assigned();
        DeclarationKind::Assert { name, value }
    }

    fn test(&mut self) -> DeclarationKind<'s> {
        let name = self.declared_name("the name of a test");
        let path = self.quoted("the path of a file");
        self.expect(TokenKind::Assign);
        let object = self.object(false);
        DeclarationKind::Test(Test { name, path, object })
    }

    fn using(&mut self) -> DeclarationKind<'s> {
        let target = match self.eat_word("none") {
            Some(span) => UsingTarget::None(span),
            None => self
                .quoted("the path of a template")
                .map_or(UsingTarget::Error, UsingTarget::Path),
        };
        let options = self.eat_word("with").map(|_| self.object(false));
        DeclarationKind::Using(Using { target, options })
    }

    fn extension_config(&mut self) -> DeclarationKind<'s> {
        let name = self.declared_name("the name of an extension");
        if self.eat_word("with").is_none() {
            self.expected("`with`");
        }
        let config = self.object(false);
        DeclarationKind::ExtensionConfig { name, config }
    }
}
