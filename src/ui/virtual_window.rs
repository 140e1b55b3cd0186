//! Which rows of a long table exist.
//!
//! ```text
//!  0 ┌──────────────┐             scroll space: what the scroll bar sees
//!    │              │
//!  scroll ──────────┤ ─ top ──▶   rows that are in view (and a few more)
//!    │   viewport   │
//!    ├──────────────┤
//!    │              │
//!    └──────────────┘ space       full height: rows × row height
//! ```
//!
//! A browser cannot make an element of a million rows: the space is cut to [`MAX_SPACE`] pixels.
//! `scroll` is a position in that space, `top` one in the full height. Where the space is cut,
//! a jump of the scroll bar moves `top` in proportion, while a wheel or a finger moves it pixel by
//! pixel as everywhere; the caller brings `scroll` back in line with `top` once things are quiet.
//! Both ends of one are always both ends of the other, so the last row is always reached.

use std::ops::Range;

/// The tallest element that every browser lays out exactly: Firefox stops short of 18 million
/// pixels, others at 33.
pub const MAX_SPACE: f64 = 15_000_000.0;

/// Rows that exist above and below those in view. Each costs something whenever the position moves.
const OVERSCAN: u32 = 4;

/// Windows of rows are asked for in multiples of this, so that small movements ask for nothing.
const QUANTUM: u32 = 64;

/// A table of rows of equal height behind a viewport.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VirtualWindow {
    /// How many rows there are.
    pub rows: u32,
    /// How high each is, in CSS pixels.
    pub row_height: f64,
    /// How high the viewport is, in CSS pixels.
    pub viewport: f64,
}

impl VirtualWindow {
    /// All rows.
    pub fn full_height(&self) -> f64 {
        f64::from(self.rows) * self.row_height
    }

    /// How high the scrolled element is.
    pub fn space(&self) -> f64 {
        self.full_height().min(MAX_SPACE)
    }

    /// The largest `top`.
    pub fn max_top(&self) -> f64 {
        (self.full_height() - self.viewport).max(0.0)
    }

    fn max_scroll(&self) -> f64 {
        (self.space() - self.viewport).max(0.0)
    }

    /// Whether the space is cut.
    pub fn is_cut(&self) -> bool {
        self.full_height() > MAX_SPACE
    }

    /// The scroll position that stands for `top`.
    pub fn scroll_of(&self, top: f64) -> f64 {
        if self.is_cut() { top / self.max_top() * self.max_scroll() } else { top }
    }

    /// The `top` after the scroll position went from `before` to `now`.
    pub fn scrolled(&self, top: f64, before: f64, now: f64) -> f64 {
        let moved = now - before;
        let at_an_end = now <= 0.0 || now >= self.max_scroll() - 1.0;
        let top = if !self.is_cut() {
            now
        } else if at_an_end || moved.abs() > 2.0 * self.viewport {
            now / self.max_scroll() * self.max_top()
        } else {
            top + moved
        };
        // The browser's positions are whole pixels, the ends of ours need not be.
        if now >= self.max_scroll() - 1.0 { self.max_top() } else { top.clamp(0.0, self.max_top()) }
    }

    /// The rows in view, those cut by an edge included.
    pub fn in_view(&self, top: f64) -> Range<u32> {
        let first = (top / self.row_height) as u32;
        let end = ((top + self.viewport) / self.row_height).ceil() as u32;
        first.min(self.rows)..end.min(self.rows)
    }

    /// The rows that exist: always as many, as long as there are so many.
    pub fn rendered(&self, top: f64) -> Range<u32> {
        let start = self.in_view(top).start.saturating_sub(OVERSCAN);
        let end = start.saturating_add(self.slots()).min(self.rows);
        end.saturating_sub(self.slots())..end
    }

    /// How many elements show rows. A row that comes into view takes the element of one that left
    /// it: row `n` is in element `n % slots`. To make elements anew costs three times as much.
    pub fn slots(&self) -> u32 {
        (self.viewport / self.row_height).ceil() as u32 + 1 + 2 * OVERSCAN
    }

    /// Where in the scroll space a row is, while `top` is at `scroll`.
    pub fn y(&self, row: u32, top: f64, scroll: f64) -> f64 {
        f64::from(row) * self.row_height - top + scroll
    }

    /// The `top` nearest to this one that has all of `row` in view.
    pub fn reveal(&self, top: f64, row: u32) -> f64 {
        let upper = f64::from(row) * self.row_height;
        let lower = upper + self.row_height - self.viewport;
        let revealed = if top > upper {
            upper
        } else if top < lower {
            lower
        } else {
            top
        };
        revealed.clamp(0.0, self.max_top())
    }

    /// How many whole rows are in view; at least one.
    pub fn page(&self) -> u32 {
        ((self.viewport / self.row_height) as u32).max(1)
    }
}

/// Rows to ask for: a first and a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowWindow {
    /// The first row.
    pub first: u32,
    /// How many.
    pub count: u32,
}

impl RowWindow {
    /// Until it is known how much is in view.
    pub const INITIAL: Self = Self { first: 0, count: 2 * QUANTUM };

    /// A window around the rows in view, with as much again before and after, in whole quanta.
    pub fn around(in_view: Range<u32>) -> Self {
        let margin = (in_view.end - in_view.start).max(QUANTUM / 2);
        let first = in_view.start.saturating_sub(margin) / QUANTUM * QUANTUM;
        let end = in_view.end.saturating_add(margin).div_ceil(QUANTUM).saturating_mul(QUANTUM);
        Self { first, count: end - first }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: u32) -> VirtualWindow {
        VirtualWindow { rows, row_height: 28.0, viewport: 560.0 }
    }

    #[test]
    fn a_short_table_scrolls_as_any_element() {
        let table = table(100_000);
        assert!(!table.is_cut());
        assert_eq!(table.space(), 2_800_000.0);
        assert_eq!(table.scrolled(5.0, 5.0, 280.0), 280.0);
        assert_eq!(table.in_view(280.0), 10..30);
        assert_eq!(table.in_view(281.0), 10..31);
        assert_eq!(table.rendered(280.0), 6..35);
        assert_eq!(table.y(10, 280.0, 280.0), 280.0);
    }

    #[test]
    fn the_last_of_a_million_rows_is_reached_exactly() {
        for row_height in [28.0, 56.0] {
            let table = VirtualWindow { rows: 1_000_000, row_height, viewport: 555.0 };
            assert_eq!(table.space(), MAX_SPACE);
            let end = MAX_SPACE - 555.0;
            let top = table.scrolled(0.0, 0.0, end);
            assert_eq!(top, table.max_top());
            assert_eq!(table.in_view(top).end, 1_000_000);
            // Its lower edge is the lower edge of the space.
            let lower = table.y(999_999, top, end) + row_height;
            assert!((lower - MAX_SPACE).abs() < 0.01, "{lower}");
            assert_eq!(table.scrolled(top, end, 0.0), 0.0);
        }
    }

    #[test]
    fn as_many_rows_exist_everywhere_and_all_in_view_are_among_them() {
        let table = VirtualWindow { viewport: 555.0, ..table(1_000) };
        for step in 0..4_000 {
            let top = (f64::from(step) * 7.0).min(table.max_top());
            let rendered = table.rendered(top);
            assert_eq!(rendered.end - rendered.start, table.slots(), "at {top}");
            let in_view = table.in_view(top);
            assert!(rendered.start <= in_view.start && in_view.end <= rendered.end, "at {top}");
        }
    }

    #[test]
    fn a_cut_table_moves_pixel_by_pixel() {
        let table = table(1_000_000);
        let top = table.scrolled(14_000_000.0, 7_500_000.0, 7_500_100.0);
        assert_eq!(top, 14_000_100.0);
        let realigned = table.scroll_of(top);
        assert!(table.scrolled(top, realigned, realigned) == top);
        // Every row can be brought into view.
        for row in [0, 1, 19, 20, 499_999, 999_979, 999_980, 999_998, 999_999] {
            let top = table.reveal(14_000_000.0, row);
            let in_view = table.in_view(top);
            assert!(in_view.contains(&row), "{row} not in {in_view:?}");
            assert!(table.scroll_of(top) <= table.max_scroll());
        }
    }

    #[test]
    fn revealing_moves_no_more_than_needed() {
        let table = table(1_000);
        assert_eq!(table.reveal(280.0, 10), 280.0);
        assert_eq!(table.reveal(280.0, 9), 252.0);
        assert_eq!(table.reveal(280.0, 30), 308.0);
        assert_eq!(table.page(), 20);
    }

    #[test]
    fn empty_and_tiny_tables() {
        let table = table(0);
        assert_eq!(table.rendered(table.scrolled(0.0, 0.0, 0.0)), 0..0);
        let flat = VirtualWindow { rows: 3, row_height: 28.0, viewport: 0.0 };
        assert_eq!(flat.page(), 1);
        assert_eq!(flat.rendered(0.0), 0..3);
    }

    #[test]
    fn windows_are_quantised_and_wider_than_the_view() {
        assert_eq!(RowWindow::around(0..20), RowWindow { first: 0, count: 64 });
        assert_eq!(RowWindow::around(100..120), RowWindow { first: 64, count: 128 });
        assert_eq!(RowWindow::around(101..121), RowWindow::around(100..120));
        let last = RowWindow::around(u32::MAX - 20..u32::MAX);
        assert!(last.first <= u32::MAX - 52);
    }
}
