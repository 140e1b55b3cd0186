//! One path in full: its value at a time, and what happened to it before.

use super::value::{self, MAX_WHOLE, MIN_ROW_TEXT, text_start};
use super::{Open, Session};
use crate::format::{Error, Event, Naming, Value};
use crate::protocol::Failure;
use crate::protocol::views::{Details, DetailsQuery, StepQuery, Subject, Update, WholeEvent};
use crate::query::Selection;
use crate::query::history::{History, NextChange, event};
use crate::query::pass::Budget;
use crate::time::Timestamp;

/// Updates in one answer.
const MAX_UPDATES: u32 = 1_000;

impl Open {
    /// The id that is meant.
    pub(super) fn id_of(&self, subject: &Subject) -> Result<u32, Failure> {
        match subject {
            Subject::Id(id) => Ok(*id),
            Subject::Path(path) => self.paths().id_of(path).ok_or_else(|| {
                Failure::new("path", format!("{path} is not among the paths of this file"))
            }),
        }
    }

    /// The shard of a path, and its id there.
    fn place_of(&self, number: u32) -> Result<(usize, u32), Failure> {
        let nowhere = || Failure::new("path", format!("#{number} is not among the paths here"));
        self.paths.id(number).ok_or_else(nowhere)
    }

    /// The time of the next or previous event of a path.
    pub(super) fn step(&self, query: &StepQuery) -> Result<Option<Timestamp>, Failure> {
        let (shard, id) = self.place_of(self.id_of(&query.subject)?)?;
        let files = self.timeline.shards()[shard].files();
        let mut change = NextChange::new(files, id, query.from, query.forward);
        change.step(&mut files.reader(), &Budget::UNLIMITED);
        Ok(change.found())
    }

    /// The time of the last batch that begins at or before an offset; of the first one, where all
    /// are behind it.
    pub(super) fn locate(&self, offset: u64) -> Option<Timestamp> {
        let index = self.archive().index();
        let marks = [&index.deltas, &index.images]
            .into_iter()
            .flat_map(|batches| (0..batches.len()).map(|number| batches.get(number)));
        let found = marks.filter(|mark| mark.offset <= offset).max_by_key(|mark| mark.offset);
        found.map(|mark| mark.time).or_else(|| index.first())
    }

    /// One path in full.
    pub(super) fn details(&self, query: &DetailsQuery) -> Result<Details, Failure> {
        let number = self.id_of(&query.subject)?;
        let (shard, id) = self.place_of(number)?;
        let files = self.timeline.shards()[shard].files();
        let image = self.known.images.of_few((shard, files), &Selection::of_id(id), query.at);
        let entry = image.entries().iter().find(|entry| entry.id == id);
        // One more than is shown, for the change that the last one made.
        let count = query.updates.clamp(1, MAX_UPDATES) as usize;
        let mut search = History::new(files, id, query.at, count + 1);
        search.step(&mut files.reader(), &Session::BUDGET);
        let updates = search.updates();
        let history = (0..updates.len().min(count))
            .map(|nth| {
                let older = updates.get(nth + 1);
                let (key, encoded) = &updates[nth];
                let before = older.and_then(|(key, encoded)| {
                    event(*key, encoded.as_ref().ok()?).ok()?.value().ok()?
                });
                let encoded = encoded.as_ref().map_err(Clone::clone);
                update(key.time, encoded.and_then(|it| event(*key, it)), before.as_ref())
            })
            .collect();
        let searched_to = match updates.get(count) {
            // There are more, and nothing is known to be missing before the last one shown.
            Some(_) => updates.get(count - 1).map(|(key, _)| key.time),
            None => search.searched_to(),
        };
        Ok(Details {
            at: query.at,
            id: number,
            path: self.paths().path_of(number).map(str::to_owned),
            last: entry.map(|entry| Box::new(whole(entry.time, image.event(entry)))),
            history,
            searched_to,
        })
    }
}

fn update(time: Timestamp, event: Result<Event<'_>, Error>, before: Option<&Value<'_>>) -> Update {
    let change = event.as_ref().ok().and_then(|event| {
        let now = event.value().ok()??;
        value::change(before?, &now)
    });
    let (kind, value) = value::shown(event, MIN_ROW_TEXT);
    Update { time, kind, value, change }
}

fn whole(updated: Timestamp, event: Result<Event<'_>, Error>) -> WholeEvent {
    let mut whole = WholeEvent {
        updated,
        kind: "unsubscribed".to_owned(),
        plain: "unsubscribed".to_owned(),
        typed: "unsubscribed".to_owned(),
        cut: None,
        json: None,
        parts: None,
        notations: Vec::new(),
        time: None,
        bytes: None,
    };
    let read = || event?.value();
    let filled = match read() {
        Ok(None) => return whole,
        Ok(Some(value)) => fill(&mut whole, &value),
        Err(e) => Err(e),
    };
    if let Err(e) = filled {
        whole.kind = "unreadable".to_owned();
        whole.plain = e.to_string();
        whole.typed.clone_from(&whole.plain);
    }
    whole
}

fn fill(whole: &mut WholeEvent, value: &Value<'_>) -> Result<(), Error> {
    whole.kind = value.kind().name().to_owned();
    for (naming, text) in [(Naming::Plain, &mut whole.plain), (Naming::Typed, &mut whole.typed)] {
        whole.cut = text_start(value, naming, MAX_WHOLE, text)?;
    }
    whole.json = value::json(value)?;
    whole.parts = value::parts(value)?;
    whole.notations = value::notations(value);
    whole.time = value::time(value);
    whole.bytes = value::bytes(value);
    Ok(())
}
