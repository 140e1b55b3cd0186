//! The real page under a hand: how long its frames are apart while it is scrubbed, zoomed, scrolled
//! and played, and how long it takes from what was done to its answer on the screen.
//!
//! ```text
//! pointer, wheel, keys ──▶ Chromium ──▶ page ──▶ worker
//!   by its protocol           │           ◀── rows ──┘
//!                             ▼ frames.js: every frame's time, and the paint after the rows came
//! ```
//!
//! A frame is 16.7 ms long where nothing is late. Who else uses the machine makes frames late that
//! the page does not, so that of some rounds the one with the fewest late ones counts.

use super::report::Report;
use anyhow::{Context, Result, bail, ensure};
use e2e::{
    Driver, Page,
    writer::{Batch, Writer},
};
use serde::Deserialize;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

/// What is recorded in the page.
const RECORDER: &str = include_str!("frames.js");

const ROUNDS: usize = 3;
/// A sixtieth of a second, and the 0.2 ms by which the browser's clock of frames is off.
const LONGEST_FRAME_MS: f64 = 16.9;
const IMAGE_MS: f64 = 50.0;
const KEYSTROKE_MS: f64 = 100.0;

/// How long what goes on and on does.
const LASTING: Duration = Duration::from_secs(3);
/// A hand moves something so often.
const HAND: Duration = Duration::from_millis(12);
/// Between two things whose answers are waited for.
const PAUSE: Duration = Duration::from_millis(120);
const MOVES: u32 = 40;

/// The file of many paths is made here.
const PATHS_FILE: &str = "P";
const PATHS: u64 = 100_000;

/// What is done to the page.
#[derive(Clone, Copy)]
enum Deed {
    Scrub,
    Zoom,
    Scroll,
    Play,
    Move,
    Type,
}

impl Deed {
    const ALL: [Deed; 6] =
        [Deed::Scrub, Deed::Zoom, Deed::Scroll, Deed::Play, Deed::Move, Deed::Type];

    fn title(self) -> &'static str {
        match self {
            Deed::Scrub => "frames while scrubbing",
            Deed::Zoom => "frames while zooming",
            Deed::Scroll => "frames while scrolling",
            Deed::Play => "frames while playing",
            Deed::Move => "frames: input to image",
            Deed::Type => "frames: keystroke to rows",
        }
    }

    /// The most that 95 of 100 may take, in milliseconds.
    fn target(self) -> f64 {
        match self {
            Deed::Move => IMAGE_MS,
            Deed::Type => KEYSTROKE_MS,
            _ => LONGEST_FRAME_MS,
        }
    }

    /// Does it, between start and stop of the recorder.
    fn run(self, page: &Page, round: usize) -> Result<()> {
        let Places { left, width, axis } = places(page)?;
        let x_at = |part: f64| left + width * part;
        let started = Instant::now();
        let lasts = || started.elapsed() < LASTING;
        match self {
            Deed::Scrub => {
                mouse(page, "mousePressed", x_at(0.05), axis)?;
                while lasts() {
                    let part = started.elapsed().as_secs_f64() / LASTING.as_secs_f64();
                    mouse(page, "mouseMoved", x_at(0.05 + 0.9 * part), axis)?;
                    sleep(HAND);
                }
                mouse(page, "mouseReleased", x_at(0.95), axis)
            }
            Deed::Zoom => {
                while lasts() {
                    let out = started.elapsed() > LASTING / 2;
                    wheel(page, x_at(0.4), axis, if out { 60.0 } else { -60.0 })?;
                    sleep(HAND);
                }
                page.cdp(
                    "Input.dispatchMouseEvent",
                    json!({ "type": "mouseMoved", "x": 1, "y": 1 }),
                )?;
                click_if_there(page, "Zoom to the whole file")
            }
            Deed::Scroll => {
                // At the beginning of a file there may be few rows.
                page.get("button", "End")?.click()?;
                rest(page)?;
                // Not by the wheel: of a page that only listens to what is scrolled, and writes
                // down where it is, headless Chromium leaves out a frame at each turn of it.
                page.eval(&format!("return felt.scroll({})", LASTING.as_millis())).map(drop)
            }
            Deed::Play => {
                page.get("button", "Beginning")?.click()?;
                page.get("button", "Play")?.click()?;
                sleep(LASTING);
                click_if_there(page, "Pause")
            }
            Deed::Move => {
                mouse(page, "mousePressed", x_at(0.5), axis)?;
                sleep(PAUSE);
                for nth in 1..=MOVES {
                    // All over the file, near to where it was and far away, and in no round where it
                    // was before.
                    let part = f64::from(nth * 37 % 97) + round as f64 / ROUNDS as f64;
                    let part = part / 97.0;
                    mouse(page, "mouseMoved", x_at(part), axis)?;
                    sleep(PAUSE);
                    // An answer that comes later than the next movement would not be counted.
                    rest(page)?;
                }
                mouse(page, "mouseReleased", x_at(0.5), axis)
            }
            Deed::Type => {
                page.get("textbox", "Filter")?.click()?;
                for text in ["sym0012", "item042", "/market/**"] {
                    for key in text.chars() {
                        page.cdp("Input.insertText", json!({ "text": key.to_string() }))?;
                        sleep(PAUSE);
                        // An answer that comes later than the next key would not be counted.
                        rest(page)?;
                    }
                    page.get("textbox", "Filter")?.fill("")?;
                    sleep(PAUSE);
                }
                Ok(())
            }
        }
    }
}

/// What the recorder tells, in milliseconds.
#[derive(Deserialize)]
struct Felt {
    frames: Vec<f64>,
    waits: Vec<f64>,
}

/// Of a deed, the round that went best.
pub struct Quantiles {
    pub median: f64,
    pub p95: f64,
    pub most: f64,
    pub count: usize,
    /// Of every round, the best first.
    pub all_p95: Vec<f64>,
}

/// Measures the built site with every file that is there; `wants` picks by file and title.
pub fn run(folder: &Path, wants: impl Fn(&str, &str) -> bool, report: &mut Report) -> Result<()> {
    let driver = Driver::start()?;
    let page = Page::open(&driver)?;
    page.resize(1440, 900, false)?;
    for name in ["sample", "A", "C", PATHS_FILE] {
        let deeds: Vec<Deed> =
            Deed::ALL.into_iter().filter(|deed| wants(name, deed.title())).collect();
        if deeds.is_empty() {
            continue;
        }
        let file = if name == PATHS_FILE {
            many_paths(folder)?
        } else {
            folder.join(format!("{name}.archive"))
        };
        if !file.is_file() {
            report.miss(name);
            continue;
        }
        open(&page, &driver, &file)?;
        for deed in deeds {
            let found =
                measure(&page, deed).with_context(|| format!("{}, file {name}", deed.title()))?;
            report.frames(deed.title(), name, &found, deed.target());
        }
    }
    Ok(())
}

fn measure(page: &Page, deed: Deed) -> Result<Quantiles> {
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        rest(page)?;
        page.eval("felt.start()")?;
        deed.run(page, round)?;
        let felt: Felt = serde_json::from_value(page.eval("return felt.stop()")?)?;
        let times = match deed {
            Deed::Move | Deed::Type => felt.waits,
            _ => felt.frames,
        };
        rounds.push(quantiles(times)?);
    }
    rounds.sort_by(|one, two| one.p95.total_cmp(&two.p95));
    let all_p95 = rounds.iter().map(|round| round.p95).collect();
    let best = rounds.into_iter().next().context("there is a round")?;
    Ok(Quantiles { all_p95, ..best })
}

/// Waits for the rows of the position.
fn rest(page: &Page) -> Result<()> {
    page.wait(
        "the page to rest",
        || Ok((page.eval("return felt.settled()")? == true).then_some(())),
    )
}

fn quantiles(mut times: Vec<f64>) -> Result<Quantiles> {
    /// Of fewer a quantile says nothing.
    const FEWEST: usize = 20;
    let count = times.len();
    ensure!(count >= FEWEST, "{count} of {FEWEST} were recorded");
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(count * percent).div_ceil(100).max(1) - 1];
    Ok(Quantiles { median: at(50), p95: at(95), most: at(100), count, all_p95: Vec::new() })
}

fn open(page: &Page, driver: &Driver, file: &Path) -> Result<()> {
    page.go("about:blank")?;
    page.go(&driver.site)?;
    page.choose_files(&[file])?;
    page.wait("the file to be open", || {
        if page.said("alert")?.is_empty() {
            Ok(page.said("status")?.starts_with("Opened").then_some(()))
        } else {
            bail!("{}", page.said("alert")?)
        }
    })?;
    page.get("grid", "Image")?;
    page.eval(RECORDER).map(drop)
}

/// Where on the window things are.
struct Places {
    left: f64,
    width: f64,
    axis: f64,
}

fn places(page: &Page) -> Result<Places> {
    let read = page.eval(
        "const at = role => document.querySelector(`[role=${role}]`).getBoundingClientRect();
         const axis = at('slider');
         return [axis.left, axis.width, axis.top + axis.height / 2]",
    )?;
    let [left, width, axis] = serde_json::from_value(read)?;
    Ok(Places { left, width, axis })
}

fn mouse(page: &Page, kind: &str, x: f64, y: f64) -> Result<()> {
    let event =
        json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
    page.cdp("Input.dispatchMouseEvent", event).map(drop)
}

fn wheel(page: &Page, x: f64, y: f64, by: f64) -> Result<()> {
    let event = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": by });
    page.cdp("Input.dispatchMouseEvent", event).map(drop)
}

fn click_if_there(page: &Page, name: &str) -> Result<()> {
    if page.has("button", name)? { page.get("button", name)?.click() } else { Ok(()) }
}

/// A file of many paths over a minute: an image of all, and 2,000 deltas of 50.
fn many_paths(folder: &Path) -> Result<PathBuf> {
    let path = folder.join(format!("{PATHS_FILE}.archive"));
    if path.is_file() {
        return Ok(path);
    }
    let names: Vec<String> =
        (0..PATHS).map(|id| format!("/plant/hall{:03}/item{id:06}/level", id / 1_000)).collect();
    let mut writer = Writer::new(0, 1_772_355_600);
    writer.paths(names.iter().map(String::as_str));
    let all: Vec<(u64, &str)> = (0..PATHS).map(|id| (id, "steady")).collect();
    writer.strings(Batch::Image, 0, all.into_iter());
    for nth in 0..2_000_u32 {
        let text = format!("moved {nth}");
        let items: Vec<(u64, &str)> =
            (0..50).map(|item| ((u64::from(nth) * 7_919 + item * 1_999) % PATHS, &*text)).collect();
        writer.strings(Batch::Delta, nth * 30_000, items.into_iter());
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::write(&path, writer.finish())
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
