//! What keys do wherever no field is being written in, and what the help says of them.

use super::state::{Action, Movement, State, View};

/// A key and what it does, for the help and the palette.
pub struct Command {
    /// The keys, as they are written on them.
    pub keys: &'static str,
    /// What it does, in words.
    pub name: &'static str,
    /// What is done; depends on what the page shows.
    pub action: fn(&State) -> Action,
}

/// All commands, in the order of the help.
pub const COMMANDS: [Command; 29] = [
    command("Space", "Play or pause", |state| Action::Play(!state.playback.playing)),
    command(".", "Next batch", |_| Action::Move(Movement::Batches(1))),
    command(",", "Previous batch", |_| Action::Move(Movement::Batches(-1))),
    command(">", "Next change of the selected path", |_| {
        Action::Move(Movement::Change { forward: true })
    }),
    command("<", "Previous change of the selected path", |_| {
        Action::Move(Movement::Change { forward: false })
    }),
    command("Shift+Home", "Beginning", |_| Action::GoToBeginning),
    command("Shift+End", "End", |_| Action::Move(Movement::Expression("end".into()))),
    command("l", "Loop on or off", |state| Action::Loop(!state.playback.looped)),
    command("f", "Follow the file as it grows, or not", |state| {
        Action::FollowEnd(!state.follow.on)
    }),
    command("[", "Select from here", |_| Action::RangeStart),
    command("]", "Select up to here", |_| Action::RangeEnd),
    command("\\", "Select everything", |_| Action::Range(None)),
    command("Ctrl+Z", "Undo the last selection of a time", |_| Action::Undo),
    command("+", "Zoom in", |_| Action::ZoomBy(0.5)),
    command("-", "Zoom out", |_| Action::ZoomBy(2.0)),
    command("0", "Zoom to the whole file", |_| Action::Zoom(None)),
    command("1", "Show the image", |_| Action::Show(View::Image)),
    command("2", "Show the batches", |_| Action::Show(View::Batches)),
    command("3", "Show the plot", |_| Action::Show(View::Plot)),
    command("4", "Show the statistics", |_| Action::Show(View::Statistics)),
    command("5", "Show the problems", |_| Action::Show(View::Problems)),
    command("n", "Show or hide the paths", |state| Action::ShowNamespace(!state.panes.namespace)),
    command("d", "Show or hide the details", |state| Action::ShowDetails(!state.panes.details)),
    command("p", "Add the selected path to the plot, or remove it", |state| {
        state
            .selected
            .clone()
            .map_or(Action::Say("No path is selected".into()), Action::TogglePlotted)
    }),
    command("g", "Heights logarithmic or linear", |state| Action::Log(!state.log)),
    command("u", "Local time or UTC", |state| Action::Local(!state.local)),
    command("e", "Save as: an indexed or a compressed copy", |_| Action::SaveAs(true)),
    command("t", "Light, dark or as the system has it", |state| Action::Theme(state.theme.next())),
    command("?", "Show the keys", |_| Action::Help(true)),
];

const fn command(keys: &'static str, name: &'static str, action: fn(&State) -> Action) -> Command {
    Command { keys, name, action }
}

/// A key as it was pressed.
pub struct Pressed<'k> {
    /// What the key says.
    pub key: &'k str,
    /// Ctrl, or Cmd on a Mac.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
}

/// What a key does where no field takes it.
pub fn action_of(pressed: &Pressed<'_>, state: &State) -> Option<Action> {
    let Pressed { key, ctrl, alt, shift } = *pressed;
    if alt {
        return None;
    }
    if ctrl {
        return match key {
            "z" => Some(Action::Undo),
            "k" => Some(Action::Palette(true)),
            _ => None,
        };
    }
    let written = match key {
        " " => "Space".to_owned(),
        "=" => "+".to_owned(),
        "Home" | "End" if shift => format!("Shift+{key}"),
        key => key.to_owned(),
    };
    let found = COMMANDS.iter().find(|command| command.keys == written)?;
    // Without a file there is little to do.
    (state.file.is_some() || ["?", "t"].contains(&key)).then(|| (found.action)(state))
}

/// The field that a key goes to, by the id of its element.
pub fn field_of(pressed: &Pressed<'_>) -> Option<&'static str> {
    match (pressed.key, pressed.ctrl || pressed.alt) {
        ("/", false) => Some("filter"),
        ("s", false) => Some("seek"),
        ("v", false) => Some("values"),
        _ => None,
    }
}

/// The keys of the fields, for the help.
pub const FIELDS: [(&str, &str); 4] = [
    ("/", "Write a filter of paths"),
    ("v", "Write conditions on values"),
    ("s", "Write where to go"),
    ("Ctrl+K", "Find a command"),
];

/// The commands whose names have every word of a text in them.
pub fn found(text: &str) -> Vec<&'static Command> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let matches = |command: &&Command| {
        let name = command.name.to_lowercase();
        words.iter().all(|word| name.contains(word))
    };
    COMMANDS.iter().filter(matches).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things() {
        for (nth, command) in COMMANDS.iter().enumerate() {
            let same = COMMANDS[..nth].iter().find(|it| it.keys == command.keys);
            assert!(same.is_none(), "{}", command.keys);
        }
    }

    #[test]
    fn keys_do_what_the_help_says() {
        let state = State::default();
        let press =
            |key: &str, ctrl| action_of(&Pressed { key, ctrl, alt: false, shift: false }, &state);
        assert_eq!(press("?", false), Some(Action::Help(true)));
        assert_eq!(press("k", true), Some(Action::Palette(true)));
        // Without a file there is nothing to play.
        assert_eq!(press(" ", false), None);
        assert_eq!(press("a", true), None);
        let slash = Pressed { key: "/", ctrl: false, alt: false, shift: false };
        assert_eq!(field_of(&slash), Some("filter"));
    }

    #[test]
    fn the_palette_finds_by_words() {
        let names = |text: &str| found(text).iter().map(|it| it.name).collect::<Vec<_>>();
        assert_eq!(names("zoom whole"), ["Zoom to the whole file"]);
        assert_eq!(names("").len(), COMMANDS.len());
        assert!(names("nothing like it").is_empty());
    }
}
