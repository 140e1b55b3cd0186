//! The whole page: owns the state and lays out its parts.

use super::dialogs::Dialogs;
use super::empty::Empty;
use super::files::{Dropped, Files, Notices, Opener, RecordingPane};
use super::follow::ChooseAgain;
use super::header::Header;
use super::hooks::{
    keep_single_keys_off, single_keys_off, use_file_drop, use_follow, use_hash, use_keys,
    use_later, use_playback, use_requests, use_wide,
};
use super::messages::{Alert, DropTarget, Status};
use super::save_as::SaveAs;
use super::state::State;
use super::theme::Theme;
use super::timeline::Timeline;
use super::transport::Transport;
use super::url::Link;
use super::views::Views;
use super::zone::Zone;
use gloo::utils::{document, window};
use yew::prelude::*;

/// What the browser calls the page: what is open comes first, as a tab has room for little.
fn title(open: Option<&str>) -> String {
    const PAGE: &str = "Netidx Archive Viewer";
    open.map_or_else(|| PAGE.to_owned(), |name| format!("{name} – {PAGE}"))
}

/// The page.
#[component]
pub fn App() -> Html {
    let state = use_reducer(|| {
        let hash = window().location().hash().unwrap_or_default();
        let mut state = State::new(Link::parse(&hash), Theme::kept(), Zone::kept());
        state.single_keys_off = single_keys_off();
        state
    });
    let client = use_requests(&state);
    let opener = Opener::new(client.clone(), state.dispatcher());
    use_follow(&state, &opener);
    use_hash(&state);
    use_playback(&state);
    use_wide(state.dispatcher());
    use_keys(&state);
    use_effect_with(state.theme, |theme| theme.apply());
    use_effect_with(state.single_keys_off, |off| keep_single_keys_off(*off));
    use_effect_with(state.zone, |zone| zone.keep());
    let open = state.file.as_ref().map(|file| file.summary.name.clone());
    use_effect_with(open, |open| document().set_title(&title(open.as_deref())));

    let dispatch = state.dispatcher();
    {
        let opener = opener.clone();
        use_effect_with((), move |()| opener.address());
    }
    {
        let (opener, files) = (opener.clone(), state.files.clone());
        use_effect_with(state.restored, move |restored| {
            if let Some(files) = files.filter(|_| *restored > 0) {
                opener.add_again(files);
            }
        });
    }
    let on_files = use_callback(opener.clone(), |files: Dropped, opener| opener.dropped(files));
    let hovering = use_file_drop(on_files);

    let extent = state.extent();
    // To make all of the page at once takes longer than a frame. It is open once all of it is there.
    let is_whole = use_later(state.file.is_some());
    let is_open = is_whole || state.file.is_none();
    html! {
        <ContextProvider<Zone> context={state.zone}>
            <Header
                file={state.file.clone()}
                files={state.files.clone()}
                list_shown={state.panes.recording}
                theme={state.theme}
                opener={opener.clone()}
                dispatch={dispatch.clone()}
            />
            <main class={classes!("page", state.file.is_none().then_some("page-empty"))}>
                <Alert
                    message={state.alert.clone()}
                    choose_again={state.choose_again}
                    dispatch={dispatch.clone()}
                />
                if let Some(file) = state.file.clone() {
                    <Timeline
                        {extent}
                        file={state.file.clone()}
                        position={state.position}
                        playing={state.playback.playing}
                        zoom={state.zoom}
                        range={state.preview.or(state.range)}
                        density={state.density.clone()}
                        overview={state.overview.clone()}
                        found={state.find_marks()}
                        log={state.log}
                        zone={state.zone}
                        theme={state.theme}
                        dispatch={dispatch.clone()}
                    />
                    <Transport
                        position={state.position}
                        error={state.seeking.error.clone()}
                        playback={state.playback.clone()}
                        step={state.step.clone()}
                        has_path={state.selected.is_some()}
                        follows={state.follow.on}
                        {dispatch}
                    />
                    if state.follow.on && !state.follow.live {
                        <ChooseAgain
                            name={file.summary.name.clone()}
                            in_folder={state.files.as_ref().is_some_and(Files::are_several)}
                            opener={opener.clone()}
                        />
                    }
                    <Notices file={file.clone()} opener={opener.clone()} />
                    if is_whole {
                        <Views
                            {file}
                            state={(*state).clone()}
                            opener={opener.clone()}
                            dispatch={state.dispatcher()}
                        />
                    }
                } else {
                    if let Some(files) = state.files.clone().filter(|_| state.panes.recording) {
                        <RecordingPane
                            coming={state.coming()}
                            file={None}
                            adding={None}
                            {files}
                            opener={opener.clone()}
                            dispatch={state.dispatcher()}
                        />
                    }
                    <Empty opener={opener.clone()} opening={state.opening.clone()} />
                }
            </main>
            <Status
                status={if is_open { state.status.clone() } else { AttrValue::default() }}
                file={state.file.clone()}
                left={state.scan.left}
                {opener}
                opening={state.opening.clone()}
                rows={state.rows()}
            />
            <SaveAs
                shown={state.save_as}
                file={state.file.clone()}
                client={client}
                dispatch={state.dispatcher()}
            />
            if state.help || state.palette {
                <Dialogs state={(*state).clone()} dispatch={state.dispatcher()} />
            }
            <DropTarget {hovering} />
        </ContextProvider<Zone>>
    }
}
