//! The state at a time, by naive replay: the definition, as short as it can be said.
//!
//! The newest image at or before the time, then, in file order, every delta from that image's
//! time on (that time included) up to and including the time. Without an image, every delta up to
//! the time. This is what `build_image` documents, and not what 0.32.0 does when the time is not
//! exactly an image's.

use crate::decoded::{Batch, Decoded};
use chrono::{DateTime, TimeDelta, Utc};
use netidx::subscriber::Event;
use std::collections::BTreeMap;

/// The last event of each id, and the time of the batch that it came in.
pub type State = BTreeMap<u32, (DateTime<Utc>, Event)>;

/// The state at `time`.
pub fn state_at(file: &Decoded, time: DateTime<Utc>) -> State {
    let mut state = State::new();
    // `max_by_key` takes the last of equal ones, which is the later in the file
    let image = file.images.iter().filter(|image| image.time <= time).max_by_key(|i| i.time);
    if let Some(image) = image {
        apply(&mut state, image);
    }
    for delta in &file.deltas {
        if delta.time <= time && image.is_none_or(|image| image.time <= delta.time) {
            apply(&mut state, delta);
        }
    }
    state
}

fn apply(state: &mut State, batch: &Batch) {
    for (id, event) in &batch.items {
        state.insert(*id, (batch.time, event.clone()));
    }
}

/// Times worth asking about in a small file: before it, at some batches and images, a microsecond
/// after images, long after it.
pub fn usual_times(file: &Decoded) -> Vec<DateTime<Utc>> {
    const BATCHES: usize = 8;
    let us = TimeDelta::microseconds(1);
    let mut all: Vec<_> = file.deltas.iter().chain(&file.images).map(|b| b.time).collect();
    all.sort();
    all.dedup();
    let (Some(first), Some(last)) = (all.first().copied(), all.last().copied()) else {
        return vec![];
    };
    let mut times = vec![first - us, first, last, last + TimeDelta::hours(1)];
    times.extend(all.iter().step_by(all.len().div_ceil(BATCHES)));
    for image in file.images.iter().take(BATCHES / 2) {
        times.extend([image.time - us, image.time, image.time + us]);
    }
    times.sort();
    times.dedup();
    times
}
