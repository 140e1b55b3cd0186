//! A dropped folder that is looked at again while its recording is followed.
//!
//! ```text
//! each look   list the folder ─▶ rotated files that are new ─▶ current ─▶ pathindex      to the worker, in this order
//!                              └ some of the others: are they the files that they were?
//! ```
//!
//! A rotated file may be replaced by its compressed form at any time, under its name. To ask for the size of every
//! file each second would take seconds of thousands, so that some are asked at each look, the newest each time; and
//! those of which the worker could not read something.

use super::drop::Found;
use super::recording::Listed;
use super::{Files, Opener, Place};
use crate::protocol::FileSummary;
use crate::timeline::FileKind;
use crate::ui::state::{Action, OpenFile};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

/// Rotated files that are looked at each time: the newest of each shard.
const NEWEST: usize = 4;
/// Others, by turns.
const BY_TURNS: usize = 24;

/// What was seen of a folder so far.
#[derive(Debug, Default)]
pub struct Watch {
    /// What was opened then: of something else nothing is known.
    ticket: u32,
    /// Whether a look is under way.
    is_looking: bool,
    /// Length and time of change of rotated files, by their numbers.
    seen: HashMap<usize, (f64, f64)>,
    /// Files that the worker is to look at until it has.
    wanted: BTreeSet<usize>,
    /// Where the turns go on.
    turn: usize,
}

impl Opener {
    /// Looks at what is open again: at the whole folder where it can be listed, else at the file.
    pub fn look(
        &self,
        files: Option<Files>,
        open: Option<Rc<OpenFile>>,
        watch: &Rc<RefCell<Watch>>,
    ) {
        let Some(files) = files.filter(Files::can_be_watched) else { return self.client().look() };
        let ticket = self.client().ticket();
        {
            let mut watch = watch.borrow_mut();
            if watch.ticket != ticket {
                *watch = Watch { ticket, ..Watch::default() };
            }
            if std::mem::replace(&mut watch.is_looking, true) {
                return;
            }
        }
        let (opener, watch) = (self.clone(), Rc::clone(watch));
        spawn_local(async move {
            opener.look_around(ticket, files, open, &watch).await;
            let mut watch = watch.borrow_mut();
            if watch.ticket == ticket {
                watch.is_looking = false;
            }
        });
    }

    async fn look_around(
        &self,
        ticket: u32,
        mut files: Files,
        open: Option<Rc<OpenFile>>,
        watch: &RefCell<Watch>,
    ) {
        let client = self.client();
        let known = files.recording.count();
        let goes_on = |_| client.is_newest(ticket);
        let found = Found::of(files.folders.to_vec(), &goes_on).await;
        if !client.is_newest(ticket) {
            return;
        }
        let found: Vec<(Listed, Place)> = found.list.into_iter().zip(found.places).collect();
        if files.relist(&found) {
            self.tell_state(Action::Relist(Rc::new(found)));
        }
        let files_open = open.iter().flat_map(|it| &it.summary.files);
        let unreadable: BTreeSet<String> =
            files_open.filter(|it| it.is_unreadable).map(FileSummary::full_name).collect();
        let asked = {
            let mut watch = watch.borrow_mut();
            let rotated = files.recording.files().filter(|file| is_rotated(file.kind));
            let (new, old): (Vec<_>, Vec<_>) = rotated.partition(|file| file.number >= known);
            watch.wanted.extend(new.iter().map(|file| file.number));
            let failed = old.iter().filter(|file| unreadable.contains(&file.label));
            watch.wanted.extend(failed.map(|file| file.number));
            watch.some_of(&files)
        };
        for number in asked {
            let Some(file) = take(&files, number).await else { continue };
            let mut watch = watch.borrow_mut();
            let mark = (file.size(), file.last_modified());
            if watch.seen.insert(number, mark).is_some_and(|before| before != mark) {
                watch.wanted.insert(number);
            }
        }
        let wanted = watch.borrow().wanted.clone();
        let numbers = files.to_look_at(|number| wanted.contains(&number));
        for (nth, number) in numbers.iter().enumerate() {
            let Some(file) = take(&files, *number).await else { continue };
            if !client.is_newest(ticket) {
                return;
            }
            let (mark, is_last) = ((file.size(), file.last_modified()), nth + 1 == numbers.len());
            let name = files.label(*number).to_owned();
            match client.look_at(name, file, is_last).await.as_deref() {
                None => {
                    let mut watch = watch.borrow_mut();
                    watch.wanted.remove(number);
                    watch.seen.insert(*number, mark);
                }
                // It changed while it was looked at, or is gone by now: the next look tells.
                Some("source" | "changed") => {}
                // It is none. Another file in its place is looked at again.
                Some(_) => {
                    watch.borrow_mut().wanted.remove(number);
                    self.tell_state(Action::NotAdded(*number));
                }
            }
            if !client.is_newest(ticket) {
                return;
            }
        }
    }
}

impl Watch {
    /// The rotated files whose turn it is to be asked whether they changed.
    fn some_of(&mut self, files: &Files) -> Vec<usize> {
        let mut numbers: BTreeSet<usize> = BTreeSet::new();
        let shards = files.recording.shards.iter();
        let mut others = Vec::new();
        for shard in shards {
            // The newest come first.
            let rotated = shard.files.iter().filter(|file| is_rotated(file.kind));
            let rotated: Vec<usize> = rotated.map(|file| file.number).collect();
            let (newest, rest) = rotated.split_at(NEWEST.min(rotated.len()));
            numbers.extend(newest);
            others.extend_from_slice(rest);
        }
        for nth in 0..BY_TURNS.min(others.len()) {
            numbers.insert(others[(self.turn + nth) % others.len()]);
        }
        self.turn = self.turn.wrapping_add(BY_TURNS) % others.len().max(1);
        numbers.retain(|number| !self.wanted.contains(number));
        numbers.into_iter().collect()
    }
}

const fn is_rotated(kind: FileKind) -> bool {
    matches!(kind, FileKind::Rotated(_))
}

/// A file as it is now.
async fn take(files: &Files, number: usize) -> Option<File> {
    let place = files.places.get(number)?;
    Some(place.file(&|_, _| true).await.ok()?.0)
}
