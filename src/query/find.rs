//! When a condition held: stretches of time, each of one path.
//!
//! ```text
//! updates     5      120     130      90          110
//! > 100              |----------------|            |-----▶ still true at the end of what was asked
//!                  from              to          from
//! ```
//!
//! One pass over the delta batches, in pieces. Nothing ends a stretch but an update that does not meet the
//! condition, whatever file it is in; `since` and `no update for` begin and end between updates. With `changed`
//! each update that meets the condition is a hit by itself.
//!
//! Hits are in the order in which they began, then by path. They are shown once they are known in full, so that
//! pages of them are the same whatever their size.

use super::{
    Image, Selection, image,
    pass::{Budget, Merged, Step},
    value_filter::ValueFilter,
};
use crate::{
    archive::Archive,
    error::Error,
    format::{Event, Origin, Reader},
    index::Problems,
    time::Timestamp,
    timeline::{Files, FilesReader, Kinds, TimeBounds},
};
use std::{collections::VecDeque, ops::Bound};

/// A stretch of time in which the condition held for a path without a break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The number of the shard.
    pub shard: u32,
    /// The path, by its ordinal in the shard.
    pub ordinal: u32,
    /// When it became true, or where the search began, if it was true already.
    pub from: Timestamp,
    /// When it ended; `None` where it was still true at the end of what was asked.
    pub to: Option<Timestamp>,
    /// How many updates met the condition, the first included, also where that came before `from`.
    pub updates: u64,
    /// The first of them, encoded.
    event: Vec<u8>,
    /// Where it stands.
    record: u64,
}

impl Hit {
    /// The first update that met the condition.
    pub fn event(&self) -> Result<Event<'_>, Error> {
        read_event(&self.event, self.record)
    }
}

fn read_event(encoded: &[u8], record: u64) -> Result<Event<'_>, Error> {
    Event::read(&mut Reader::new(encoded, Origin::Inflated { record, at: 0 }))
}

/// What is known of one path on the way.
#[derive(Debug, Clone, Default)]
struct Track {
    /// Whether the last update met what the condition says of values.
    is_met: bool,
    /// Whether there was an update.
    is_known: bool,
    /// The number of the hit that is open, and 1; else 0.
    open: usize,
    /// When the last update was.
    updated: Timestamp,
    /// The last update, where it is needed later.
    last: Vec<u8>,
    record: u64,
}

/// A search on its way.
#[derive(Debug)]
pub struct Find {
    condition: ValueFilter,
    bounds: TimeBounds,
    pass: Merged,
    /// By shard and ordinal.
    tracks: Vec<Vec<Track>>,
    /// The ranks of paths by shard and ordinal.
    ranks: Vec<Vec<u32>>,
    hits: Hits,
    /// Whether `hits` stand in the order in which they are found.
    is_sorted: bool,
    /// Where the search begins.
    start: Timestamp,
    /// Up to which time it is.
    reached: Option<Timestamp>,
    /// Whether the state at the start is known.
    is_begun: bool,
    /// Whether it is among the hits.
    is_carried: bool,
    is_over: bool,
    problems: Problems,
    /// The latest batch of all, which ends the last silence.
    last: Option<Timestamp>,
}

/// The hits that are not taken yet.
#[derive(Debug, Default)]
struct Hits {
    /// How many were taken.
    taken: usize,
    hits: VecDeque<Hit>,
    /// From here on hits may come that stand before others.
    sealed: usize,
}

impl Hits {
    fn push(&mut self, hit: Hit) -> usize {
        self.hits.push_back(hit);
        self.taken + self.hits.len()
    }

    /// By the number that [`push`](Self::push) gave.
    fn get_mut(&mut self, number: usize) -> Option<&mut Hit> {
        self.hits.get_mut(number.checked_sub(self.taken + 1)?)
    }
}

impl Find {
    /// A search between two bounds; nothing is read yet. `ranks` are those of the paths by shard and ordinal.
    pub fn new(
        shards: &[Files<'_>],
        condition: ValueFilter,
        bounds: TimeBounds,
        ranks: Vec<Vec<u32>>,
    ) -> Self {
        let pass = Merged::new(shards, bounds, Kinds::Deltas);
        let tracks = shards.iter().map(|files| vec![Track::default(); files.paths().len()]);
        let has_timers = condition.has_timers();
        let spans = shards.iter().filter_map(|files| files.span());
        Self {
            pass,
            tracks: tracks.collect(),
            ranks,
            hits: Hits::default(),
            is_sorted: !has_timers && shards.iter().all(|files| is_in_order(*files)),
            start: match bounds.0 {
                Bound::Included(start) | Bound::Excluded(start) => start,
                Bound::Unbounded => Timestamp::MIN,
            },
            reached: None,
            is_begun: false,
            is_carried: false,
            is_over: false,
            problems: Problems::default(),
            last: spans.map(|(_, last)| last).max(),
            condition,
            bounds,
        }
    }

    /// Goes on. `selections` are the same for every step.
    pub fn step(
        &mut self,
        readers: &mut [FilesReader<'_>],
        selections: &[Option<&Selection>],
        budget: &Budget,
    ) -> Step {
        if !self.is_begun {
            self.begin(readers, selections);
            self.is_begun = true;
        }
        while !self.is_over {
            let found = match self.pass.next(readers, selections, budget) {
                Ok(Some(found)) => found,
                Ok(None) => {
                    self.end();
                    break;
                }
                Err(stop) => return Step::Stopped(stop),
            };
            let (shard, key) = (found.0, found.1.key);
            if self.reached < Some(key.time) {
                if self.start < key.time {
                    self.open_carried();
                }
                self.seal(key.time);
                self.reached = Some(key.time);
            }
            let (reader, selection) = (&mut readers[shard], selections[shard]);
            let paths = reader.files().paths();
            let Self { condition, start, tracks, hits, problems, .. } = self;
            let mut taker = Taker { condition, start: *start, hits, shard: shard as u32 };
            let record = match reader.record(key) {
                Ok(record) => record,
                Err(e) => {
                    problems.push(e);
                    continue;
                }
            };
            let visited = record.items.visit(|item| {
                if selection.is_some_and(|wanted| !wanted.contains_id(item.id)) {
                    return;
                }
                if let Some(ordinal) = paths.ordinal(item.id)
                    && let Some(track) = tracks[shard].get_mut(ordinal as usize)
                {
                    taker.take(track, ordinal, &item.event, (key.time, key.offset));
                }
            });
            if let Err(e) = visited {
                problems.push(e.within(found.1.kind().name(), key.offset));
            }
        }
        Step::Done
    }

    /// Whether everything was looked at.
    pub const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Batches looked at, and of how many.
    pub fn progress(&self) -> (usize, usize) {
        self.pass.progress()
    }

    /// What could not be read.
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// What was found and not taken, in no particular order unless the search [is over](Self::is_over). Of those
    /// without an end the condition is true as far as the search is.
    pub fn found(&self) -> impl ExactSizeIterator<Item = &Hit> {
        self.hits.hits.iter()
    }

    /// Whether the first `count` hits are known in full, and whether there are others after them.
    pub fn is_ready(&self, count: usize) -> bool {
        if self.is_over {
            return true;
        }
        let Hits { hits, sealed, .. } = &self.hits;
        self.is_sorted && *sealed > count && hits.iter().take(count).all(|hit| hit.to.is_some())
    }

    /// Takes up to `count` hits in order, once [`is_ready`](Self::is_ready) says that they are known, and tells
    /// whether there are others.
    pub fn take(&mut self, count: usize) -> (Vec<Hit>, bool) {
        let Hits { taken, hits, sealed } = &mut self.hits;
        let count = count.min(hits.len());
        *taken += count;
        *sealed = sealed.saturating_sub(count);
        (hits.drain(..count).collect(), !hits.is_empty())
    }

    /// Takes over the state at the start.
    fn begin(&mut self, readers: &[FilesReader<'_>], selections: &[Option<&Selection>]) {
        let (start, before) = match self.bounds.0 {
            Bound::Unbounded => return,
            Bound::Included(start) => (start, Bound::Excluded(start)),
            Bound::Excluded(start) => (start, Bound::Included(start)),
        };
        for (shard, reader) in readers.iter().enumerate() {
            let (files, selection) = (reader.files(), selections[shard]);
            self.carry(shard, image(files, selection, before), false);
            // An image at the start tells of paths that nothing told of before.
            let at = (Bound::Included(start), Bound::Included(start));
            let has_image = |archive: &Archive| !archive.index().images.range(at).is_empty();
            if files.archives().iter().any(has_image) {
                self.carry(shard, image(files, selection, at.1), true);
            }
        }
    }

    /// Takes over a state, of an image record alone where `of_records` says so.
    fn carry(&mut self, shard: usize, state: Image, of_records: bool) {
        for entry in state.entries().iter().filter(|entry| !of_records || entry.is_image) {
            let Some(ordinal) = entry.ordinal else { continue };
            let track = &mut self.tracks[shard][ordinal as usize];
            if !track.is_known
                && let Ok(event) = state.event(entry)
            {
                track.is_met = self.condition.matches_update(&event, None, entry.time);
                track.remember(&event, entry.time, entry.record);
            }
        }
        state.problems.into_iter().for_each(|problem| self.problems.push(problem));
    }

    /// Opens a hit for each path for which the condition was true at the start, once all updates of that time
    /// are known.
    fn open_carried(&mut self) {
        let is_at_once = !self.condition.compares_updates() && !self.condition.has_timers();
        if std::mem::replace(&mut self.is_carried, true) || !is_at_once {
            return;
        }
        let Self { condition, start, tracks, hits, .. } = self;
        for (shard, tracks) in tracks.iter_mut().enumerate() {
            let mut taker = Taker { condition, start: *start, hits, shard: shard as u32 };
            for (ordinal, track) in tracks.iter_mut().enumerate() {
                if track.is_met && track.open == 0 {
                    taker.open(track, ordinal as u32, *start);
                }
            }
        }
    }

    /// Ends the search at its end bound.
    fn end(&mut self) {
        let end = match self.bounds.1 {
            Bound::Included(end) | Bound::Excluded(end) => self.last.map_or(end, |it| it.min(end)),
            Bound::Unbounded => self.last.unwrap_or(Timestamp::MAX),
        };
        self.open_carried();
        let Self { condition, start, tracks, hits, .. } = self;
        let timed = if condition.has_timers() { &mut tracks[..] } else { &mut [] };
        for (shard, tracks) in timed.iter_mut().enumerate() {
            let mut taker = Taker { condition, start: *start, hits, shard: shard as u32 };
            for (ordinal, track) in tracks.iter_mut().enumerate() {
                taker.settle(track, ordinal as u32, end, true);
            }
        }
        if self.is_sorted {
            self.seal(Timestamp::MAX);
        } else {
            let ranks = &self.ranks;
            let key = |hit: &Hit| (hit.from, ranks[hit.shard as usize][hit.ordinal as usize]);
            self.hits.hits.make_contiguous().sort_by_key(key);
        }
        self.hits.sealed = self.hits.hits.len();
        self.is_over = true;
    }

    /// Puts the hits that began before a time in order: no other will begin before it.
    fn seal(&mut self, time: Timestamp) {
        if !self.is_sorted {
            return;
        }
        let (Hits { hits, sealed, taken }, ranks) = (&mut self.hits, &self.ranks);
        let start = *sealed;
        *sealed += hits.range(start..).take_while(|hit| hit.from < time).count();
        if time == Timestamp::MAX {
            *sealed = hits.len();
        }
        let key = |hit: &Hit| (hit.from, ranks[hit.shard as usize][hit.ordinal as usize]);
        let group = start..*sealed;
        if group.len() > 1 {
            hits.make_contiguous()[group.clone()].sort_by_key(key);
            // The open ones stand elsewhere now.
            for at in group {
                let Hit { shard, ordinal, to: None, .. } = hits[at] else { continue };
                self.tracks[shard as usize][ordinal as usize].open = *taken + at + 1;
            }
        }
    }
}

/// Whether the batches of a shard stand in the order of time.
fn is_in_order(files: Files<'_>) -> bool {
    let mut last = None;
    files.archives().iter().all(|archive| {
        let deltas = &archive.index().deltas;
        let is_after = last.is_none_or(|last| deltas.first().is_none_or(|first| first >= last));
        last = deltas.last().or(last);
        is_after && deltas.runs().len() <= 1
    })
}

/// What turns updates of the paths of a shard into hits.
struct Taker<'f> {
    condition: &'f ValueFilter,
    /// Where the search begins.
    start: Timestamp,
    hits: &'f mut Hits,
    shard: u32,
}

impl Taker<'_> {
    /// Takes an update inside the bounds.
    #[inline]
    fn take(
        &mut self,
        track: &mut Track,
        ordinal: u32,
        event: &Event<'_>,
        (time, record): (Timestamp, u64),
    ) {
        if self.condition.compares_updates() {
            let before = track.is_known.then(|| read_event(&track.last, track.record));
            let before = before.and_then(Result::ok);
            let is_met = self.condition.matches_update(event, before.as_ref(), time);
            track.remember(event, time, record);
            if is_met {
                self.open(track, ordinal, time);
                self.close(track, time);
            }
            return;
        }
        let is_met = self.condition.matches_update(event, None, time);
        if self.condition.has_timers() {
            self.settle(track, ordinal, time, false);
            track.remember(event, time, record);
        } else if !is_met {
            self.close(track, time);
        } else if let Some(hit) = self.hits.get_mut(track.open) {
            hit.updates += 1;
        } else {
            track.remember(event, time, record);
            self.open(track, ordinal, time);
        }
        (track.is_met, track.is_known) = (is_met, true);
    }

    /// Opens a hit, of which the last update is the first.
    fn open(&mut self, track: &mut Track, ordinal: u32, from: Timestamp) {
        let (event, record) = (track.last.clone(), track.record);
        let hit = Hit { shard: self.shard, ordinal, from, to: None, updates: 1, event, record };
        track.open = self.hits.push(hit);
    }

    /// Ends the hit that is open.
    fn close(&mut self, track: &mut Track, time: Timestamp) {
        if let Some(hit) = self.hits.get_mut(std::mem::take(&mut track.open)) {
            hit.to = Some(time);
        }
    }

    /// Looks at the time from the last update to the next one, or to the end, where it matters how long that is.
    fn settle(&mut self, track: &mut Track, ordinal: u32, next: Timestamp, is_end: bool) {
        if !track.is_known {
            return;
        }
        let (silence, updated, start) = (self.condition.silence(), track.updated, self.start);
        if !track.is_met || silence.is_some() {
            self.close(track, updated);
        }
        let begins = silence.map_or(updated, |silence| updated.saturating_add(silence));
        let ends = self.condition.freshness().map(|length| updated.saturating_add(length));
        let from = begins.max(start);
        // The next update ends a silence, and whatever there was before the start.
        let is_due = is_end || silence.is_none();
        let is_held = begins < next || (begins == next && is_due);
        let is_inside = is_end || updated >= start || next > start;
        if !track.is_met || !is_held || !is_inside || ends.is_some_and(|ends| ends < from) {
            return;
        }
        match self.hits.get_mut(track.open) {
            Some(hit) => hit.updates += 1,
            None => self.open(track, ordinal, from),
        }
        if let Some(ends) = ends.filter(|ends| *ends < next) {
            self.close(track, ends);
        }
    }
}

impl Track {
    fn remember(&mut self, event: &Event<'_>, time: Timestamp, record: u64) {
        self.last.clear();
        self.last.extend_from_slice(event.encoded());
        (self.is_known, self.updated, self.record) = (true, time, record);
    }
}
