//! What the command line says.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

/// Look into netidx archives and recorders' folders, export them, check them, and serve them to a browser.
///
/// PATH is a file, named by the `pathindex` beside it, or a recorder's folder. Exit codes: 0; 1 where something
/// is damaged or nothing was found; 2 where something cannot be read or was asked for wrongly.
#[derive(Debug, Parser)]
#[command(name = "nav", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
    /// How many threads work at a time; one for each processor unless told
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

impl Args {
    /// How many threads work.
    pub fn threads(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(all, usize::from)
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// What files are: times, batches, paths, layout, problems; a line a file
    #[command(after_help = "Example: nav info /var/lib/recorder")]
    Info(Info),
    /// The paths, one a line
    #[command(after_help = "Example: nav paths /var/lib/recorder | grep pump")]
    Paths(Paths),
    /// The last value of every path at a time: path, type, value and time, separated by tabs
    #[command(
        after_help = "Example: nav image /var/lib/recorder --at 2026-03-01T09:30:00Z --filter '/plant/**'"
    )]
    Image(Image),
    /// Print the updates
    #[command(
        after_help = "Example: nav cat /var/lib/recorder --start 2026-03-01T09:30:00Z --format csv"
    )]
    Cat(Cat),
    /// Make another file of a file or a recording
    #[command(
        after_help = "Example: nav export /var/lib/recorder --format parquet --filter '/plant/**' --out plant.parquet"
    )]
    Export(Export),
    /// Look at everything: whether it is sound
    #[command(after_help = "Example: nav verify /var/lib/recorder")]
    Verify(Verify),
    /// Write all that is sound of a damaged file into a new one
    #[command(after_help = "Example: nav recover damaged --out sound")]
    Recover(Recover),
    /// Write `NAME.navidx` beside each data file: what a scan found, so that it need not be scanned again
    #[command(after_help = "Example: nav sidecar /var/lib/recorder --out /var/cache/sidecars")]
    Sidecar(Sidecar),
    /// Serve the site and a recording to a browser; prints the link that opens it
    #[command(after_help = "Example: nav serve /var/lib/recorder --port 8080")]
    Serve(Serve),
}

/// Arguments of `nav sidecar`.
#[derive(Debug, ClapArgs)]
pub struct Sidecar {
    /// Files, or recorders' folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The folder that they are written into, as SHARD/NAME.navidx
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct Info {
    /// Files and recorders' folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// One JSON object a PATH in place of the table
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Paths {
    /// Files and recorders' folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub filter: Filter,
    /// One JSON array a PATH, with ids, in place of lines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Image {
    /// Files and recorders' folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The time: a date, beginning, end, +10s from the beginning, -1h from the end; the last state unless told
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub at: Option<String>,
    #[command(flatten)]
    pub filter: Filter,
    /// One JSON array a PATH in place of lines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Filter {
    /// Globs as netidx has them (/plant/**), one of which a path must match, and words that it must contain
    #[arg(long, value_name = "G")]
    pub filter: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub struct Span {
    /// From this time on, included: a date, beginning, +10s from the beginning, -1h from the end
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub start: Option<String>,
    /// Up to this time, included
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub end: Option<String>,
    #[command(flatten)]
    pub filter: Filter,
    /// Begin with the state at the start, each row with the time of its own update
    #[arg(long)]
    pub initial: bool,
}

/// How rows are written.
#[derive(Debug, Clone, ClapArgs)]
pub struct RowOptions {
    /// Of wide-csv: a row each 1s, 10m, …, in place of one for each time at which something changed
    #[arg(long, value_name = "LENGTH")]
    pub step: Option<String>,
    /// Of csv and wide-csv: put ' before texts that a spreadsheet would run
    #[arg(long)]
    pub guard: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Cat {
    /// A file or a recorder's folder
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    #[command(flatten)]
    pub span: Span,
    /// How rows are written
    #[arg(long, value_name = "F", default_value = "text")]
    pub format: TextFormat,
    #[command(flatten)]
    pub rows: RowOptions,
}

/// What can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    /// time,path,type,value
    Csv,
    /// An object a line
    Ndjson,
    /// path|type|value, as `record-client oneshot` prints it
    Text,
    /// A column a path
    WideCsv,
}

#[derive(Debug, ClapArgs)]
pub struct Export {
    /// A file or a recorder's folder
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// What is made
    #[arg(long, value_name = "F")]
    pub format: Format,
    /// The file that is made; it appears once it is whole. With --partition the folder of such files
    #[arg(long, value_name = "FILE|DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub span: Span,
    #[command(flatten)]
    pub rows: RowOptions,
    /// A file for each shard and day (UTC): shard=0/day=2026-03-01/part-0.csv
    #[arg(long, value_name = "day")]
    pub partition: Option<Partition>,
    /// Write over files that exist
    #[arg(long)]
    pub force: bool,
}

/// What can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// time,path,type,value
    Csv,
    /// A column a path
    WideCsv,
    /// An object a line
    Ndjson,
    /// path|type|value, as `record-client oneshot` prints it
    Text,
    /// A table for other tools: time, path, type, number, integer, text
    Parquet,
    /// An archive of a part, with the state at the start and all names inside
    Slice,
    /// A copy of one file with record indexes
    Indexed,
    /// A copy of one file, each batch compressed
    Compressed,
    /// An archive of all that is sound
    Recovered,
}

/// How an export is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Partition {
    /// By shard and day
    Day,
}

#[derive(Debug, ClapArgs)]
pub struct Verify {
    /// Files and recorders' folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// One JSON object a PATH in place of the report
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Recover {
    /// The damaged file
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    /// The file that is made; it appears once it is whole
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Write over a file that exists
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Serve {
    /// A recorder's folder
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The port; any free one unless told
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub port: u16,
    /// The address to listen on; 0.0.0.0 lets other machines in
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub bind: IpAddr,
    /// A name beside its address that the server answers to
    #[arg(long = "host", value_name = "NAME")]
    pub hosts: Vec<String>,
    /// A folder with the built site, in place of the one in this program
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,
    /// Open the link in a browser
    #[arg(long)]
    pub open: bool,
}
