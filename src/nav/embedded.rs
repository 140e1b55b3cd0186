//! The site, as the program has it in itself.

use std::borrow::Cow;

/// A file of the built site.
pub struct SiteFile {
    /// What is in it.
    pub bytes: Cow<'static, [u8]>,
    /// The SHA-256 of that.
    pub hash: [u8; 32],
}

/// The files of the built site by their paths, `index.html` and the like; `None` for each where it was not
/// built.
pub type EmbeddedSite = fn(&str) -> Option<SiteFile>;
