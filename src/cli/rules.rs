//! `akvlint rules`: the rules that there are, the form of their files, and whether they do what their examples say.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde_json::{Value, json};

use super::FOUND;
use super::configuration::ConfigurationFlags;
use crate::rules::{Rule, RuleSet, RuleSettings, schema};
use crate::run::{observe_example, survivors};

#[derive(Debug, Args)]
pub(super) struct Rules {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// List the rules
    List(List),
    /// Print the JSON Schema of a rule file
    Schema,
    /// Run the examples of rules: those of folders, or the built-in ones
    Test(Test),
}

#[derive(Debug, Args)]
struct List {
    /// A folder with rule files of your own
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// In which form
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
    #[command(flatten)]
    configuration: ConfigurationFlags,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A line for each rule
    #[default]
    Pretty,
    /// A list of objects
    Json,
}

#[derive(Debug, Args)]
struct Test {
    /// Folders or files of rules; by default those of the configuration, else the built-in rules
    #[arg(value_name = "DIR")]
    folders: Vec<PathBuf>,
    #[command(flatten)]
    configuration: ConfigurationFlags,
    /// Change each property that a rule judges in its examples, and report those whose every change goes unnoticed
    #[arg(long)]
    mutate: bool,
}

/// Does what is asked of the rules. Gives the exit code.
pub(super) fn run(flags: &Rules) -> Result<u8, String> {
    match &flags.command {
        RulesCommand::List(flags) => list(flags),
        RulesCommand::Schema => super::printed(|out| {
            serde_json::to_writer_pretty(&mut *out, &schema::schema())?;
            writeln!(out)
        }),
        RulesCommand::Test(flags) => test(flags),
    }
}

fn load(folders: &[PathBuf]) -> Result<RuleSet, String> {
    RuleSet::load(folders, &RuleSettings::default()).map_err(super::shown)
}

fn list(flags: &List) -> Result<u8, String> {
    let configuration = flags.configuration.configuration()?;
    let set = configuration.rules(&flags.rules)?;
    let selected = configuration.selected(&set, &[], &[])?;
    let runs = |rule: &Rule| selected.iter().any(|one| one.id == rule.id);
    super::printed(|out| match flags.format {
        Form::Pretty => {
            let width = set.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
            for rule in set.iter() {
                let (id, name, title) = (&rule.id, &rule.name, &rule.title);
                let level = rule.level.word();
                let off = if runs(rule) { "   " } else { "off" };
                writeln!(out, "{id}  {level:<7} {off} {name:<width$}  {title}")?;
            }
            Ok(())
        }
        Form::Json => {
            let rules: Vec<Value> = set.iter().map(|rule| as_json(rule, runs(rule))).collect();
            serde_json::to_writer_pretty(&mut *out, &rules)?;
            writeln!(out)
        }
    })
}

fn as_json(rule: &Rule, runs: bool) -> Value {
    let data: serde_json::Map<String, Value> = rule
        .data
        .iter()
        .map(|(name, entry)| {
            let about = json!({
                "type": entry.kind.to_string(),
                "default": entry.default.to_string(),
                "value": entry.value.to_string(),
                "description": entry.description,
            });
            (name.clone(), about)
        })
        .collect();
    json!({
        "id": &*rule.id,
        "name": &*rule.name,
        "title": rule.title,
        "level": rule.level,
        "securitySeverity": rule.security_severity,
        "precision": rule.precision.word(),
        "enabled": runs,
        "builtIn": rule.file.path.is_none(),
        "resources": rule.resources.iter().map(|pattern| pattern.as_str()).collect::<Vec<_>>(),
        "tags": rule.tags,
        "controls": rule.controls,
        "unless": rule.unless.iter().map(|id| &**id).collect::<Vec<_>>(),
        "data": data,
        "equivalents": rule.prose().equivalents.iter()
            .map(|equivalent| (equivalent.key.to_owned(), json!(equivalent.ids)))
            .collect::<serde_json::Map<String, Value>>(),
    })
}

/// What became of one rule.
struct Tested {
    examples: usize,
    faults: Vec<String>,
}

fn test(flags: &Test) -> Result<u8, String> {
    let folders = match flags.folders.as_slice() {
        [] => flags.configuration.configuration()?.rule_folders(&[]),
        given => given.to_vec(),
    };
    let set = load(&folders)?;
    let rules: Vec<Arc<Rule>> = set
        .iter()
        .filter(|rule| folders.is_empty() || rule.file.path.is_some())
        .cloned()
        .collect();
    if rules.is_empty() {
        return Err("there is no rule file in what was named".to_owned());
    }
    let tested: Vec<Tested> = super::workers(0)?.install(|| {
        rules
            .par_iter()
            .map(|rule| tested(rule, flags.mutate))
            .collect()
    });
    let examples: usize = tested.iter().map(|one| one.examples).sum();
    let faults: Vec<&String> = tested.iter().flat_map(|one| &one.faults).collect();
    super::printed(|out| {
        for fault in &faults {
            writeln!(out, "{fault}")?;
        }
        let found = match faults.len() {
            0 => "all as expected".to_owned(),
            number => format!("{number} not as expected"),
        };
        let rules = counted(rules.len(), "rule");
        writeln!(out, "{rules}, {}: {found}", counted(examples, "example"))
    })?;
    Ok(if faults.is_empty() { 0 } else { FOUND })
}

fn tested(rule: &Arc<Rule>, mutate: bool) -> Tested {
    let mut faults = Vec::new();
    let examples = &rule.prose().examples;
    for example in examples {
        let name = &example.name;
        match observe_example(rule, example) {
            Ok(observed) => {
                for mismatch in example.compare(&observed) {
                    faults.push(format!("{}: example `{name}`: {mismatch}", rule.file.name));
                }
            }
            Err(error) => faults.push(format!("{}: example `{name}`: {error}", rule.file.name)),
        }
    }
    // Examples that do not even hold tell nothing about changes.
    if mutate && faults.is_empty() {
        match survivors(rule) {
            Ok(survivors) => faults.extend(survivors.iter().map(|survivor| {
                let path = &survivor.path;
                let why = match survivor.changes {
                    0 => "no example has a place for it".to_owned(),
                    changes => format!("{changes} changes of it made no difference to any example"),
                };
                format!("{}: `{path}` is judged, but {why}", rule.file.name)
            })),
            Err(error) => faults.push(format!("{}: {error}", rule.file.name)),
        }
    }
    Tested {
        examples: examples.len(),
        faults,
    }
}

fn counted(number: usize, word: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {word}{ending}")
}
