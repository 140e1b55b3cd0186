//! The worker's entry point.

fn main() {
    netidx_archive_viewer::worker::run();
}
