//! Ctrl+C, and other polite ways to end a process: what is unfinished is removed first.

use std::{
    fs, io,
    path::PathBuf,
    process,
    sync::{Mutex, MutexGuard, Once, PoisonError},
};

/// The exit code of a process that was interrupted, as shells have it.
const INTERRUPTED: i32 = 130;

/// Files that are not finished.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that is removed where the process is interrupted before this is dropped.
#[derive(Debug)]
pub struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}

/// Makes a file, at a path that it returns, which is unfinished from the moment at which it is there.
pub fn begin<T>(make: impl FnOnce() -> io::Result<(T, PathBuf)>) -> io::Result<(T, Unfinished)> {
    static HANDLER: Once = Once::new();
    HANDLER.call_once(|| {
        // Where there can be none, Ctrl+C leaves what a kill leaves.
        let _ = ctrlc::set_handler(|| {
            // Kept, so that nothing is begun any more.
            let unfinished = unfinished();
            unfinished.iter().for_each(|path| drop(fs::remove_file(path)));
            process::exit(INTERRUPTED);
        });
    });
    let mut all = unfinished();
    let (made, path) = make()?;
    all.push(path.clone());
    Ok((made, Unfinished(path)))
}
