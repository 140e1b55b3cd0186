//! Makes an indexed or a compressed copy of an archive on the disk.
//!
//! ```sh
//! cargo run --release --example copy -- index FILE COPY
//! cargo run --release --example copy -- compress FILE COPY [LEVEL [DICTIONARY_BYTES]]
//! cargo run --release --example copy -- all FOLDER COPIES
//! ```

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use netidx_archive_viewer::{
        archive::Archive,
        export::{BuildIndex, Compress, Encoder, Frames, Level, Options, finish_dictionary},
        index::Problems,
        source::{CacheSize, NativeFile, Pages},
    };
    use std::{
        collections::VecDeque,
        fs::File,
        io::{Seek, SeekFrom, Write},
        path::Path,
        sync::mpsc::{Receiver, SyncSender, sync_channel},
        thread,
    };

    type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

    pub fn main() -> Result<()> {
        let args: Vec<String> = std::env::args().skip(1).collect();
        let [kind, from, to, rest @ ..] = &args[..] else {
            return Err("copy index|compress FILE COPY [LEVEL [DICTIONARY_BYTES]]".into());
        };
        if kind == "all" {
            return all(Path::new(from), Path::new(to));
        }
        let level = rest.first().map(|level| level.parse()).transpose()?;
        let level = level.map(|level| Level::new(level).ok_or("levels are 1 to 19"));
        let level = level.transpose()?.unwrap_or_default();
        let dictionary = rest.get(1).map(|bytes| bytes.parse()).transpose()?;
        match &kind[..] {
            "index" => one(from, to, None),
            "compress" => one(from, to, Some(Options { level, dictionary })),
            _ => Err("it is index, compress or all".into()),
        }
    }

    /// Every kind of copy of every archive in a folder, for the real reader to read.
    fn all(from: &Path, to: &Path) -> Result<()> {
        for entry in std::fs::read_dir(from)? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "archive") {
                continue;
            }
            let copy = |kind| to.join(path.with_extension(kind).file_name().unwrap_or_default());
            let without = Options { dictionary: Some(0), ..Options::default() };
            for (kind, options) in [
                ("index", None),
                ("compress", Some(Options::default())),
                ("compress-plain", Some(without)),
            ] {
                let (from, to) = (path.to_string_lossy(), copy(kind));
                let made = one(&from, &to.to_string_lossy(), options);
                // Those that are compressed are refused.
                if let (Err(error), None) = (made, options) {
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn one(from: &str, to: &str, options: Option<Options>) -> Result<()> {
        let pages = Pages::new(NativeFile::open(Path::new(from))?, CacheSize::default());
        let mut archive = Archive::start(pages)?;
        archive.scan_to(u64::MAX);
        // Another file until it is whole.
        let unfinished = format!("{to}.unfinished");
        let mut file = File::create(&unfinished)?;
        let made = match options {
            None => index(&archive, &mut file),
            Some(options) => compress(&archive, &options, &mut file),
        };
        match made {
            Ok(()) => std::fs::rename(unfinished, to)?,
            Err(_) => std::fs::remove_file(unfinished)?,
        }
        made
    }

    fn index(archive: &Archive, file: &mut File) -> Result<()> {
        let mut export = BuildIndex::new(archive);
        while export.step()? {
            file.write_all(&export.take())?;
        }
        say(export.left_out());
        finish(file, &export.head())
    }

    /// Compresses in as many threads as there are processors, as the page does in workers.
    fn compress(archive: &Archive, options: &Options, file: &mut File) -> Result<()> {
        let mut export = Compress::new(archive, options)?;
        while export.train()? {}
        let dictionary = export.lesson().and_then(|lesson| finish_dictionary(&lesson));
        let dictionary = dictionary.unwrap_or_default();
        export.begin(&dictionary)?;
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let level = options.level;
        thread::scope(|scope| {
            let start = |_| {
                let (to, chunks) = sync_channel(2);
                let (frames, from) = sync_channel(2);
                let dictionary = &dictionary;
                scope.spawn(move || -> Option<()> {
                    let mut encoder = Encoder::new(dictionary, level).ok()?;
                    for chunk in chunks {
                        frames.send(encoder.encode(&chunk).ok()?).ok()?;
                    }
                    Some(())
                });
                (to, from)
            };
            let encoders: Vec<(SyncSender<_>, Receiver<Frames>)> =
                (0..threads).map(start).collect();
            // One after the other, so that what is written first was also begun first.
            let mut coming = VecDeque::new();
            let (mut next, mut is_over) = (0, false);
            while !is_over || !coming.is_empty() {
                while !is_over && coming.len() < 2 * threads {
                    match export.chunk()? {
                        Some((heads, chunk)) => {
                            encoders[next % threads].0.send(chunk)?;
                            coming.push_back((heads, next % threads));
                            next += 1;
                        }
                        None => is_over = true,
                    }
                }
                if let Some((heads, encoder)) = coming.pop_front() {
                    export.write(heads, &encoders[encoder].1.recv()?)?;
                    file.write_all(&export.take())?;
                }
            }
            drop(encoders);
            file.write_all(&export.take())?;
            say(export.left_out());
            finish(file, &export.head())
        })
    }

    fn finish(file: &mut File, head: &[u8]) -> Result<()> {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(head)?;
        Ok(())
    }

    fn say(left_out: &Problems) {
        if left_out.count() > 0 {
            eprintln!("{} batches could not be read and are left out:", left_out.count());
            left_out.listed().iter().for_each(|problem| eprintln!("  {problem}"));
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    native::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
