//! `akvlint check`: the main job.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{ArgMatches, Args, ValueEnum};

use super::configuration::{Configuration, World, configuration};
use super::deployment::{DeploymentFlags, parameters};
use super::fixing::{Wanted, after, fix_all};
use super::outputs::{outputs, write};
use super::{FOUND, NOT_COMPLETE, NOT_DONE};
use crate::discover::{Exclude, WalkOptions};
use crate::finding::{FileStatus, Level, Report, Verdict};
use crate::fix::{Analysed, Changed, Overlay};
use crate::project::Project;
use crate::report::{self, Color, Format, Options, RuleCatalogue, RuleInfo, SarifProfile};
use crate::rules::{Rule, RuleSet, Selection, explain};
use crate::run::{Request, run as run_rules};
use crate::source::{Source, Sources, decode};

/// Where the pages of the rules are.
const RULE_PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/rules/");

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Files and folders; `-` is standard input
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The form of the report; may be given again, each with an --output that follows it
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    format: Vec<Format>,
    /// The file that the format before it goes to
    #[arg(short, long, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// For whom SARIF is written
    #[arg(long, value_enum, default_value_t)]
    sarif_profile: SarifProfile,
    #[command(flatten)]
    deployment: DeploymentFlags,
    /// A folder with rule files of your own
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Run only these rules: ids, names, or the beginning of an id
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// From which level on findings make the exit code 1; `open` takes undecided verdicts too
    #[arg(long, value_enum, default_value_t = FailOn::Warning, value_name = "LEVEL")]
    fail_on: FailOn,
    /// Exit with 0 where findings would make it 1
    #[arg(long)]
    exit_zero: bool,
    /// Exit with 3 where some input was not fully analysed
    #[arg(long)]
    strict: bool,
    /// Change the files where that surely is what is meant, then report what is left
    #[arg(long)]
    fix: bool,
    /// With --fix or --diff, changes too that need a look
    #[arg(long)]
    unsafe_fixes: bool,
    /// Print what --fix would change, and write nothing
    #[arg(long, conflicts_with = "fix")]
    diff: bool,
    /// Everything that exists is among the paths: what is not there is missing
    #[arg(long)]
    closed_world: bool,
    /// The configuration file; by default the nearest akvlint.toml up the tree
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Do without a configuration file
    #[arg(long)]
    no_config: bool,
    /// Leave out what matches, as in a .gitignore
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Look at files that .gitignore leaves out
    #[arg(long)]
    no_ignore: bool,
    /// Judge JSON that is compiled from a Bicep file beside it too
    #[arg(long)]
    include_generated: bool,
    /// The name of what comes on standard input
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<String>,
    /// Which verdicts are listed
    #[arg(
        long,
        value_enum,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "fail,open"
    )]
    verdicts: Vec<Listed>,
    /// Judge templates without the parameter files beside them
    #[arg(long)]
    no_parameter_files: bool,
    /// When there are colours
    #[arg(long, value_enum, default_value_t)]
    color: Color,
    /// Say nothing but the results
    #[arg(short, long)]
    quiet: bool,
    /// Tell of every file that was not analysed in full
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// How many threads work; all processors by default
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Count the findings of each rule, on standard error
    #[arg(long)]
    statistics: bool,
}

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
    Open,
    Never,
}

/// A verdict that can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Listed {
    Fail,
    Open,
    Pass,
}

/// Checks the paths. Gives the exit code.
pub(super) fn run(flags: &Check, matches: &ArgMatches) -> Result<u8, String> {
    let outputs = outputs(matches)?;
    let configuration = configured(flags)?;
    let here = std::env::current_dir()
        .map_err(|error| format!("the working directory is not known: {error}"))?;
    // One pool for all that follows: reading rules in another would start a second one.
    let workers = super::workers(flags.jobs)?;
    let rules = workers.install(|| rules(flags, &configuration))?;
    let mut complete = true;
    if flags.fix || flags.diff {
        match fixed(flags, &configuration, &here, &workers, &rules)? {
            Ok(all) => complete = all,
            Err(code) => return Ok(code),
        }
    }
    let sources = Arc::new(Sources::new(&here));
    let (project, request) = request(flags, &configuration, &here, &sources, rules)?;
    let outcome = workers
        .install(|| run_rules(&project, &request))
        .map_err(|error| error.to_string())?;
    let mut code = after(
        exit_code(flags, &outcome.report, outcome.input_failed),
        complete,
    );
    let full = outputs.iter().any(|output| output.format == Format::Sarif);
    let catalogue = catalogue(&request.rules, full);
    let options = Options {
        sarif_profile: flags.sarif_profile,
        succeeded: code != NOT_DONE,
        ..Options::default()
    };
    for output in &outputs {
        let written = write(
            output,
            &outcome.report,
            &sources,
            &catalogue,
            flags.color,
            &options,
        );
        if let Err(message) = written {
            let _ = writeln!(std::io::stderr(), "error: {message}");
            code = NOT_DONE;
        }
    }
    let on_stdout = outputs.last().map(|output| output.format);
    tell(flags, &outcome.report, on_stdout == Some(Format::Pretty));
    // The process ends here: to free every node of every tree first would take a good part of the run.
    std::mem::forget(project);
    Ok(code)
}

/// Changes what can be changed, or prints it.
fn fixed(
    flags: &Check,
    configuration: &Configuration,
    here: &Path,
    workers: &rayon::ThreadPool,
    rules: &[Arc<Rule>],
) -> Result<Result<bool, u8>, String> {
    if flags.paths.iter().any(|path| is_stdin(path)) {
        return Err("standard input cannot be fixed; name the file itself".to_owned());
    }
    let mut analyse = |overlay: &Overlay| {
        let sources = Arc::new(Sources::new(here));
        let held = overlay.values().map(|changed| {
            let Changed {
                path,
                canonical,
                after,
                ..
            } = changed.clone();
            sources.overlay(&path, canonical, after, changed.encoding, changed.had_bom)
        });
        let held = held.collect();
        let (project, mut request) = request(flags, configuration, here, &sources, rules.to_vec())?;
        request.verdicts = vec![Verdict::Fail, Verdict::Open];
        let outcome = workers
            .install(|| run_rules(&project, &request))
            .map_err(|error| error.to_string())?;
        Ok(Analysed {
            report: outcome.report,
            sources,
            held,
        })
    };
    let wanted = Wanted {
        with_unsafe: flags.unsafe_fixes,
        diff: flags.diff,
        quiet: flags.quiet,
    };
    fix_all(wanted, &mut analyse)
}

/// What is asked of a run, and the project that it is asked about.
fn request(
    flags: &Check,
    configuration: &Configuration,
    here: &Path,
    sources: &Arc<Sources>,
    rules: Vec<Arc<Rule>>,
) -> Result<(Project, Request), String> {
    let module_cache = flags.deployment.module_cache.clone().or_else(|| {
        let folder = configuration.module_cache.as_ref()?;
        Some(configuration.folder.join(folder))
    });
    let project = Project::new(sources.clone()).with_module_cache(module_cache);
    let (files, values) = parameters(&flags.deployment.parameters, &project)?;
    let request = Request {
        paths: flags
            .paths
            .iter()
            .filter(|path| !is_stdin(path))
            .cloned()
            .collect(),
        standard_input: standard_input(flags, sources)?,
        walk: WalkOptions {
            ignore_files: !flags.no_ignore,
            exclude: excluded(flags, configuration, here)?,
            threads: flags.jobs.unwrap_or(0),
        },
        rules,
        parameters: files,
        values,
        surroundings: flags.deployment.surroundings(configuration.cloud),
        closed_world: flags.closed_world || configuration.world == World::Closed,
        parameter_files: !flags.no_parameter_files,
        include_generated: flags.include_generated,
        cloud: flags.deployment.cloud.or(configuration.cloud),
        verdicts: verdicts(flags),
    };
    Ok((project, request))
}

fn is_stdin(path: &std::path::Path) -> bool {
    path.as_os_str() == "-"
}

/// Standard input as a file, if it is among the paths.
fn standard_input(flags: &Check, sources: &Sources) -> Result<Option<Arc<Source>>, String> {
    if !flags.paths.iter().any(|path| is_stdin(path)) {
        return match flags.stdin_filename {
            Some(_) => Err("--stdin-filename needs the path `-`".to_owned()),
            None => Ok(None),
        };
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| format!("standard input cannot be read: {error}"))?;
    let name = flags.stdin_filename.as_deref().unwrap_or("<stdin>");
    let decoded = decode(bytes)
        .map_err(|(fault, offset)| format!("{name} is not text: {fault} at byte {offset}"))?;
    let reads_as_bicep = |first: char| first.is_alphabetic() || matches!(first, '@' | '#');
    if flags.stdin_filename.is_none() && decoded.text.trim_start().starts_with(reads_as_bicep) {
        return Err(
            "standard input is no JSON: say what it is, with `--stdin-filename main.bicep`"
                .to_owned(),
        );
    }
    Ok(Some(sources.insert(name, decoded.text)))
}

fn configured(flags: &Check) -> Result<Configuration, String> {
    if flags.no_config {
        return Ok(Configuration::default());
    }
    let first = flags.paths.iter().find(|path| !is_stdin(path));
    configuration(flags.config.as_deref(), first.map(PathBuf::as_path)).map_err(super::shown)
}

/// What is left out: the patterns of the command line are relative to the working directory, those of a configuration to
/// its own folder.
fn excluded(
    flags: &Check,
    configuration: &Configuration,
    here: &Path,
) -> Result<Vec<Exclude>, String> {
    let of_flags = flags.exclude.iter().map(String::as_str);
    let of_file = configuration.exclude.iter().map(String::as_str);
    [
        Exclude::new(here, of_flags),
        Exclude::new(&configuration.folder, of_file),
    ]
    .into_iter()
    .collect::<Result<_, _>>()
    .map_err(super::shown)
}

fn rules(flags: &Check, configuration: &Configuration) -> Result<Vec<Arc<Rule>>, String> {
    let set = RuleSet::load(&flags.rules, &configuration.settings()).map_err(super::shown)?;
    let selection = Selection {
        select: if flags.select.is_empty() {
            configuration.select.clone()
        } else {
            flags.select.clone()
        },
        ignore: [&configuration.ignore[..], &flags.ignore[..]].concat(),
    };
    set.selected(&selection).map_err(super::shown)
}

fn verdicts(flags: &Check) -> Vec<Verdict> {
    let listed = flags.verdicts.iter().map(|listed| match listed {
        Listed::Fail => Verdict::Fail,
        Listed::Open => Verdict::Open,
        Listed::Pass => Verdict::Pass,
    });
    listed.collect()
}

fn exit_code(flags: &Check, report: &Report, input_failed: bool) -> u8 {
    if input_failed {
        return NOT_DONE;
    }
    if has_findings(flags, report) && !flags.exit_zero {
        return FOUND;
    }
    let is_incomplete = report
        .files
        .iter()
        .any(|file| matches!(file.status, FileStatus::Partial | FileStatus::Failed));
    if flags.strict && is_incomplete {
        NOT_COMPLETE
    } else {
        0
    }
}

fn has_findings(flags: &Check, report: &Report) -> bool {
    let from = |level: Level| report.worst.is_some_and(|worst| worst >= level);
    match flags.fail_on {
        FailOn::Never => false,
        FailOn::Error => from(Level::Error),
        FailOn::Warning => from(Level::Warning),
        FailOn::Note => from(Level::Note),
        FailOn::Open => report.worst.is_some() || report.verdicts.open > 0,
    }
}

/// What reports say of the rules; the prose is read only for what prints it.
fn catalogue(rules: &[Arc<Rule>], full: bool) -> RuleCatalogue {
    let prose = |text: &dyn Fn() -> String| if full { text() } else { String::new() };
    RuleCatalogue::new(
        rules
            .iter()
            .map(|rule| RuleInfo {
                id: rule.id.to_string(),
                name: rule.name.to_string(),
                title: rule.title.clone(),
                level: rule.level,
                security_severity: rule.security_severity.clone(),
                precision: rule.precision.word().to_owned(),
                tags: rule.tags.clone(),
                description: prose(&|| explain::description(rule)),
                help_text: prose(&|| explain::help_text(rule)),
                help_markdown: prose(&|| explain::help_markdown(rule)),
                help_uri: format!("{RULE_PAGES}{}.md", rule.id),
            })
            .collect(),
    )
}

/// What goes to standard error.
fn tell(flags: &Check, report: &Report, is_pretty: bool) {
    let mut text = String::new();
    let has_inputs = !report.files.is_empty();
    if !flags.quiet {
        if flags.verbose {
            text.push_str(&report::file_list(report));
        }
        if !is_pretty || !has_inputs {
            text.push_str(&report::summary(report));
        }
    }
    if flags.statistics {
        let mut counts: BTreeMap<(&str, Verdict), usize> = BTreeMap::new();
        for finding in &report.findings {
            *counts.entry((&finding.rule, finding.verdict)).or_default() += 1;
        }
        for ((rule, verdict), count) in counts {
            let _ = writeln!(text, "{count:>7}  {rule}  {}", verdict.word());
        }
    }
    // Nobody is left to tell where this cannot be written.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
