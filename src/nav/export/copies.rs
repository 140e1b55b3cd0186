//! Indexed and compressed copies of one file.

use crate::{
    archive::Archive,
    error::Error,
    export::{
        BuildIndex, Chunk, Compress, Encoder, Frames, Heads, Options, Progress as Batches,
        finish_dictionary,
    },
    index::Problems,
    nav::{
        destination::Destination,
        fault::{Fault, say},
        open::Opened,
        progress::Progress,
        threads::{Ends, pass},
    },
};
use std::collections::VecDeque;

/// Writes an indexed copy. Returns whether something had to be left out.
pub fn index(opened: &Opened, out: &mut Destination) -> Result<bool, Fault> {
    let mut export = BuildIndex::new(archive(opened)?);
    let progress = Progress::new("indexing", "batches");
    while export.step()? {
        out.write(&export.take())?;
        tell(&progress, export.progress());
    }
    out.write_head(&export.head())?;
    Ok(say_left_out(export.left_out()))
}

/// Writes a compressed copy. Returns whether something had to be left out.
pub fn compress(opened: &Opened, out: &mut Destination, threads: usize) -> Result<bool, Fault> {
    let options = Options::default();
    let mut export = Compress::new(archive(opened)?, &options)?;
    let progress = Progress::new("compressing", "batches");
    while export.train()? {}
    let dictionary = export.lesson().and_then(|lesson| finish_dictionary(&lesson));
    let dictionary = dictionary.unwrap_or_default();
    export.begin(&dictionary)?;
    let mut copy = Copy { export, out, heads: VecDeque::new(), progress };
    pass(
        &mut copy,
        threads,
        || Encoder::new(&dictionary, options.level),
        |encoder, chunk: Chunk| match encoder {
            Ok(encoder) => encoder.encode(&chunk),
            Err(e) => Err(e.clone()),
        },
    )?;
    let Copy { mut export, out, .. } = copy;
    out.write(&export.take())?;
    out.write_head(&export.head())?;
    Ok(say_left_out(export.left_out()))
}

/// A compressed copy on its way: batches go out to be compressed, frames come back.
struct Copy<'a, 'o> {
    export: Compress<'a>,
    out: &'o mut Destination,
    /// What else the records hold of the batches that are on their way.
    heads: VecDeque<Heads>,
    progress: Progress,
}

impl Ends for Copy<'_, '_> {
    type Work = Chunk;
    type Done = Result<Frames, Error>;
    type Error = Fault;

    fn next(&mut self) -> Result<Option<Chunk>, Fault> {
        let Some((heads, chunk)) = self.export.chunk()? else { return Ok(None) };
        self.heads.push_back(heads);
        Ok(Some(chunk))
    }

    fn take(&mut self, frames: Result<Frames, Error>) -> Result<(), Fault> {
        let heads = self.heads.pop_front().expect("each chunk has left its heads");
        self.export.write(heads, &frames?)?;
        tell(&self.progress, self.export.progress().1);
        self.out.write(&self.export.take())
    }
}

fn archive(opened: &Opened) -> Result<&Archive, Fault> {
    opened.recording.archive().ok_or_else(|| {
        let why = "a copy is of one file; a slice makes one file of a folder";
        Fault::Said(why.to_owned())
    })
}

fn tell(progress: &Progress, batches: Batches) {
    progress.set(batches.done, batches.total);
}

fn say_left_out(left_out: &Problems) -> bool {
    if left_out.count() == 0 {
        return false;
    }
    say(format!("{} batches could not be read and are left out", left_out.count()));
    left_out.listed().iter().take(20).for_each(say);
    true
}
