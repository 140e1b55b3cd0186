//! The files at hand: which is open, what became known of them, and how another one is opened.

use super::State;
use crate::format::ErrorKind;
use crate::protocol::{Failure, Summary};
use crate::ui::by_pointer::ByPointer;
use crate::ui::files::{Fact, Files, Place};
use crate::ui::format;
use std::collections::BTreeMap;
use std::rc::Rc;

impl State {
    /// Takes what is looked at along to another of the files, so that they can be compared.
    pub(super) fn switch(&mut self) {
        self.pending = Some(self.link());
        // On a phone the list lies over what is opened.
        self.panes.recording &= self.panes.wide;
    }

    /// The files that a file was opened from.
    pub(super) fn take_files(&mut self, late: bool) {
        if late {
            // They went when something else began to be opened.
            self.files = None;
        } else {
            self.files = self.opening.take().and_then(|opening| opening.files);
        }
        self.learn_of_open();
    }

    /// What was to be opened is not. The file that is open, and those beside it, stay.
    pub(super) fn stop_opening(&mut self) {
        let Some(opening) = self.opening.take() else { return };
        let Some(files) = opening.files else { return };
        let is_switch = self.files.as_ref().is_some_and(|it| it.is_same_list(&files));
        if is_switch {
            // What was taken along is for nothing else.
            self.pending = None;
        } else if self.file.is_none() && files.count() > 1 {
            // Another of them can be chosen.
            self.files = Some(Files { open: None, ..files });
        }
    }

    /// A file could not be opened.
    pub(super) fn refused(&mut self, name: &str, failure: &Failure) {
        let opening = self.opening.as_ref().and_then(|opening| opening.files.clone());
        let number = opening.as_ref().and_then(|files| files.open);
        let is_unread = failure.kind == ErrorKind::Source.name();
        if let (Some(mut files), Some(number)) = (opening, number) {
            let is_given = files.places.get(number).is_some_and(Place::is_given);
            if !is_unread {
                files.refuse(number, failure.message.clone());
                if let Some(known) = self.files.as_mut().filter(|it| it.is_same_list(&files)) {
                    known.refuse(number, failure.message.clone());
                }
            }
            if let Some(opening) = &mut self.opening {
                opening.files = Some(files);
            }
            self.stop_opening();
            if is_unread && is_given {
                let why = "it changed after it was chosen, so that the browser no longer reads it";
                self.fail(format!("{name} cannot be opened: {why}. Choose it again."));
                self.choose_again = true;
                return;
            }
        }
        self.stop_opening();
        self.fail(format!("{name} cannot be opened: {}", failure.message));
    }

    /// Which of the files at hand is on its way in.
    pub fn coming(&self) -> Option<usize> {
        let coming = self.opening.as_ref()?.files.as_ref()?;
        coming.open.filter(|_| self.files.as_ref().is_some_and(|it| it.is_same_list(coming)))
    }

    /// Notes what the worker says of the open file, and of those that were added to it.
    pub(super) fn learn_of_open(&mut self) {
        let (Some(files), Some(file)) = (&mut self.files, &self.file) else { return };
        let Some(open) = files.open else { return };
        let Summary { files: known, hidden, left_out, .. } = &file.summary;
        let added = known.iter().chain(hidden);
        if known.len() + hidden.len() == 1 {
            files.learn(open, Fact::of(&file.summary));
        }
        let recording = Rc::clone(&files.recording);
        let numbers: BTreeMap<&str, usize> =
            recording.files().map(|file| (file.label.as_str(), file.number)).collect();
        for file in added {
            if let Some(number) = numbers.get(file.full_name().as_str()) {
                let extent = file.first.zip(file.last);
                files.learn(*number, Fact { length: Some(file.length), extent, ..Fact::default() });
            }
        }
        for (name, reason) in left_out {
            if let Some(number) = numbers.get(name.as_str()) {
                files.refuse(*number, reason.clone());
            }
        }
    }

    /// Files are added to the open one; once all are, says how much there is.
    pub(super) fn adding(&mut self, done: usize, of: usize) {
        self.adding = (done < of).then_some((done, of));
        if self.adding.is_none() {
            self.end_waiting();
        }
        let Some(file) = self.file.as_ref().filter(|_| done == of) else { return };
        let Summary { name, files, hidden, delta_batches, paths, .. } = &file.summary;
        let more = (files.len() + hidden.len()).saturating_sub(1) as u64;
        self.status = format!(
            "Opened {name} and {}: {}, {}",
            format::count(more, "other file", "other files"),
            format::count(*delta_batches, "batch", "batches"),
            format::count(*paths, "path", "paths"),
        )
        .into();
    }

    /// Takes in what became known of files at hand.
    pub(super) fn learn_of_files(
        &mut self,
        places: &ByPointer<Vec<Place>>,
        facts: Vec<(usize, Fact)>,
    ) {
        let Some(files) = self.files.as_mut().filter(|files| files.places == *places) else {
            return;
        };
        for (number, fact) in facts {
            // Of the open file the worker knows more.
            if files.open != Some(number) {
                files.learn(number, fact);
            }
        }
    }

    /// A path index is added to the open file, and to whatever else is opened of its shard.
    pub(super) fn keep_path_index(&mut self, place: Place) {
        if let Some(files) = &mut self.files
            && let Some(shard) = files.open.and_then(|number| files.shard(number))
        {
            let shard = shard.to_owned();
            Rc::make_mut(&mut files.added).insert(shard, place);
        }
    }
}
