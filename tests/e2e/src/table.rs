//! Reading a grid of the page, of which only the rows in view exist.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{Node, Page};

/// One row: its number, and its cells by the names of their columns.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Row {
    /// `aria-rowindex`.
    pub index: u64,
    /// Column name to text.
    pub cells: BTreeMap<String, String>,
}

impl Row {
    /// The text of a cell; empty where there is no such column.
    pub fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// What a grid says of itself and shows now.
#[derive(Clone, Debug, Deserialize)]
pub struct Window {
    /// `aria-rowcount`.
    pub count: u64,
    /// Whether the row of column names is counted in.
    pub counts_header: bool,
    /// The rows that exist.
    pub rows: Vec<Row>,
}

impl Window {
    /// How many rows of data there are in all.
    pub fn total(&self) -> u64 {
        self.count.saturating_sub(self.counts_header.into())
    }
}

/// The rows of data that exist now, read in one go.
pub fn window(grid: &Node) -> Result<Window> {
    let read = grid.call(
        "function() {
            const text = cell => cell.getAttribute('aria-label') ?? cell.textContent;
            const all = [...this.querySelectorAll('[role=row], tr')];
            const heads = [...this.querySelectorAll('[role=columnheader], th:not([scope=row])')];
            const names = heads.map(head => head.textContent.trim());
            const header = heads[0]?.closest('[role=row], tr');
            const rows = all.filter(row => row !== header && row.hasAttribute('aria-rowindex'));
            return {
                count: Number(this.getAttribute('aria-rowcount')),
                counts_header: header?.hasAttribute('aria-rowindex') ?? false,
                rows: rows.map(row => ({
                    index: Number(row.getAttribute('aria-rowindex')),
                    cells: Object.fromEntries(
                        [...row.querySelectorAll('[role=gridcell], [role=rowheader], td, th')]
                            .map((cell, i) => [names[i] ?? `column ${i}`, text(cell)])),
                })),
            };
        }",
        &[],
    )?;
    serde_json::from_value(read.clone()).with_context(|| format!("cannot read the grid: {read}"))
}

/// Scrolls a grid (or what scrolls it) to a fraction of its height, 0 to 1.
pub fn scroll_to(grid: &Node, fraction: f64) -> Result<()> {
    grid.call(
        &format!("function(to) {{ {SCROLLER} s.scrollTop = to * s.scrollHeight }}"),
        &[fraction.into()],
    )?;
    Ok(())
}

/// Scrolls on by most of what is in view; false at the end.
fn scroll_on(grid: &Node) -> Result<bool> {
    let moved = grid.call(
        &format!(
            "function() {{ {SCROLLER} const was = s.scrollTop; \
             s.scrollTop += Math.max(40, s.clientHeight * 0.7); return s.scrollTop > was }}"
        ),
        &[],
    )?;
    Ok(moved == true)
}

const SCROLLER: &str = "
    const can = e => e.scrollHeight > e.clientHeight + 1
        && ['auto', 'scroll', 'overlay'].includes(getComputedStyle(e).overflowY);
    let s = [this, ...this.querySelectorAll('*')].find(can);
    for (let e = this; !s && e; e = e.parentElement) if (can(e)) s = e;
    s ??= document.scrollingElement;";

/// Every row of the grid of this name, scrolled through from the top.
pub fn all_rows(page: &Page, name: &str) -> Result<Vec<Row>> {
    let grid = page.get("grid", name)?;
    scroll_to(&grid, 0.0)?;
    let mut rows: BTreeMap<u64, Row> = BTreeMap::new();
    let total = window(&grid)?.total();
    for _ in 0..1000 {
        // What has just scrolled into view comes from the worker a moment later.
        let mut new = 0;
        for _ in 0..10 {
            let window = window(&grid)?;
            let before = rows.len();
            rows.extend(window.rows.into_iter().map(|row| (row.index, row)));
            new += rows.len() - before;
            if rows.len() as u64 >= total || new > 0 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        if rows.len() as u64 >= total || !scroll_on(&grid)? {
            break;
        }
    }
    if rows.len() as u64 != total {
        bail!("grid {name:?} says {total} rows, scrolling through shows {}", rows.len());
    }
    Ok(rows.into_values().collect())
}
