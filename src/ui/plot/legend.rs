//! What the tracks are at the crosshair and over the visible time, as a table: the same for those
//! who do not see the canvas.

use super::track::COLOURS;
use crate::protocol::views::{Subject, Track};
use crate::time::Timestamp;
use crate::ui::chart::full;
use crate::ui::focus;
use crate::ui::format;
use crate::ui::icons::{Icon, icon};
use crate::ui::state::{Action, Dispatch, PlotView};
use crate::ui::zone::use_zone;
use yew::prelude::*;

/// What the legend shows.
#[derive(Properties, PartialEq)]
pub struct LegendProps {
    /// The tracks.
    pub view: PlotView,
    /// The playhead.
    pub position: Option<Timestamp>,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The legend.
#[component]
pub fn Legend(props: &LegendProps) -> Html {
    let zone = use_zone();
    let Some((_, series)) = &props.view.series else { return Html::default() };
    let at = props.view.crosshair.or(props.position);
    // What was last said stays in sight until there is something newer.
    let is_behind = props.view.values.as_ref().is_none_or(|values| values.are_behind(at));
    html! {
        <table class="legend" aria-label="Plotted paths" aria-busy={is_behind.to_string()}>
            <caption>{ at.map(|at| format!("At {}", zone.text(at))) }</caption>
            <thead>
                <tr>
                    { for ["Path", "Value", "Last", "Minimum", "Maximum", "Mean", "Updates"].iter()
                        .map(|name| html! { <th scope="col">{ *name }</th> }) }
                    <td />
                </tr>
            </thead>
            <tbody>
                { for series.tracks.iter().enumerate().map(|(nth, track)| row(nth, track, props)) }
            </tbody>
        </table>
    }
}

fn row(nth: usize, track: &Track, props: &LegendProps) -> Html {
    let told = props.view.values.as_ref().and_then(|values| values.of(track.id));
    let value = told.map(|row| row.map_or("–".to_owned(), |row| row.value.clone()));
    let number = |nth: usize| track.range.map_or("–".to_owned(), |range| full(range[nth]));
    let name = format::path_or_id(track.path.as_deref(), track.id);
    let subjects = &props.view.subjects;
    let is_it = |subject: &&Subject| subject.is(track.id, track.path.as_deref());
    let remove = subjects.iter().find(is_it).cloned().map(|subject| {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            focus::give(".plot-scroll");
            dispatch.dispatch(Action::TogglePlotted(subject.clone()))
        })
    });
    html! {
        <tr key={track.id}>
            <th scope="row">
                <span class={format!("swatch swatch-{}", nth % COLOURS)} aria-hidden="true" />
                { name.clone() }
            </th>
            <td class="legend-value">{ value.unwrap_or_default() }</td>
            <td>{ number(0) }</td>
            <td>{ number(1) }</td>
            <td>{ number(2) }</td>
            <td>{ number(3) }</td>
            <td>{ format::thousands(track.updates) }</td>
            <td>
                if let Some(onclick) = remove {
                    <button
                        class="button button-icon button-bare button-small"
                        type="button"
                        aria-label={format!("Remove {name}")}
                        title={format!("Remove {name}")}
                        {onclick}
                    >
                        { icon(Icon::Close) }
                    </button>
                }
            </td>
        </tr>
    }
}
