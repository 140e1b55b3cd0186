//! wasm-bindgen as a library of xtask: no program has to be installed for the site.
//!
//! Its version is pinned to that of `wasm-bindgen` in the page; where the two differ it refuses and says so.

use std::path::Path;

use anyhow::{Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

/// Writes `<name>.js`, `<name>_bg.wasm` and the snippets of a module into a folder, for browsers without a
/// bundler and without types.
pub fn web(wasm: &Path, name: &str, folder: &Path) -> Result<()> {
    let bind = || {
        let mut bindgen = Bindgen::new();
        bindgen.input_path(wasm).web(true)?.typescript(false).out_name(name);
        // The scripts that start a program say nothing of where it is: it is beside them.
        bindgen.omit_default_module_path(false);
        // Names of functions are a third of a program; panics say where they are without them.
        bindgen.remove_name_section(true).remove_producers_section(true);
        bindgen.generate(folder)
    };
    bind().map_err(|error| anyhow!("wasm-bindgen cannot join {}: {error:#}", wasm.display()))
}
