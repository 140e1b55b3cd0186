//! What the file is made of, and how much each of its paths says.

use super::chart::full;
use super::format;
use super::grid::{Grid, RowAt, dispatch_with, path_parts};
use super::state::{Action, Dispatch, StatisticsView};
use super::zone::{Zone, use_zone};
use crate::protocol::Summary;
use crate::protocol::views::{RecordCounts, Statistics, StatisticsSort};
use crate::time::{Span, Timestamp};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// What the statistics show.
#[derive(Properties, PartialEq)]
pub struct StatisticsPanelProps {
    /// The serial number of the open file.
    pub file: u32,
    /// What the file is.
    pub summary: Summary,
    /// What is counted.
    pub view: StatisticsView,
    /// The filter as typed; another one starts from the top.
    pub filter: AttrValue,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The statistics.
#[component]
pub fn StatisticsPanel(props: &StatisticsPanelProps) -> Html {
    let Some(shown) = &props.view.shown else {
        return html! { <p class="pane-none statistics-none">{ "Counting…" }</p> };
    };
    let zone = use_zone();
    let row = {
        let shown = shown.clone();
        // The header says which day it is.
        let Summary { first, last, .. } = &props.summary;
        let is_one_day =
            |(from, to): (Timestamp, Timestamp)| format::is_one_day(zone.wall(from), zone.wall(to));
        let is_one_day = first.zip(*last).is_some_and(is_one_day);
        let stretch = if is_one_day { format::stretch_of_day } else { format::stretch };
        let stretch = move |from, to| stretch(zone.wall(from), zone.wall(to)).join(" – ");
        Callback::from(move |RowAt { index, .. }| cells(&shown, index, &stretch))
    };
    let dispatch = &props.dispatch;
    html! {
        <div class="statistics">
            <div class="statistics-file" tabindex="0" role="group" aria-label="Statistics of the file">
                { records(shown, &props.summary, zone) }
                { histogram("Batch sizes", "at least", &shown.sizes, format::bytes) }
                { histogram("Pauses between batches", "at least", &shown.gaps, pause) }
            </div>
            <Grid
                name="Statistics"
                prefix="statistics-row"
                columns={8}
                head={head(props)}
                rows={shown.total}
                {row}
                active={props.view.active.row()}
                reveals={Some(props.view.active.reveals)}
                window={props.view.window}
                behind={false}
                at={None::<AttrValue>}
                top_of={format!("{} {} {:?}", props.file, props.filter, props.view.sort)}
                on_want={dispatch_with(dispatch, Action::WantStatistics)}
                on_activate={dispatch_with(dispatch, Action::ActivateStatistics)}
                on_open={Callback::noop()}
                notice={Html::default()}
            />
        </div>
    }
}

/// A length of time that begins a bucket.
fn pause(nanos: u64) -> String {
    format::duration(Span::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX)))
}

fn head(props: &StatisticsPanelProps) -> Html {
    let plain = |name: &'static str| html! { <div role="columnheader">{ name }</div> };
    let sorted = |name: &'static str, sort: StatisticsSort| {
        let onclick =
            dispatch_with(&props.dispatch, move |_: MouseEvent| Action::SortStatistics(sort));
        let is_it = props.view.sort == sort;
        let direction = if sort == StatisticsSort::Path { "ascending" } else { "descending" };
        html! {
            <div role="columnheader" aria-sort={is_it.then_some(direction)}>
                <button class="sort" type="button" {onclick}>{ name }</button>
            </div>
        }
    };
    html! {
        <>
            { sorted("Path", StatisticsSort::Path) }
            { sorted("Updates", StatisticsSort::Updates) }
            { plain("Rate") }
            { sorted("Bytes", StatisticsSort::Bytes) }
            { plain("Types") }
            { plain("Minimum") }
            { plain("Maximum") }
            { plain("First and last") }
        </>
    }
}

fn cells(
    shown: &Rc<Statistics>,
    index: u32,
    stretch: &dyn Fn(Timestamp, Timestamp) -> String,
) -> Html {
    let Some(row) = shown.row(index) else {
        return html! { <div class="cell cell-path cell-pending" role="gridcell" /> };
    };
    let cell = |text: String| {
        html! { <div class="cell" role="gridcell" title={text.clone()}>{ text }</div> }
    };
    let range = |pick: fn((f64, f64)) -> f64| row.range.map_or(String::new(), |it| full(pick(it)));
    let span = row.span.map_or(String::new(), |(first, last)| stretch(first, last));
    html! {
        <>
            <div class="cell cell-path" role="gridcell" title={format::shown(&row.path)}>{ path_parts(&row.path) }</div>
            { cell(format::thousands(row.updates)) }
            { cell(rate(row.updates, row.span.map(|(first, last)| last.since(first)))) }
            { cell(format::bytes(row.bytes)) }
            { cell(row.kinds.clone()) }
            { cell(range(|it| it.0)) }
            { cell(range(|it| it.1)) }
            { cell(span) }
        </>
    }
}

/// How often, on average.
fn rate(updates: u64, span: Option<Span>) -> String {
    match span.map(Span::nanos) {
        Some(nanos) if nanos > 0 && updates > 1 => {
            // From the first to the last there is one pause less than there are updates.
            let per_second = (updates - 1) as f64 / (nanos as f64 / 1e9);
            match per_second {
                it if it >= 0.1 => format!("{}/s", full((it * 100.0).round() / 100.0)),
                it => format!("{}/h", full((it * 360_000.0).round() / 100.0)),
            }
        }
        _ => String::new(),
    }
}

fn records(shown: &Statistics, summary: &Summary, zone: Zone) -> Html {
    let line = |name: &'static str, of: &RecordCounts| {
        let mean = of.bytes.checked_div(of.records).unwrap_or_default();
        html! {
            <tr>
                <th scope="row">{ name }</th>
                <td>{ format::thousands(of.records) }</td>
                <td>{ format::thousands(of.items) }</td>
                <td>{ format::bytes(of.bytes) }</td>
                <td>{ format::bytes(mean) }</td>
            </tr>
        }
    };
    let (done, of) = shown.progress;
    let stored = shown.deltas.bytes + shown.images.bytes;
    let inflated = shown.deltas.inflated + shown.images.inflated;
    let unreadable = shown.deltas.unreadable + shown.images.unreadable;
    html! {
        <div class="statistics-part">
            <h2>{ "Records" }</h2>
            <table class="counts">
                <thead><tr>{ for ["", "Records", "Items", "Bytes", "Mean"].iter().map(|it| {
                    if it.is_empty() { html! { <td /> } } else { html! { <th scope="col">{ *it }</th> } }
                }) }</tr></thead>
                <tbody>
                    { line("Deltas", &shown.deltas) }
                    { line("Images", &shown.images) }
                </tbody>
            </table>
            <p class="dim">
                if done < of {
                    { format!("{} of {} counted", format::thousands(done), format::count(of, "batch", "batches")) }
                } else if summary.compressed && stored > 0 {
                    { format!("Compressed to {:.1} % of {}", stored as f64 / inflated.max(1) as f64 * 100.0, format::bytes(inflated)) }
                } else {
                    { "Not compressed" }
                }
                if let Some(other) = shown.other {
                    { format!(". {} are no batches: head, paths, times", format::bytes(other)) }
                }
            </p>
            if unreadable > 0 {
                <p class="value-error">{ format!("{} cannot be read, or not to the end", format::count(unreadable, "batch", "batches")) }</p>
            } else if done == of {
                <p class="dim">{ "Every batch can be read" }</p>
            }
            if let Some(memory) = shown.memory {
                <p class="dim">{ format!("The reader holds {} of memory", format::bytes(memory)) }</p>
            }
            if let Some((gap, time)) = shown.longest_gap.filter(|(gap, _)| *gap > 0) {
                <p class="dim">{ format!("Longest pause {} from {}", pause(gap), zone.text(time)) }</p>
            }
        </div>
    }
}

/// Counts as bars that say their numbers.
fn histogram(
    name: &'static str,
    least: &'static str,
    buckets: &[(u64, u64)],
    unit: impl Fn(u64) -> String,
) -> Html {
    let most = buckets.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let bar = |(from, count): &(u64, u64)| {
        let part = *count as f64 / most as f64 * 100.0;
        html! {
            <tr>
                <th scope="row"><span class="hidden">{ least }{ " " }</span>{ unit(*from) }</th>
                <td class="histogram-bar">
                    <div ~style={JsValue::from(format!("width: {part:.2}%"))} />
                </td>
                <td>{ format::thousands(*count) }</td>
            </tr>
        }
    };
    html! {
        <div class="statistics-part">
            <h2>{ name }</h2>
            <table class="histogram" aria-label={name}><tbody>{ for buckets.iter().map(bar) }</tbody></table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_per_second_or_per_hour() {
        let span = |seconds: i64| Some(Span::from_nanos(seconds * 1_000_000_000));
        assert_eq!(rate(101, span(10)), "10/s");
        assert_eq!(rate(3, span(7_200)), "1/h");
        assert_eq!([rate(1, span(5)), rate(2, span(0)), rate(0, None)], ["", "", ""]);
    }
}
