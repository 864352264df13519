//! The suppressions of a run: collected, applied to its findings, and judged in turn.
//!
//! What there is to say of a suppression is said by rules, of a resource of the type `akvlint/suppressions` for each of
//! them. It has `reason`, where there is one, and, where that is so, `unknown` or `unused` with the word that names a rule,
//! or `problem` with why it is not understood.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::choice::Choice;
use super::findings::Findings;
use super::records::Fates;
use super::{Request, RunError};
use crate::discover::Kind;
use crate::estate::Estate;
use crate::evaluate::Resource;
use crate::evaluate::origin::Origin;
use crate::evaluate::value::{Member, Object, Value};
use crate::finding::{Finding, SUPPRESSIONS, Verdict, VerdictCounts};
use crate::project::{Content, Parsed, Project};
use crate::rules::{Judge, Rule, Running};
use crate::source::{FileId, Place, Source};
use crate::suppress::{
    Dialect, Entry, KnownRule, OfTemplate, Remark, Suppressions, What, may_suppress, of_template,
    of_text,
};
use crate::syntax::expression::Text;

/// Marks the findings that are suppressed, and adds what rules say of the suppressions.
pub(super) fn apply(
    project: &Project,
    request: &Request,
    choice: &mut Choice<'_>,
    asked: &HashSet<FileId>,
    fates: &Fates,
    findings: &mut Vec<Finding>,
    verdicts: &mut VerdictCounts,
) -> Result<(), RunError> {
    let entries = entries(project, request, fates);
    if entries.is_empty() {
        return Ok(());
    }
    let sources = project.sources();
    let mut suppressions = Suppressions::new(entries, &request.configured.known_rules);
    count(suppressions.apply(findings, sources), verdicts);
    let rules = request.all_rules();
    let speaks = |rule: &&Arc<Rule>| {
        rule.resources
            .iter()
            .any(|pattern| pattern.matches(SUPPRESSIONS))
    };
    let of_suppressions: BTreeSet<&Text> =
        rules.iter().filter(speaks).map(|rule| &rule.id).collect();
    if of_suppressions.is_empty() {
        return Ok(());
    }
    let is_looked_at = |file: FileId| asked.contains(&file) && fates.used.contains(&file);
    let mut whole: HashMap<FileId, bool> = HashMap::default();
    let mut is_whole = |file: FileId| {
        *whole.entry(file).or_insert_with(|| {
            let is_understood = |source: &Arc<Source>| project.parsed(source).errors.is_empty();
            !fates.problems.contains_key(&file)
                && sources.get(file).as_ref().is_some_and(is_understood)
        })
    };
    // What is found elsewhere, in a file that no deployment reaches, or would be by a rule that does not run, is not
    // known to be nothing.
    let mut is_told = |remark: &Remark, runs: &[Arc<Rule>]| {
        if remark.in_source && !is_looked_at(remark.place.file) {
            return false;
        }
        remark.what != What::Unused
            || remark
                .ids
                .iter()
                .all(|id| runs.iter().any(|rule| rule.id == *id))
                && match remark.in_source {
                    true => {
                        fates.reached.contains(&remark.place.file) && is_whole(remark.place.file)
                    }
                    false => request.configured.is_whole_project,
                }
    };
    // A suppression may silence what is said of others; only when that is said it is known whether it is of use.
    for silences_others in [false, true] {
        let remarks = suppressions.remarks().into_iter().filter(|remark| {
            let silences = remark.ids.iter().any(|id| of_suppressions.contains(id));
            silences == silences_others
        });
        let mut told: BTreeMap<usize, Vec<Remark>> = BTreeMap::new();
        for remark in remarks {
            let chosen = choice.of_file(remark.place.file)?;
            if is_told(&remark, choice.rules(chosen).all()) {
                told.entry(chosen).or_default().push(remark);
            }
        }
        let mut more = Vec::new();
        for (chosen, remarks) in told {
            let (mut judged, counts) = judged((project, request), choice.rules(chosen), &remarks);
            verdicts.fail += counts.fail;
            verdicts.open += counts.open;
            verdicts.pass += counts.pass;
            more.append(&mut judged);
        }
        // One that silences these would be of use by silencing that it is not.
        if !silences_others {
            count(suppressions.apply(&mut more, sources), verdicts);
        }
        findings.append(&mut more);
    }
    let mut names: HashMap<FileId, String> = HashMap::default();
    for finding in findings.iter() {
        names.entry(finding.place.file).or_insert_with(|| {
            let source = sources.get(finding.place.file);
            source.map_or_else(String::new, |source| source.name().to_owned())
        });
    }
    findings.sort_by(|one, other| {
        let name = |finding: &Finding| names.get(&finding.place.file);
        name(one)
            .cmp(&name(other))
            .then_with(|| one.place.span.cmp(&other.place.span))
            .then_with(|| one.rule.cmp(&other.rule))
    });
    Ok(())
}

fn count((fails, opens): (usize, usize), verdicts: &mut VerdictCounts) {
    verdicts.fail = verdicts.fail.saturating_sub(fails);
    verdicts.open = verdicts.open.saturating_sub(opens);
    verdicts.suppressed += fails + opens;
}

/// The suppressions in the files that took part, then those of the configuration.
fn entries(project: &Project, request: &Request, fates: &Fates) -> Vec<Entry> {
    let mut files: Vec<Arc<Source>> = fates
        .used
        .par_iter()
        // Nobody can edit a module of the cache, and nobody here has written what it silences.
        .filter(|file| project.is_own(**file))
        .filter_map(|file| project.sources().get(*file))
        .filter(|source| may_suppress(source, &request.configured.known_rules))
        .collect();
    files.sort_by(|one, other| one.name().cmp(other.name()));
    let known = &request.configured.known_rules;
    let of_files: Vec<Vec<Entry>> = files
        .par_iter()
        .map(|source| of_file(project, source, known))
        .collect();
    let mut entries = of_files.concat();
    entries.extend(request.configured.suppressions.iter().cloned());
    entries
}

/// The suppressions in a file.
fn of_file(project: &Project, source: &Arc<Source>, known: &[KnownRule]) -> Vec<Entry> {
    let parsed = project.parsed(source);
    let template = match &parsed.content {
        Content::Template(template) => of_template(template),
        _ => OfTemplate::default(),
    };
    let mut entries = of_text(source, dialect(&parsed), &template.declared, known);
    entries.extend(template.entries);
    entries
}

fn dialect(parsed: &Parsed) -> Dialect {
    match parsed.kind {
        Kind::Bicep | Kind::BicepParameters => Dialect::Bicep,
        _ => Dialect::Json,
    }
}

/// What the rules say of suppressions.
fn judged(
    (project, request): (&Project, &Request),
    rules: &Running,
    remarks: &[Remark],
) -> (Vec<Finding>, VerdictCounts) {
    let mut estate = Estate::new(true);
    estate.add_export(
        remarks
            .iter()
            .map(|remark| resource(project, remark))
            .collect(),
    );
    let mut findings = Findings::new(project, &request.verdicts, []);
    let mut judge = Judge::new(&estate, project.sources(), rules);
    for member in estate.members() {
        findings.add(&findings.told().of(&mut judge, member), None);
    }
    findings.finish()
}

/// A suppression as rules see it.
fn resource(project: &Project, remark: &Remark) -> Resource {
    let whole = remark.place;
    let words: Vec<&str> = remark.words.iter().map(|word| &*word.text).collect();
    let words = words.join(", ");
    let name = if words.is_empty() {
        "suppression"
    } else {
        &words
    };
    let at_word = remark.words.first().map_or(whole, |word| word.place);
    let mut body = Object::new();
    let mut add = |key: &str, value: &str, place: Place| {
        body.insert(Member {
            key: key.into(),
            key_place: whole,
            value: Value::string(value, Origin::at(place)),
        });
    };
    add("type", SUPPRESSIONS, whole);
    add("name", name, whole);
    if remark.what != What::Reasonless {
        add("reason", "given", whole);
    }
    match &remark.what {
        What::NotUnderstood(problem) => add("problem", problem, whole),
        What::Unknown => add("unknown", &words, at_word),
        What::Unused => add("unused", &words, at_word),
        What::Reasonless | What::Used => {}
    }
    let file = project.sources().get(whole.file);
    let file = file.map_or_else(String::new, |source| source.name().to_owned());
    let start = whole.span.start;
    let id = Value::string(format!("{file}#{start}/{name}"), Origin::at(whole));
    let name = Value::string(name, Origin::at(whole));
    let body = Value::object(body, Origin::at(whole));
    Resource::as_it_is(SUPPRESSIONS.into(), [id, name, body], whole, whole)
}

/// Whether a fail of a rule counts for the exit code.
pub(super) fn counts(finding: &Finding) -> bool {
    finding.verdict == Verdict::Fail && finding.suppression.is_none()
}
