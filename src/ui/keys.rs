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
pub const COMMANDS: [Command; 34] = [
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
    command("6", "Show the hits of Find", |_| Action::Show(View::Find)),
    command("7", "Show what differs between two times", |_| Action::Show(View::Compare)),
    command("m", "Compare with here", |_| Action::CompareHere),
    command("n", "Next hit of Find", |_| Action::Hit { forward: true }),
    command("Shift+N", "Previous hit of Find", |_| Action::Hit { forward: false }),
    command("b", "Show or hide the paths", |state| Action::ShowNamespace(!state.panes.namespace)),
    command("d", "Show or hide the details", |state| Action::ShowDetails(!state.panes.details)),
    command("p", "Add the selected path to the plot, or remove it", |state| {
        state
            .selected
            .clone()
            .map_or(Action::Say("No path is selected".into()), Action::TogglePlotted)
    }),
    command("g", "Heights logarithmic or linear", |state| Action::Log(!state.log)),
    command("u", "Local time or UTC", |state| Action::Zone(state.zone.other())),
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

impl Pressed<'_> {
    /// The same without what only writes the key: many keyboards write signs such as `[` with AltGr
    /// (on Windows Ctrl and Alt) or Option.
    fn as_written(&self) -> Self {
        let mut signs = self.key.chars();
        let is_sign = matches!((signs.next(), signs.next()),
            (Some(sign), None) if !sign.is_alphanumeric() && sign != ' ');
        let writes = self.alt && is_sign;
        Pressed { ctrl: self.ctrl && !writes, alt: self.alt && !writes, ..*self }
    }
}

/// The letter on a key of a keyboard whose letters are not Latin, by the code of the key.
pub fn latin(key: &str, code: &str) -> Option<String> {
    let mut letters = key.chars();
    let is_letter = matches!((letters.next(), letters.next()),
        (Some(letter), None) if letter.is_alphabetic() && !letter.is_ascii());
    code.strip_prefix("Key").filter(|_| is_letter).map(str::to_ascii_lowercase)
}

/// What a key does where no field takes it.
pub fn action_of(pressed: &Pressed<'_>, state: &State) -> Option<Action> {
    let pressed = &pressed.as_written();
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
    // Whoever speaks to the page, or leans on the keyboard, may not want single keys to do anything.
    if state.single_keys_off && key.chars().count() == 1 {
        return None;
    }
    let written = match key {
        " " => "Space".to_owned(),
        "=" => "+".to_owned(),
        "N" => "Shift+N".to_owned(),
        "Home" | "End" if shift => format!("Shift+{key}"),
        key => key.to_owned(),
    };
    let found = COMMANDS.iter().find(|command| command.keys == written)?;
    // Without a file there is little to do.
    (state.file.is_some() || ["?", "t"].contains(&key)).then(|| (found.action)(state))
}

/// The field that a key goes to, by the id of its element.
pub fn field_of(pressed: &Pressed<'_>, state: &State) -> Option<&'static str> {
    let pressed = &pressed.as_written();
    if state.single_keys_off {
        return None;
    }
    match (pressed.key, pressed.ctrl || pressed.alt) {
        ("/", false) => Some("filter"),
        ("s", false) => Some("seek"),
        ("v", false) => Some("values"),
        ("c", false) => Some("find"),
        _ => None,
    }
}

/// The keys of the fields, for the help.
pub const FIELDS: [(&str, &str); 5] = [
    ("/", "Write a filter of paths"),
    ("v", "Write conditions on values"),
    ("c", "Write a condition to find in time"),
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
        assert_eq!(field_of(&slash, &state), Some("filter"));
        // Switched off, only those with Ctrl do anything.
        let mut state = State::default();
        state.single_keys_off = true;
        assert_eq!((field_of(&slash, &state), action_of(&slash, &state)), (None, None));
        let question = Pressed { key: "?", ..slash };
        assert_eq!(action_of(&question, &state), None);
        let palette = Pressed { key: "k", ctrl: true, ..slash };
        assert_eq!(action_of(&palette, &state), Some(Action::Palette(true)));
    }

    #[test]
    fn signs_are_keys_however_they_are_written() {
        let state = State::default();
        let press = |key: &str, ctrl, alt| {
            let pressed = Pressed { key, ctrl, alt, shift: false };
            action_of(&pressed, &state)
        };
        // AltGr as Windows has it, Option as a Mac has it.
        assert_eq!(press("?", true, true), Some(Action::Help(true)));
        assert_eq!(press("?", false, true), Some(Action::Help(true)));
        assert_eq!(press("t", true, true), None);
        assert_eq!(press("t", false, true), None);
        assert_eq!(latin("п", "KeyG").as_deref(), Some("g"));
        assert_eq!(
            (latin("g", "KeyG"), latin("é", "Digit2"), latin("Enter", "Enter")),
            (None, None, None)
        );
    }

    #[test]
    fn the_palette_finds_by_words() {
        let names = |text: &str| found(text).iter().map(|it| it.name).collect::<Vec<_>>();
        assert_eq!(names("zoom whole"), ["Zoom to the whole file"]);
        assert_eq!(names("").len(), COMMANDS.len());
        assert!(names("nothing like it").is_empty());
    }
}
