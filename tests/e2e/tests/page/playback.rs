//! Playing, stepping by a time, and saving what is plotted.

use anyhow::{Context, Result, ensure};
use e2e::{Page, table};

use crate::Test;
use crate::details::select;
use crate::support::{at, golden, open, position, record, recorded, same, sample, scratch, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("play_moves_on_and_pause_stops", play),
    ("every_speed_has_its_name_and_its_pace", speeds),
    ("rows_that_change_light_up_unless_motion_is_unwanted", lit),
    ("loop_begins_again_at_the_end", again),
    ("loop_stays_in_the_selection", within),
    ("a_step_is_as_long_as_was_chosen", steps),
    ("a_plot_is_saved_as_png_and_svg", saves),
];

fn speed(page: &Page, name: &str) -> Result<()> {
    let choose = "function(name) { this.value = name;
        this.dispatchEvent(new Event('change', { bubbles: true })) }";
    page.get("combobox", "Speed")?.call(choose, &[name.into()]).map(drop)
}

fn play(page: &Page) -> Result<()> {
    sample(page)?;
    let start = position(page)?;
    speed(page, "10×")?;
    page.get("button", "Play")?.click()?;
    let moved =
        page.wait("the playhead to move", || Ok(Some(position(page)?).filter(|now| *now > start)))?;
    page.wait("it to move on", || Ok((position(page)? > moved).then_some(())))?;
    page.get("button", "Pause")?.click()?;
    page.get("button", "Play")?;
    let rest = position(page)?;
    std::thread::sleep(std::time::Duration::from_millis(300));
    same("the position after Pause", position(page)?, rest)
}

fn speeds(page: &Page) -> Result<()> {
    sample(page)?;
    let named = "function() { return [...this.options].map(option => option.text) }";
    let names: Vec<String> =
        serde_json::from_value(page.get("combobox", "Speed")?.call(named, &[])?)?;
    let wanted = ["0.1×", "1×", "10×", "100×", "1000×", "Unlimited"];
    ensure!(names.first().is_some_and(|it| it == wanted[0]), "the speeds are {names:?}");
    ensure!(names.last().is_some_and(|it| it == wanted[5]), "the speeds are {names:?}");
    ensure!(
        wanted.iter().all(|it| names.iter().any(|name| name == it)),
        "the speeds are {names:?}"
    );
    // Seconds of the file, and of the clock on the wall at the same moment.
    let now = || -> Result<[f64; 2]> {
        let read = "return [Number(document.querySelector('[role=slider]').ariaValueNow),
            performance.now() / 1000]";
        serde_json::from_value(page.eval(read)?).context("two numbers")
    };
    for times in [0.1, 1.0, 10.0, 100.0] {
        page.get("button", "Beginning")?.click()?;
        speed(page, &format!("{times}×"))?;
        page.get("button", "Play")?.click()?;
        let start = page.wait("it to play", || Ok(Some(now()?).filter(|it| it[0] > 0.0)))?;
        std::thread::sleep(std::time::Duration::from_millis(700));
        let end = now()?;
        page.get("button", "Pause")?.click()?;
        let pace = (end[0] - start[0]) / (end[1] - start[1]);
        // A frame takes its time, and a busy machine leaves some out.
        ensure!((0.8..1.2).contains(&(pace / times)), "{times}× goes at {pace}×");
    }
    Ok(())
}

fn lit(page: &Page) -> Result<()> {
    let mut writer = e2e::writer::Writer::new(0, 1_772_355_600);
    writer.paths(["/changes", "/rests"].into_iter());
    use e2e::writer::Batch::Delta;
    writer.strings(Delta, 0, [(0, "0"), (1, "0")].into_iter());
    for tenth in 1..600 {
        writer.strings(Delta, tenth * 100_000, [(0, &*tenth.to_string())].into_iter());
    }
    open(page, &scratch("lit", &writer.finish())?)?;
    // Which rows light up, from here on, and whether that moves.
    page.eval(
        "globalThis.lit = {};
         new MutationObserver(changes => changes.forEach(({ target }) => {
            if (!/lit-(odd|even)/.test(target.className)) return;
            const path = target.closest('[role=row]').querySelector('.cell-path').textContent;
            lit[path] = getComputedStyle(target).animationName;
         })).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['class'] })",
    )?;
    let lights = |wanted: &[&str]| {
        page.get("button", "Beginning")?.click()?;
        page.eval("for (const path in lit) delete lit[path]")?;
        page.get("button", "Play")?.click()?;
        let mut last = serde_json::Value::Null;
        let seen = page.wait(&format!("{wanted:?}"), || {
            last = page.eval("return lit")?;
            Ok(last["/changes"].as_str().is_some_and(|it| wanted.contains(&it)).then_some(()))
        });
        seen.with_context(|| format!("what lit up is {last}"))?;
        page.get("button", "Pause")?.click()?;
        ensure!(last.get("/rests").is_none(), "what rests lights up: {last}");
        Ok(())
    };
    lights(&["lit-odd", "lit-even"])?;
    page.reduce_motion()?;
    // Without motion, and still to be seen.
    lights(&["lit-still", "lit-still-again"])
}

fn again(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    let last = e2e::time::held(&golden.deltas.last().context("a delta")?.time);
    open(page, &golden.file)?;
    speed(page, "Unlimited")?;
    page.get("button", "Play")?.click()?;
    at(page, &last)?;
    // At the end it stops by itself.
    page.get("button", "Play")?;
    page.get("button", "Loop")?.click()?;
    record(page)?;
    page.get("button", "Play")?.click()?;
    page.wait("it to come to the end twice", || {
        let seen = recorded(page)?;
        let ends = seen.iter().filter(|time| **time == last).count();
        Ok((ends >= 2 && seen.iter().any(|time| *time < last)).then_some(()))
    })?;
    page.get("button", "Pause")?.click()
}

fn within(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    let mut times: Vec<String> =
        golden.deltas.iter().map(|batch| e2e::time::held(&batch.time)).collect();
    times.dedup();
    ensure!(times.len() >= 6, "too few times in {}", golden.name);
    let (from, to) = (times[1].clone(), times[4].clone());
    open(page, &golden.file)?;
    page.eval(&format!("location.hash = 'view=image&from={from}&to={to}'"))?;
    at(page, &from)?;
    speed(page, "Unlimited")?;
    page.get("button", "Loop")?.click()?;
    record(page)?;
    page.get("button", "Play")?.click()?;
    page.wait("it to come round twice", || {
        let starts = recorded(page)?.iter().filter(|time| **time == times[1]).count();
        Ok((starts >= 2).then_some(()))
    })?;
    page.get("button", "Pause")?.click()?;
    let mut seen = recorded(page)?;
    seen.sort();
    seen.dedup();
    same("what was played", seen, times[1..=4].to_vec())
}

fn steps(page: &Page) -> Result<()> {
    open(page, &golden("indexed")?.file)?;
    seek(page, "2026-03-01 09:30:01 UTC")?;
    at(page, "2026-03-01T09:30:01Z")?;
    page.get("button", "Forward by the step")?.click()?;
    at(page, "2026-03-01T09:30:02Z")?;
    page.get("textbox", "Step")?.fill("0.25s")?;
    page.get("button", "Back by the step")?.click()?;
    at(page, "2026-03-01T09:30:01.75Z")
}

fn saves(page: &Page) -> Result<()> {
    page.eval(
        "globalThis.saved = [];
        const make = URL.createObjectURL;
        URL.createObjectURL = blob => { globalThis.blob = blob; return make.call(URL, blob) };
        HTMLAnchorElement.prototype.click = function() {
            const { blob } = globalThis, name = this.download;
            blob.arrayBuffer().then(bytes => saved.push(
                [name, blob.type, String.fromCharCode(...new Uint8Array(bytes).slice(0, 4000))]));
        }",
    )?;
    sample(page)?;
    seek(page, "end")?;
    let row = page.wait("a number", || {
        let rows = table::window(&page.get("grid", "Image")?)?.rows;
        Ok(rows.into_iter().find(|row| row.cell("Type") == "f64"))
    })?;
    let path = row.cell("Path").to_owned();
    select(page, &path)?;
    page.get("button", "Add to plot")?.click()?;
    page.get("button", "Remove from plot")?;
    page.wait("the tracks", || Ok((!page.objects_of(".tracks .track")?.is_empty()).then_some(())))?;
    for (button, name, kind) in
        [("Save as SVG", "plot.svg", "image/svg+xml"), ("Save as PNG", "plot.png", "image/png")]
    {
        page.get("button", button)?.click()?;
        let saved = page.wait(&format!("{name} to be saved"), || {
            let saved = page.eval("return saved")?.as_array().cloned().unwrap_or_default();
            Ok(saved.into_iter().find(|it| it[0] == name))
        })?;
        same("the type", saved[1].as_str(), Some(kind))?;
        let content = saved[2].as_str().context("contents")?;
        if kind == "image/png" {
            ensure!(content.starts_with("\u{89}PNG"), "no PNG");
        } else {
            ensure!(content.starts_with("<svg") && content.contains(&path), "no SVG of {path}");
        }
        page.wait("that it is said", || Ok(page.said("status")?.contains(name).then_some(())))?;
    }
    Ok(())
}
