//! Reading the cases of a rule and their fixes.

use super::LEVELS;
use super::rule::Reader;
use super::section::{Item, Section, list, plain, query, word, wrong_type};
use crate::finding::Level;
use crate::rules::data::Data;
use crate::rules::error::Fault;
use crate::rules::message::Template;
use crate::rules::rule::{Case, Change, EditTemplate, FixTemplate, Json};

/// What the cases of a rule inherit.
pub(super) struct Inherited<'r> {
    pub(super) level: Level,
    pub(super) forced_level: Option<Level>,
    pub(super) open: &'r Template,
    pub(super) data: &'r Data,
}

impl Reader<'_> {
    pub(super) fn cases(
        &mut self,
        section: &mut Section<'_>,
        inherited: &Inherited<'_>,
    ) -> Vec<Case> {
        let items = section
            .need("case", &mut self.faults)
            .map_or_else(Vec::new, list);
        items
            .into_iter()
            .filter_map(|item| {
                let mut section = Section::of(item, &mut self.faults)?;
                let case = self.case(&mut section, inherited);
                section.finish(&mut self.faults);
                case
            })
            .collect()
    }

    fn case(&mut self, section: &mut Section<'_>, inherited: &Inherited<'_>) -> Option<Case> {
        let level = section
            .get("level")
            .and_then(|item| word(item, "a level", LEVELS, &mut self.faults))
            .unwrap_or(inherited.level);
        let for_each = match section.get("for-each") {
            Some(item) => Some(query(item, &mut self.faults)?),
            None => None,
        };
        let when = section
            .need("when", &mut self.faults)
            .and_then(|item| self.condition(item, inherited.data));
        let at: Vec<_> = section
            .need("at", &mut self.faults)
            .map_or_else(Vec::new, list)
            .into_iter()
            .filter_map(|item| query(item, &mut self.faults))
            .collect();
        let message = section.need("message", &mut self.faults).and_then(|item| {
            let template = self.template(item, inherited.data)?;
            if template.counts() && when.as_ref().is_some_and(|when| when.counted().is_none()) {
                let fault = Fault::Condition("`{count}` needs a `count` in `when`".to_owned());
                self.faults.add(fault, item.span(), None);
            }
            Some(template)
        });
        let open = match section.get("open") {
            Some(item) => self.template(item, inherited.data)?,
            None => inherited.open.clone(),
        };
        let suggest = section.texts("suggest", &mut self.faults);
        let unless = section.texts("unless", &mut self.faults);
        let fixes = section.get("fix").map_or_else(Vec::new, list);
        let fixes = fixes
            .into_iter()
            .filter_map(|item| self.fix(item, inherited.data))
            .collect();
        Some(Case {
            level: inherited.forced_level.unwrap_or(level),
            for_each,
            when: when?,
            at,
            message: message?,
            open,
            suggest,
            unless: unless.into_iter().map(Into::into).collect(),
            fixes,
        })
    }

    fn fix(&mut self, item: Item<'_>, data: &Data) -> Option<FixTemplate> {
        const APPLICABILITY: &[(&str, bool)] = &[("safe", true), ("unsafe", false)];
        let mut section = Section::of(item, &mut self.faults)?;
        let title = section
            .need("title", &mut self.faults)
            .and_then(|item| self.template(item, data));
        let safe = section
            .need("applicability", &mut self.faults)
            .and_then(|item| word(item, "an applicability", APPLICABILITY, &mut self.faults));
        let when = match section.get("when") {
            Some(item) => Some(self.condition(item, data)?),
            None => None,
        };
        let mut edits = Vec::new();
        for item in section.get("set").map_or_else(Vec::new, list) {
            edits.extend(self.edit(item, data, Change::Set));
        }
        for item in section.get("insert").map_or_else(Vec::new, list) {
            edits.extend(self.edit(item, data, Change::Insert));
        }
        for item in section.get("remove").map_or_else(Vec::new, list) {
            let path = query(item, &mut self.faults)?;
            edits.push(EditTemplate {
                path,
                change: Change::Remove,
            });
        }
        if edits.is_empty() {
            let fault = Fault::Condition("the fix changes nothing".to_owned());
            let help = "write `set`, `insert` or `remove`".to_owned();
            self.faults.add(fault, section.span(), Some(help));
        }
        section.finish(&mut self.faults);
        Some(FixTemplate {
            title: title?,
            safe: safe?,
            when,
            edits,
        })
    }

    fn edit(
        &mut self,
        item: Item<'_>,
        data: &Data,
        change: fn(Json) -> Change<Json>,
    ) -> Option<EditTemplate> {
        let mut section = Section::of(item, &mut self.faults)?;
        let path = section.need("path", &mut self.faults);
        let path = path.and_then(|item| query(item, &mut self.faults));
        let value = section.need("value", &mut self.faults);
        let value = value.and_then(|item| {
            let plain = plain(item, &mut self.faults)?;
            self.json(&plain, item, data)
        });
        section.finish(&mut self.faults);
        Some(EditTemplate {
            path: path?,
            change: change(value?),
        })
    }

    /// A value of a fix; its depth was bounded when it was read.
    fn json(&mut self, value: &toml::Value, item: Item<'_>, data: &Data) -> Option<Json> {
        Some(match value {
            toml::Value::String(source) => match Template::parse(source, data) {
                Ok(template) => Json::Text(template),
                Err((fault, _)) => {
                    self.faults.add(Fault::Template(fault), item.span(), None);
                    return None;
                }
            },
            toml::Value::Array(items) => {
                let read = items.iter().map(|value| self.json(value, item, data));
                Json::List(read.collect::<Option<_>>()?)
            }
            toml::Value::Table(members) => {
                let read = members
                    .iter()
                    .map(|(name, value)| Some((name.clone(), self.json(value, item, data)?)));
                Json::Object(read.collect::<Option<_>>()?)
            }
            toml::Value::Integer(number) => Json::Plain((*number).into()),
            toml::Value::Boolean(value) => Json::Plain((*value).into()),
            toml::Value::Float(_) | toml::Value::Datetime(_) => {
                wrong_type(
                    "a text, a whole number, true or false",
                    item,
                    &mut self.faults,
                );
                return None;
            }
        })
    }
}
