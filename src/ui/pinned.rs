//! The pinned paths, above the image: they stay while it is filtered, sorted and scrolled.

use super::focus;
use super::format;
use super::grid::value_class;
use super::icons::{Icon, icon};
use super::state::{Action, Dispatch, PinsView};
use super::zone::use_zone;
use crate::protocol::views::Subject;
use crate::time::Timestamp;
use yew::prelude::*;

/// What is shown.
#[derive(Properties, PartialEq)]
pub struct PinnedProps {
    /// The pinned paths.
    pub view: PinsView,
    /// The playhead.
    pub position: Option<Timestamp>,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The pinned paths; nothing where there are none.
#[component]
pub fn Pinned(props: &PinnedProps) -> Html {
    let zone = use_zone();
    let PinsView { paths, values } = &props.view;
    if paths.is_empty() {
        return Html::default();
    }
    // What was last said stays in sight until there is something newer: while it plays there would
    // be nothing else to see.
    let is_behind = values.as_ref().is_none_or(|values| values.are_behind(props.position));
    let row = |(id, path): &(u32, String)| {
        let (id, act) = (*id, props.dispatch.clone());
        let (unpin, name) = (act.clone(), AttrValue::from(path.clone()));
        let on_select = Callback::from(move |_: MouseEvent| {
            act.dispatch(Action::Select(Subject::Id(id)));
        });
        let on_unpin = Callback::from(move |_: MouseEvent| {
            focus::give(".grid");
            unpin.dispatch(Action::TogglePin(id, name.clone()));
        });
        let shown = format::shown(path);
        let told = values.as_ref().and_then(|values| values.of(id));
        let found = told.flatten();
        html! {
            <tr key={id}>
                <th scope="row">
                    <button class="link" type="button" onclick={on_select}>{ shown.clone() }</button>
                </th>
                <td>{ found.map(|row| row.kind.clone()) }</td>
                <td class={classes!("pinned-value", found.and_then(|row| value_class(&row.kind)))}>
                    { match found {
                        Some(row) => row.value.clone(),
                        None if told.is_some() => "–".to_owned(),
                        None => String::new(),
                    } }
                </td>
                <td>{ found.map(|row| zone.text(row.updated)) }</td>
                <td>
                    <button
                        class="button button-icon button-bare button-small"
                        type="button"
                        aria-label={format!("Unpin {shown}")}
                        title={format!("Unpin {shown}")}
                        onclick={on_unpin}
                    >
                        { icon(Icon::Close) }
                    </button>
                </td>
            </tr>
        }
    };
    html! {
        <div class="pinned" tabindex="0" role="group" aria-label="Pinned">
            <table aria-label="Pinned paths" aria-busy={is_behind.to_string()}>
                <thead class="hidden">
                    <tr>
                        { for ["Path", "Type", "Value", "Updated"].iter()
                            .map(|name| html! { <th scope="col">{ *name }</th> }) }
                        <td />
                    </tr>
                </thead>
                <tbody>{ for paths.iter().map(row) }</tbody>
            </table>
        </div>
    }
}
