//! What differs between two images of a shard.

use super::{Image, ImageEntry, change::is_equal_number};
use crate::{
    error::Error,
    format::{Event, Naming, Value, is_same, write_value},
};

/// What became of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// There was no event by the first time.
    Appeared,
    /// There is no event by the second time.
    Vanished,
    /// Another type with an equal text without its prefix, or an equal number.
    Type,
    /// Everything else.
    Value,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Value, Self::Type, Self::Appeared, Self::Vanished];

    /// Its name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Appeared => "appeared",
            Self::Vanished => "vanished",
            Self::Type => "type",
            Self::Value => "value",
        }
    }
}

/// A path whose events differ.
#[derive(Debug, Clone, Copy)]
pub struct Differing {
    /// The ordinal of the path.
    pub ordinal: u32,
    /// What became of it.
    pub change: Change,
    /// The entries of the two images.
    pub entries: [Option<ImageEntry>; 2],
}

/// The paths whose events differ between two images of a shard with so many paths, by ordinal.
///
/// Equal events are left out: `NaN` is equal to `NaN`, and `-0.` to `0.`.
pub fn diff(images: &[Image; 2], paths: usize) -> Vec<Differing> {
    let mut entries = vec![[None; 2]; paths];
    for (nth, image) in images.iter().enumerate() {
        for entry in image.entries() {
            if let Some(ordinal) = entry.ordinal {
                entries[ordinal as usize][nth] = Some(*entry);
            }
        }
    }
    let differing = entries.into_iter().zip(0..).filter_map(|(entries, ordinal)| {
        let states = [0, 1].map(|nth| entries[nth].map(|it| images[nth].event(&it)));
        Some(Differing { ordinal, change: change(&states)?, entries })
    });
    differing.collect()
}

/// What became of an event; `None` where it is the same.
fn change(states: &[Option<Result<Event<'_>, Error>>; 2]) -> Option<Change> {
    let [before, after] = match states {
        [None, None] => return None,
        [None, Some(_)] => return Some(Change::Appeared),
        [Some(_), None] => return Some(Change::Vanished),
        [Some(before), Some(after)] => [before, after],
    };
    let (Ok(before), Ok(after)) = (before, after) else { return Some(Change::Value) };
    if is_same(before, after) {
        return None;
    }
    let values = [before, after].map(|event| event.value().ok().flatten());
    match values {
        [Some(before), Some(after)] if before.kind() != after.kind() => {
            let is_alike = is_equal_number(&before, &after) || text(&before) == text(&after);
            Some(if is_alike { Change::Type } else { Change::Value })
        }
        _ => Some(Change::Value),
    }
}

fn text(value: &Value<'_>) -> String {
    let mut text = String::new();
    // Of what cannot be written to its end the beginnings are compared.
    let _ = write_value(value, Naming::Plain, &mut text);
    text
}
