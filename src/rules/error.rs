//! What can be wrong with rule files and with what a configuration says of rules.

use std::path::PathBuf;
use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

use super::data::DataFault;
use super::message::TemplateFault;
use crate::evaluate::jsonpath::QueryError;
use crate::source::{for_people, words};

/// One fault of a rule file; its author can mend it.
#[derive(Debug, Clone, Error, Diagnostic)]
#[error("{fault}")]
pub struct RuleError {
    /// What is wrong.
    pub fault: Fault,
    /// Where, in bytes of the file.
    #[label]
    pub span: SourceSpan,
    /// What to do.
    #[help]
    pub help: Option<String>,
    /// The file.
    #[source_code]
    pub source_code: Arc<NamedSource<Arc<str>>>,
}

/// What can be wrong in a rule file.
#[derive(Debug, Clone, Error)]
pub enum Fault {
    /// Not TOML.
    #[error("{0}")]
    Toml(String),
    /// A key that nothing reads.
    #[error("unknown key `{0}`")]
    UnknownKey(String),
    /// A key that has to be there.
    #[error("`{0}` is missing")]
    Missing(String),
    /// A value of the wrong type.
    #[error("expected {expected}, found {found}")]
    Type {
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A word that is not one of those that can stand here.
    #[error("`{word}` is not {expected}")]
    Word {
        /// The word.
        word: String,
        /// What it should be, as a noun phrase.
        expected: String,
    },
    /// A JSONPath that cannot be used.
    #[error("{0}")]
    Query(QueryError),
    /// A query that selects many where one is meant.
    #[error("the path can select more than one node")]
    ManyNodes,
    /// A regular expression that does not compile.
    #[error("the regular expression does not compile: {0}")]
    Pattern(String),
    /// A condition that is about nothing, or about two things.
    #[error("{0}")]
    Condition(String),
    /// A test that does not exist.
    #[error("unknown test `{0}`")]
    UnknownPredicate(String),
    /// A datum that the rule does not have.
    #[error("the rule has no datum called `{0}`")]
    UnknownData(String),
    /// A value that its datum does not take.
    #[error("the datum {0}")]
    Data(DataFault),
    /// A placeholder of a message.
    #[error("{0}")]
    Template(TemplateFault),
    /// A rule that another file has too.
    #[error("there is another rule with the {what} `{word}`")]
    Duplicate {
        /// `id` or `name`.
        what: &'static str,
        /// The id or name.
        word: String,
    },
    /// A reference to a rule that does not exist.
    #[error("there is no rule `{0}`")]
    UnknownRule(String),
    /// A rule without the examples that prove it.
    #[error("the rule has no example that must {0}")]
    NoExample(&'static str),
}

/// Why a set of rules cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum RulesError {
    /// Rule files with faults.
    #[error("{} in the rule files", count(.errors.len()))]
    #[diagnostic(help("`akvlint rules schema` says what a rule file can hold"))]
    Faulty {
        /// Every fault, in order of file and place.
        #[related]
        errors: Vec<RuleError>,
    },
    /// A folder or file of rules that cannot be read.
    #[error("cannot read {}: {}", for_people(.path), reason(.error))]
    #[diagnostic(help("`--rules` takes a folder of rule files, one rule in a `.toml` file"))]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A word that selects no rule.
    #[error("no rule has the id, the name or the prefix `{word}`")]
    Unknown {
        /// The word.
        word: String,
        /// What was probably meant.
        #[help]
        help: Option<String>,
    },
    /// Settings of a rule that there is not.
    #[error("no rule has the id or the name `{word}`")]
    UnknownRule {
        /// The word.
        word: String,
        /// What was probably meant.
        #[help]
        help: Option<String>,
    },
    /// Settings of one rule at two places.
    #[error("rule {id} stands here twice: as `{}`", .words.join("` and as `"))]
    #[diagnostic(help("say all of it at one place"))]
    Twice {
        /// The rule.
        id: String,
        /// What it is called at each place.
        words: Vec<String>,
    },
    /// A setting that there is not.
    #[error("{}", no_setting(.rule.as_deref(), .key))]
    UnknownSetting {
        /// The rule as the setting names it; none where the setting is for all rules.
        rule: Option<String>,
        /// The setting.
        key: String,
        /// What was probably meant.
        #[help]
        help: Option<String>,
    },
    /// A setting with a value that it does not take.
    #[error("`{key}`{} {fault}", .rule.as_ref().map(|rule| format!(" of {rule}")).unwrap_or_default())]
    Setting {
        /// The rule as the setting names it; none where the setting is for all rules.
        rule: Option<String>,
        /// The setting.
        key: String,
        /// What is wrong.
        fault: DataFault,
        /// What was probably meant.
        #[help]
        help: Option<String>,
    },
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
        std::io::ErrorKind::Other => error.to_string(),
        kind => words(kind),
    }
}

fn no_setting(rule: Option<&str>, key: &str) -> String {
    match rule {
        Some(rule) => format!("rule {rule} has no setting `{key}`"),
        None => format!("no rule has a datum `{key}`"),
    }
}

fn count(errors: usize) -> String {
    match errors {
        1 => "one fault".to_owned(),
        many => format!("{many} faults"),
    }
}
