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

/// An update that stands alone is drawn at least this wide and high.
const DOT: f64 = 4.0;
/// How high the mark of an infinite value is, at the edge of its track.
const EDGE: f64 = 3.0;

/// Values to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueScale {
    low: f64,
    high: f64,
    log: bool,
    height: f64,
    /// Whether all values are infinite, so that there is nothing to measure.
    bare: bool,
}

/// A round value of an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The value.
    pub value: f64,
    /// What is written at it: with as many digits as tell it from the next.
    pub label: String,
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
        Some(Self { low: low - air, high: high + air, log, height, bare: false })
    }

    /// The scale of a track, or of several that share one. Infinite values have no part in it: they
    /// stand at its edges.
    pub fn of<'t>(
        tracks: impl IntoIterator<Item = &'t Track>,
        log: bool,
        height: f64,
    ) -> Option<Self> {
        let (mut low, mut high, mut bare) = (f64::INFINITY, f64::NEG_INFINITY, false);
        for value in tracks.into_iter().flat_map(|track| track.min.iter().chain(&track.max)) {
            if value.is_finite() {
                (low, high) = (low.min(*value), high.max(*value));
            }
            bare |= value.is_infinite();
        }
        let scale = Self::new(low, high, log, height);
        let nothing = Self { low: 0.0, high: 1.0, log: false, height, bare };
        scale.or(bare.then_some(nothing))
    }

    /// Whether all values are infinite, so that there is nothing to measure.
    pub const fn is_bare(&self) -> bool {
        self.bare
    }

    /// Where a value is, from the top; infinite ones are at the edges.
    pub fn y(&self, value: f64) -> f64 {
        let value = if self.log { value.max(f64::MIN_POSITIVE).ln() } else { value };
        let part = (value.clamp(-1e300, 1e300) - self.low) / (self.high - self.low);
        self.height * (1.0 - part.clamp(0.0, 1.0))
    }

    /// Round values for the axis, from low to high, and what is written at them: at most five.
    pub fn marks(&self) -> Vec<Mark> {
        let mut marks = match (self.bare, self.log) {
            (true, _) => Vec::new(),
            (_, true) => logarithmic_marks(self.low, self.high),
            (_, false) => linear_marks(self.low, self.high),
        };
        // Where the values are too large to be told apart, so are the marks.
        marks.dedup_by(|l, r| l.label == r.label);
        marks
    }
}

/// Multiples of 1, 2 or 5 times a power of ten.
fn linear_marks(low: f64, high: f64) -> Vec<Mark> {
    let least = (high - low) / 4.0;
    let power = least.log10().floor();
    let steps = [(1.0, 0), (2.0, 0), (5.0, 0), (10.0, 1)];
    let step = steps.map(|(n, up)| (n * 10_f64.powf(power), power as i32 + up));
    let step = step.into_iter().find(|(step, _)| *step >= least);
    let Some((step, power)) = step.filter(|(step, _)| step.is_finite() && *step > 0.0) else {
        return Vec::new();
    };
    let first = (low / step).ceil();
    let value = |n: i32| (first + f64::from(n)) * step;
    let within = (0..5).map(value).take_while(|value| *value <= high);
    within.map(|value| Mark { value, label: label(value, power) }).collect()
}

/// Powers of ten between two logarithms; within a decade or two also their halves and fifths, or
/// what is round there.
fn logarithmic_marks(low: f64, high: f64) -> Vec<Mark> {
    // What a float can be, whatever air there is beyond.
    let power = |logarithm: f64| (logarithm / std::f64::consts::LN_10).clamp(-323.0, 308.0);
    let decades = power(low).floor() as i32..=power(high).ceil() as i32;
    let of = |digits: &[f64]| -> Vec<Mark> {
        let mark = |power: i32, digit: f64| {
            let value = digit * 10_f64.powi(power);
            Mark { value, label: label(value, power) }
        };
        let all = decades.clone().flat_map(|power| digits.iter().map(move |it| mark(power, *it)));
        all.filter(|mark| (low..=high).contains(&mark.value.ln())).collect()
    };
    let whole = of(&[1.0]);
    if whole.len() > 2 {
        let every = whole.len().div_ceil(4);
        return whole.into_iter().step_by(every).collect();
    }
    let finer = of(&[1.0, 2.0, 5.0]);
    if finer.len() > 2 { finer } else { linear_marks(low.exp(), high.exp()) }
}

/// A value with all digits down to a power of ten.
fn label(value: f64, power: i32) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if size < 1e15 && power >= -9 {
        format!("{value:.*}", usize::try_from(-power).unwrap_or(0))
    } else {
        let digits = (size.log10().floor() as i32 - power).clamp(0, 17);
        format!("{value:.*e}", usize::try_from(digits).unwrap_or(0))
    }
}

/// Whether values keep the scale of a track from being logarithmic.
pub fn refuses_log(track: &Track) -> bool {
    track.min.iter().any(|min| min.is_finite() && *min <= 0.0)
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

/// The bars of a track: together a line of steps. What stands alone is large enough to be seen.
pub fn bars(track: &Track, scale: &ValueScale, columns: Columns) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    let mut last = None;
    for (column, (min, max)) in track.min.iter().zip(&track.max).enumerate() {
        let is_edge_only = min == max && min.is_infinite();
        if min.is_nan() || max.is_nan() || is_edge_only {
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
    let right = columns.x(track.min.len());
    for nth in 0..bars.len() {
        let end = |bar: &Bar| bar.x + bar.width;
        let begins = nth == 0 || end(&bars[nth - 1]) + LINE < bars[nth].x;
        let ends = bars.get(nth + 1).is_none_or(|next| end(&bars[nth]) + LINE < next.x);
        let bar = &mut bars[nth];
        if begins && ends && bar.width < DOT {
            let (middle, height) = (bar.y + bar.height / 2.0, bar.height.max(DOT));
            // At the end of the time, where the last update is, all of it is still inside.
            let x = bar.x.min(right - DOT).max(columns.left - DOT / 2.0);
            *bar = Bar { x, y: middle - height / 2.0, width: DOT, height };
        }
    }
    bars
}

/// Marks at the edges of a track where its values are infinite.
pub fn edges(track: &Track, scale: &ValueScale, columns: Columns) -> Vec<Bar> {
    let mut edges: Vec<Bar> = Vec::new();
    for (column, (min, max)) in track.min.iter().zip(&track.max).enumerate() {
        let upper = (*max == f64::INFINITY).then_some(0.0);
        let lower = (*min == f64::NEG_INFINITY).then_some(scale.height - EDGE);
        for y in upper.into_iter().chain(lower) {
            let (x, width) = (columns.x(column), columns.step.max(DOT));
            edges.push(Bar { x, y, width, height: EDGE });
        }
    }
    edges
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

/// A number with all the digits that it has.
pub fn full(value: f64) -> String {
    let size = value.abs();
    let is_plain = size == 0.0 || !size.is_finite() || (1e-6..1e21).contains(&size);
    if is_plain { format!("{}", value + 0.0) } else { format!("{value:e}") }
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
        // The last one stands alone: it is a dot, all of it before the end.
        assert_eq!(spans, [(10.0, 4.0), (14.0, 2.0), (16.0, 4.0)]);
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
                assert!(marks.is_sorted_by(|l, r| l.value < r.value), "{marks:?}");
                assert!(marks.is_sorted_by(|l, r| l.label != r.label), "{marks:?}");
            }
        }
        assert_eq!(ValueScale::new(f64::INFINITY, f64::NEG_INFINITY, false, 1.0), None);
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

    /// What is written at the marks of a scale.
    fn labels(low: f64, high: f64, log: bool) -> Vec<String> {
        let marks = ValueScale::new(low, high, log, 100.0).unwrap().marks();
        marks.into_iter().map(|mark| mark.label).collect()
    }

    #[test]
    fn labels_tell_the_marks_apart() {
        assert_eq!(labels(0.0, 10.0, false), ["0", "5", "10"]);
        assert_eq!(
            labels(1_700_000_000_000.0, 1_700_000_000_400.0, false),
            ["1700000000000", "1700000000200", "1700000000400"]
        );
        assert_eq!(labels(1.000_000_1, 1.000_000_5, false), ["1.0000002", "1.0000004"]);
        assert_eq!(labels(12_345_678.0, 12_345_678.0, false), ["12000000", "12500000"]);
        assert_eq!(labels(-0.2, 0.2, false), ["-0.2", "0", "0.2"]);
        assert_eq!(labels(1.0, 1_000.0, true), ["1", "10", "100", "1000"]);
        // Within a decade, where there is one power of ten or none.
        assert_eq!(labels(11.0, 60.0, true), ["10", "20", "50"]);
        assert!(labels(2.1, 2.4, true).len() >= 2);
        // What a float cannot tell apart no label pretends to.
        assert!(labels(1.7e18, 1.7e18 + 1_000.0, false).len() > 1);
    }

    #[test]
    fn infinite_values_stand_at_the_edges() {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        let values = [1.0, 2.0, inf, 3.0, nan, -inf, 2.0];
        let track = track(&values, &values);
        let scale = ValueScale::of([&track], false, 100.0).unwrap();
        assert!(scale.y(1.0) - scale.y(3.0) > 50.0, "they take no part in the scale");
        let edges = edges(&track, &scale, UNIT);
        let places: Vec<_> = edges.iter().map(|bar| (bar.x, bar.y)).collect();
        assert_eq!(places, [(14.0, 0.0), (20.0, 100.0 - EDGE)]);
        let bars = bars(&track, &scale, UNIT);
        assert!(bars.iter().all(|bar| bar.y > EDGE && bar.y + bar.height < 100.0 - EDGE));
        // Nothing else: nothing to measure, and still something to see.
        let track = self::track(&[inf], &[inf]);
        let scale = ValueScale::of([&track], true, 100.0).unwrap();
        assert!(scale.is_bare() && scale.marks().is_empty());
        assert_eq!(self::edges(&track, &scale, UNIT).len(), 1);
    }

    #[test]
    fn one_sample_is_seen() {
        let nan = f64::NAN;
        let values = [nan, nan, nan, 5.0];
        let track = track(&values, &values);
        let scale = ValueScale::of([&track], false, 100.0).unwrap();
        for columns in [UNIT, Columns { left: 50.0, step: 0.0 }, Columns { left: 0.0, step: 0.1 }] {
            let bars = bars(&track, &scale, columns);
            let [bar] = bars[..] else { panic!("one bar") };
            assert!(bar.width >= DOT && bar.height >= DOT, "{bar:?}");
            assert!(bar.x + bar.width <= columns.x(4).max(columns.left + DOT / 2.0) + 0.01);
        }
    }

    #[test]
    fn numbers_in_tables_have_all_their_digits() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (12_345_678.0, "12345678"),
            (1_700_000_000_400.0, "1700000000400"),
            (0.1, "0.1"),
            (101.370_000_1, "101.3700001"),
            (1.25e-9, "1.25e-9"),
            (1e300, "1e300"),
            (f64::INFINITY, "inf"),
            (-20.0, "-20"),
        ] {
            assert_eq!(full(value), text);
        }
    }
}
