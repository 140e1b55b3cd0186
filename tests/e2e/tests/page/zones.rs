//! Times in the zone of the machine: on axes, in fields, in pictures; and numbers with their digits.

use anyhow::{Context, Result, ensure};
use e2e::writer::Writer;
use e2e::{Page, table};
use serde_json::{Value, json};
use std::path::PathBuf;

use crate::Test;
use crate::details::select;
use crate::hands::place;
use crate::support::{open, same, scratch, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("an_axis_follows_clocks_that_are_put_forward", forward),
    ("every_part_of_the_page_is_in_the_zone", everywhere),
    ("a_time_is_typed_as_it_is_read", typed),
    ("numbers_have_the_digits_that_tell_them_apart", digits),
    ("an_infinite_value_leaves_the_others_their_scale", infinite),
    ("the_selected_time_bounds_the_plot", bounded),
    ("a_saved_picture_is_what_is_seen", picture),
];

/// 2026-03-01T09:00:00Z.
const START: i64 = 1_772_355_600;
const HOUR: i64 = 3_600;

/// Notes every text that is drawn, with its middle and the canvas; the last drawing of each canvas.
const SPY: &str = "globalThis.drawn = new Map();
    const proto = CanvasRenderingContext2D.prototype;
    const size = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, 'width');
    Object.defineProperty(HTMLCanvasElement.prototype, 'width', { ...size,
        set(value) { drawn.set(this, []); size.set.call(this, value); } });
    const fill = proto.fillText;
    proto.fillText = function(text, x, y) {
        if (this.canvas.isConnected) {
            drawn.get(this.canvas)?.push([text, x + this.measureText(text).width / 2, x]);
        }
        return fill.apply(this, arguments);
    };
    globalThis.saved = [];
    globalThis.revoked = 0;
    const make = URL.createObjectURL, revoke = URL.revokeObjectURL;
    URL.createObjectURL = blob => { saved.push(blob); return make.call(URL, blob); };
    URL.revokeObjectURL = url => { revoked += 1; return revoke.call(URL, url); };";

/// The texts of the first canvas of a selector, with their middles.
fn texts(page: &Page, selector: &str) -> Result<Vec<(String, f64)>> {
    let read = format!(
        "return (drawn.get(document.querySelector({selector:?})) ?? []).map(it => it.slice(0, 2))"
    );
    serde_json::from_value(page.eval(&read)?).context("texts")
}

/// A batch of `/a` each hour from a second on.
fn hourly(name: &str, from: i64, hours: i64) -> Result<PathBuf> {
    let mut writer = Writer::new(0, from);
    writer.paths(["/a"].into_iter());
    for hour in 0..=hours {
        writer.basis(from + hour * HOUR);
        writer.numbers(0, &[(0, hour as f64)]);
    }
    scratch(name, &writer.finish())
}

fn spied(page: &Page, zone: &str) -> Result<()> {
    page.zone(zone)?;
    page.reload_after(SPY)?;
    page.get("button", "Open sample").map(drop)
}

fn forward(page: &Page) -> Result<()> {
    spied(page, "Europe/Berlin")?;
    // 2026-03-28T22:00Z to 06:00Z; at 01:00Z the clocks go from 02:00 to 03:00.
    open(page, &hourly("spring", 1_774_735_200, 8)?)?;
    page.get("radio", "Local")?.click()?;
    let [.., width, _] = place(page, "canvas.density")?;
    let mut last = Vec::new();
    let seen = page.wait("hours on the axis", || {
        last = texts(page, "canvas.density")?;
        let is_at = |label: &str, hour: f64| {
            let wanted = width * hour / 8.0;
            last.iter().any(|(text, x)| text == label && (x - wanted).abs() < 2.0)
        };
        let none = !last.iter().any(|(text, _)| text == "02:00");
        Ok((none && is_at("03:00", 3.0) && is_at("06:00", 6.0)).then_some(()))
    });
    seen.with_context(|| format!("{width} pixels wide: {last:?}"))?;
    seek(page, "2026-03-29T04:00:00Z")?;
    page.wait("the same time at the playhead", || {
        let text = page.get("slider", "Position")?.attr("aria-valuetext")?;
        Ok((text.as_deref() == Some("2026-03-29T06:00:00.000000000+02:00")).then_some(()))
    })
}

fn everywhere(page: &Page) -> Result<()> {
    page.zone("Europe/Berlin")?;
    page.get("button", "Open sample")?;
    open(page, &hourly("weekend", 1_774_699_200, 48)?)?;
    page.get("radio", "Local")?.click()?;
    page.wait("both offsets in the head", || {
        let facts = page.eval("return document.querySelector('.facts').textContent")?;
        let facts = facts.as_str().unwrap_or_default();
        let wanted = "2026-03-28 13:00:00 – 2026-03-30 14:00:00 Local, UTC+01:00 to UTC+02:00";
        Ok(facts.contains(wanted).then_some(()))
    })?;
    page.get("button", "End")?.click()?;
    page.get("tab", "Statistics")?.click()?;
    page.wait("the first and the last time", || {
        let rows = table::all_rows(page, "Statistics")?;
        let cell = rows.first().map(|row| row.cell("First and last").to_owned());
        Ok((cell.as_deref() == Some("2026-03-28 13:00:00 – 2026-03-30 14:00:00")).then_some(()))
    })
}

fn typed(page: &Page) -> Result<()> {
    page.zone("Europe/Berlin")?;
    open(page, &hourly("typed", START, 4)?)?;
    page.get("radio", "Local")?.click()?;
    let is = |wanted: &str| {
        let mut last = None;
        let seen = page.wait(wanted, || {
            last = page.get("slider", "Position")?.attr("aria-valuetext")?;
            Ok((last.as_deref() == Some(wanted)).then_some(()))
        });
        seen.with_context(|| format!("it is {last:?}"))
    };
    seek(page, "2026-03-01 10:30")?;
    is("2026-03-01T10:30:00.000000000+01:00")?;
    // A time that is copied from the page without its offset leads back to itself.
    seek(page, "2026-03-01T11:00:00.123456789")?;
    is("2026-03-01T11:00:00.123456789+01:00")?;
    seek(page, "2026-03-01T09:45:00Z")?;
    is("2026-03-01T10:45:00.000000000+01:00")?;
    seek(page, "Mar 1 2026 10:30")?;
    page.wait("that its zone is not clear", || {
        Ok(page.said("alert")?.contains("in local time").then_some(()))
    })?;
    seek(page, "end")?;
    page.get("textbox", "Values")?.fill("since 2026-03-01T14:00")?;
    crate::support::shows(page, &["/a"])?;
    page.get("textbox", "Values")?.fill("since 2026-03-01T14:01")?;
    crate::support::shows(page, &[])
}

/// Opens a file with these values of `/a`, one a second, and plots them.
fn plotted(page: &Page, name: &str, values: &[f64]) -> Result<()> {
    let mut writer = Writer::new(0, START);
    writer.paths(["/a"].into_iter());
    for (second, value) in values.iter().enumerate() {
        writer.basis(START + second as i64);
        writer.numbers(0, &[(0, *value)]);
    }
    open(page, &scratch(name, &writer.finish())?)?;
    page.get("tab", "Image")?.click()?;
    page.get("button", "End")?.click()?;
    select(page, "/a")?;
    page.get("tab", "Plot")?.click()?;
    page.wait("a track", || Ok((legend(page)?.len() == 1).then_some(())))
}

fn legend(page: &Page) -> Result<Vec<Vec<String>>> {
    let read = page.eval(
        "return [...document.querySelectorAll('table[aria-label=\"Plotted paths\"] tbody tr')]
            .map(row => [...row.children].map(cell => cell.textContent.trim()))",
    )?;
    serde_json::from_value(read).context("the legend is a table")
}

const TRACK: &str = ".tracks .track-canvas";

fn digits(page: &Page) -> Result<()> {
    spied(page, "UTC")?;
    let counter: Vec<f64> = (0..=400).map(|n| 1_700_000_000_000.0 + f64::from(n)).collect();
    let close: Vec<f64> = (1..=5).map(|n| 1.0 + f64::from(n) * 1e-7).collect();
    for (name, values, least, most) in [
        ("counter", counter, "1700000000000", "1700000000400"),
        ("close", close, "1.0000001", "1.0000005"),
        ("constant", vec![12_345_678.0; 3], "12345678", "12345678"),
    ] {
        plotted(page, name, &values)?;
        let mut last = Vec::new();
        let seen = page.wait("labels", || {
            last = texts(page, TRACK)?.into_iter().map(|(text, _)| text).collect();
            let mut apart = last.clone();
            apart.dedup();
            Ok((last.len() > 1 && apart.len() == last.len()).then_some(()))
        });
        seen.with_context(|| format!("{name}: {last:?}"))?;
        let row = page.wait("the legend", || {
            let rows = legend(page)?;
            Ok(rows.into_iter().next().filter(|row| row[4] == most))
        })?;
        same(name, &row[3][..], least)?;
        page.get("tab", "Statistics")?.click()?;
        page.wait("the same in the statistics", || {
            let rows = table::all_rows(page, "Statistics")?;
            let row = rows.first().context("a row")?;
            Ok((row.cell("Minimum") == least && row.cell("Maximum") == most).then_some(()))
        })?;
    }
    Ok(())
}

fn infinite(page: &Page) -> Result<()> {
    spied(page, "UTC")?;
    for (name, odd) in [("infinite", f64::INFINITY), ("minus", f64::NEG_INFINITY)] {
        plotted(page, name, &[1.0, 2.0, odd, 3.0, 2.0])?;
        let mut last = Vec::new();
        let seen = page.wait("labels between 1 and 3", || {
            last = texts(page, TRACK)?.into_iter().map(|(text, _)| text).collect::<Vec<_>>();
            let numbers: Vec<f64> = last.iter().filter_map(|text| text.parse().ok()).collect();
            let within = numbers.iter().all(|it| (1.0..=3.0).contains(it));
            Ok((numbers.len() > 1 && within).then_some(()))
        });
        seen.with_context(|| format!("{last:?}"))?;
    }
    plotted(page, "only", &[f64::INFINITY; 3])?;
    page.wait("that there is nothing to measure", || {
        let drawn = texts(page, TRACK)?;
        Ok(drawn.iter().any(|(text, _)| text.contains("infinite")).then_some(()))
    })?;
    // A logarithmic scale that cannot be says so.
    plotted(page, "zero", &[0.0, 1.0, 10.0, 100.0])?;
    page.get("checkbox", "Logarithmic")?.click()?;
    page.wait("why it is linear", || {
        let tools = page.eval("return document.querySelector('.plot-tools').textContent")?;
        Ok(tools.as_str().unwrap_or_default().contains("Linear, as there are").then_some(()))
    })
}

fn bounded(page: &Page) -> Result<()> {
    let values: Vec<f64> = (0..60).map(f64::from).collect();
    plotted(page, "bounded", &values)?;
    page.eval(
        "location.hash = '#view=plot&path=/a&from=2026-03-01T09:00:20Z&to=2026-03-01T09:00:30Z'",
    )?;
    let mut last = Vec::new();
    let seen = page.wait("the figures of the selected time", || {
        last = legend(page)?;
        let figures = last.first().map(|row| [&row[2][..], &row[3], &row[4], &row[5], &row[6]]);
        Ok((figures == Some(["30", "20", "30", "25", "11"])).then_some(()))
    });
    seen.with_context(|| format!("{last:?}"))?;
    let [left, _, width, _] = place(page, ".plot-range")?;
    let [track, _, whole, _] = place(page, TRACK)?;
    let parts = [(left - track) / whole, width / whole];
    let is_near = |part: f64, wanted: f64| (part - wanted / 59.0).abs() < 0.01;
    ensure!(is_near(parts[0], 20.0) && is_near(parts[1], 10.0), "the selection is at {parts:?}");
    Ok(())
}

fn picture(page: &Page) -> Result<()> {
    spied(page, "Asia/Kathmandu")?;
    let mut writer = Writer::new(0, START);
    writer.paths(["/n", "/a]]>b"].into_iter());
    for second in 0..5_u32 {
        let value = f64::from(second + 1) * 10.0;
        writer.numbers(second * 1_000_000, &[(0, value), (1, 1.0)]);
    }
    open(page, &scratch("picture", &writer.finish())?)?;
    page.get("button", "End")?.click()?;
    page.get("radio", "Local")?.click()?;
    for path in ["/n", "/a]]>b"] {
        page.get("tab", "Image")?.click()?;
        let rows = page.objects_of("[role=grid] [aria-rowindex]")?;
        for row in rows {
            if row.text()?.contains(&path[1..]) {
                row.click()?;
            }
        }
        crate::details::say(page, &[path])?;
        page.get("button", "Add to plot")?.click()?;
        page.get("button", "Remove from plot")?;
    }
    page.wait("two tracks", || Ok((legend(page)?.len() == 2).then_some(())))?;
    std::thread::sleep(std::time::Duration::from_millis(300));
    page.get("button", "Save as SVG")?.click()?;
    page.wait("a picture", || Ok((page.eval("return saved.length")? == 1).then_some(())))?;
    let read = "(async () => {
        const text = await saved[0].text();
        const svg = new DOMParser().parseFromString(text, 'image/svg+xml');
        if (svg.querySelector('parsererror')) return { error: text };
        const texts = [...svg.querySelectorAll('text')].map(it => it.textContent);
        const seen = [...document.querySelectorAll('.tracks canvas')]
            .flatMap(it => (drawn.get(it) ?? []).map(it => it[0]));
        return { texts, seen, revoked };
    })()";
    let found = page.eval_async(read)?;
    ensure!(found["error"] == Value::Null, "it is no XML: {found}");
    let list =
        |name: &str| -> Result<Vec<String>> { Ok(serde_json::from_value(found[name].clone())?) };
    let (texts, seen) = (list("texts")?, list("seen")?);
    for label in seen.iter().map(String::as_str).chain(["/n", "/a]]>b"]) {
        ensure!(texts.iter().any(|text| text == label), "{label:?} is not in {texts:?}");
    }
    let caption = texts.last().context("a caption")?;
    ensure!(caption.starts_with("2026-03-01 14:45:00"), "the caption is {caption}");
    ensure!(caption.ends_with("UTC+05:45"), "the caption is {caption}");
    // The address works for longer than a click takes.
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    same("what is revoked", page.eval("return revoked")?, json!(0))
}
