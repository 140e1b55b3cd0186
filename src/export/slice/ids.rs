//! What the ids of shards are called in one file.

use crate::{query::Selection, timeline::Timeline};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The ids of the new file. Those of a recording of one shard stay as they are; of several shards each path, and
/// each id without a path, has one of its own.
pub(super) struct Ids {
    /// For each shard; `None` where they stay.
    shards: Option<Vec<HashMap<u32, u32>>>,
    /// Of a recording of one shard, ids whose path has another one too, by which readers know it.
    aliases: HashMap<u32, u32>,
    used: HashSet<u32>,
    next: u32,
}

impl Ids {
    /// Those of a timeline. With `is_unique` no path has two.
    pub fn new(timeline: &Timeline, is_unique: bool) -> Self {
        let mut ids = Self { shards: None, aliases: HashMap::new(), used: HashSet::new(), next: 0 };
        if timeline.shards().len() < 2 {
            if let Some(shard) = timeline.shards().first().filter(|_| is_unique) {
                let known = shard.paths().iter().filter_map(|(id, path)| {
                    let known = shard.paths().id_of(path).filter(|known| *known != id)?;
                    Some((id, known))
                });
                ids.aliases = known.collect();
            }
            return ids;
        }
        let mut by_path: HashMap<&str, u32> = HashMap::new();
        let mut maps = Vec::new();
        for shard in timeline.shards() {
            let mut map = HashMap::with_capacity(shard.paths().len());
            for (id, path) in shard.paths().iter() {
                let new = *by_path.entry(path).or_insert_with(|| ids.free(id));
                map.insert(id, new);
            }
            maps.push(map);
        }
        ids.shards = Some(maps);
        ids
    }

    /// An id that nothing has: `wanted`, or the lowest one.
    fn free(&mut self, wanted: u32) -> u32 {
        if self.used.insert(wanted) {
            return wanted;
        }
        while !self.used.insert(self.next) {
            self.next += 1;
        }
        self.next
    }

    /// The new id of an id of a shard.
    pub fn of(&mut self, shard: usize, id: u32) -> u32 {
        let Some(known) = self.shards.as_ref().map(|maps| maps[shard].get(&id).copied()) else {
            return self.aliases.get(&id).copied().unwrap_or(id);
        };
        known.unwrap_or_else(|| {
            let new = self.free(id);
            if let Some(maps) = &mut self.shards {
                maps[shard].insert(id, new);
            }
            new
        })
    }

    /// The ids and paths of the new file. Of several ids of one path the one that readers know it by is the last.
    pub fn mappings<'t>(
        &mut self,
        timeline: &'t Timeline,
        selections: &[Option<Selection>],
    ) -> Vec<(u32, &'t str)> {
        let is_selected = |shard: usize, id: u32| {
            selections[shard].as_ref().is_none_or(|selection| selection.contains_id(id))
        };
        if self.shards.is_none() {
            let all = timeline.shards().iter().flat_map(|shard| {
                let paths = shard.paths();
                let is_known_by = |(id, path): &(u32, &str)| paths.id_of(path) == Some(*id);
                let (known, others): (Vec<_>, Vec<_>) = paths.iter().partition(is_known_by);
                others.into_iter().chain(known)
            });
            let is_wanted = |id: u32| is_selected(0, id) && !self.aliases.contains_key(&id);
            return all.filter(|(id, _)| is_wanted(*id)).collect();
        }
        let mut mappings = BTreeMap::new();
        for (number, shard) in timeline.shards().iter().enumerate() {
            for (id, path) in shard.paths().iter().filter(|(id, _)| is_selected(number, *id)) {
                mappings.insert(self.of(number, id), path);
            }
        }
        mappings.into_iter().collect()
    }
}
