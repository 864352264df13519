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
use super::value::Value;

/// A declared resource and which of its copies.
type Spot = (usize, usize);

/// What has been looked for among the resources of an instance.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    names: Option<Rc<HashMap<String, Spot>>>,
    /// By the last word of their types in lower case: their positions, and their ids once one is looked for.
    types: Option<Rc<HashMap<String, Vec<usize>>>>,
    ids: HashMap<String, Rc<HashMap<String, Spot>>>,
}

impl Evaluator<'_> {
    /// The resource of this full name.
    pub(super) fn find_name(&mut self, instance: usize, wanted: &Value) -> Option<Spot> {
        let key = id::key(wanted);
        if let Some(names) = &self.instances[instance].lookup.names {
            return names.get(&key).copied();
        }
        let all = 0..self.instances[instance].template.resources.len();
        let (names, complete) = self.spots(instance, all, |evaluator, index, copy| {
            Some(evaluator.name(instance, index, copy))
        });
        let found = names.get(&key).copied();
        if complete {
            self.instances[instance].lookup.names = Some(Rc::new(names));
        }
        found
    }

    /// The resource of this id. The last word of its type is a word of its id.
    pub(super) fn find_id(&mut self, instance: usize, wanted: &Value) -> Option<Spot> {
        let key = id::key(wanted);
        let types = self.types_of_resources(instance);
        let found = key.split('/').filter_map(|word| {
            let positions = types.get(word)?;
            self.ids_of_type(instance, word, positions)
                .get(&key)
                .copied()
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
