//! Estates from texts, for the tests of relations and rules: templates through the evaluator, exports as they are
//! written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::path::Path;
use std::sync::Arc;

use akvlint::estate::export::{merged, resources};
use akvlint::estate::{Estate, Member};
use akvlint::evaluate::assignment::Assignment;
use akvlint::evaluate::{Cloud, Entry, Surroundings, Wanted, evaluate};
use akvlint::project::{Content, Project};
use akvlint::rules::{Checked, Judgement, Rule, View, check};
use akvlint::source::Sources;
use akvlint::syntax::json::parse_sequence;

/// An estate that is being put together.
pub(crate) struct World {
    pub(crate) sources: Arc<Sources>,
    project: Project,
    pub(crate) estate: Estate,
    surroundings: Surroundings,
    deployments: u64,
}

/// What a rule says of one resource of an estate.
#[derive(Debug)]
pub(crate) struct Said {
    /// The full name of the resource; `?` where it is not known.
    pub(crate) resource: String,
    /// The text that it points at.
    pub(crate) at: String,
    pub(crate) judgement: Judgement,
}

impl World {
    pub(crate) fn open() -> Self {
        Self::new(false)
    }

    pub(crate) fn closed() -> Self {
        Self::new(true)
    }

    fn new(is_closed: bool) -> Self {
        let sources = Arc::new(Sources::new(Path::new(env!("CARGO_MANIFEST_DIR"))));
        Self {
            project: Project::new(sources.clone()),
            sources,
            estate: Estate::new(is_closed),
            surroundings: Surroundings::default(),
            deployments: 0,
        }
    }

    pub(crate) fn in_cloud(mut self, cloud: Cloud) -> Self {
        self.estate.set_cloud(Some(cloud));
        self.surroundings.cloud = cloud;
        self
    }

    /// Adds a deployment of a template with its defaults.
    pub(crate) fn deploy(mut self, template: &str) -> Self {
        self.deployments += 1;
        let name = format!("main{}.json", self.deployments);
        let source = self.sources.insert(&name, template.to_owned());
        let parsed = self.project.parsed(&source);
        assert_eq!(parsed.errors, [], "{template}");
        let Content::Template(template) = &parsed.content else {
            panic!("no template: {template}")
        };
        let entry = Entry {
            template: template.clone(),
            parameters: Vec::new(),
            overrides: Vec::new(),
            surroundings: self.surroundings.clone(),
            number: self.deployments,
        };
        let evaluation = evaluate(&self.project, &entry, Wanted::RESOURCES);
        self.estate
            .add_deployment(self.deployments, evaluation.resources, evaluation.unread);
        self.estate
            .add_secret_reads(self.deployments, evaluation.secret_reads);
        self.estate.add_order(self.deployments, evaluation.order);
        self
    }

    /// Adds an export.
    pub(crate) fn export(mut self, text: &str) -> Self {
        let source = self.sources.insert("export.json", text.to_owned());
        let exported = resources(&source, &parse_sequence(text), &|_| true);
        assert_eq!(exported.problems, [], "{text}");
        self.estate.add_export(merged([exported.resources]));
        self
    }

    /// The members that a rule looks at.
    fn members<'e>(&'e self, rule: &'e Rule) -> impl Iterator<Item = &'e Member> {
        let looks_at = |kind: &str| rule.resources.iter().any(|pattern| pattern.matches(kind));
        self.estate
            .members()
            .iter()
            .filter(move |member| !member.resource.existing && looks_at(&member.resource.kind))
    }

    /// What a rule says, passes among it.
    pub(crate) fn judge(&self, rule: &Rule) -> Vec<Said> {
        let none = Assignment::new();
        let mut all = Vec::new();
        for member in self.members(rule) {
            let view = View::new(&self.estate, member, &none, &self.sources);
            let Checked::Judged(judgements) = check(rule, &view) else {
                continue;
            };
            let name = member.resource.name.as_str().unwrap_or("?");
            all.extend(judgements.into_iter().map(|judgement| {
                let place = judgement.site.place;
                let source = self.sources.get(place.file);
                Said {
                    resource: name.to_owned(),
                    at: source.map_or_else(String::new, |s| s.slice(place.span).to_owned()),
                    judgement,
                }
            }));
        }
        all
    }
}
