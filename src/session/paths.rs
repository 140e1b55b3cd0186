//! What the paths of all shards are called.
//!
//! Ids mean something only within their shard. The page knows each path by one number: of the shard that was opened
//! first that is the id itself, of others a number from [`FIRST`] on, which stays the same for as long as the
//! recording is open. A path that several shards have is called `/a (shard 0)`.

use crate::{
    index::Paths,
    query::{Filter, Selection},
    timeline::{Shard, Timeline},
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

/// The numbers of ids of further shards begin here.
const FIRST: u32 = 1 << 31;

/// The paths of all shards under numbers of their own.
#[derive(Default)]
pub(super) struct AllPaths {
    /// All of them; `None` for one shard, whose ids are the numbers.
    merged: Option<Paths>,
    ids: RefCell<Ids>,
    /// Of each shard of the timeline, which one it was to come.
    order: Vec<usize>,
    /// How many paths are in several shards.
    shared: usize,
    /// Which paths it was made of: of each shard the name, the count and the revision.
    made_of: Vec<(String, usize, u64)>,
}

/// The paths that a filter takes.
pub(super) struct Selected {
    /// Of all paths, by their numbers; `None` for all.
    pub all: Option<Selection>,
    /// Of each shard, by its ids.
    shards: Vec<Option<Selection>>,
}

impl Selected {
    /// Of each shard, by its ids.
    pub fn of_shards(&self) -> Vec<Option<&Selection>> {
        self.shards.iter().map(Option::as_ref).collect()
    }
}

/// Numbers that were given.
#[derive(Default)]
struct Ids {
    /// The shards in the order in which they came, and the numbers of their ids.
    shards: Vec<(String, HashMap<u32, u32>)>,
    /// Shard and id by number.
    known: Vec<(usize, u32)>,
}

impl Ids {
    fn number(&mut self, shard: usize, id: u32) -> u32 {
        if shard == 0 && id < FIRST {
            return id;
        }
        let Self { shards, known } = self;
        *shards[shard].1.entry(id).or_insert_with(|| {
            known.push((shard, id));
            // There are fewer paths than numbers; what would be more shares the last one.
            FIRST.saturating_add(known.len() as u32 - 1)
        })
    }
}

impl AllPaths {
    /// Takes in the paths that a timeline has by now. Returns whether they are others than before.
    pub fn refresh(&mut self, timeline: &Timeline) -> bool {
        let shards = timeline.shards();
        let of = |shard: &Shard| {
            (shard.name().to_owned(), shard.paths().len(), shard.paths().revision())
        };
        let made_of: Vec<_> = shards.iter().map(of).collect();
        if made_of == self.made_of {
            return false;
        }
        self.made_of = made_of;
        let ids = self.ids.get_mut();
        let mut number_of = |name: &str| {
            let known = ids.shards.iter().position(|(known, _)| known == name);
            known.unwrap_or_else(|| {
                ids.shards.push((name.to_owned(), HashMap::new()));
                ids.shards.len() - 1
            })
        };
        self.order = shards.iter().map(|shard| number_of(shard.name())).collect();
        (self.merged, self.shared) = (None, 0);
        if self.order != [0] {
            self.merge(timeline);
        }
        true
    }

    fn merge(&mut self, timeline: &Timeline) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let shards = timeline.shards();
        if shards.len() > 1 {
            for (_, path) in shards.iter().flat_map(|shard| shard.paths().iter()) {
                *counts.entry(path).or_default() += 1;
            }
            counts.retain(|_, count| *count > 1);
        }
        let ids = self.ids.get_mut();
        let mut merged = Paths::default();
        for (shard, number) in shards.iter().zip(&self.order) {
            for (id, path) in shard.paths().iter() {
                let id = ids.number(*number, id);
                match counts.contains_key(path) {
                    true => merged.name(&format!("{path} (shard {})", shard.name()), id),
                    false => merged.name(path, id),
                }
            }
        }
        self.shared = counts.len();
        self.merged = Some(merged);
    }

    /// The paths that a filter takes.
    pub fn select(&self, timeline: &Timeline, filter: &Filter) -> Selected {
        let shards = timeline.shards();
        let selections: Vec<_> = shards.iter().map(|shard| filter.select(shard.paths())).collect();
        let all = match &self.merged {
            None => selections[0].clone(),
            Some(_) if filter.takes_all() => None,
            Some(merged) => {
                let mut numbers = Vec::new();
                for ((number, shard), selection) in shards.iter().enumerate().zip(&selections) {
                    let is_in = |id: &u32| selection.as_ref().is_none_or(|it| it.contains_id(*id));
                    let ids = shard.paths().iter().map(|(id, _)| id).filter(is_in);
                    numbers.extend(ids.map(|id| self.number(number, id)));
                }
                Some(Selection::only(merged, numbers))
            }
        };
        Selected { all, shards: selections }
    }

    /// All paths by their numbers.
    pub fn paths<'a>(&'a self, timeline: &'a Timeline) -> &'a Paths {
        self.merged.as_ref().unwrap_or_else(|| timeline.shards()[0].paths())
    }

    /// The number of an id of a shard.
    pub fn number(&self, shard: usize, id: u32) -> u32 {
        match self.merged {
            None => id,
            Some(_) => self.ids.borrow_mut().number(self.order[shard], id),
        }
    }

    /// The shard and the id of a number; `None` where nothing has it.
    pub fn id(&self, number: u32) -> Option<(usize, u32)> {
        if self.merged.is_none() {
            return Some((0, number));
        }
        let (shard, id) = match number.checked_sub(FIRST) {
            None => (0, number),
            Some(nth) => *self.ids.borrow().known.get(nth as usize)?,
        };
        Some((self.order.iter().position(|it| *it == shard)?, id))
    }

    /// Whether numbers are others than the ids.
    pub fn is_merged(&self) -> bool {
        self.merged.is_some()
    }

    /// How many paths are in several shards.
    pub fn shared(&self) -> usize {
        self.shared
    }
}
