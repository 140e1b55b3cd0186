//! What pointers do to the axis of the timeline, as plain data.
//!
//! ```text
//! down ── moved … moved ── up        with Shift: previews, and one selection at the end
//!              └── cancelled         what was there before
//! ```

use super::scale::Scale;
use super::state::Action;
use super::zoom::{self, Stretch};
use crate::time::Timestamp;

/// A pointer that goes no further than this between down and up, in CSS pixels, clicks.
pub const CLICK: f64 = 4.0;
/// A pointer that goes down no further than this from the playhead, in CSS pixels, takes hold of it.
const GRIP: f64 = 8.0;

/// The axis that pointers move.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    /// Time to pixels.
    pub scale: Scale,
    /// The first and the last time.
    pub whole: Stretch,
    /// The playhead.
    pub position: Timestamp,
}

/// The pointers that are down, and what they move.
#[derive(Debug, Default, PartialEq)]
pub struct Hand {
    fingers: Vec<(i32, f64)>,
    drag: Drag,
}

/// What a single pointer moves.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum Drag {
    #[default]
    Nothing,
    /// The playhead.
    Playhead {
        /// Where it was before.
        before: Timestamp,
    },
    /// What is visible: it is moved along, or clicked at.
    Axis {
        /// Where the pointer went down.
        at: f64,
        /// What was visible then.
        visible: Stretch,
        /// Whether it went further than a click does.
        moved: bool,
    },
    /// The end of a selection.
    Range {
        /// Where the pointer went down.
        at: f64,
        /// Where it is, once it went further than a click does.
        to: Option<f64>,
    },
}

impl Hand {
    /// Whether a pointer is down.
    pub fn holds(&self, id: i32) -> bool {
        self.fingers.iter().any(|(finger, _)| *finger == id)
    }

    /// A pointer goes down.
    pub fn down(&mut self, id: i32, x: f64, shift: bool, axis: &Axis) -> Option<Action> {
        self.fingers.push((id, x));
        if self.fingers.len() > 1 {
            let given_up = matches!(self.drag, Drag::Range { .. });
            self.drag = Drag::Nothing;
            return given_up.then_some(Action::Preview(None));
        }
        self.drag = if shift { Drag::Range { at: x, to: None } } else { hit(axis, x) };
        matches!(self.drag, Drag::Playhead { .. }).then(|| Action::GoTo(axis.scale.time(x)))
    }

    /// A pointer that is down moves.
    pub fn moved(&mut self, id: i32, x: f64, axis: &Axis) -> Option<Action> {
        let Axis { scale, whole, .. } = *axis;
        let part = |(_, x): &(i32, f64)| x / scale.width();
        let was: Vec<f64> = self.fingers.iter().map(part).collect();
        self.fingers.iter_mut().find(|it| it.0 == id)?.1 = x;
        let now: Vec<f64> = self.fingers.iter().map(part).collect();
        if let ([a, b], [c, d]) = (&was[..], &now[..]) {
            let visible = (scale.from(), scale.to());
            return Some(Action::Zoom(zoom::pinched(whole, visible, [*a, *b], [*c, *d])));
        }
        match &mut self.drag {
            Drag::Nothing => None,
            Drag::Playhead { .. } => Some(Action::GoTo(scale.time(x))),
            Drag::Axis { at, visible, moved } => {
                *moved |= (x - *at).abs() > CLICK;
                let by = (*at - x) / scale.width();
                moved.then(|| Action::Zoom(zoom::panned(whole, *visible, by)))
            }
            Drag::Range { at, to } => {
                if to.is_some() || (x - *at).abs() > CLICK {
                    *to = Some(x);
                }
                (*to).map(|to| Action::Preview(Some(stretch(&scale, *at, to))))
            }
        }
    }

    /// A pointer goes up: what it did is done.
    pub fn up(&mut self, id: i32, axis: &Axis) -> Option<Action> {
        self.fingers.retain(|(finger, _)| *finger != id);
        match std::mem::take(&mut self.drag) {
            Drag::Axis { at, moved: false, .. } => Some(Action::GoTo(axis.scale.time(at))),
            Drag::Range { at, to: Some(to) } => {
                Some(Action::Range(Some(stretch(&axis.scale, at, to))))
            }
            _ => None,
        }
    }

    /// What is done so far is given up.
    pub fn cancel(&mut self) -> Option<Action> {
        match std::mem::take(self).drag {
            Drag::Nothing => None,
            Drag::Playhead { before } => Some(Action::GoTo(before)),
            Drag::Axis { visible, .. } => Some(Action::Zoom(Some(visible))),
            Drag::Range { .. } => Some(Action::Preview(None)),
        }
    }
}

fn stretch(scale: &Scale, a: f64, b: f64) -> Stretch {
    (scale.time(a.min(b)), scale.time(a.max(b)))
}

/// What a pointer that goes down takes hold of: where a part of the file is zoomed to, that part,
/// unless it is at the playhead.
fn hit(axis: &Axis, x: f64) -> Drag {
    let Axis { scale, whole, position } = *axis;
    let visible = (scale.from(), scale.to());
    let is_zoomed = whole.0 < visible.0 || visible.1 < whole.1;
    match is_zoomed && (scale.x(position) - x).abs() > GRIP {
        true => Drag::Axis { at: x, visible, moved: false },
        false => Drag::Playhead { before: position },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_nanos(micros * 1_000)
    }

    fn axis(position: i64) -> Axis {
        let scale = Scale::new(at(0), at(1_000), 100.0);
        Axis { scale, whole: (at(0), at(1_000)), position: at(position) }
    }

    #[test]
    fn the_axis_is_held_where_it_is_zoomed_and_the_playhead_is_elsewhere() {
        let held = Drag::Playhead { before: at(500) };
        assert_eq!(hit(&axis(500), 10.0), held);
        let visible = (at(400), at(600));
        let part = |position: i64| Axis {
            scale: Scale::new(visible.0, visible.1, 100.0),
            ..axis(position)
        };
        assert_eq!(hit(&part(500), 55.0), held);
        let held = Drag::Axis { at: 10.0, visible, moved: false };
        assert_eq!(hit(&part(500), 10.0), held);
        // A playhead out of view cannot be held.
        assert_eq!(hit(&part(0), 10.0), held);
    }

    #[test]
    fn a_drag_with_shift_previews_and_selects_once() {
        let axis = axis(500);
        let mut hand = Hand::default();
        assert_eq!(hand.down(1, 40.0, true, &axis), None);
        assert_eq!(hand.moved(1, 42.0, &axis), None, "a hand that shakes selects nothing");
        let to = |micros| Some(Action::Preview(Some((at(400), at(micros)))));
        assert_eq!(hand.moved(1, 60.0, &axis), to(600));
        assert_eq!(hand.moved(1, 50.0, &axis), to(500));
        assert_eq!(hand.up(1, &axis), Some(Action::Range(Some((at(400), at(500))))));
        // A click with Shift is no selection.
        hand.down(1, 40.0, true, &axis);
        assert_eq!(hand.up(1, &axis), None);
        // Backwards, given up, and given up by a second finger.
        hand.down(1, 40.0, true, &axis);
        let back = Action::Preview(Some((at(100), at(400))));
        assert_eq!(hand.moved(1, 10.0, &axis), Some(back));
        assert_eq!(hand.cancel(), Some(Action::Preview(None)));
        assert_eq!((hand.moved(1, 20.0, &axis), hand.up(1, &axis)), (None, None));
        hand.down(1, 40.0, true, &axis);
        assert_eq!(hand.down(2, 80.0, false, &axis), Some(Action::Preview(None)));
        assert!(matches!(hand.moved(2, 90.0, &axis), Some(Action::Zoom(_))));
    }

    #[test]
    fn what_is_given_up_is_as_it_was() {
        let axis = axis(500);
        let mut hand = Hand::default();
        assert_eq!(hand.down(1, 10.0, false, &axis), Some(Action::GoTo(at(100))));
        hand.moved(1, 80.0, &axis);
        assert_eq!(hand.cancel(), Some(Action::GoTo(at(500))));
        assert_eq!(hand.cancel(), None);
    }
}
