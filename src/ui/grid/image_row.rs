//! The cells of one row of the image.

use super::columns::Columns;
use crate::format::split_last;
use crate::protocol::ImageRow;
use crate::time::{Span, Timestamp};
use crate::ui::format;
use crate::ui::state::Shown;
use crate::ui::zone::{Zone, use_zone};
use std::rc::Rc;
use yew::prelude::*;

/// A longer text is not repeated for the pointer to hover over.
const LONGEST_TITLE: usize = 1_000;
/// A shorter one is never cut: a column is at least so wide, unless a person wants it narrower.
const SHORTEST_TITLE: usize = 7;

/// Which row of what is shown.
#[derive(Properties)]
pub struct CellsProps {
    /// Counted from 0.
    pub index: u32,
    /// The rows that are there; this one may not be among them yet.
    pub shown: Option<Rc<Shown>>,
    /// How much time passes while it can be read, where the playhead moves by itself: then changes
    /// light up, and ages are told no finer.
    pub grain: Option<Span>,
    /// In which order the cells stand.
    pub columns: Rc<Columns>,
}

impl CellsProps {
    fn row(&self) -> Option<&ImageRow> {
        self.shown.as_ref()?.row(self.index)
    }

    fn age(&self) -> Option<Span> {
        let age = self.shown.as_ref()?.page.at.since(self.row()?.updated);
        Some(self.grain.map_or(age, |grain| told(age, grain)))
    }
}

/// An age that is told no finer than `grain`. Ages of which every frame brings another one cannot be
/// read, and cost more than all the rest of the rows.
fn told(age: Span, grain: Span) -> Span {
    let (age, grain) = (age.nanos(), grain.nanos().max(1));
    Span::from_nanos(age / grain * grain)
}

impl PartialEq for CellsProps {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
            && self.grain == other.grain
            && self.columns == other.columns
            && self.age() == other.age()
            && self.row() == other.row()
    }
}

/// The cells of a row. Before its values are there they are empty.
#[component]
pub fn Cells(props: &CellsProps) -> Html {
    let zone = use_zone();
    let last = use_mut_ref(Lit::default);
    let Some(row) = props.row() else {
        return html! { <>{ pending() }<div class="cell cell-age" role="gridcell" /></> };
    };
    let lit = last.borrow_mut().next(row, props.grain.is_some());
    let age = props.age().map(format::duration);
    let cell = |nth: usize| match nth {
        0 => path_cell(row),
        1 => html! { <div class="cell cell-type" role="gridcell">{ &row.kind }</div> },
        2 => value_cell(row, lit),
        3 => time_cell(row.updated, zone),
        _ => html! { <div class="cell cell-age" role="gridcell">{ age.clone() }</div> },
    };
    props.columns.order().map(cell).collect()
}

/// Cells without values yet.
pub fn pending() -> Html {
    html! {
        <>
            <div class="cell cell-path cell-pending" role="gridcell" />
            <div class="cell cell-type" role="gridcell" />
            <div class="cell cell-value" role="gridcell" />
            <div class="cell cell-updated" role="gridcell" />
        </>
    }
}

/// A path; where there is no room for all of it, its beginning is cut, which tells rows apart least.
pub fn path_parts(path: &str) -> Html {
    let (parent, name) = split_last(path);
    html! {
        <>
            <span class="path-parent"><bdi dir="ltr">{ format::shown(parent) }</bdi></span>
            <span class="path-name">{ format::shown(name) }</span>
        </>
    }
}

/// The cell of the path.
pub fn path_cell(row: &ImageRow) -> Html {
    let path = match &row.path {
        Some(path) => path_parts(path),
        None => html! { <span class="path-none">{ format!("#{} (no path)", row.id) }</span> },
    };
    html! {
        <div class="cell cell-path" role="gridcell" title={row.path.as_deref().map(format::shown).and_then(|path| title(&path))}>
            { path }
        </div>
    }
}

/// Which row it was, and how it lit up.
#[derive(Debug, Default)]
struct Lit {
    row: Option<(u32, Timestamp)>,
    odd: bool,
}

impl Lit {
    /// How a row lights up that may be another one, or changed. Two styles take turns, so that one
    /// change after the other begins anew.
    fn next(&mut self, row: &ImageRow, flash: bool) -> Option<&'static str> {
        let now = (row.id, row.updated);
        let before = self.row.replace(now);
        let changed = before.is_some_and(|(id, time)| id == row.id && time < row.updated);
        if !(flash && changed) {
            return None;
        }
        self.odd = !self.odd;
        Some(if self.odd { "lit-odd" } else { "lit-even" })
    }
}

/// A value of a type.
pub fn typed_cell(kind: &str, value: &str) -> Html {
    html! {
        <div class={classes!("cell", "cell-value", value_class(kind))} role="gridcell" title={title(value)}>
            { value }
        </div>
    }
}

/// Some text.
pub fn text_cell(text: String) -> Html {
    html! { <div class="cell" role="gridcell">{ text }</div> }
}

/// The value.
pub fn value_cell(row: &ImageRow, lit: Option<&'static str>) -> Html {
    html! {
        <div
            class={classes!("cell", "cell-value", value_class(&row.kind), lit)}
            role="gridcell"
            title={title(&row.value)}
        >
            { &row.value }
        </div>
    }
}

/// How a value of a type looks.
pub fn value_class(kind: &str) -> Option<&'static str> {
    match kind {
        "unsubscribed" => Some("value-unsubscribed"),
        "null" => Some("value-null"),
        "error" | "unreadable" => Some("value-error"),
        _ => None,
    }
}

/// A time with all its digits.
pub fn time_cell(time: Timestamp, zone: Zone) -> Html {
    let [date, t, clock, fraction] = zone.parts(time);
    html! {
        <div class="cell cell-updated" role="gridcell">
            <span class="dim">{ date }{ t }</span>
            { clock }
            <span class="dim">{ fraction }</span>
        </div>
    }
}

fn title(text: &str) -> Option<AttrValue> {
    (SHORTEST_TITLE..=LONGEST_TITLE).contains(&text.len()).then(|| text.to_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::ImagePage;
    use crate::query::value_filter::Order;

    #[test]
    fn while_it_plays_ages_are_told_as_fine_as_can_be_read() {
        let millis = |n: i64| Span::from_nanos(n * 1_000_000);
        assert_eq!(told(millis(1_234), millis(100)), millis(1_200));
        assert_eq!(told(millis(99), millis(100)), millis(0));
        assert_eq!(told(millis(1_234), Span::from_nanos(0)), millis(1_234));
        let at = |nanos: i64, grain: Option<Span>| {
            let rows = vec![ImageRow::default()];
            let at = Timestamp::from_nanos(nanos);
            let page = ImagePage { at, total: 1, first: 0, rows, problems: Vec::new() };
            let (filter, values) = (AttrValue::default(), AttrValue::default());
            let shown = Shown { filter, values, order: Order::default(), page };
            let columns = Rc::new(Columns::new(5));
            CellsProps { index: 0, shown: Some(Rc::new(shown)), grain, columns }
        };
        let grain = Some(millis(100));
        assert!(at(100_000_000, grain) == at(116_000_000, grain), "nothing is drawn anew");
        assert!(at(100_000_000, grain) != at(200_000_000, grain));
        assert!(at(100_000_000, None) != at(116_000_000, None));
    }

    #[test]
    fn what_changed_lights_up_and_what_came_does_not() {
        let row = |id, seconds: i64| ImageRow {
            id,
            updated: Timestamp::from_nanos(seconds),
            ..ImageRow::default()
        };
        let mut lit = Lit::default();
        assert_eq!(lit.next(&row(1, 1), true), None, "it came into view");
        assert_eq!(lit.next(&row(1, 1), true), None);
        assert_eq!(lit.next(&row(1, 2), true), Some("lit-odd"));
        assert_eq!(lit.next(&row(1, 3), true), Some("lit-even"));
        assert_eq!(lit.next(&row(2, 4), true), None, "another row");
        assert_eq!(lit.next(&row(2, 5), false), None, "nothing plays");
        assert_eq!(lit.next(&row(2, 1), true), None, "back in time");
    }
}
