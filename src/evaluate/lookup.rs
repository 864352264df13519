//! Resources of a template by their ids and names.
//!
//! In: an id or a name, known or not. Out: the resource that the template declares by it. Only what can have the id is
//! named for that.

use std::rc::Rc;

use foldhash::{HashMap, HashMapExt};

use super::evaluator::Evaluator;
use super::id;
use super::instance::{Instance, Slot};
use super::resource::Expanded;
use super::value::{Kind, Part, Value};
use crate::syntax::template::Resource as Declared;

/// A declared resource and which of its copies.
type Spot = (usize, usize);

/// An index and what the resource would be at it.
type AtIndex = (Value, Rc<[Expanded]>);

/// What has been looked for among the resources of an instance.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    names: Option<Rc<HashMap<String, Spot>>>,
    /// By the last word of their types in lower case: their positions, and their ids once one is looked for.
    types: Option<Rc<HashMap<String, Vec<usize>>>>,
    ids: HashMap<String, Rc<HashMap<String, Spot>>>,
    /// What a resource of a loop would be at an index that is not decided.
    positions: HashMap<usize, Vec<AtIndex>>,
}

impl Lookup {
    /// What the resource would be at an index, where that was asked before.
    pub(super) fn at(&self, resource: usize, position: &Value) -> Option<Rc<[Expanded]>> {
        let mut known = self.positions.get(&resource)?.iter();
        known
            .find(|(one, _)| one == position)
            .map(|(_, copies)| copies.clone())
    }

    /// Keeps what the resource would be at an index.
    pub(super) fn note(&mut self, resource: usize, position: Value, copies: Rc<[Expanded]>) {
        let known = self.positions.entry(resource).or_default();
        known.push((position, copies));
    }
}

impl Evaluator<'_> {
    /// The resource of this full name.
    pub(super) fn find_name(&mut self, instance: usize, wanted: &Value) -> Option<Spot> {
        let key = id::key(wanted);
        if let Some(names) = &self.instances[instance].lookup.names {
            return names.get(&key).copied();
        }
        let template = self.instances[instance].template.clone();
        let (plain, made): (Vec<usize>, _) = (0..template.resources.len())
            .partition(|index| plain_name(&template.resources[*index]).is_some());
        let (mut names, complete) =
            self.spots(instance, made.into_iter(), |evaluator, index, copy| {
                Some(evaluator.name(instance, index, copy))
            });
        for index in plain {
            let name = plain_name(&template.resources[index]).map(str::to_ascii_lowercase);
            let spot = names.entry(name.unwrap_or_default()).or_insert((index, 0));
            *spot = (index, 0).min(*spot);
        }
        let found = names.get(&key).copied();
        if complete {
            self.instances[instance].lookup.names = Some(Rc::new(names));
        }
        found
    }

    /// The resource of this id. The last word of its type is a word of its id.
    pub(super) fn find_id(&mut self, instance: usize, wanted: &Value) -> Option<Spot> {
        let types = self.types_of_resources(instance);
        let words = words(wanted);
        let kinds: Vec<_> = words
            .iter()
            .filter_map(|word| types.get_key_value(word))
            .collect();
        if kinds.is_empty() {
            return None;
        }
        let key = id::key(wanted);
        let found = kinds.into_iter().filter_map(|(word, positions)| {
            let ids = self.ids_of_type(instance, word, positions);
            ids.get(&key).copied()
        });
        // Of two with one id the first is meant.
        found.min()
    }

    fn ids_of_type(
        &mut self,
        instance: usize,
        word: &str,
        positions: &[usize],
    ) -> Rc<HashMap<String, Spot>> {
        if let Some(ids) = self.instances[instance].lookup.ids.get(word) {
            return ids.clone();
        }
        let positions = positions.iter().copied();
        let (ids, complete) = self.spots(instance, positions, |evaluator, index, copy| {
            let is_one = copy.copies.is_none();
            is_one.then(|| evaluator.id(instance, index, copy))
        });
        let ids = Rc::new(ids);
        if complete {
            let known = &mut self.instances[instance].lookup.ids;
            known.insert(word.to_owned(), ids.clone());
        }
        ids
    }

    /// The copies of these resources by what they are called, and whether that is all: what is being evaluated is not
    /// among them.
    fn spots(
        &mut self,
        instance: usize,
        positions: impl Iterator<Item = usize>,
        called: impl Fn(&mut Self, usize, &Expanded) -> Option<Value>,
    ) -> (HashMap<String, Spot>, bool) {
        let mut spots = HashMap::new();
        let mut complete = true;
        for index in positions {
            complete &= !matches!(self.instances[instance].resources[index], Slot::Busy);
            for (number, copy) in self.expanded(instance, index).iter().enumerate() {
                if copy.naming.is_busy() {
                    complete = false;
                } else if let Some(value) = called(self, index, copy) {
                    spots.entry(id::key(&value)).or_insert((index, number));
                }
            }
        }
        (spots, complete)
    }

    fn types_of_resources(&mut self, instance: usize) -> Rc<HashMap<String, Vec<usize>>> {
        let Instance {
            template, lookup, ..
        } = &mut self.instances[instance];
        let types = lookup.types.get_or_insert_with(|| {
            let mut types: HashMap<String, Vec<usize>> = HashMap::new();
            for (index, declared) in template.resources.iter().enumerate() {
                let kind = declared.kind.text.trim_end_matches('/');
                let word = kind.rsplit('/').next().unwrap_or_default();
                let positions = types.entry(word.to_ascii_lowercase()).or_default();
                positions.push(index);
            }
            Rc::new(types)
        });
        types.clone()
    }
}

/// The name of a resource that is written as it is, and there once if it is there at all.
fn plain_name(declared: &Declared) -> Option<&str> {
    let is_alone = declared.parent.is_none() && declared.copy.is_none();
    declared
        .name
        .as_str()
        .filter(|name| is_alone && !name.ends_with('/'))
}

/// The words between the slashes of an id, in lower case.
fn words(id: &Value) -> Vec<String> {
    let mut words = Vec::new();
    let mut add = |text: &str| words.extend(text.split('/').map(str::to_ascii_lowercase));
    match &id.kind {
        Kind::String(text) => add(text),
        Kind::Mixed(parts) => {
            for part in parts.iter() {
                if let Part::Text(text) = part {
                    add(text);
                }
            }
        }
        _ => {}
    }
    words
}
