//! `export` and `verify`: work in pieces, which the script in front of this asks for one by one.

use super::{
    args::{ExportArgs, Made, Thrown},
    calls,
    values::{object, offset, thrown},
};
use crate::{
    export::{Export, Finding, Scope, Slice, Verify, rows::Rows},
    query::pass::{Budget, Step, Stop},
    recording::Recording,
};
use js_sys::{Array, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// How much is read for one piece: some tens of milliseconds.
const BUDGET: Budget = Budget::bytes(8 << 20);

/// An export on its way.
#[wasm_bindgen]
pub struct Exporting {
    recording: Rc<Recording>,
    scope: Scope,
    made: Made,
    export: Box<dyn Export>,
    /// The first bytes of an archive, which tell its length: known once all of it was made before.
    head: Head,
}

enum Head {
    /// The file is being made for the first time, to learn them.
    Wanted,
    /// They are due.
    Known([u8; 26]),
    /// The file has none that change, or they are written.
    Done,
}

impl Exporting {
    pub(super) fn start(recording: &Rc<Recording>, options: &JsValue) -> Thrown<Self> {
        let ExportArgs { scope, made } = ExportArgs::read(options)?;
        let export = begin(recording, &scope, made);
        let head = match made {
            Made::Rows(_) => Head::Done,
            Made::Archive(_) => Head::Wanted,
        };
        Ok(Self { recording: Rc::clone(recording), scope, made, export, head })
    }
}

fn begin(recording: &Recording, scope: &Scope, made: Made) -> Box<dyn Export> {
    let timeline = recording.timeline();
    match made {
        Made::Rows(format) => {
            let names_shards = recording.archive().is_none();
            Box::new(Rows::new(timeline, scope, format, names_shards))
        }
        Made::Archive(depth) => Box::new(Slice::new(timeline, scope, depth)),
    }
}

#[wasm_bindgen]
impl Exporting {
    /// Some more bytes, none where it only read on; `undefined` at the end.
    #[wasm_bindgen(skip_typescript)]
    pub fn piece(&mut self) -> Thrown<Option<Uint8Array>> {
        let step = self.export.step(self.recording.timeline(), &BUDGET).map_err(thrown)?;
        if let Step::Stopped(Stop::Pending(e)) = step {
            return Err(thrown(e));
        }
        let mut piece = self.export.take();
        let is_over = step == Step::Done;
        match self.head {
            Head::Wanted => {
                if is_over {
                    self.head = self.export.head().map_or(Head::Done, Head::Known);
                    self.export = begin(&self.recording, &self.scope, self.made);
                }
                return Ok(Some(Uint8Array::new_with_length(0)));
            }
            Head::Known(head) if piece.len() >= head.len() => {
                piece[..head.len()].copy_from_slice(&head);
                self.head = Head::Done;
            }
            Head::Known(_) | Head::Done => {}
        }
        if is_over && piece.is_empty() {
            self.recording.note(self.export.left_out().listed());
            return Ok(None);
        }
        Ok(Some(Uint8Array::from(&piece[..])))
    }

    /// How many batches are dealt with.
    #[wasm_bindgen(getter, skip_typescript)]
    pub fn done(&self) -> JsValue {
        calls::bytes(self.export.progress().done)
    }

    /// Of how many.
    #[wasm_bindgen(getter, skip_typescript)]
    pub fn total(&self) -> JsValue {
        calls::bytes(self.export.progress().total)
    }
}

/// A check on its way.
#[wasm_bindgen]
pub struct Verifying {
    recording: Rc<Recording>,
    verify: Verify,
}

impl Verifying {
    pub(super) fn start(recording: &Rc<Recording>) -> Self {
        let verify = Verify::new(recording.timeline());
        Self { recording: Rc::clone(recording), verify }
    }
}

#[wasm_bindgen]
impl Verifying {
    /// Looks at some more; returns whether there is more.
    #[wasm_bindgen(skip_typescript)]
    pub fn step(&mut self) -> Thrown<bool> {
        match self.verify.step(self.recording.timeline(), &BUDGET).map_err(thrown)? {
            Step::Done => Ok(false),
            Step::Stopped(Stop::Budget) => Ok(true),
            Step::Stopped(Stop::Pending(e)) => Err(thrown(e)),
        }
    }

    /// How many batches were looked at.
    #[wasm_bindgen(getter, skip_typescript)]
    pub fn done(&self) -> JsValue {
        calls::bytes(self.verify.progress().done)
    }

    /// Of how many.
    #[wasm_bindgen(getter, skip_typescript)]
    pub fn total(&self) -> JsValue {
        calls::bytes(self.verify.progress().total)
    }

    /// What was found.
    #[wasm_bindgen(skip_typescript)]
    pub fn report(&self) -> JsValue {
        let counts = self.verify.counts;
        let names_files = self.recording.archive().is_none();
        let list = |found: &[Finding]| -> Array {
            found.iter().map(|it| finding(it, names_files)).collect()
        };
        object([
            ("sound", self.verify.is_sound().into()),
            ("deltaBatches", calls::bytes(counts.delta_batches)),
            ("imageBatches", calls::bytes(counts.image_batches)),
            ("values", calls::bytes(counts.values)),
            ("findings", list(self.verify.findings().0).into()),
            ("notes", list(self.verify.notes().0).into()),
        ])
    }
}

fn finding(finding: &Finding, names_files: bool) -> JsValue {
    let Finding { shard, file, error } = finding;
    let message = match (names_files, shard.as_str()) {
        (false, _) => error.to_string(),
        (true, "") => format!("{file}: {error}"),
        (true, shard) => format!("{shard}/{file}: {error}"),
    };
    object([
        ("kind", error.kind().name().into()),
        ("offset", offset(error.offset())),
        ("message", message.into()),
    ])
}
