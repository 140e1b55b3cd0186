//! The page's entry point.

fn main() {
    netidx_archive_viewer::ui::run();
}
