//! The native command.

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use netidx_archive_viewer::nav::{self, SiteFile};
    use rust_embed::Embed;
    use std::process::ExitCode;

    /// The site as `cargo xtask build` left it; nothing where it was not built. Here and not in the library,
    /// so that a new site makes this program anew and nothing else.
    #[derive(Embed)]
    #[folder = "dist"]
    #[allow_missing = true]
    struct Site;

    pub fn main() -> ExitCode {
        nav::run(std::env::args_os(), |path| {
            let file = Site::get(path)?;
            Some(SiteFile { bytes: file.data, hash: file.metadata.sha256_hash() })
        })
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    native::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
