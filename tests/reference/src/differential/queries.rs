//! Seeded questions to one archive, asked of the real reader and of the model.

use super::{
    Script,
    answers::{self, Clock},
    delta_times, expressions,
    model::{self, Filtering, Ids, Time},
    setting::{Filter, filters, places, prefixes},
};
use crate::{archive::id_number, decoded::Decoded, json::quote, rng::Rng};
use anyhow::{Result, ensure};
use chrono::TimeDelta;
use netidx_archive::logfile::{ArchiveReader, Cursor, Id, Seek};
use nohash::IntSet;
use std::{ops::Bound, path::Path as FilePath};

struct Asker<'a> {
    file: &'a Decoded,
    reader: &'a ArchiveReader,
    times: Vec<Time>,
    /// Times worth standing at.
    places: Vec<Time>,
    filters: Vec<Filter>,
    clock: Clock,
    rng: Rng,
    departing: usize,
}

/// `count` questions to `file`.
pub fn script(file: &FilePath, count: usize, seed: u64) -> Result<Script> {
    let decoded = Decoded::read(file)?;
    let reader = ArchiveReader::open(file)?;
    let times = delta_times(&decoded)?;
    let batches = decoded.deltas.iter().chain(&decoded.images);
    let base = batches.map(|b| b.time).min().unwrap_or(crate::val::start());
    let clock = Clock { base: base.timestamp_nanos_opt().expect("a time near 2026") };
    let (filters, filter_lines) = filters(&reader)?;
    let mut asker = Asker {
        places: places(&decoded, base),
        file: &decoded,
        reader: &reader,
        times,
        filters,
        clock,
        rng: Rng::new(seed),
        departing: 0,
    };
    let mut queries = prefixes(file, &decoded, clock)?;
    for _ in 0..count {
        queries.push(asker.ask()?);
    }
    // every image time exactly, and a microsecond to both sides
    for image in decoded.images.iter().map(|i| i.time).collect::<Vec<_>>() {
        for us in [-1, 0, 1] {
            let mut cursor = Cursor::new();
            cursor.set_current(image + TimeDelta::microseconds(us));
            queries.push(asker.image(&cursor)?);
        }
    }
    let facts = format!(
        "\"length\": {},\n\"committed\": {},\n\"compressed\": {},\n\"indexed\": {},\n\"delta_batches\": {},\n\
         \"image_batches\": {},\n\"paths\": {},\n\"capacity\": {}",
        decoded.length,
        decoded.header.committed,
        reader.is_compressed(),
        reader.is_indexed(),
        reader.delta_batches(),
        reader.image_batches(),
        decoded.paths.len(),
        reader.capacity(),
    );
    let departing = asker.departing;
    Ok(Script { base: clock.base, facts, filters: filter_lines, queries, departing })
}

impl Asker<'_> {
    fn ask(&mut self) -> Result<String> {
        let cursor = self.cursor();
        match self.rng.below(20) {
            0..=4 => self.seek(&cursor),
            5..=8 => self.steps(&cursor),
            9..=10 => self.relative(&cursor),
            11..=13 => self.deltas(&cursor),
            14 => self.next(&cursor),
            15..=17 => self.image(&cursor),
            18 => Ok(self.in_file()),
            _ => Ok(self.overlap(&cursor)),
        }
    }

    /// A time at a batch, near one, or far from all.
    fn time(&mut self) -> Time {
        let place = *self.rng.pick(&self.places);
        let off = match self.rng.below(10) {
            0..=4 => 0,
            5 => 1_000,
            6 => -1_000,
            7 => self.rng.between(-999, 999),
            _ => self.rng.between(-5_000_000_000, 5_000_000_000),
        };
        place + TimeDelta::nanoseconds(off)
    }

    /// Bounds that leave room between them, and mostly a position.
    fn cursor(&mut self) -> Cursor {
        let (a, b) = (self.time(), self.time());
        let (low, high) = (a.min(b), a.max(b));
        let room = high - low > TimeDelta::microseconds(4);
        let mut bound = |t: Time| match self.rng.below(4) {
            0 => Bound::Included(t),
            1 => Bound::Excluded(t),
            _ => Bound::Unbounded,
        };
        let (start, end) =
            if room { (bound(low), bound(high)) } else { (bound(low), Bound::Unbounded) };
        let position = match self.rng.below(3) {
            0 => None,
            _ => Some(self.time()),
        };
        Cursor::create_from(start, end, position)
    }

    fn filter(&mut self) -> Option<usize> {
        match self.rng.below(3) {
            0 => None,
            _ => Some(self.rng.below(self.filters.len() as u64) as usize),
        }
    }

    /// One line: the question, the reader's answer, and the documented one where it differs.
    fn line(&mut self, question: String, raw: String, departing: Option<(u8, String)>) -> String {
        let (departure, comma) = (departing.is_some(), if raw.is_empty() { "" } else { "," });
        self.departing += usize::from(departure);
        let tail = departing
            .map_or(String::new(), |(n, want)| format!(",\"departure\":{n},\"want\":{{{want}}}"));
        format!("{{{question}{comma}{raw}{tail}}}")
    }

    fn seek(&mut self, cursor: &Cursor) -> Result<String> {
        let target = self.time();
        let text = expressions::for_seek(target, &mut self.rng);
        let seek: Seek = text.parse()?;
        let mut after = *cursor;
        self.reader.seek(&mut after, seek);
        let raw = after.current();
        let times = &self.times;
        let want = match seek {
            Seek::Beginning => None,
            Seek::End => times.last().and_then(|t| clamped(cursor, *t)),
            Seek::Absolute(t) => match (times.first(), times.last()) {
                (Some(first), Some(last)) => clamped(cursor, t.clamp(*first, *last)),
                _ => clamped(cursor, t),
            },
            Seek::BatchRelative(n) => model::steps(times, cursor, n).1,
            Seek::TimeRelative(d) => {
                model::seek_relative(times, cursor, model::time_relative(times, cursor, d))
            }
        };
        let departing = if raw == want {
            None
        } else {
            let (n, predicted) = match seek {
                Seek::BatchRelative(n) if n < 0 && !model::back_finds_its_bound(times, cursor) => {
                    (2, cursor.current())
                }
                Seek::TimeRelative(d) => {
                    let moved = model::time_relative_departing(times, cursor, d);
                    (9, model::seek_relative(times, cursor, moved))
                }
                _ => (0, None),
            };
            ensure!(
                n > 0 && raw == predicted,
                "seek {text} from {cursor:?}: {raw:?}, not {want:?}"
            );
            Some((n, format!("\"r\":{}", self.clock.option(want))))
        };
        let question =
            format!("\"op\":\"seek\",\"c\":{},\"s\":{}", self.clock.cursor(cursor), quote(&text));
        Ok(self.line(question, format!("\"r\":{}", self.clock.option(raw)), departing))
    }

    fn steps(&mut self, cursor: &Cursor) -> Result<String> {
        let n = match self.rng.below(12) {
            0 => i8::MIN,
            1 => i8::MAX,
            2 => 0,
            3..=5 => self.rng.between(-128, 127) as i8,
            _ => self.rng.between(-5, 5) as i8,
        };
        let mut after = *cursor;
        let raw = (self.reader.index().seek_steps(&mut after, n), after.current());
        let want = model::steps(&self.times, cursor, n);
        let clock = self.clock;
        let text = |(moved, r): (i8, _)| format!("\"moved\":{moved},\"r\":{}", clock.option(r));
        let departing = if raw == want {
            None
        } else {
            let blind = n < 0 && !model::back_finds_its_bound(&self.times, cursor);
            ensure!(blind && raw == (0, cursor.current()), "steps {n} from {cursor:?}: {raw:?}");
            Some((2, text(want)))
        };
        let question = format!("\"op\":\"steps\",\"c\":{},\"n\":{n}", clock.cursor(cursor));
        Ok(self.line(question, text(raw), departing))
    }

    fn relative(&mut self, cursor: &Cursor) -> Result<String> {
        let offset = match self.rng.below(3) {
            0 => self.rng.between(-3_000, 3_000),
            1 => self.rng.between(-3_000_000_000, 3_000_000_000),
            _ => self.rng.between(-90_000, 90_000) * 1_000_000_000,
        };
        let delta = TimeDelta::nanoseconds(offset);
        let mut after = *cursor;
        let raw = self.reader.index().seek_time_relative(&mut after, delta);
        let want = model::time_relative(&self.times, cursor, delta);
        ensure!(after.current() == Some(raw.1), "the answer is not the position");
        if self.times.is_empty() && cursor.current().is_none() {
            // it starts in 1970: too far for the short times of these scripts, and of no use
            return self.steps(cursor);
        }
        let clock = self.clock;
        let text = |(found, t)| format!("\"found\":{found},\"r\":{}", clock.time(t));
        let departing = if raw == want {
            None
        } else {
            let predicted = model::time_relative_departing(&self.times, cursor, delta);
            ensure!(raw == predicted, "{offset} ns from {cursor:?}: {raw:?}, not {want:?}");
            Some((9, text(want)))
        };
        let question =
            format!("\"op\":\"relative\",\"c\":{},\"ns\":{offset}", clock.cursor(cursor));
        Ok(self.line(question, text(raw), departing))
    }

    /// The departure that the file's layout brings to a filter.
    fn filtering(&self) -> (u8, Filtering) {
        match self.reader.is_indexed() {
            true => (3, Filtering::IndexCountIsAnId),
            false => (10, Filtering::Ignored),
        }
    }

    fn deltas(&mut self, cursor: &Cursor) -> Result<String> {
        let filter = self.filter();
        let n = *self.rng.pick(&[0, 1, 1, 2, 3, 5, 6, 10, 50, 100_000]);
        let (ids, set) = parts(&self.filters, filter);
        let mut after = *cursor;
        let (bytes, read) = self.reader.read_deltas(set, &mut after, n)?;
        let raw: Vec<_> = read
            .iter()
            .map(|(t, items)| {
                let items = items.iter().map(|b| (id_number(b.0), &b.1));
                (*t, answers::items_hash(items, ids).1)
            })
            .collect();
        let raw = self.clock.deltas(&raw, bytes, after.current());
        let model = |filtering| {
            let batches = model::deltas(self.file, cursor, ids, filtering, n);
            let bytes = batches.iter().map(|b| b.record_length as usize).sum();
            let last = batches.last().map(|b| b.time).or(cursor.current());
            let batches: Vec<_> = batches.iter().map(|b| answers::batch(b, ids)).collect();
            self.clock.deltas(&batches, bytes, last)
        };
        let want = model(Filtering::Documented);
        let departing = if raw == want {
            None
        } else {
            let (number, filtering) = self.filtering();
            ensure!(raw == model(filtering), "deltas from {cursor:?}: {raw}, not {want}");
            Some((number, want))
        };
        let question = format!(
            "\"op\":\"deltas\",\"c\":{},\"f\":{},\"n\":{n}",
            self.clock.cursor(cursor),
            number(filter)
        );
        Ok(self.line(question, raw, departing))
    }

    fn next(&mut self, cursor: &Cursor) -> Result<String> {
        let filter = self.filter();
        let (ids, set) = parts(&self.filters, filter);
        let raw = self.reader.read_next(set, cursor)?.map(|(t, items)| {
            let items = items.iter().map(|b| (id_number(b.0), &b.1));
            (t, answers::items_hash(items, ids).1)
        });
        let raw = self.clock.next(raw);
        let model = |filtering| {
            let batch = model::deltas(self.file, cursor, ids, filtering, 1);
            self.clock.next(batch.first().map(|b| answers::batch(b, ids)))
        };
        let want = model(Filtering::Documented);
        let departing = if raw == want {
            None
        } else {
            let (number, filtering) = self.filtering();
            ensure!(raw == model(filtering), "next from {cursor:?}: {raw}, not {want}");
            Some((number, want))
        };
        let question =
            format!("\"op\":\"next\",\"c\":{},\"f\":{}", self.clock.cursor(cursor), number(filter));
        Ok(self.line(question, raw, departing))
    }

    fn image(&mut self, cursor: &Cursor) -> Result<String> {
        let filter = self.filter();
        let (ids, set) = parts(&self.filters, filter);
        let raw = self.reader.build_image(set, cursor)?;
        let raw = answers::image(raw.iter().map(|(id, e)| (id_number(*id), e)), ids);
        let text = |image: Option<std::collections::BTreeMap<_, _>>| {
            answers::image(image.unwrap_or_default().iter().map(|(id, e)| (*id, e)), ids)
        };
        let want = text(model::image(self.file, cursor));
        let departing = if raw == want {
            None
        } else {
            let predicted = text(model::image_departing(self.file, cursor));
            ensure!(raw == predicted, "image at {cursor:?}: {raw}, not {want}");
            Some((1, want))
        };
        let question = format!(
            "\"op\":\"image\",\"c\":{},\"f\":{}",
            self.clock.cursor(cursor),
            number(filter)
        );
        Ok(self.line(question, raw, departing))
    }

    fn in_file(&mut self) -> String {
        let t = self.time();
        let found = self.reader.index().check_in_file(t);
        assert_eq!(found, model::in_file(&self.times, t));
        let question = format!("\"op\":\"in_file\",\"t\":{}", self.clock.time(t));
        self.line(question, format!("\"found\":{found}"), None)
    }

    fn overlap(&mut self, cursor: &Cursor) -> String {
        let found = self.reader.index().has_overlap(cursor);
        let question = format!("\"op\":\"overlap\",\"c\":{}", self.clock.cursor(cursor));
        self.line(question, format!("\"found\":{found}"), None)
    }
}

fn clamped(cursor: &Cursor, t: Time) -> Option<Time> {
    let mut cursor = *cursor;
    cursor.set_current(t);
    cursor.current()
}

fn parts(filters: &[Filter], n: Option<usize>) -> (Option<&Ids>, Option<&IntSet<Id>>) {
    (n.map(|n| &filters[n].ids), n.map(|n| &filters[n].set))
}

fn number(n: Option<usize>) -> String {
    n.map_or("null".into(), |n| n.to_string())
}
