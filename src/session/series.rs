//! A few paths over a time, read on with each question.

use super::{MAX_SLOTS, Open, Session, value::RowTexts};
use crate::protocol::ImageRow;
use crate::protocol::views::{Series, SeriesQuery, Track, TrackRun, ValuesQuery};
use crate::query::Selection;
use crate::query::series;

/// Paths in one question.
const MAX_TRACKS: usize = 64;

impl Open {
    /// A few paths over a time.
    pub(super) fn series(&mut self, query: &SeriesQuery) -> Series {
        let kept = self.known.views.series.take().filter(|(kept, _)| kept == query);
        let mut read = kept.map_or_else(
            || {
                let known = query.subjects.iter().take(MAX_TRACKS);
                let ids: Vec<u32> = known.filter_map(|subject| self.id_of(subject).ok()).collect();
                let columns = query.columns.clamp(1, MAX_SLOTS) as usize;
                series::Series::new(self.files(), &ids, (query.from, query.to), columns)
            },
            |(_, read)| read,
        );
        read.step(&mut self.files().reader(), &Session::BUDGET);
        let (done, of) = read.progress();
        let answer = Series {
            progress: (done as u64, of as u64),
            tracks: read.tracks().iter().map(|track| self.track(track)).collect(),
        };
        self.known.views.series = Some((query.clone(), read));
        answer
    }

    fn track(&self, track: &series::Track) -> Track {
        let run = |run: &series::Run| TrackRun {
            column: run.column,
            held: run.held,
            changes: run.changes,
        };
        let named = |(kind, text): &(&'static str, String)| ((*kind).to_owned(), text.clone());
        let mean = track.sum / track.numbers as f64;
        Track {
            id: track.id,
            path: self.files().paths().path_of(track.id).map(str::to_owned),
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
        let paths = self.files().paths();
        let ids = &query.ids[..query.ids.len().min(MAX_TRACKS)];
        let few = Selection::of_ids(paths, ids.iter().copied());
        let image = self.known.images.of_few(self.files(), &few, query.at);
        let mut texts = RowTexts::default();
        let row = |id: &u32| {
            let entry = image.entries().iter().find(|entry| entry.id == *id)?;
            let (kind, value) = texts.shown(image.event(entry));
            let path = paths.path_of(*id).map(str::to_owned);
            Some(ImageRow { id: *id, path, kind, value, updated: entry.time })
        };
        ids.iter().filter_map(row).collect()
    }
}
