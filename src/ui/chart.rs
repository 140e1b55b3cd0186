//! What a plot draws, as plain shapes: for the canvas, for a saved picture, for tests.
//!
//! ```text
//! y of highest ┌───┐        a bar a column, from its highest to its lowest value; columns of the
//!         ─────┘   └────    same height are one bar
//! y of lowest
//! strips   [closed][   open   ]
//! ```

use crate::protocol::views::Track;
use crate::query::series::State;

/// The thinnest line, in pixels.
const LINE: f64 = 1.5;

/// Values to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueScale {
    low: f64,
    high: f64,
    log: bool,
    height: f64,
}

impl ValueScale {
    /// From the lowest to the highest value, with some air. Logarithmic only where all values are
    /// positive. `None` where there are no values.
    pub fn new(low: f64, high: f64, log: bool, height: f64) -> Option<Self> {
        if low > high || low.is_nan() || high.is_nan() {
            return None;
        }
        let (low, high) = (low.clamp(-1e300, 1e300), high.clamp(-1e300, 1e300));
        let log = log && low > 0.0;
        let (low, high) = if log { (low.ln(), high.ln()) } else { (low, high) };
        let air = if high > low { (high - low) * 0.06 } else { (low.abs() * 0.05).max(0.5) };
        Some(Self { low: low - air, high: high + air, log, height })
    }

    /// The scale of a track, or of several that share one.
    pub fn of<'t>(
        tracks: impl IntoIterator<Item = &'t Track>,
        log: bool,
        height: f64,
    ) -> Option<Self> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for track in tracks {
            low = track.min.iter().copied().fold(low, f64::min);
            high = track.max.iter().copied().fold(high, f64::max);
        }
        Self::new(low, high, log, height)
    }

    /// Where a value is, from the top.
    pub fn y(&self, value: f64) -> f64 {
        let value = if self.log { value.max(f64::MIN_POSITIVE).ln() } else { value };
        let part = (value.clamp(-1e300, 1e300) - self.low) / (self.high - self.low);
        self.height * (1.0 - part.clamp(0.0, 1.0))
    }

    /// Round values for the axis, from low to high: at most four.
    pub fn marks(&self) -> Vec<f64> {
        if self.log {
            let [low, high] = [self.low, self.high].map(|it| it / std::f64::consts::LN_10);
            let decades = low.ceil() as i32..=high.floor() as i32;
            let every = decades.clone().count().div_ceil(4).max(1);
            return decades.step_by(every).map(|power| 10_f64.powi(power)).collect();
        }
        let least = (self.high - self.low) / 4.0;
        let power = 10_f64.powf(least.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|n| n * power).into_iter().find(|it| *it >= least);
        let Some(step) = step.filter(|step| step.is_finite() && *step > 0.0) else {
            return Vec::new();
        };
        let first = (self.low / step).ceil();
        (0..5).map(|n| (first + f64::from(n)) * step).take_while(|it| *it <= self.high).collect()
    }
}

/// A filled box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Its left edge.
    pub x: f64,
    /// Its upper edge.
    pub y: f64,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
}

/// Where columns stand: the left edge of the first, and how wide each is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Columns {
    /// The left edge of the first.
    pub left: f64,
    /// How wide each is.
    pub step: f64,
}

impl Columns {
    fn x(&self, column: usize) -> f64 {
        self.left + column as f64 * self.step
    }
}

/// The bars of a track: together a line of steps.
pub fn bars(track: &Track, scale: &ValueScale, columns: Columns) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    let mut last = None;
    for (column, (min, max)) in track.min.iter().zip(&track.max).enumerate() {
        if min.is_nan() || max.is_nan() {
            last = None;
            continue;
        }
        if let (Some(bar), true) = (bars.last_mut(), last == Some((min, max))) {
            bar.width += columns.step;
            continue;
        }
        let (top, bottom) = (scale.y(*max), scale.y(*min));
        let height = (bottom - top).max(LINE);
        let y = (top + bottom - height) / 2.0;
        let width = columns.step.max(LINE);
        bars.push(Bar { x: columns.x(column), y, width, height });
        last = Some((min, max));
    }
    bars
}

/// A stretch of one state.
#[derive(Debug, Clone, PartialEq)]
pub struct Strip<'t> {
    /// Its left edge.
    pub x: f64,
    /// How wide it is.
    pub width: f64,
    /// The type and the text of the state; `None` for a number or nothing.
    pub state: Option<&'t (String, String)>,
    /// Whether other states lie within its first column.
    pub mixed: bool,
    /// The number of the state, for its colour.
    pub number: u32,
}

/// The states of a track that are no numbers.
pub fn strips(track: &Track, columns: Columns) -> Vec<Strip<'_>> {
    let end = track.min.len();
    let mut strips = Vec::new();
    for (nth, run) in track.runs.iter().enumerate() {
        let next = track.runs.get(nth + 1).map_or(end, |next| next.column as usize);
        let State::Other(number) = run.held else { continue };
        let start = run.column as usize;
        strips.push(Strip {
            x: columns.x(start),
            width: (next.saturating_sub(start).max(1)) as f64 * columns.step,
            state: track.states.get(number as usize),
            mixed: run.changes > 1,
            number,
        });
    }
    strips
}

/// A number as short as an axis needs it.
pub fn short(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if (1e-4..1e7).contains(&size) {
        let text = format!("{value:.6}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        let text = format!("{value:.3e}");
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::views::TrackRun;

    fn track(min: &[f64], max: &[f64]) -> Track {
        Track {
            id: 0,
            path: None,
            min: min.to_vec(),
            max: max.to_vec(),
            runs: Vec::new(),
            states: vec![("string".into(), "closed".into())],
            updates: 0,
            numbers: 0,
            range: None,
        }
    }

    const UNIT: Columns = Columns { left: 10.0, step: 2.0 };

    #[test]
    fn equal_columns_are_one_bar_and_breaks_none() {
        let nan = f64::NAN;
        let track = track(&[1.0, 1.0, 1.0, nan, 0.0], &[1.0, 1.0, 3.0, nan, 0.0]);
        let scale = ValueScale::of([&track], false, 100.0).unwrap();
        let bars = bars(&track, &scale, UNIT);
        let spans: Vec<_> = bars.iter().map(|bar| (bar.x, bar.width)).collect();
        assert_eq!(spans, [(10.0, 4.0), (14.0, 2.0), (18.0, 2.0)]);
        assert!((bars[1].y - scale.y(3.0)).abs() < 1e-9, "the spike is as high as it is");
        assert!((bars[1].y + bars[1].height - scale.y(1.0)).abs() < 1e-9);
        assert_eq!(bars[0].height, LINE);
    }

    #[test]
    fn scales_hold_every_value() {
        for (low, high) in
            [(0.0, 1.0), (-5.0, 5.0), (7.0, 7.0), (1e-300, 1e300), (f64::MIN, f64::MAX)]
        {
            for log in [false, true] {
                let scale = ValueScale::new(low, high, log, 100.0).unwrap();
                let (top, bottom) = (scale.y(high), scale.y(low));
                assert!((0.0..=100.0).contains(&top) && top <= bottom && bottom <= 100.0);
                let marks = scale.marks();
                assert!(marks.len() <= 5, "{marks:?}");
                assert!(marks.is_sorted());
            }
        }
        assert_eq!(ValueScale::new(f64::INFINITY, f64::NEG_INFINITY, false, 1.0), None);
        assert_eq!(ValueScale::new(0.0, 10.0, false, 1.0).unwrap().marks(), [0.0, 5.0, 10.0]);
        assert_eq!(ValueScale::new(1.0, 1_000.0, true, 1.0).unwrap().marks().len(), 4);
    }

    #[test]
    fn states_are_strips() {
        let mut track = track(&[f64::NAN; 10], &[f64::NAN; 10]);
        let run = |column, held, changes| TrackRun { column, held, changes };
        track.runs = vec![
            run(0, State::Nothing, 0),
            run(2, State::Other(0), 3),
            run(5, State::Number, 1),
            run(9, State::Other(0), 1),
        ];
        let strips = strips(&track, UNIT);
        let spans: Vec<_> = strips.iter().map(|it| (it.x, it.width, it.mixed)).collect();
        assert_eq!(spans, [(14.0, 6.0, true), (28.0, 2.0, false)]);
        assert_eq!(strips[0].state.unwrap().1, "closed");
    }

    #[test]
    fn axis_numbers_are_short() {
        let all = [0.0, 1.5, -20.0, 1e9, 0.000_012_5, 101.37].map(short);
        assert_eq!(all, ["0", "1.5", "-20", "1e9", "1.25e-5", "101.37"]);
    }
}
