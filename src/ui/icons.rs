//! The few pictures, as strokes and shapes in the colour of their text. All are decoration: what
//! they stand for is said in words beside them or in the name of their button.

use yew::prelude::*;

/// A picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// To the first batch.
    Beginning,
    /// One batch back.
    Previous,
    /// One batch on.
    Next,
    /// To the last batch.
    End,
    /// A file.
    Open,
    /// A folder.
    Folder,
    /// A file that is there already.
    Sample,
    /// Another file of it.
    Save,
    /// As the system has it.
    System,
    /// The sun.
    Light,
    /// The moon.
    Dark,
    /// Something is wrong.
    Warning,
    /// Away with it.
    Close,
    /// To the clipboard.
    Copy,
    /// The part at the right.
    Details,
    /// The part at the left.
    Namespace,
    /// Let it run.
    Play,
    /// Let it stand.
    Pause,
    /// One change of the selected path back.
    PreviousChange,
    /// One change of the selected path on.
    NextChange,
    /// Again and again.
    Loop,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Beginning => "M4 3v10M13 3.5v9L6.5 8z",
            Self::Previous => "M10 3.5 5.5 8l4.5 4.5",
            Self::Next => "M6 3.5 10.5 8 6 12.5",
            Self::End => "M12 3v10M3 3.5v9L9.5 8z",
            Self::Open => "M8 10V3M5 5.5 8 2.5l3 3M3 9.5v3.5h10V9.5",
            Self::Folder => "M1.5 12.5v-9h4.6l1.6 2h6.8v7z",
            Self::Sample => "M6 2.5h4M6.8 2.5v4L3.2 13h9.6L9.2 6.5v-4M5 10h6",
            Self::Save => "M8 2.5V10M5 7.5 8 10.5l3-3M3 9.5v3.5h10V9.5",
            Self::System => "M2.5 3.5h11v7h-11zM6 13.5h4",
            Self::Light => {
                "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1.06 1.06M11.54 11.54l1.06 1.06M12.6 3.4l-1.06 1.06M4.46 11.54 3.4 12.6"
            }
            Self::Dark => "M13 9.8A5.5 5.5 0 1 1 6.2 3a4.5 4.5 0 0 0 6.8 6.8z",
            Self::Warning => "M8 2.5 14.5 13.5H1.5zM8 6.5v3.3M8 11.5v.3",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Copy => "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
            Self::Details => "M2.5 3h11v10h-11zM9.5 3v10",
            Self::Namespace => "M2.5 3h11v10h-11zM6.5 3v10",
            Self::Play => "M5 3v10l8-5z",
            Self::Pause => "M4.5 3h2.5v10H4.5zM9 3h2.5v10H9z",
            Self::PreviousChange => "M9 4 5 8l4 4M13 8a1.6 1.6 0 1 0 0 .1",
            Self::NextChange => "M7 4l4 4-4 4M4.6 8a1.6 1.6 0 1 0 0 .1",
            Self::Loop => "M4 6.5V4.5h8v3M12 9.5v2H4v-3M10.5 6 12 7.5 13.5 6M5.5 10 4 8.5 2.5 10",
        }
    }

    const fn is_filled(self) -> bool {
        matches!(self, Self::Beginning | Self::End | Self::Play | Self::Pause)
    }
}

/// Shows one.
pub fn icon(icon: Icon) -> Html {
    let fill = if icon.is_filled() { "currentColor" } else { "none" };
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path
                d={icon.path()}
                {fill}
                stroke="currentColor"
                stroke-width="1.4"
                stroke-linejoin="round"
                stroke-linecap="round"
            />
        </svg>
    }
}
