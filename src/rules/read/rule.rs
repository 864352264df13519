//! Reading the head of a rule and its data.

use std::sync::OnceLock;

use super::LEVELS;
use super::case::Inherited;
use super::condition::Conditions;
use super::section::{Faults, Item, Section, list, plain, text, texts, word};
use crate::finding::Level;
use crate::rules::condition::Condition;
use crate::rules::data::{Data, DataEntry, DataKind, Datum};
use crate::rules::error::{Fault, RulesError};
use crate::rules::message::{PLACEHOLDERS, Template};
use crate::rules::nearest::probable;
use crate::rules::rule::{Precision, Rule, RuleFile, Source, TypePattern};
use crate::rules::settings::{RuleSetting, RuleSettings};

/// What a configuration can say of any rule, besides its data.
const SETTINGS: [&str; 2] = ["enabled", "level"];

/// Reads one file.
pub(super) struct Reader<'s> {
    pub(super) faults: Faults<'s>,
    pub(super) settings: &'s RuleSettings,
    pub(super) refused: Vec<RulesError>,
}

impl Reader<'_> {
    /// Reads everything even where something is missing, so that all faults are reported at once.
    pub(super) fn rule(&mut self, section: &mut Section<'_>, file: &RuleFile) -> Option<Rule> {
        let id = self.id(section);
        let name = self.name(section);
        let title = section.need_text("title", &mut self.faults);
        let setting = self
            .settings
            .of(id.as_deref().unwrap_or(""), name.as_deref().unwrap_or(""));
        let data = self.data(section, setting);

        let level = section
            .need("level", &mut self.faults)
            .and_then(|item| word(item, "a level", LEVELS, &mut self.faults));
        let security_severity = self.security_severity(section);
        let precision = section
            .need("precision", &mut self.faults)
            .and_then(|item| word(item, "a precision", Precision::WORDS, &mut self.faults));
        let enabled = section.bool("enabled", &mut self.faults).unwrap_or(true);
        let existing = section.bool("existing", &mut self.faults).unwrap_or(false);
        let sources = self.sources(section);
        let resources = self.resources(section);
        let applies = section
            .get("applies")
            .map(|item| self.condition(item, &data));
        let open = section
            .need("open", &mut self.faults)
            .and_then(|item| self.template(item, &data));
        let inherited = Inherited {
            level: level.unwrap_or(Level::Error),
            forced_level: setting.and_then(|(_, setting)| setting.level),
            open: &open.clone().unwrap_or_default(),
            data: &data,
        };
        let cases = self.cases(section, &inherited);
        let rule = Rule {
            unless: section
                .texts("unless", &mut self.faults)
                .into_iter()
                .map(Into::into)
                .collect(),
            tags: section.texts("tags", &mut self.faults),
            controls: section.texts("controls", &mut self.faults),
            id: id?.into(),
            name: name?.into(),
            title: title?,
            level: inherited.forced_level.unwrap_or(level?),
            security_severity: security_severity?,
            precision: precision?,
            enabled: setting
                .and_then(|(_, setting)| setting.enabled)
                .unwrap_or(enabled || self.settings.all),
            existing,
            sources,
            resources,
            applies: match applies {
                Some(condition) => Some(condition?),
                None => None,
            },
            cases,
            data,
            file: file.clone(),
            prose: OnceLock::new(),
        };
        Some(rule)
    }

    fn id(&mut self, section: &mut Section<'_>) -> Option<String> {
        let item = section.need("id", &mut self.faults)?;
        let id = text(item, &mut self.faults)?;
        let letters = id.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_id = !letters.is_empty()
            && letters.len() < id.len()
            && letters.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_id {
            let expected = "an id".to_owned();
            let help = "write capital letters and a number: `AKV101`; a team's own rules have letters of their own";
            self.faults.add(
                Fault::Word { word: id, expected },
                item.span(),
                Some(help.to_owned()),
            );
            return None;
        }
        Some(id)
    }

    fn name(&mut self, section: &mut Section<'_>) -> Option<String> {
        let item = section.need("name", &mut self.faults)?;
        let name = text(item, &mut self.faults)?;
        let is_word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if !name.split('-').all(is_word) {
            let expected = "a name in kebab case".to_owned();
            let help = "name the bad pattern: `open-to-all-networks`".to_owned();
            self.faults.add(
                Fault::Word {
                    word: name,
                    expected,
                },
                item.span(),
                Some(help),
            );
            return None;
        }
        Some(name)
    }

    /// GitHub refuses a whole upload for one that is no number.
    fn security_severity(&mut self, section: &mut Section<'_>) -> Option<String> {
        let item = section.need("security-severity", &mut self.faults)?;
        let severity = text(item, &mut self.faults)?;
        let plain = severity
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number = severity.parse::<f64>().ok().filter(|_| plain);
        if number.is_none_or(|number| !(0.1..=10.0).contains(&number)) {
            let expected = "a severity".to_owned();
            let help = "write a number from 0.1 to 10.0 in quotes: \"7.5\"".to_owned();
            self.faults.add(
                Fault::Word {
                    word: severity,
                    expected,
                },
                item.span(),
                Some(help),
            );
            return None;
        }
        Some(severity)
    }

    fn sources(&mut self, section: &mut Section<'_>) -> Vec<Source> {
        let words: Vec<(&str, Source)> = Source::ALL
            .iter()
            .map(|(word, source, _)| (*word, *source))
            .collect();
        let items = section.get("sources").map_or_else(Vec::new, list);
        items
            .into_iter()
            .filter_map(|item| word(item, "a source", &words, &mut self.faults))
            .collect()
    }

    fn resources(&mut self, section: &mut Section<'_>) -> Vec<TypePattern> {
        let Some(item) = section.need("resources", &mut self.faults) else {
            return Vec::new();
        };
        let items = list(item);
        if items.is_empty() {
            let fault = Fault::Condition("a rule without resources looks at nothing".to_owned());
            self.faults.add(fault, item.span(), None);
        }
        let mut patterns = Vec::new();
        for item in items {
            let Some(pattern) = text(item, &mut self.faults) else {
                continue;
            };
            let stem = pattern.strip_suffix("/*").unwrap_or(&pattern);
            let segments = stem.split('/').collect::<Vec<_>>();
            let is_type = (segments.len() > 1 || stem.len() < pattern.len())
                && segments
                    .iter()
                    .all(|segment| !segment.is_empty() && !segment.contains('*'));
            if is_type {
                patterns.push(TypePattern(pattern.into()));
            } else {
                let expected = "a resource type".to_owned();
                let help = "write `Microsoft.KeyVault/vaults`, or `Microsoft.KeyVault/*` for all of a namespace";
                let fault = Fault::Word {
                    word: pattern,
                    expected,
                };
                self.faults.add(fault, item.span(), Some(help.to_owned()));
            }
        }
        patterns
    }

    fn data(
        &mut self,
        section: &mut Section<'_>,
        setting: Option<(&String, &RuleSetting)>,
    ) -> Data {
        let mut data = Data::new();
        let table = section
            .get("data")
            .and_then(|item| Section::of(item, &mut self.faults));
        let entries = table.map_or_else(Vec::new, |table| table.entries());
        for (name, _, item) in entries {
            if let Some(entry) = self.datum(name, item, setting) {
                data.insert(name.to_owned(), entry);
            }
        }
        if let Some((word, setting)) = setting {
            for key in setting.data.keys().filter(|key| !data.contains_key(*key)) {
                let known = data.keys().map(String::as_str).chain(SETTINGS);
                self.refused.push(RulesError::UnknownSetting {
                    rule: Some(word.clone()),
                    key: key.clone(),
                    help: probable(key, known).map(|known| format!("did you mean `{known}`?")),
                });
            }
        }
        data
    }

    fn datum(
        &mut self,
        name: &str,
        item: Item<'_>,
        setting: Option<(&String, &RuleSetting)>,
    ) -> Option<DataEntry> {
        let mut section = Section::of(item, &mut self.faults)?;
        let default = section.need("default", &mut self.faults)?;
        let values = section
            .get("values")
            .map(|item| texts(item, &mut self.faults));
        let mut bound = |key| {
            let item = section.get(key)?;
            match plain(item, &mut self.faults)? {
                toml::Value::Integer(bound) => Some(bound),
                _ => {
                    let fault = Fault::Type {
                        expected: "a whole number".to_owned(),
                        found: item.word().to_owned(),
                    };
                    self.faults.add(fault, item.span(), None);
                    None
                }
            }
        };
        let bounds = (bound("min"), bound("max"));
        let kind = match (section.get("type"), values) {
            (Some(item), _) => word(item, "a type of data", DATA_TYPES, &mut self.faults)?.kind(),
            (None, Some(values)) => DataKind::Choice(values),
            (None, None) => match plain(default, &mut self.faults)? {
                toml::Value::Boolean(_) => DataKind::Bool,
                toml::Value::Array(_) => DataKind::Texts,
                _ => DataKind::Integer {
                    min: bounds.0,
                    max: bounds.1,
                },
            },
        };
        let description = section.need_text("doc", &mut self.faults);
        section.finish(&mut self.faults);
        let read = kind.read(&plain(default, &mut self.faults)?);
        let read = read.map_err(|fault| self.faults.add(Fault::Data(fault), default.span(), None));
        let read = read.ok()?;
        Some(DataEntry {
            value: self
                .overridden(name, &kind, setting)
                .unwrap_or_else(|| read.clone()),
            default: read,
            kind,
            description: description?,
        })
    }

    fn overridden(
        &mut self,
        name: &str,
        kind: &DataKind,
        setting: Option<(&String, &RuleSetting)>,
    ) -> Option<Datum> {
        let value = self
            .settings
            .datum(setting.map(|(_, setting)| setting), name)?;
        match kind.read(value) {
            Ok(datum) => Some(datum),
            Err(fault) => {
                // Else it is what is said for all rules.
                let own = setting.filter(|(_, setting)| setting.data.contains_key(name));
                self.refused.push(RulesError::Setting {
                    rule: own.map(|(word, _)| word.clone()),
                    key: name.to_owned(),
                    help: kind.meant(value),
                    fault,
                });
                None
            }
        }
    }

    pub(super) fn condition(&mut self, item: Item<'_>, data: &Data) -> Option<Condition> {
        Conditions::new(data).read(item, &mut self.faults)
    }

    pub(super) fn template(&mut self, item: Item<'_>, data: &Data) -> Option<Template> {
        let source = text(item, &mut self.faults)?;
        match Template::parse(&source, data) {
            Ok(template) => Some(template),
            Err((fault, part)) => {
                let span = self.faults.inside(&item.span(), &source, &part);
                let names = PLACEHOLDERS.iter().map(|(name, _)| format!("{{{name}}}"));
                let names = names.collect::<Vec<_>>().join(", ");
                let help =
                    format!("the placeholders are {names}, {{data.NAME}} and a JSONPath in braces");
                self.faults.add(Fault::Template(fault), span, Some(help));
                None
            }
        }
    }
}

/// The words for kinds of data that their default does not tell.
#[derive(Debug, Clone, Copy)]
enum DataType {
    Fraction,
    Ranges,
    Date,
}

impl DataType {
    fn kind(self) -> DataKind {
        match self {
            Self::Fraction => DataKind::Fraction,
            Self::Ranges => DataKind::Ranges,
            Self::Date => DataKind::Date,
        }
    }
}

const DATA_TYPES: &[(&str, DataType)] = &[
    ("fraction", DataType::Fraction),
    ("ranges", DataType::Ranges),
    ("date", DataType::Date),
];
