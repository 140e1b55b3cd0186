//! A table for people: columns as wide as what is in them.

use std::io::{self, Write};

/// Writes rows of equally many cells. Numbers stand at the right.
pub fn write_table<const N: usize>(
    out: &mut impl Write,
    heads: [(&str, Align); N],
    rows: &[[String; N]],
) -> io::Result<()> {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([heads[column].0.len()]).max().unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let mut write = |cells: [&str; N]| {
        let mut line = String::new();
        for (column, cell) in cells.into_iter().enumerate() {
            let gap = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
            let parts = match heads[column].1 {
                Align::Left => [cell, &gap],
                Align::Right => [&gap, cell],
            };
            line.extend(parts);
            line.push_str("  ");
        }
        writeln!(out, "{}", line.trim_end())
    };
    write(heads.map(|(name, _)| name))?;
    rows.iter().try_for_each(|row| write(row.each_ref().map(String::as_str)))
}

/// Where the text of a column stands.
#[derive(Debug, Clone, Copy)]
pub enum Align {
    /// Words and times.
    Left,
    /// Numbers.
    Right,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_cells() {
        let mut out = Vec::new();
        let rows = [["a".to_owned(), "1".to_owned()], ["äöü".to_owned(), "1000".to_owned()]];
        write_table(&mut out, [("n", Align::Left), ("count", Align::Right)], &rows).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "n    count\na        1\näöü   1000\n");
    }
}
