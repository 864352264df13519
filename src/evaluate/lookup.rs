//! Resources of a template by their ids and names.
//!
//! In: an id or a name, known or not. Out: the resource that the template declares by it. Only what can have the id is
//! named for that.

use std::rc::Rc;

use foldhash::{HashMap, HashMapExt};

use super::evaluator::Evaluator;
use super::id::Key;
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
    names: Option<Called>,
    /// By the last word of their types in lower case: their positions, and their ids once one is looked for.
    types: Option<Rc<HashMap<String, Vec<usize>>>>,
    ids: HashMap<String, Called>,
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

/// What copies of resources are called: their names, or their ids.
#[derive(Debug, Default)]
struct Called {
    /// Of two that are called the same the first is meant.
    spots: HashMap<Key, Spot>,
    /// The resources that were being evaluated each time that somebody looked, or that nobody has asked yet.
    left: Vec<usize>,
}

impl Called {
    fn add(&mut self, key: Key, spot: Spot) {
        let first = self.spots.entry(key).or_insert(spot);
        *first = spot.min(*first);
    }

    /// Adds what some of those that were left are called.
    fn learn(&mut self, told: Told) -> &Self {
        for (key, spot) in told.called {
            self.add(key, spot);
        }
        self.left = told.left;
        self
    }
}

/// What some copies of resources turn out to be called.
#[derive(Debug, Default)]
struct Told {
    called: Vec<(Key, Spot)>,
    /// The resources that are being evaluated.
    left: Vec<usize>,
}

impl Evaluator<'_> {
    /// The resource of this full name.
    pub(super) fn find_name(&mut self, instance: usize, wanted: &Value) -> Option<Spot> {
        let key = Key::of(wanted);
        let left = self.names(instance).left.clone();
        let told = self.called_now(instance, left, |evaluator, index, copy| {
            Some(evaluator.name(instance, index, copy))
        });
        let names = self.names(instance).learn(told);
        names.spots.get(&key).copied()
    }

    /// What is known of the names of resources. Those that are written as they are need no evaluation.
    fn names(&mut self, instance: usize) -> &mut Called {
        let Instance {
            template, lookup, ..
        } = &mut self.instances[instance];
        lookup.names.get_or_insert_with(|| {
            let mut names = Called::default();
            for (index, declared) in template.resources.iter().enumerate() {
                match plain_name(declared) {
                    Some(name) => names.add(Key::of_text(name), (index, 0)),
                    None => names.left.push(index),
                }
            }
            names
        })
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
        let key = Key::of(wanted);
        let found = kinds.into_iter().filter_map(|(word, positions)| {
            let ids = self.ids_of_type(instance, word, positions);
            ids.spots.get(&key).copied()
        });
        // Of two with one id the first is meant.
        found.min()
    }

    fn ids_of_type(&mut self, instance: usize, word: &str, positions: &[usize]) -> &Called {
        let known = self.instances[instance].lookup.ids.get(word);
        let left = known.map_or_else(|| positions.to_vec(), |known| known.left.clone());
        let told = self.called_now(instance, left, |evaluator, index, copy| {
            let is_one = copy.copies.is_none();
            is_one.then(|| evaluator.id(instance, index, copy))
        });
        let ids = &mut self.instances[instance].lookup.ids;
        ids.entry(word.to_owned()).or_default().learn(told)
    }

    /// What the copies of these resources are called. What is being evaluated is left.
    fn called_now(
        &mut self,
        instance: usize,
        positions: Vec<usize>,
        called: impl Fn(&mut Self, usize, &Expanded) -> Option<Value>,
    ) -> Told {
        let mut told = Told::default();
        for index in positions {
            let mut is_busy = matches!(self.instances[instance].resources[index], Slot::Busy);
            for (number, copy) in self.expanded(instance, index).iter().enumerate() {
                if copy.naming.is_busy() {
                    is_busy = true;
                } else if let Some(value) = called(self, index, copy) {
                    told.called.push((Key::of(&value), (index, number)));
                }
            }
            if is_busy {
                told.left.push(index);
            }
        }
        told
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
