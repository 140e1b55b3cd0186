//! Light, dark, or as the system has it. Kept in this browser and nowhere else.
//!
//! The styles follow `data-theme` of the root element; `www/theme.js` sets it before the first
//! paint from the same key.

use super::storage;

const KEY: &str = "netidx-archive-viewer.theme";

/// Which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
        let kept = storage::kept(KEY).unwrap_or_default();
        let all = [Self::Light, Self::Dark];
        all.into_iter().find(|theme| kept.trim_matches('"') == theme.name()).unwrap_or_default()
    }

    /// Keeps it and shows it.
    pub fn apply(self) {
        // As JSON, which `www/theme.js` reads.
        storage::keep(KEY, &["\"", self.name(), "\""].concat());
        let root = gloo::utils::document().document_element();
        if let Some(root) = root {
            let _ = match self {
                Self::System => root.remove_attribute("data-theme"),
                theme => root.set_attribute("data-theme", theme.name()),
            };
        }
    }
}
