//! A file of 6 GiB: at once, in bounded memory, and right beyond 2 and 4 GiB.

use std::fs;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use e2e::browsers::Test;
use e2e::sparse::{self, Plan, START, Sparse};
use e2e::support::{alerted, at, same, seek};
use e2e::{Page, picture, table, time};
use netidx_archive_viewer::protocol::{ImageQuery, ImageRow, Request, Response};
use netidx_archive_viewer::session::Session;
use netidx_archive_viewer::source::{CacheSize, NativeFile, Pages};
use netidx_archive_viewer::time::Timestamp;

pub const TESTS: &[(&str, Test)] = &[
    ("is_seen_at_once_and_can_be_cancelled", at_once),
    ("is_read_in_bounded_memory_as_natively", bounded),
    ("that_shrinks_stays_as_far_as_it_goes", shrinks),
    ("that_is_replaced_is_said_to_be", replaced),
];

/// 6,200 groups of a little more than 1 MiB, and an image every 64 of them, as a recorder does.
const PLAN: Plan = Plan { groups: 6_200, zeros: 175_000, image_every: 64 };
const GIB: u64 = 1 << 30;

/// What the issue asks for.
const MOST_MEMORY: u64 = 400_000_000;
const FIRST_VIEW_MILLIS: f64 = 300.0;
const CANCEL_MILLIS: f64 = 100.0;
const TASK_MILLIS: f64 = 50.0;
/// A machine that does something else meanwhile is slow now and then.
const TRIES: usize = 5;

/// All of the scan takes seconds; on a busy machine many.
const SCAN_PATIENCE: Duration = Duration::from_secs(300);

fn huge() -> Result<&'static Sparse> {
    static HUGE: OnceLock<Result<Sparse>> = OnceLock::new();
    let made = HUGE.get_or_init(|| PLAN.make("huge"));
    let huge = made.as_ref().map_err(|error| anyhow!("{error:#}"))?;
    ensure!(huge.length > 6 * GIB, "it has {} bytes only", huge.length);
    Ok(huge)
}

/// Drops the file; what was watched of that comes back by [`watched`].
fn drop_it(page: &Page, file: &Sparse) -> Result<()> {
    page.reload_after(include_str!("watch.js"))?;
    page.wait("the page", || Ok(page.has("button", "Open sample")?.then_some(())))?;
    page.drop_files(&[&file.path])
}

fn watched(page: &Page, what: &str) -> Result<f64> {
    page.eval(&format!("return {what}"))?.as_f64().with_context(|| format!("no {what}"))
}

/// Waits for the end of the scan, without asking the page for more than its text.
fn scanned(page: &Page, name: &str, plan: Plan) -> Result<()> {
    let until = Instant::now() + SCAN_PATIENCE;
    let wanted = format!("Opened {name}: {} batches", thousands(plan.deltas()));
    loop {
        let text = page.eval("return document.querySelector('[role=status]').textContent")?;
        if text.as_str().is_some_and(|text| text.contains(&wanted)) {
            return Ok(());
        }
        ensure!(Instant::now() < until, "no {wanted:?} but {text}\n{}", page.state());
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|it| std::str::from_utf8(it).expect("digits are text"))
        .collect();
    groups.join(",")
}

/// The progress as it is written.
fn progress(page: &Page) -> Result<String> {
    let text = page.eval("return document.querySelector('.progress p')?.textContent ?? ''")?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

fn at_once(page: &Page) -> Result<()> {
    let huge = huge()?;
    let mut best = [f64::INFINITY; 3];
    for _ in 0..TRIES {
        drop_it(page, huge)?;
        page.wait("the first view", || Ok(watched(page, "watch.view").ok()))?;
        // While the scan goes on.
        let words = page.wait("bytes, batches and the time left", || {
            let words = progress(page)?;
            let parts = [" of 6.5", "GB", " batches, about ", " left"];
            Ok(parts.iter().all(|part| words.contains(part)).then_some(words))
        })?;
        let cancel = page.eval_async("watch.click('Cancel', 'Read the rest')")?;
        let stopped = progress(page)?;
        ensure!(stopped.starts_with("Shown up to "), "{words}, then {stopped}");
        std::thread::sleep(Duration::from_millis(300));
        same("what is read after it was cancelled", progress(page)?, stopped)?;
        let now = [
            watched(page, "watch.view")?,
            cancel.as_f64().context("no time of the cancel")?,
            watched(page, "watch.longest()")?,
        ];
        println!("first view, cancel, longest task: {now:.0?} ms ({words})");
        best = std::array::from_fn(|i| best[i].min(now[i]));
        if best[0] <= FIRST_VIEW_MILLIS && best[1] <= CANCEL_MILLIS && best[2] <= TASK_MILLIS {
            break;
        }
    }
    let [view, cancel, task] = best;
    ensure!(view <= FIRST_VIEW_MILLIS, "the first view takes {view:.0} ms");
    ensure!(cancel <= CANCEL_MILLIS, "a cancel takes {cancel:.0} ms");
    ensure!(task <= TASK_MILLIS, "the page is away for {task:.0} ms");
    // What was read until then is there to be looked into.
    page.get("button", "End")?.click()?;
    page.wait("rows", || {
        Ok((table::window(&page.get("grid", "Image")?)?.total() == 9).then_some(()))
    })?;
    picture::take(page, "huge-stopped")?;
    page.get("button", "Read the rest")?.click()?;
    scanned(page, "huge", PLAN)
}

/// The native reader's image.
fn native(session: &mut Session, at: Timestamp) -> Result<Vec<ImageRow>> {
    let query = ImageQuery { at, count: 100, ..ImageQuery::default() };
    match session.handle(Request::Image(query)) {
        Ok(Response::Image(image)) => Ok(image.rows),
        other => Err(anyhow!("no image: {other:?}")),
    }
}

fn bounded(page: &Page) -> Result<()> {
    let huge = huge()?;
    let mut session = Session::new();
    let pages = Pages::new(NativeFile::open(&huge.path)?, CacheSize::default());
    session.start("huge".to_owned(), pages, Vec::new()).map_err(|e| anyhow!(e.message))?;
    session.scan_to(u64::MAX);
    let started = Instant::now();
    drop_it(page, huge)?;
    scanned(page, "huge", PLAN)?;
    let (seconds, task) = (started.elapsed().as_secs_f64(), watched(page, "watch.longest()")?);
    println!("scanned in {seconds:.1} s, the longest task of the page took {task:.0} ms");

    // The groups around 2 and 4 GiB, the ends, and some in between.
    let around = |offset: u64| huge.groups.partition_point(|start| *start < offset);
    let mut groups = vec![0, 1, PLAN.groups as usize - 1];
    for offset in [2 * GIB, 4 * GIB] {
        groups.extend([-2, -1, 0, 1].map(|by| around(offset).saturating_add_signed(by)));
    }
    groups.extend((0..24).map(|nth| nth * 2_657 % PLAN.groups as usize));
    let mut slowest = Duration::ZERO;
    for group in groups {
        let nanos =
            (START + group as i64) * 1_000_000_000 + (1 + group as i64 * 37 % 64) * 10_000_000;
        let time = Timestamp::from_nanos(nanos);
        let wanted: Vec<[String; 4]> = native(&mut session, time)?
            .into_iter()
            .map(|row| {
                let path = row.path.unwrap_or_default();
                [path, row.kind, row.value, time::held(&row.updated.to_string())]
            })
            .collect();
        let started = Instant::now();
        seek(page, &time.to_string())?;
        let mut shown = Vec::new();
        page.wait(&format!("the image at {time}"), || {
            let grid = page.get("grid", "Image")?;
            shown = table::window(&grid)?
                .rows
                .iter()
                .map(|row| {
                    let [path, kind, value] =
                        ["Path", "Type", "Value"].map(|it| row.cell(it).to_owned());
                    [path, kind, value, time::normal(row.cell("Updated"))]
                })
                .collect();
            Ok((shown == wanted).then_some(()))
        })
        .with_context(|| format!("shown {shown:#?}, natively {wanted:#?}"))?;
        slowest = slowest.max(started.elapsed());
    }
    println!("the slowest of the images was there after {} ms", slowest.as_millis());
    picture::take(page, "huge")?;
    let memory = memory(page)?;
    println!("the worker's memory: {memory} bytes");
    ensure!(memory < MOST_MEMORY, "the worker holds {memory} bytes");
    Ok(())
}

/// What the statistics say of the worker's memory, which never shrinks.
fn memory(page: &Page) -> Result<u64> {
    page.get("tab", "Statistics")?.click()?;
    let text = page.wait("the memory", || {
        let text = page.said("tabpanel")?;
        let (_, rest) = text.split_once("The reader holds ").unwrap_or_default();
        Ok(rest.split_once(" of memory").map(|(amount, _)| amount.to_owned()))
    })?;
    let (amount, unit) = text.split_once(' ').context("no unit")?;
    let unit = match unit {
        "MB" => 1e6,
        "GB" => 1e9,
        other => return Err(anyhow!("{other}?")),
    };
    Ok((amount.parse::<f64>().context("no number")? * unit) as u64)
}

const SPOILT: Plan = Plan { groups: 4_500, ..PLAN };

/// A file of its own to be spoilt.
fn spoilt(page: &Page, name: &str) -> Result<Sparse> {
    let file = SPOILT.make(name)?;
    ensure!(file.length > 4 * GIB, "it has {} bytes only", file.length);
    page.drop_files(&[&file.path])?;
    page.wait("the switch", || Ok(page.has("switch", "Follow")?.then_some(())))?;
    page.get("button", "Beginning")?.click()?;
    Ok(file)
}

fn group_time(group: u32) -> String {
    Timestamp::from_nanos((START + i64::from(group)) * 1_000_000_000 + 650_000_000).to_string()
}

fn shows_group(page: &Page, group: u32) -> Result<()> {
    seek(page, &group_time(group))?;
    at(page, &group_time(group))?;
    let wanted = format!("\"{group}.63\"");
    page.wait(&format!("{wanted} at the end of group {group}"), || {
        let rows = table::window(&page.get("grid", "Image")?)?.rows;
        Ok(rows.iter().any(|row| row.cell("Value") == wanted).then_some(()))
    })
}

fn shrinks(page: &Page) -> Result<()> {
    let file = spoilt(page, "shrinks")?;
    scanned(page, "shrinks", SPOILT)?;
    shows_group(page, 4_499)?;
    sparse::cut(&file.path, 3 * GIB)?;
    page.get("switch", "Follow")?.click()?;
    alerted(page, &["shrinks", "shrank", "no longer followed"])?;
    // What is left of it can still be read.
    shows_group(page, 2_000)?;
    shows_group(page, 100)?;
    // What is gone is said to be, at once, and the page stays.
    seek(page, &group_time(4_000))?;
    at(page, &group_time(4_000))?;
    page.wait("what cannot be read", || {
        let text = page.eval("return document.body.innerText")?;
        let said = text.as_str().is_some_and(|it| it.contains("The image here cannot be read"));
        Ok(said.then_some(()))
    })?;
    shows_group(page, 7)?;
    fs::remove_file(&file.path)?;
    Ok(())
}

fn replaced(page: &Page) -> Result<()> {
    let file = spoilt(page, "replaced")?;
    let other = Plan { groups: 5_000, zeros: 1_000, image_every: 10 }.make("another")?;
    let is_shown = || {
        page.wait("what was read", || {
            let rows = table::window(&page.get("grid", "Image")?)?.rows;
            Ok((rows.len() == sparse::PATHS.len()).then_some(()))
        })
    };
    is_shown()?;
    // In the middle of its scan, or right behind it.
    fs::rename(&other.path, &file.path)?;
    page.get("switch", "Follow")?.click()?;
    alerted(page, &["replaced"])?;
    // To follow is to be at the end of what was read by then, of which nothing may be held any more.
    // What was shown before is.
    page.get("button", "Beginning")?.click()?;
    is_shown()?;
    // None of the other file's batches is taken for one of this.
    page.get("button", "End")?.click()?;
    page.wait("the end of what was read", || {
        let rows = table::window(&page.get("grid", "Image")?)?.rows;
        Ok((rows.first().map(|row| row.cell("Path")) == Some("/bulk")).then_some(()))
    })?;
    fs::remove_file(&file.path)?;
    Ok(())
}
