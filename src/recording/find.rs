//! When a condition held, page by page.

use super::{
    AfterHit, FindQuery, NextHit, Recording, Typed,
    search::{MAX_HITS, Search},
};
use crate::{
    protocol::Failure,
    query::{
        Selection,
        find::{Find, Hit},
        pass::{Budget, Step, Stop},
        value_filter::ValueFilter,
    },
    time::Timestamp,
    timeline::FilesReader,
};
use serde::{Serialize, Serializer, ser::SerializeMap};

/// How many bytes are read before it is looked whether the answer is known.
const PIECE: u64 = 1 << 20;

/// Stretches of time, in the order in which they began, then by path.
///
/// Serialized: `{ hits, next }`.
pub struct FindAnswer<'r> {
    recording: &'r Recording,
    hits: Vec<Hit>,
    /// Goes into `after` for the hits after these; `None` where these are the last.
    pub next: Option<String>,
}

/// One stretch of time.
///
/// Serialized: `{ path, shard, from, to, updates, type, value, text }`.
pub struct HitAnswer<'a> {
    /// The path.
    pub path: &'a str,
    /// Its shard; `None` in a file by itself.
    pub shard: Option<&'a str>,
    /// What was found.
    pub hit: &'a Hit,
}

impl Recording {
    /// Finds when a condition held.
    ///
    /// # Errors
    /// Of kind `condition` or `filter` where these are none, and where bytes are not here yet.
    pub fn find(&self, query: &FindQuery) -> Result<FindAnswer<'_>, Failure> {
        let condition = ValueFilter::parse_over_time(&query.condition)
            .map_err(|e| Failure::new("condition", e.to_string()))?;
        let selections = self.select(query.filter.as_deref())?;
        let selections: Vec<_> = selections.iter().map(Option::as_ref).collect();
        let files = self.timeline.files();
        let mut readers: Vec<_> = files.iter().map(|files| files.reader()).collect();
        let kept = self.search.take().filter(|kept| {
            query.has_hits_of(&kept.query) && query.after == AfterHit::Hit(kept.next)
        });
        let limit = query.limit.clamp(1, MAX_HITS);
        let (mut find, mut taken) = match kept {
            Some(Search { find, next, .. }) => (find, next),
            None => {
                let bounds = (query.start, query.end);
                let mut find = Find::new(&files, condition, bounds, self.ranks().to_vec());
                let taken = self.skip(&mut find, &query.after, &mut readers, &selections)?;
                (find, taken)
            }
        };
        run(&mut find, limit, &mut readers, &selections)?;
        self.note(find.problems().listed());
        let (hits, has_more) = find.take(limit);
        for hit in &hits {
            taken = taken.and(hit.from);
        }
        let next = has_more.then(|| taken.to_string());
        if has_more {
            *self.search.borrow_mut() = Some(Search { query: query.clone(), find, next: taken });
        }
        Ok(FindAnswer { recording: self, hits, next })
    }

    /// Passes the hits that an earlier answer had.
    fn skip(
        &self,
        find: &mut Find,
        after: &AfterHit,
        readers: &mut [FilesReader<'_>],
        selections: &[Option<&Selection>],
    ) -> Result<NextHit, Failure> {
        let mut at = NextHit { from: Timestamp::MIN, count: 0 };
        loop {
            run(find, 1, readers, selections)?;
            let from = find.found().next().map(|hit| hit.from);
            let is_before = from.is_some_and(|from| match after {
                AfterHit::Start => false,
                AfterHit::Time(time) => from <= *time,
                AfterHit::Hit(next) => {
                    let nth = if from == at.from { at.count } else { 0 };
                    from < next.from || (from == next.from && nth < next.count)
                }
            });
            let Some(from) = from.filter(|_| is_before) else { return Ok(at) };
            find.take(1);
            at = at.and(from);
        }
    }
}

/// Goes on until the first `count` hits are known, and whether there are others.
fn run(
    find: &mut Find,
    count: usize,
    readers: &mut [FilesReader<'_>],
    selections: &[Option<&Selection>],
) -> Result<(), Failure> {
    while !find.is_ready(count) {
        let spent: u64 = readers.iter().map(FilesReader::spent).sum();
        match find.step(readers, selections, &Budget::bytes(spent + PIECE)) {
            Step::Done | Step::Stopped(Stop::Budget) => {}
            Step::Stopped(Stop::Pending(e)) => return Err(e.into()),
        }
    }
    Ok(())
}

impl FindAnswer<'_> {
    /// How many hits there are in this answer.
    pub fn len(&self) -> usize {
        self.hits.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// The hits in order.
    pub fn hits(&self) -> impl Iterator<Item = HitAnswer<'_>> {
        let shards = self.recording.timeline.shards();
        self.hits.iter().map(move |hit| {
            let path = shards[hit.shard as usize].paths().path(hit.ordinal);
            HitAnswer { path, shard: self.recording.shard_name(hit.shard as usize), hit }
        })
    }
}

impl Serialize for FindAnswer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("hits", &self.hits().collect::<Vec<_>>())?;
        if let Some(next) = &self.next {
            map.serialize_entry("next", next)?;
        }
        map.end()
    }
}

impl Serialize for HitAnswer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("path", self.path)?;
        if let Some(shard) = self.shard {
            map.serialize_entry("shard", shard)?;
        }
        map.serialize_entry("from", &self.hit.from.to_string())?;
        if let Some(to) = self.hit.to {
            map.serialize_entry("to", &to.to_string())?;
        }
        map.serialize_entry("updates", &self.hit.updates)?;
        Typed::of(&self.hit.event()).serialize_into(&mut map)?;
        map.end()
    }
}
