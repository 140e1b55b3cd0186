//! The tabs, and the view that is chosen by them.

use super::compare::ComparePanel;
use super::details::DetailsPane;
use super::files::{Opener, RecordingPane};
use super::filter_box::FilterBox;
use super::find::{self, FindPanel};
use super::format;
use super::grid::{BatchesGrid, ImageGrid, ImageGridProps, Tops, dispatch_with};
use super::hooks::use_size;
use super::icons::{Icon, icon};
use super::namespace::NamespacePane;
use super::pinned::Pinned;
use super::plot::Plot;
use super::problems::Problems;
use super::recent;
use super::splitter::Splitter;
use super::state::{Action, Dispatch, OpenFile, State, View};
use super::statistics::StatisticsPanel;
use gloo::utils::document;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// Conditions on values, each as it is typed and in words.
const EXAMPLES: [(&str, &str); 8] = [
    ("> 100", "greater than a number"),
    ("= 3", "equal to a number or a text"),
    ("contains x", "a part of the text"),
    ("type f64", "of a type"),
    ("unsubscribed", "no longer published"),
    ("null", "null"),
    ("since 10s", "changed within a time"),
    ("> 0 < 100 since 1m", "all of them"),
];

/// What the views show.
#[derive(Properties, PartialEq)]
pub struct ViewsProps {
    /// The open file.
    pub file: Rc<OpenFile>,
    /// What the page shows.
    pub state: State,
    /// Opens another of the files at hand.
    pub opener: Opener,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The tabs and their panel.
#[component]
pub fn Views(props: &ViewsProps) -> Html {
    let ViewsProps { file, state, opener, dispatch } = props;
    let files = state.files.as_ref().filter(|it| it.are_several() && state.panes.recording);
    // What could not be read on the way to the image is told where the image is.
    let tops = use_memo((), |()| Tops::default());
    let of_image = state.shown.as_ref().map_or(0, |shown| shown.page.problems.len() as u64);
    html! {
        <div class="views">
            <div class="views-head">
                <PaneButton
                    name="Paths"
                    picture={Icon::Namespace}
                    open={state.panes.namespace}
                    onclick={
                        let (dispatch, open) = (dispatch.clone(), state.panes.namespace);
                        Callback::from(move |_| dispatch.dispatch(Action::ShowNamespace(!open)))
                    }
                />
                <Tabs
                    view={state.view}
                    problems={file.summary.problem_count + of_image}
                    dispatch={dispatch.clone()}
                />
                <PaneButton
                    name="Details"
                    picture={Icon::Details}
                    open={state.panes.details}
                    onclick={
                        let (dispatch, open) = (dispatch.clone(), state.panes.details);
                        Callback::from(move |_| dispatch.dispatch(Action::ShowDetails(!open)))
                    }
                />
                <FilterBox
                    name="Filter"
                    id="filter"
                    placeholder="/market/** or part of a path"
                    filter={state.filter.clone()}
                    recent={recent::FILTERS}
                    on_change={dispatch_with(dispatch, Action::Filter)}
                />
                <FilterBox
                    name="Find"
                    id="find"
                    placeholder="> 100, changed, no update for 10s"
                    filter={state.find.input.clone()}
                    examples={&find::EXAMPLES[..]}
                    on_change={dispatch_with(dispatch, Action::Find)}
                    on_enter={dispatch_with(dispatch, |()| Action::Show(View::Find))}
                />
                if !state.find.input.text.is_empty() && state.view != View::Find {
                    { find::hit_buttons(dispatch) }
                }
                if state.view == View::Image {
                    <FilterBox
                        name="Values"
                        id="values"
                        placeholder="> 100, contains x, type f64"
                        filter={state.values.clone()}
                        examples={&EXAMPLES[..]}
                        on_change={dispatch_with(dispatch, Action::Values)}
                    />
                }
            </div>
            <div class="workspace">
                if state.panes.namespace || files.is_some() {
                    <div class="side">
                        if let Some(files) = files {
                            <RecordingPane
                                files={files.clone()}
                                file={Some(file.clone())}
                                adding={state.adding}
                                coming={state.coming()}
                                opener={opener.clone()}
                                dispatch={dispatch.clone()}
                            />
                        }
                        if state.panes.namespace {
                            <NamespacePane
                                file={file.serial}
                                view={state.namespace.clone()}
                                filter={state.filter.text.clone()}
                                selected={state.selected_path().map(|path| AttrValue::from(path.to_owned()))}
                                wide={state.panes.wide}
                                dispatch={dispatch.clone()}
                            />
                        }
                    </div>
                }
                if (state.panes.namespace || files.is_some()) && state.panes.wide {
                    <Splitter name="Paths" property="--left" width={264.0} is_right={false} />
                }
                <div
                    class="panel"
                    role="tabpanel"
                    id={panel_id(state.view)}
                    aria-labelledby={tab_id(state.view)}
                >
                    <ContextProvider<Tops> context={(*tops).clone()}>
                        { panel(props) }
                    </ContextProvider<Tops>>
                </div>
                if state.panes.details && state.panes.wide {
                    <Splitter name="Details" property="--right" width={368.0} is_right={true} />
                }
                <DetailsPane
                    selected={state.selected.clone()}
                    view={state.details.clone()}
                    plotted={state.plot.subjects.clone()}
                    pins={state.pins.paths.clone()}
                    open={state.panes.details}
                    dispatch={dispatch.clone()}
                />
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct PaneButtonProps {
    name: &'static str,
    picture: Icon,
    open: bool,
    onclick: Callback<MouseEvent>,
}

/// Shows or hides a part at the side.
#[component]
fn PaneButton(props: &PaneButtonProps) -> Html {
    html! {
        <button
            class={classes!("button", "button-icon", "button-bare", "pane-button")}
            type="button"
            aria-label={props.name}
            title={props.name}
            aria-expanded={props.open.to_string()}
            onclick={props.onclick.clone()}
        >
            { icon(props.picture) }
        </button>
    }
}

fn panel(props: &ViewsProps) -> Html {
    let ViewsProps { file, state, dispatch, .. } = props;
    match state.view {
        View::Image => {
            let grid = ImageGridProps::of(file.serial, state, dispatch.clone());
            html! {
                <>
                    <Pinned
                        view={state.pins.clone()}
                        position={state.position}
                        dispatch={dispatch.clone()}
                    />
                    <ImageGrid ..grid />
                </>
            }
        }
        View::Batches => html! {
            <BatchesGrid
                file={file.serial}
                view={state.batches.clone()}
                filter={state.filter.text.clone()}
                behind={state.batches_are_behind()}
                dispatch={dispatch.clone()}
            />
        },
        View::Plot => html! {
            <Plot
                view={state.plot.clone()}
                selected={state.selected.clone()}
                extent={state.extent()}
                visible={state.visible()}
                range={state.preview.or(state.range)}
                position={state.position}
                theme={state.theme}
                dispatch={dispatch.clone()}
            />
        },
        View::Statistics => html! {
            <StatisticsPanel
                file={file.serial}
                summary={file.summary.clone()}
                view={state.statistics.clone()}
                filter={state.filter.text.clone()}
                dispatch={dispatch.clone()}
            />
        },
        View::Compare => html! {
            <ComparePanel
                file={file.serial}
                view={state.compare.clone()}
                position={state.position}
                filter={state.filter.text.clone()}
                behind={state.compare_is_behind()}
                dispatch={dispatch.clone()}
            />
        },
        View::Find => html! {
            <FindPanel
                file={file.serial}
                view={state.find.clone()}
                filter={state.filter.text.clone()}
                behind={state.find_is_behind()}
                dispatch={dispatch.clone()}
            />
        },
        View::Problems => html! { <Problems
            file={file.clone()}
            shown={state.shown.clone()}
            verify={state.verify.clone()}
            dispatch={dispatch.clone()}
        /> },
    }
}

fn tab_id(view: View) -> String {
    format!("tab-{}", view.key())
}

fn panel_id(view: View) -> String {
    format!("panel-{}", view.key())
}

#[derive(Properties, PartialEq)]
struct TabsProps {
    view: View,
    problems: u64,
    dispatch: Dispatch,
}

/// The tabs: one stop for the Tab key, arrows move between them.
#[component]
fn Tabs(props: &TabsProps) -> Html {
    let onkeydown = {
        let dispatch = props.dispatch.clone();
        let view = props.view;
        Callback::from(move |event: KeyboardEvent| {
            if let Some(next) = key_view(&event.key(), view) {
                event.prevent_default();
                dispatch.dispatch(Action::Show(next));
                let tab = document().get_element_by_id(&tab_id(next));
                if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
                    // Focus that cannot be moved stays, which is no harm.
                    let _ = tab.focus();
                }
            }
        })
    };
    // On a phone not all of them fit.
    let tabs = use_node_ref();
    let room = use_size(&tabs);
    use_effect_with((props.view, room), |(view, _)| bring_into_view(*view));
    let tab = |view: View| {
        let dispatch = props.dispatch.clone();
        let onclick = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Show(view)));
        let is_chosen = view == props.view;
        html! {
            <button
                key={view.key()}
                id={tab_id(view)}
                class="tab"
                type="button"
                role="tab"
                aria-selected={is_chosen.to_string()}
                aria-controls={is_chosen.then(|| panel_id(view))}
                tabindex={if is_chosen { "0" } else { "-1" }}
                {onclick}
            >
                { view.name() }
                if view == View::Problems && props.problems > 0 {
                    <span class="badge" aria-hidden="true">
                        { format::thousands(props.problems) }
                    </span>
                }
            </button>
        }
    };
    html! {
        <div ref={tabs} class="tabs" role="tablist" aria-label="Views" {onkeydown}>
            { for View::ALL.into_iter().map(tab) }
        </div>
    }
}

/// Scrolls the tabs, and nothing else, until that of a view is in their middle.
fn bring_into_view(view: View) {
    let tab = document().get_element_by_id(&tab_id(view));
    if let Some((tabs, tab)) = tab.and_then(|tab| Some((tab.parent_element()?, tab))) {
        let [around, it] = [&tabs, &tab].map(Element::get_bounding_client_rect);
        let off = it.left() + it.width() / 2.0 - around.left() - around.width() / 2.0;
        tabs.set_scroll_left(tabs.scroll_left() + off as i32);
    }
}

/// The view that a key chooses.
fn key_view(key: &str, view: View) -> Option<View> {
    let here = View::ALL.iter().position(|it| *it == view)?;
    let count = View::ALL.len();
    let there = match key {
        "ArrowRight" => (here + 1) % count,
        "ArrowLeft" => (here + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return None,
    };
    View::ALL.get(there).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round() {
        assert_eq!(key_view("ArrowLeft", View::ALL[0]), View::ALL.last().copied());
        assert_eq!(key_view("ArrowRight", View::ALL[View::ALL.len() - 1]), Some(View::ALL[0]));
        assert_eq!(key_view("End", View::Image), Some(View::Problems));
        assert_eq!(key_view("x", View::Image), None);
    }
}
