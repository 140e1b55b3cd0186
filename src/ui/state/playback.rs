//! Playing: the playhead moves by itself.

use super::{Movement, State};
use crate::time::Span;

/// How fast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// So many times as fast as it was recorded.
    Times(f64),
    /// Batch after batch, as fast as they can be shown; of a file with very many, so many at once
    /// that all of it takes about a minute.
    Unlimited,
}

impl Speed {
    /// All that can be chosen.
    pub const ALL: [Self; 13] = [
        Self::Times(0.1),
        Self::Times(0.25),
        Self::Times(0.5),
        Self::Times(1.0),
        Self::Times(2.0),
        Self::Times(5.0),
        Self::Times(10.0),
        Self::Times(25.0),
        Self::Times(50.0),
        Self::Times(100.0),
        Self::Times(250.0),
        Self::Times(1000.0),
        Self::Unlimited,
    ];

    /// What it is called.
    pub fn name(self) -> String {
        match self {
            Self::Times(times) => format!("{times}×"),
            Self::Unlimited => "Unlimited".to_owned(),
        }
    }

    /// The speed of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|speed| speed.name() == name)
    }
}

/// Whether and how the playhead moves by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Playback {
    /// Whether it does.
    pub playing: bool,
    /// How fast.
    pub speed: Speed,
    /// Whether it begins again at the end.
    pub looped: bool,
    /// Counts the frames, so that each asks for the next.
    pub frame: u32,
    /// When the last frame was, in milliseconds.
    last: Option<f64>,
}

impl Playback {
    /// How much time passes in a tenth of a second, while it plays.
    pub fn grain(&self) -> Option<Span> {
        const TENTH_NANOS: f64 = 1e8;
        let times = match self.speed {
            Speed::Times(times) => times,
            Speed::Unlimited => 1.0,
        };
        self.playing.then(|| Span::from_nanos((TENTH_NANOS * times) as i64))
    }
}

impl Default for Playback {
    fn default() -> Self {
        Self { playing: false, speed: Speed::Times(1.0), looped: false, frame: 0, last: None }
    }
}

/// A page that was in the background does not jump when it comes back.
const LONGEST_FRAME_MILLIS: f64 = 250.0;

impl State {
    /// Plays or pauses. At the end it begins again at the beginning.
    pub(super) fn play(&mut self, playing: bool) {
        let Some((first, last)) = self.bounds() else { return };
        self.playback.playing = playing;
        self.playback.last = None;
        self.playback.frame = self.playback.frame.wrapping_add(1);
        if playing && self.position == Some(last) {
            self.go_to(first);
        }
    }

    /// How many batches a frame goes on where there is no limit.
    fn batches_a_frame(&self) -> i64 {
        /// A minute of frames.
        const FRAMES: u64 = 3_600;
        let batches = self.file.as_ref().map_or(0, |file| file.summary.delta_batches);
        i64::try_from(batches.div_ceil(FRAMES)).unwrap_or(i64::MAX).max(1)
    }

    /// A frame is about to be drawn, `now` in milliseconds.
    pub(super) fn tick(&mut self, now: f64) {
        if !self.playback.playing {
            return;
        }
        self.playback.frame = self.playback.frame.wrapping_add(1);
        let before = self.playback.last.replace(now);
        let (Some((first, last)), Some(position)) = (self.bounds(), self.position) else {
            return self.play(false);
        };
        if position >= last {
            // The image of the end is shown before it goes on.
            if self.is_behind() {
                return;
            }
            match self.playback.looped && first < last {
                true => self.go_to(first),
                false => self.play(false),
            }
            return;
        }
        match self.playback.speed {
            Speed::Times(times) => {
                let millis = before.map_or(0.0, |before| now - before);
                let nanos = millis.clamp(0.0, LONGEST_FRAME_MILLIS) * 1e6 * times;
                self.go_to(position.saturating_add(Span::from_nanos(nanos as i64)));
            }
            Speed::Unlimited => {
                if !self.is_behind() && self.seeking.under_way.is_none() {
                    self.seek(Movement::Batches(self.batches_a_frame()));
                }
            }
        }
    }
}
