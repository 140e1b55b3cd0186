//! The entry point of the worker that saves copies.

fn main() {
    netidx_archive_viewer::saver::run();
}
