//! Where a file's bytes come from. Of thousands of files that are listed, a `File` is made only of the
//! one that is looked at.

use super::fetch::{self, Progress};
use crate::client::Handle;
use web_sys::File;

/// Where a file is.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// The browser can look at it at any time.
    Held(Handle),
    /// The browser gave it as it was then.
    Given(File),
    /// A server has it.
    Address {
        /// Its address, as the page may fetch it.
        url: String,
        /// Its name.
        name: String,
    },
}

impl Place {
    /// The file as it is now, and what it can be looked at again by.
    ///
    /// # Errors
    /// A clause that says why there is none.
    pub async fn file(&self, progress: Progress<'_>) -> Result<(File, Option<Handle>), String> {
        match self {
            Self::Held(handle) => Ok((handle.file().await?, Some(handle.clone()))),
            Self::Given(file) => Ok((file.clone(), None)),
            Self::Address { url, name } => Ok((fetch::file(url, name, progress).await?, None)),
        }
    }

    /// Whether a look at the file costs next to nothing.
    pub fn is_at_hand(&self) -> bool {
        !matches!(self, Self::Address { .. })
    }

    /// Whether the file was given as it was then.
    pub fn is_given(&self) -> bool {
        matches!(self, Self::Given(_))
    }
}
