//! A few paths over a time, read on with each question.

use super::{MAX_SLOTS, Open, Session, value::RowTexts};
use crate::protocol::ImageRow;
use crate::protocol::views::{Series, SeriesQuery, Track, TrackRun, ValuesQuery};
use crate::query::Selection;
use crate::query::series;
use crate::time::Timestamp;

/// Paths in one question.
const MAX_TRACKS: usize = 64;

/// The series of the shards that the paths of a question are in.
pub struct AllSeries {
    shards: Vec<(usize, series::Series)>,
    /// The paths in the order of the question: which of the series has them, and their numbers.
    places: Vec<(usize, u32)>,
}

impl AllSeries {
    fn new(open: &Open, numbers: &[u32], range: (Timestamp, Timestamp), columns: usize) -> Self {
        let mut ids: Vec<(usize, Vec<u32>)> = Vec::new();
        let mut places = Vec::new();
        for number in numbers {
            let Some((shard, id)) = open.paths.id(*number) else { continue };
            let known = ids.iter().position(|(known, _)| *known == shard);
            let nth = known.unwrap_or_else(|| {
                ids.push((shard, Vec::new()));
                ids.len() - 1
            });
            ids[nth].1.push(id);
            places.push((nth, *number));
        }
        let files = open.files();
        let of = |(shard, ids): (usize, Vec<u32>)| {
            (shard, series::Series::new(files[shard], &ids, range, columns))
        };
        Self { shards: ids.into_iter().map(of).collect(), places }
    }
}

impl Open {
    /// A few paths over a time.
    pub(super) fn series(&mut self, query: &SeriesQuery) -> Series {
        let kept = self.known.views.series.take().filter(|(kept, _)| kept == query);
        let mut read = kept.map_or_else(
            || {
                let known = query.subjects.iter().take(MAX_TRACKS);
                let numbers: Vec<u32> =
                    known.filter_map(|subject| self.id_of(subject).ok()).collect();
                let columns = query.columns.clamp(1, MAX_SLOTS) as usize;
                AllSeries::new(self, &numbers, (query.from, query.to), columns)
            },
            |(_, read)| read,
        );
        let files = self.files();
        let mut budget = Session::BUDGET;
        for (shard, series) in &mut read.shards {
            let mut reader = files[*shard].reader();
            series.step(&mut reader, &budget);
            budget = budget.after(reader.spent());
        }
        let progress = read.shards.iter().map(|(_, series)| series.progress());
        let progress = progress.fold((0, 0), |all, of| (all.0 + of.0, all.1 + of.1));
        let tracks = read.places.iter().filter_map(|(nth, number)| {
            let (shard, series) = &read.shards[*nth];
            let (_, id) = self.paths.id(*number)?;
            let track = series.tracks().iter().find(|track| track.id == id)?;
            debug_assert_eq!(self.paths.id(*number).map(|(at, _)| at), Some(*shard));
            Some(self.track(*number, track))
        });
        let answer =
            Series { progress: (progress.0 as u64, progress.1 as u64), tracks: tracks.collect() };
        self.known.views.series = Some((query.clone(), read));
        answer
    }

    fn track(&self, number: u32, track: &series::Track) -> Track {
        let run = |run: &series::Run| TrackRun {
            column: run.column,
            held: run.held,
            changes: run.changes,
        };
        let named = |(kind, text): &(&'static str, String)| ((*kind).to_owned(), text.clone());
        let mean = track.sum / track.numbers as f64;
        Track {
            id: number,
            path: self.paths().path_of(number).map(str::to_owned),
            min: track.min.clone(),
            max: track.max.clone(),
            runs: track.runs.iter().map(run).collect(),
            states: track.states.iter().map(named).collect(),
            updates: track.updates,
            numbers: track.numbers,
            range: track.last.map(|last| [last, track.lowest, track.highest, mean]),
        }
    }

    /// What a few paths are at a time.
    pub(super) fn values(&self, query: &ValuesQuery) -> Vec<ImageRow> {
        let numbers = &query.ids[..query.ids.len().min(MAX_TRACKS)];
        let files = self.files();
        let images: Vec<_> = (0..files.len())
            .map(|shard| {
                let own = numbers.iter().filter_map(|number| self.paths.id(*number));
                let own = own.filter(|(of, _)| *of == shard).map(|(_, id)| id);
                let few = Selection::of_ids(files[shard].paths(), own);
                self.known.images.of_few((shard, files[shard]), &few, query.at)
            })
            .collect();
        let mut texts = RowTexts::default();
        let row = |number: &u32| {
            let (shard, id) = self.paths.id(*number)?;
            let image = &images[shard];
            let entry = image.entries().iter().find(|entry| entry.id == id)?;
            let (kind, value) = texts.shown(image.event(entry));
            let path = self.paths().path_of(*number).map(str::to_owned);
            Some(ImageRow { id: *number, path, kind, value, updated: entry.time })
        };
        numbers.iter().filter_map(row).collect()
    }
}
