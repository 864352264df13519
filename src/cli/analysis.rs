//! What is analysed and by which rules: the flags that `check` and `baseline` share, and the run that they ask for.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use rayon::ThreadPool;

use super::configuration::{Configuration, World, called, configuration};
use super::deployment::{DeploymentFlags, parameters};
use crate::baseline::{Baseline, Checkout};
use crate::discover::{Exclude, WalkOptions};
use crate::finding::Verdict;
use crate::fix::{self, Overlay};
use crate::project::{Project, root_of};
use crate::rules::{Rule, RuleSet};
use crate::run::{Configured, Outcome, Request, run};
use crate::source::{Decoded, SIZE_LIMIT, Source, Sources, canonical, decode};
use crate::suppress::KnownRule;

#[derive(Debug, Args)]
pub(super) struct AnalysisFlags {
    /// Files and folders; `-` is standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
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
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    stdin_filename: Option<String>,
    /// Judge templates without the parameter files beside them
    #[arg(long)]
    no_parameter_files: bool,
    /// How many threads work, 128 at most; 0 is as many as there are processors
    #[arg(long, value_name = "N", default_value_t = 0)]
    jobs: usize,
}

/// All that a run needs but the files.
pub(super) struct Analysis<'f> {
    flags: &'f AnalysisFlags,
    /// What `akvlint.toml` says.
    pub(super) configuration: Configuration,
    /// All rules that there are.
    set: RuleSet,
    /// The rules that run.
    rules: Vec<Arc<Rule>>,
    working_directory: PathBuf,
    /// Name and text of what comes on standard input.
    standard_input: Option<(String, String)>,
    /// The threads that work.
    pub(super) workers: ThreadPool,
}

/// What a run gives, and what its places lie in.
pub(super) struct Analysed {
    pub(super) project: Project,
    pub(super) sources: Arc<Sources>,
    pub(super) outcome: Outcome,
    /// The rules that ran, some of them for some files only.
    pub(super) rules: Vec<Arc<Rule>>,
}

/// What the command line names to be read.
struct Inputs {
    paths: Vec<PathBuf>,
    standard_input: Option<Arc<Source>>,
    /// Parameter files, and values of single parameters.
    parameters: Vec<String>,
}

/// What a report is to have.
pub(super) struct Wanted {
    /// The verdicts that are listed.
    pub(super) verdicts: Vec<Verdict>,
    /// Whether it draws what stands around vaults.
    pub(super) pictures: bool,
}

impl Wanted {
    /// What a baseline is made of.
    pub(super) fn findings() -> Self {
        Self {
            verdicts: vec![Verdict::Fail, Verdict::Open],
            pictures: false,
        }
    }
}

/// What is known already.
#[derive(Default)]
pub(super) struct Known {
    /// The baseline file.
    pub(super) baseline: Option<Baseline>,
    /// What a revision has.
    pub(super) earlier: Option<Baseline>,
}

impl<'f> Analysis<'f> {
    /// Reads the configuration, the rules and standard input.
    pub(super) fn new(flags: &'f AnalysisFlags) -> Result<Self, String> {
        let configuration = flags.configured()?;
        let working_directory = std::env::current_dir()
            .map_err(|error| format!("the working directory is not known: {error}"))?;
        // One pool for all that follows: reading rules in another would start a second one.
        let workers = super::workers(flags.jobs())?;
        let set = workers.install(|| configuration.rules(&flags.rules))?;
        let rules = configuration.selected(&set, &flags.select, &flags.ignore)?;
        // Nothing would be found, whatever there is.
        if rules.is_empty() && !configuration.has_overrides() {
            return Err(
                "no rule is left to run: all that are selected are ignored or disabled".to_owned(),
            );
        }
        Ok(Self {
            flags,
            configuration,
            set,
            rules,
            working_directory,
            standard_input: flags.standard_input()?,
            workers,
        })
    }

    /// What a baseline file holds of rules that there are not, one line each.
    pub(super) fn strange(&self, file: &Path, baseline: &Baseline) -> String {
        let strange = baseline
            .by_rule()
            .into_iter()
            .filter(|(rule, _)| self.set.find(rule).is_err());
        let lines = strange.map(|(rule, count)| {
            let findings = match count {
                1 => "1 of its findings is".to_owned(),
                many => format!("{many} of its findings are"),
            };
            let meant = self.set.meant(rule);
            let meant = meant.map(|meant| format!("; {meant}")).unwrap_or_default();
            let file = called(file);
            format!("{file}: there is no rule `{rule}`, which {findings} of{meant}\n")
        });
        lines.collect()
    }

    /// Analyses the files that are on disk.
    pub(super) fn run(&self, wanted: Wanted, known: Known) -> Result<Analysed, String> {
        self.run_in(None, &Overlay::new(), wanted, known)
            .map(|(analysed, _)| analysed)
    }

    /// Analyses the files that are on disk, as if some had another text.
    pub(super) fn with_changes(
        &self,
        overlay: &Overlay,
        known: Known,
    ) -> Result<fix::Analysed, String> {
        let (analysed, held) = self.run_in(None, overlay, Wanted::findings(), known)?;
        Ok(fix::Analysed {
            report: analysed.outcome.report,
            sources: analysed.sources,
            held,
        })
    }

    /// Whether standard input is among the paths.
    pub(super) fn reads_standard_input(&self) -> bool {
        self.standard_input.is_some()
    }

    /// Whether a file, links resolved, is one that the command line names to be read, or the configuration.
    pub(super) fn reads(&self, file: &Path) -> bool {
        let given = self.flags.deployment.parameters.iter().map(Path::new);
        let mut named = self.named().chain(given).chain(self.configuration.file());
        named.any(|path| canonical(path).is_ok_and(|path| path == file))
    }

    /// The findings of a revision, as a baseline.
    pub(super) fn of_revision(&self, revision: &str) -> Result<Baseline, String> {
        let first = self.named().next();
        let checkout =
            Checkout::of(first.unwrap_or(Path::new(".")), revision).map_err(super::shown)?;
        if let Some(outside) = self.named().find(|path| checkout.path(path) == **path) {
            return Err(format!(
                "--diff-base needs all paths in one repository, and {} is not in {}",
                outside.display(),
                checkout.root().display()
            ));
        }
        let (analysed, _) = self
            .run_in(
                Some(&checkout),
                &Overlay::new(),
                Wanted::findings(),
                Known::default(),
            )
            .map_err(|error| format!("the files of revision '{revision}': {error}"))?;
        let findings = &analysed.outcome.report.findings;
        let baseline = Baseline::of(findings, &analysed.sources, checkout.copy());
        let baseline = baseline.moved_to(checkout.root());
        drop(analysed);
        // A copy that stays in the folder for temporary files does no harm.
        let _ = checkout.close();
        Ok(baseline)
    }

    /// The paths of the command line.
    fn named(&self) -> impl Iterator<Item = &Path> {
        let paths = self.flags.paths.iter().map(PathBuf::as_path);
        paths.filter(|path| !is_stdin(path))
    }

    /// Analyses the files that are on disk, or those of a revision at the same places, where those of an overlay have its
    /// text. Gives these texts too, which stand for the files for as long as they are held.
    fn run_in(
        &self,
        checkout: Option<&Checkout>,
        overlay: &Overlay,
        wanted: Wanted,
        known: Known,
    ) -> Result<(Analysed, Vec<Arc<Source>>), String> {
        let (flags, configuration) = (self.flags, &self.configuration);
        let place = |path: &Path| checkout.map_or_else(|| path.to_owned(), |old| old.path(path));
        let here = place(&self.working_directory);
        let sources = Arc::new(Sources::new(&here));
        let held = overlay.values().cloned().map(|changed| {
            let decoded = Decoded {
                text: changed.after,
                encoding: changed.encoding,
                had_bom: changed.had_bom,
            };
            sources.overlay(&changed.path, changed.canonical, decoded)
        });
        let held: Vec<Arc<Source>> = held.collect();
        let module_cache = flags.deployment.module_cache.clone().or_else(|| {
            let folder = configuration.module_cache.as_ref()?;
            Some(configuration.folder.join(folder))
        });
        let project = Project::new(sources.clone()).with_module_cache(module_cache);
        let inputs = match checkout {
            Some(old) => self.inputs_of(old),
            None => self.inputs(&sources),
        };
        let Inputs {
            paths,
            standard_input,
            parameters: given,
        } = inputs;
        let (files, values) = match checkout {
            // Without its template there is nothing that parameters could be for.
            Some(_) if paths.is_empty() => (Vec::new(), Vec::new()),
            _ => parameters(&given, &project)?,
        };
        let configured = self.configured(&paths, &place(&configuration.folder), &sources)?;
        let request = Request {
            paths,
            standard_input,
            walk: WalkOptions {
                ignore_files: !flags.no_ignore,
                exclude: excluded(flags, configuration, place)?,
                threads: flags.jobs(),
            },
            rules: self.rules.clone(),
            parameters: files,
            values,
            surroundings: flags.deployment.surroundings(configuration.cloud),
            closed_world: flags.closed_world || configuration.world == World::Closed,
            parameter_files: !flags.no_parameter_files,
            include_generated: flags.include_generated,
            cloud: flags.deployment.cloud.or(configuration.cloud),
            pictures: wanted.pictures,
            verdicts: wanted.verdicts,
            baseline: known.baseline,
            earlier: known.earlier,
            configured,
        };
        let outcome = self
            .workers
            .install(|| run(&project, &request))
            .map_err(|error| error.to_string())?;
        let analysed = Analysed {
            project,
            sources,
            outcome,
            rules: request.all_rules(),
        };
        Ok((analysed, held))
    }

    /// What the command line names, as it is on disk.
    fn inputs(&self, sources: &Sources) -> Inputs {
        let standard_input = self.standard_input.as_ref();
        Inputs {
            paths: self.named().map(Path::to_owned).collect(),
            standard_input: standard_input.map(|(name, text)| sources.insert(name, text.clone())),
            parameters: self.flags.deployment.parameters.clone(),
        }
    }

    /// The same as it was in a revision. What came on standard input is a file there.
    fn inputs_of(&self, checkout: &Checkout) -> Inputs {
        let mut parameters = self.flags.deployment.parameters.clone();
        let mut paths: Vec<PathBuf> = self.named().map(|path| checkout.path(path)).collect();
        if parameters.is_empty() {
            // What a named file is judged with may have been judged without it.
            let files = self.named().filter(|path| !path.is_dir());
            paths.extend(files.filter_map(root_of).map(|root| checkout.path(&root)));
        }
        if let Some((name, _)) = &self.standard_input {
            paths.push(checkout.path(Path::new(name)));
        }
        // What is new since then is nothing that can be read.
        paths.retain(|path| path.exists());
        for flag in &mut parameters {
            let old = checkout.path(Path::new(flag));
            if old.is_file()
                && let Some(old) = old.to_str()
            {
                *flag = old.to_owned();
            }
        }
        Inputs {
            paths,
            standard_input: None,
            parameters,
        }
    }

    /// What the configuration says of findings. Its folder is at `base`: elsewhere for an earlier revision.
    fn configured(
        &self,
        paths: &[PathBuf],
        base: &Path,
        sources: &Sources,
    ) -> Result<Configured, String> {
        let (flags, configuration) = (self.flags, &self.configuration);
        let known_rules = self.set.iter().map(|rule| KnownRule {
            id: rule.id.clone(),
            name: rule.name.clone(),
        });
        let suppressions = configuration.suppressions(base, &self.set, sources)?;
        let mut folders = paths.iter().filter_map(|path| canonical(path).ok());
        let inner = canonical(base);
        let is_around =
            |folder: PathBuf| inner.as_ref().is_ok_and(|inner| inner.starts_with(folder));
        Ok(Configured {
            known_rules: known_rules.collect(),
            suppressions,
            is_whole_project: flags.exclude.is_empty() && folders.any(is_around),
            overrides: configuration.overrides(
                (base, sources),
                &self.set,
                &flags.rules,
                &flags.select,
                &flags.ignore,
            )?,
            parameter_files: configuration.parameter_files(base, sources)?,
        })
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

impl AnalysisFlags {
    /// How many threads work; 0 for as many as there are processors.
    fn jobs(&self) -> usize {
        self.jobs.min(super::MOST_JOBS)
    }

    /// Standard input as a name and a text, if it is among the paths.
    fn standard_input(&self) -> Result<Option<(String, String)>, String> {
        if !self.paths.iter().any(|path| is_stdin(path)) {
            return match self.stdin_filename {
                Some(_) => Err("--stdin-filename needs the path `-`".to_owned()),
                None => Ok(None),
            };
        }
        let mut bytes = Vec::new();
        // As of a file: what writes without end would fill the memory.
        std::io::stdin()
            .lock()
            .take(SIZE_LIMIT.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| format!("standard input cannot be read: {error}"))?;
        if bytes.len() as u64 > SIZE_LIMIT {
            return Err(format!(
                "standard input is too large: at most {SIZE_LIMIT} bytes are read"
            ));
        }
        let name = self.stdin_filename.as_deref().unwrap_or("<stdin>");
        let decoded = decode(bytes)
            .map_err(|(fault, offset)| format!("{name} is not text: {fault} at byte {offset}"))?;
        if decoded.text.trim().is_empty() {
            return Err("standard input is empty".to_owned());
        }
        let reads_as_bicep = |first: char| first.is_alphabetic() || matches!(first, '@' | '#');
        if self.stdin_filename.is_none() && decoded.text.trim_start().starts_with(reads_as_bicep) {
            return Err(
                "standard input is no JSON: say what it is, with `--stdin-filename main.bicep`"
                    .to_owned(),
            );
        }
        Ok(Some((name.to_owned(), decoded.text)))
    }

    fn configured(&self) -> Result<Configuration, String> {
        if self.no_config {
            return Ok(Configuration::default());
        }
        let first = self.paths.iter().find(|path| !is_stdin(path));
        configuration(self.config.as_deref(), first.map(PathBuf::as_path)).map_err(super::shown)
    }
}

/// What is left out: the patterns of the command line are relative to the working directory, those of a configuration to
/// its own folder.
fn excluded(
    flags: &AnalysisFlags,
    configuration: &Configuration,
    place: impl Fn(&Path) -> PathBuf,
) -> Result<Vec<Exclude>, String> {
    let of_flags = flags.exclude.iter().map(String::as_str);
    let of_flags = Exclude::new(&place(Path::new(".")), of_flags)
        .map_err(|error| format!("--exclude: {error}"))?;
    Ok(vec![
        of_flags,
        configuration.excluded(&place(&configuration.folder))?,
    ])
}
