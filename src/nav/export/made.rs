//! What can be made, by the arguments.

use crate::{
    export::{
        Depth, Export, Scope, Slice,
        rows::{RowFormat, Rows},
    },
    nav::{
        args::{Format, RowOptions, TextFormat},
        fault::Fault,
        times,
    },
    timeline::Timeline,
};

/// What is made.
pub enum Made {
    /// An indexed copy of one file.
    Indexed,
    /// A compressed copy of one file.
    Compressed,
    /// Something of any part of a recording.
    Part(Part),
}

/// What is made of any part of a recording.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// Rows, and what the names of such files end in.
    Rows(RowFormat, &'static str),
    /// Another archive.
    Archive(Depth),
}

impl Part {
    /// Begins to make it.
    pub fn export(self, timeline: &Timeline, scope: &Scope, names_shards: bool) -> Box<dyn Export> {
        match self {
            Self::Rows(format, _) => Box::new(Rows::new(timeline, scope, format, names_shards)),
            Self::Archive(depth) => Box::new(Slice::new(timeline, scope, depth)),
        }
    }

    /// What the names of such files end in.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Rows(_, extension) => extension,
            Self::Archive(_) => "archive",
        }
    }
}

/// What is made of a format and its options.
///
/// # Errors
/// Where an option is none, or belongs to another format.
pub fn made(format: Format, options: &RowOptions) -> Result<Made, Fault> {
    let rows = |format, extension| {
        let format = row_format(format, options)?;
        Ok(Made::Part(Part::Rows(format, extension)))
    };
    match format {
        Format::Csv => rows(TextFormat::Csv, "csv"),
        Format::WideCsv => rows(TextFormat::WideCsv, "csv"),
        Format::Ndjson => rows(TextFormat::Ndjson, "ndjson"),
        Format::Text => rows(TextFormat::Text, "txt"),
        Format::Parquet if options.step.is_none() && !options.guard => {
            Ok(Made::Part(Part::Rows(RowFormat::Parquet, "parquet")))
        }
        Format::Parquet => {
            Err(Fault::Said("--step and --guard are of csv and wide-csv only".to_owned()))
        }
        Format::Slice => Ok(Made::Part(Part::Archive(Depth::Copied))),
        Format::Recovered => Ok(Made::Part(Part::Archive(Depth::Sound))),
        Format::Indexed => Ok(Made::Indexed),
        Format::Compressed => Ok(Made::Compressed),
    }
}

/// How rows are written.
///
/// # Errors
/// Where an option is none, or belongs to another format.
pub fn row_format(format: TextFormat, options: &RowOptions) -> Result<RowFormat, Fault> {
    let RowOptions { step, guard } = options;
    let step = step.as_deref().map(times::length).transpose()?;
    let wrong = |why: &str| Err(Fault::Said(why.to_owned()));
    match format {
        TextFormat::WideCsv => Ok(RowFormat::WideCsv { step, guard: *guard }),
        _ if step.is_some() => wrong("--step is of wide-csv only"),
        TextFormat::Csv => Ok(RowFormat::Csv { guard: *guard }),
        _ if *guard => wrong("--guard is of csv and wide-csv only"),
        TextFormat::Ndjson => Ok(RowFormat::Ndjson),
        TextFormat::Text => Ok(RowFormat::Text),
    }
}
