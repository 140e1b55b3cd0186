//! Light, dark, or as the system has it. Kept in this browser and nowhere else.
//!
//! The styles follow `data-theme` of the root element; `www/theme.js` sets it before the first
//! paint from the same key.

use gloo::storage::{LocalStorage, Storage};
use serde::{Deserialize, Serialize};

const KEY: &str = "netidx-archive-viewer.theme";

/// Which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// What the button says.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What the button changes to.
    pub const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// The one that was kept.
    pub fn kept() -> Self {
        if has_storage() { LocalStorage::get(KEY).unwrap_or_default() } else { Self::System }
    }

    /// Keeps it and shows it.
    pub fn apply(self) {
        if has_storage() {
            // A full storage only means that the choice is not kept.
            let _ = LocalStorage::set(KEY, self);
        }
        let root = gloo::utils::document().document_element();
        if let Some(root) = root {
            let _ = match self {
                Self::System => root.remove_attribute("data-theme"),
                theme => root.set_attribute("data-theme", theme.name()),
            };
        }
    }
}

/// Browsers that are told to keep nothing refuse even to name the storage.
fn has_storage() -> bool {
    gloo::utils::window().local_storage().is_ok_and(|storage| storage.is_some())
}
