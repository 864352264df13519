//! The template model: what an ARM template and a Bicep file have in common.
//!
//! In: nothing; the front ends ([`super::arm`], [`super::bicep`]) build it. Out: declarations with spans, their values
//! still expressions. It refuses to know JSON, Bicep, and any value.

use crate::source::{FileId, Span};
use crate::syntax::error::SyntaxError;
use crate::syntax::expression::{Expression, Rounds, Text};

/// The type of the resources that deploy a template.
pub const DEPLOYMENT_TYPE: &str = "Microsoft.Resources/deployments";

/// The type of the deployment stacks, which deploy a template too.
pub const STACK_TYPE: &str = "Microsoft.Resources/deploymentStacks";

/// The type of the definitions of Azure Policy.
pub const POLICY_TYPE: &str = "Microsoft.Authorization/policyDefinitions";

/// What a text means, and what of it could not be understood.
#[derive(Debug, Clone)]
pub struct Lowered<T> {
    /// What was understood.
    pub value: T,
    /// What was not, in order of place. What the parser reported is not repeated.
    pub errors: Vec<SyntaxError>,
}

/// One template: an ARM template, a nested template, or a Bicep file.
#[derive(Debug, Clone)]
pub struct Template {
    /// The file that every span of this template is in.
    pub file: FileId,
    /// The language it was written in.
    pub language: Language,
    /// What it deploys to, where it says so (`$schema`, `targetScope`). A nested template that does not is deployed
    /// where its deployment resource says.
    pub target: Option<TargetScope>,
    /// Whether resources have symbolic names (ARM `languageVersion` 1.9 and later; Bicep always).
    pub symbolic_names: bool,
    /// The parameters in order of declaration.
    pub parameters: Vec<Parameter>,
    /// The variables in order of declaration.
    pub variables: Vec<Variable>,
    /// User-defined functions.
    pub functions: Vec<Function>,
    /// Named types (`definitions` in ARM, `type` in Bicep).
    pub types: Vec<NamedType>,
    /// The resources and modules in order of declaration.
    pub resources: Vec<Resource>,
    /// The outputs in order of declaration.
    pub outputs: Vec<Output>,
    /// `metadata` of the template, where it holds something that akvlint reads (`akvlint.ignore`, `_generator`).
    pub metadata: Option<Expression>,
    /// Bicep files that this one imports names from: what is imported keeps its own file.
    pub imports: Vec<Import>,
    /// Whether an expression of it may call `reference`, which few do, so that nobody need look for such calls.
    pub refers: bool,
    /// The whole text.
    pub span: Span,
}

/// The language of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// JSON.
    Arm,
    /// Bicep.
    Bicep,
}

/// The four deployment scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TargetScope {
    /// A resource group, the default.
    ResourceGroup,
    /// A subscription.
    Subscription,
    /// A management group.
    ManagementGroup,
    /// The tenant.
    Tenant,
}

/// A name and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name as written.
    pub text: Text,
    /// Where.
    pub span: Span,
}

/// A declared parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name; compared case-insensitively.
    pub name: Name,
    /// Its declared type.
    pub kind: Type,
    /// `defaultValue`, or what follows `=` in Bicep.
    pub default: Option<Expression>,
}

/// A declared variable.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name; compared case-insensitively.
    pub name: Name,
    /// Its value.
    pub value: Expression,
}

/// A user-defined function. Its body sees its own parameters only.
#[derive(Debug, Clone)]
pub struct Function {
    /// The namespace (`__bicep` for Bicep's own); compared case-insensitively.
    pub namespace: Text,
    /// Its name; compared case-insensitively.
    pub name: Name,
    /// Names and types of the parameters.
    pub parameters: Vec<(Name, Type)>,
    /// What it gives; reads parameters by `parameters('x')`.
    pub body: Expression,
}

/// A type declaration.
#[derive(Debug, Clone)]
pub struct NamedType {
    /// Its name.
    pub name: Name,
    /// What it stands for.
    pub kind: Type,
}

/// What is known of a type: enough to tell null, secrets and finite domains, not to check values in full.
#[derive(Debug, Clone)]
pub struct Type {
    /// The shape.
    pub base: TypeBase,
    /// `null` is allowed, and is the value when none is given.
    pub nullable: bool,
    /// Its values are secrets (`securestring`, `secureObject`, `@secure()`).
    pub secure: bool,
    /// The permitted values (`allowedValues`, `@allowed`, a union of literals): literals only. On an array they are
    /// the permitted *elements*.
    pub allowed: Option<Vec<Expression>>,
    /// `minValue` or `minLength`.
    pub minimum: Option<i64>,
    /// `maxValue` or `maxLength`.
    pub maximum: Option<i64>,
    /// An object has no other members than those declared (`additionalProperties: false`, `@sealed()`).
    pub sealed: bool,
}

/// The shape of a type.
#[derive(Debug, Clone)]
pub enum TypeBase {
    /// Nothing is known of it: `any`, a type imported from a module that is not there, an error.
    Any,
    /// `string` or `securestring`.
    String,
    /// `int`.
    Integer,
    /// `bool`.
    Bool,
    /// `array`, with the type of its elements where one is declared.
    Array(Option<Box<Type>>),
    /// `[A, B]`: a tuple.
    Tuple(Vec<Type>),
    /// One of several types that a property tells apart (`discriminator`).
    Union(Vec<Type>),
    /// `object` or `secureObject`, with declared properties, and the type of any other property where it is declared.
    Object(Vec<(Name, Type)>, Option<Box<Type>>),
    /// A named type of this template, or a path into one (`#/definitions/x/properties/y`).
    Named(Vec<Text>),
}

/// A declared resource, module, or nested deployment.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The symbolic name; case-sensitive. `None` in an ARM template without symbolic names.
    pub symbol: Option<Name>,
    /// The type without version, as written; for a child that is nested in its parent the full type. Empty where it
    /// is missing or could not be understood, which was reported.
    pub kind: Name,
    /// The API version: a string literal, but for ARM templates that compute it (`"[variables('api')]"`). An ARM
    /// template may leave it to `apiProfile`.
    pub api_version: Option<Expression>,
    /// The name as written: for a nested child the last segments or the full name, see [`Resource::parent`]. `null`
    /// where an extension's resource has none.
    pub name: Expression,
    /// The resource that it is a child of; the parent's name goes before its own. `None` where the name is surely a
    /// full one.
    ///
    /// JSON is written by hand, and some authors write the full name in a nested child. Once the name is evaluated it
    /// is seen: a name with as many segments as the type has after its namespace is a full one already.
    pub parent: Option<Parent>,
    /// `condition`, or Bicep's `if`. See [`Parent::inherits`] for those of the resources around it.
    pub condition: Option<Expression>,
    /// A resource loop.
    pub copy: Option<Box<Copy>>,
    /// What an extension resource extends, or where a module is deployed, as an expression that gives an id or a
    /// scope (`resourceGroup('x')`).
    pub scope: Option<Expression>,
    /// It is read, not deployed.
    pub existing: bool,
    /// An extension's resource (Microsoft Graph, Kubernetes): it is no Azure resource.
    pub extension: bool,
    /// The members that are values (`location`, `tags`, `properties`, …) in source order.
    pub body: Vec<Property>,
    /// `dependsOn`, each entry an expression, explicit ones only.
    pub depends_on: Vec<Expression>,
    /// What a module or `Microsoft.Resources/deployments` deploys.
    pub deployment: Option<Box<Deployment>>,
    /// The declaration: in JSON the object, in Bicep the statement.
    pub span: Span,
}

/// A member of a resource.
pub type Property = crate::syntax::expression::Property;

/// The parent of a child resource.
#[derive(Debug, Clone)]
pub struct Parent {
    /// Index in [`Template::resources`]. What is nested stands after its parent; `parent:` in Bicep may name any
    /// resource, and in a file with errors a cycle of them.
    pub resource: usize,
    /// It is nested in its parent in Bicep, so that the parent's condition is one of its own. Nesting in JSON inherits
    /// nothing.
    pub inherits: bool,
    /// Which copy of a looped parent (`parent: vaults[i]`). Without it a child of a looped parent exists once for each
    /// copy, and its `copyIndex()` is the parent's: in JSON a loop copies the resource with all that is nested in it.
    pub index: Option<Expression>,
}

/// A resource loop.
#[derive(Debug, Clone)]
pub struct Copy {
    /// The loop's name, for `copyIndex('name')` and `dependsOn`. Where a template computes it, the text as written.
    pub name: Text,
    /// What it runs over.
    pub over: Rounds,
    /// Copies are made one after the other (`mode: serial`, `@batchSize(1)`): its batch size.
    pub batch: Option<i64>,
}

/// A nested or linked deployment, or a Bicep module.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Where its template comes from.
    pub source: DeploymentSource,
    /// The expressions of the template in it are evaluated in the caller (`expressionEvaluationOptions.scope: outer`,
    /// the default of ARM). A template that is linked or computed always has its own.
    pub outer: bool,
    /// The arguments in source order.
    pub arguments: Vec<Argument>,
    /// Arguments as one expression, where they are not written one by one (`parameters: "[variables('p')]"`).
    pub argument_object: Option<Expression>,
    /// A linked parameter file.
    pub arguments_link: Option<Link>,
    /// `resourceGroup` of the deployment resource.
    pub resource_group: Option<Expression>,
    /// `subscriptionId` of the deployment resource.
    pub subscription: Option<Expression>,
}

/// Where the template of a deployment comes from.
#[derive(Debug, Clone)]
pub enum DeploymentSource {
    /// Written in place.
    Inline(std::sync::Arc<Template>),
    /// `templateLink`.
    Link(Link),
    /// A Bicep module path, `br:` or `ts:` reference as written.
    Module(Name),
    /// An expression that gives the template (`"template": "[variables('t')]"`). It is evaluated in the caller; what
    /// it gives is lowered in turn.
    Computed(Expression),
    /// None is given, or it could not be understood.
    Missing,
    /// A Bicep module whose path could not be read.
    Unnamed,
}

/// Where a linked template or parameter file is.
#[derive(Debug, Clone)]
pub enum Link {
    /// `relativePath`: relative to the URI of the template that holds the link; offline to the folder of its file.
    RelativePath(Expression),
    /// `uri`.
    Uri(Expression),
    /// `id`: the resource id of a version of a template spec.
    Id(Expression),
    /// An expression that gives an object with one of them (`"templateLink": "[variables('link')]"`).
    Computed(Expression),
}

/// An argument of a deployment.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The parameter's name.
    pub name: Name,
    /// What it is given.
    pub value: ArgumentValue,
}

/// What an argument is given.
#[derive(Debug, Clone)]
pub enum ArgumentValue {
    /// A value.
    Value(Expression),
    /// A secret of a vault (`reference.keyVault`, `getSecret`): the vault's id and the secret's name.
    Secret {
        /// The id of the vault.
        vault: Expression,
        /// The name of the secret.
        secret: Expression,
    },
    /// An expression that gives an object with `value` or `reference`, as the Bicep compiler writes it for an argument
    /// that is left out under a condition: `"[if(c, createObject('value', x), createObject('value', null()))]"`.
    Computed(Expression),
}

/// A declared output.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name; compared case-insensitively.
    pub name: Name,
    /// Its type.
    pub kind: Type,
    /// Its value.
    pub value: Expression,
    /// It exists only under this condition.
    pub condition: Option<Expression>,
}

/// Names that come from another Bicep file or template.
///
/// What is imported is used like what is declared: `variables('local')`, functions of the namespace `__bicep`, named
/// types. With `* as alias` all of them have names of the form `alias.name`.
#[derive(Debug, Clone)]
pub struct Import {
    /// The path or module reference as written.
    pub from: Name,
    /// What is imported.
    pub names: ImportedNames,
}

/// What an import brings in.
#[derive(Debug, Clone)]
pub enum ImportedNames {
    /// `* as alias`.
    All(Name),
    /// `{ a, b as c }`: the exported name and the local one.
    Some(Vec<(Name, Name)>),
}

impl Link {
    /// The expression of the link, whatever it gives.
    pub fn expression(&self) -> &Expression {
        match self {
            Self::RelativePath(link) | Self::Uri(link) | Self::Id(link) | Self::Computed(link) => {
                link
            }
        }
    }
}

impl Template {
    /// The parameter of this name, in any letter case.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        let mut parameters = self.parameters.iter();
        parameters.find(|declared| declared.name.text.eq_ignore_ascii_case(name))
    }

    /// A template that declares nothing.
    pub fn empty(file: FileId, language: Language, span: Span) -> Self {
        Self {
            file,
            language,
            target: None,
            symbolic_names: false,
            parameters: Vec::new(),
            variables: Vec::new(),
            functions: Vec::new(),
            types: Vec::new(),
            resources: Vec::new(),
            outputs: Vec::new(),
            metadata: None,
            imports: Vec::new(),
            refers: false,
            span,
        }
    }

    /// What it is, without anything that it declares.
    #[must_use]
    pub fn outline(&self) -> Self {
        Self {
            target: self.target,
            symbolic_names: self.symbolic_names,
            metadata: self.metadata.clone(),
            ..Self::empty(self.file, self.language, self.span)
        }
    }

    /// Whether the Bicep compiler made it, by its own word (`metadata._generator.name`).
    pub fn is_generated(&self) -> bool {
        let name = self
            .metadata
            .as_ref()
            .and_then(|metadata| metadata.member("_generator")?.member("name"));
        name.and_then(Expression::as_str)
            .is_some_and(|name| name.eq_ignore_ascii_case("bicep"))
    }
}

impl Type {
    /// A type of which nothing is known.
    pub fn any() -> Self {
        Self::of(TypeBase::Any)
    }

    /// A plain type of this shape.
    pub fn of(base: TypeBase) -> Self {
        Self {
            base,
            nullable: false,
            secure: false,
            allowed: None,
            minimum: None,
            maximum: None,
            sealed: false,
        }
    }
}

/// A parameter file: JSON or `.bicepparam`.
#[derive(Debug, Clone)]
pub struct ParameterFile {
    /// What its expressions can see: variables, functions and imports of a `.bicepparam`; empty for JSON.
    pub template: std::sync::Arc<Template>,
    /// The template that it is for, where it says so (`using`); `using none` gives `None`.
    pub using: Option<Name>,
    /// The parameter file that it builds on (`extends`); its own assignments win.
    pub extends: Option<Name>,
    /// What it gives to the parameters, in source order. The last of two for one parameter wins.
    pub assignments: Vec<Argument>,
}

impl Resource {
    /// One of a type, with this name, which stands here, and no more said of it.
    pub fn of(kind: &str, name: Expression, span: Span) -> Self {
        Self {
            symbol: None,
            kind: Name {
                text: kind.into(),
                span,
            },
            api_version: None,
            name,
            parent: None,
            condition: None,
            copy: None,
            scope: None,
            existing: false,
            extension: false,
            body: Vec::new(),
            depends_on: Vec::new(),
            deployment: None,
            span,
        }
    }
}

impl Deployment {
    /// One of a template from this source, with no more said of it.
    pub fn of(source: DeploymentSource) -> Self {
        Self {
            source,
            outer: false,
            arguments: Vec::new(),
            argument_object: None,
            arguments_link: None,
            resource_group: None,
            subscription: None,
        }
    }
}

impl ParameterFile {
    /// What stands for the template that it is for, where that cannot be read: one of this file that deploys it as a module.
    pub fn stand_in(&self, using: &Name) -> Template {
        let deployment = Expression::call("deployment", Vec::new(), using.span);
        let key = Expression::string("name", using.span);
        let name = Expression::access(deployment, key, false, using.span);
        let deployment = Deployment::of(DeploymentSource::Module(using.clone()));
        let resource = Resource {
            deployment: Some(Box::new(deployment)),
            ..Resource::of(DEPLOYMENT_TYPE, name, using.span)
        };
        Template {
            resources: vec![resource],
            ..self.template.outline()
        }
    }
}
