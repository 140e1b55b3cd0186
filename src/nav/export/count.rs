//! Whether rows were written.

use crate::nav::args::TextFormat;

/// Whether there were rows, by the lines that were written.
pub struct Count {
    lines: usize,
    header: usize,
}

impl Count {
    /// Of a format, of which some begin with a line of names.
    pub fn new(format: TextFormat) -> Self {
        let has_header = matches!(format, TextFormat::Csv | TextFormat::WideCsv);
        Self { lines: 0, header: usize::from(has_header) }
    }

    /// Looks at what is written next.
    pub fn add(&mut self, piece: &[u8]) {
        if !self.has_rows() {
            self.lines += piece.iter().filter(|byte| **byte == b'\n').take(2).count();
        }
    }

    /// Whether more than the names was written. A path with a line break in it may tell too much, which costs
    /// nobody anything.
    pub const fn has_rows(&self) -> bool {
        self.lines > self.header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_alone_is_no_row() {
        let mut count = Count::new(TextFormat::Csv);
        count.add(b"time,path,type,value\r\n");
        assert!(!count.has_rows());
        count.add(b"a\r\nb\r\n");
        assert!(count.has_rows());
        let mut count = Count::new(TextFormat::Text);
        assert!(!count.has_rows());
        count.add(b"x\n");
        assert!(count.has_rows());
    }
}
