//! In which order the columns of a grid stand and how wide they are, as a person wants them.

use std::fmt;

/// Narrower a column cannot become, in CSS pixels.
const LEAST: u32 = 48;
/// Wider neither.
const MOST: u32 = 1_600;

/// The columns from left to right: the number of each, and its width where one was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(Vec<(usize, Option<u32>)>);

impl Columns {
    /// So many, in their own order.
    pub fn new(count: usize) -> Self {
        Self((0..count).map(|nth| (nth, None)).collect())
    }

    /// Reads what [`Display`](fmt::Display) wrote; the usual ones where it is not about `count`.
    pub fn parse(text: &str, count: usize) -> Self {
        let column = |word: &str| {
            let (nth, width) = word.split_once(':').unwrap_or((word, ""));
            let width = width.parse().ok().map(|width: u32| width.clamp(LEAST, MOST));
            Some((nth.parse().ok()?, width))
        };
        let read: Option<Vec<_>> = text.split_whitespace().map(column).collect();
        let mut columns = Self::new(count);
        if let Some(read) = read.map(Self)
            && read.0.len() == count
            && (0..count).all(|nth| read.place(nth).is_some())
        {
            columns = read;
        }
        columns
    }

    /// The numbers of the columns, from left to right.
    pub fn order(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(nth, _)| *nth)
    }

    fn place(&self, nth: usize) -> Option<usize> {
        self.order().position(|it| it == nth)
    }

    /// With a column moved to where another one stands.
    pub fn moved(&self, nth: usize, to: usize) -> Self {
        let mut columns = self.clone();
        if let (Some(from), Some(to)) = (self.place(nth), self.place(to)) {
            let column = columns.0.remove(from);
            columns.0.insert(to, column);
        }
        columns
    }

    /// With a column moved to the right, or to the left.
    pub fn stepped(&self, nth: usize, right: bool) -> Self {
        let place = self.place(nth).unwrap_or_default();
        let beside = if right { place + 1 } else { place.wrapping_sub(1) };
        self.0.get(beside).map_or_else(|| self.clone(), |(to, _)| self.moved(nth, *to))
    }

    /// With a column of this width in CSS pixels, or of its usual one.
    pub fn sized(&self, nth: usize, width: Option<f64>) -> Self {
        let mut columns = self.clone();
        for column in columns.0.iter_mut().filter(|column| column.0 == nth) {
            column.1 = width.map(|width| (width as u32).clamp(LEAST, MOST));
        }
        columns
    }

    /// What the styles call `grid-template-columns`; `usual` has a width for each number.
    pub fn template(&self, usual: &[&str]) -> String {
        let mut template = String::new();
        for (nth, width) in &self.0 {
            match width {
                Some(width) => template += &format!("{width}px "),
                None => template += &[usual.get(*nth).copied().unwrap_or("auto"), " "].concat(),
            }
        }
        template
    }
}

impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, width) in &self.0 {
            write!(f, "{nth}")?;
            if let Some(width) = width {
                write!(f, ":{width}")?;
            }
            f.write_str(" ")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_moved_and_sized() {
        let columns = Columns::new(3);
        let order = |columns: &Columns| columns.order().collect::<Vec<_>>();
        assert_eq!(order(&columns.moved(0, 2)), [1, 2, 0]);
        assert_eq!(order(&columns.moved(2, 0)), [2, 0, 1]);
        assert_eq!(order(&columns.stepped(0, true)), [1, 0, 2]);
        // At an end they stay.
        assert_eq!(order(&columns.stepped(0, false)), [0, 1, 2]);
        assert_eq!(order(&columns.stepped(2, true)), [0, 1, 2]);
        let usual = ["1fr", "96px", "2fr"];
        let sized = columns.moved(0, 2).sized(1, Some(3.5)).sized(2, Some(200.9));
        assert_eq!(sized.template(&usual), "48px 200px 1fr ");
        assert_eq!(sized.sized(2, None).template(&usual), "48px 2fr 1fr ");
    }

    #[test]
    fn what_was_kept_comes_back_and_nonsense_does_not() {
        let columns = Columns::new(3).moved(2, 0).sized(1, Some(120.0));
        assert_eq!(columns.to_string(), "2 0 1:120 ");
        assert_eq!(Columns::parse(&columns.to_string(), 3), columns);
        for nonsense in ["", "0 1", "0 1 1", "0 1 3", "0 1 x", "0 1 2 3"] {
            assert_eq!(Columns::parse(nonsense, 3), Columns::new(3), "{nonsense}");
        }
        assert_eq!(Columns::parse("0:9 1:99999 2:x", 3).to_string(), "0:48 1:1600 2 ");
    }
}
