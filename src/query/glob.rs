//! Reading netidx's globs, which are those of the `globset` crate as it has them by default.
//!
//! ```text
//! ?            one byte              [a-z] [!a-z]   one byte of these, or none of these
//! *            any bytes, / too      {a,b}          one of these, which may be globs themselves
//! /**/ /**     whole components      \*             the character itself
//! ```

use std::fmt;

/// What a glob is made of, in order.
pub type Tokens = Vec<Token>;

/// A part of a glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// The character itself.
    Literal(char),
    /// Any byte.
    Any,
    /// Any number of any bytes.
    ZeroOrMore,
    /// `**/` at the beginning: any number of whole components, or nothing.
    RecursivePrefix,
    /// `/**` at the end: a separator and anything.
    RecursiveSuffix,
    /// `/**/`: a separator, and any number of whole components.
    RecursiveZeroOrMore,
    /// One byte of those of these characters and of the ranges between them.
    Class {
        /// Or rather, one that is not.
        negated: bool,
        /// First and last of each range.
        ranges: Vec<(char, char)>,
    },
    /// One of these.
    Alternates(Vec<Tokens>),
}

/// What is wrong with a glob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GlobError {
    /// A `[` without its `]`.
    UnclosedClass,
    /// A range whose end comes before its start.
    InvalidRange(char, char),
    /// A `{` without its `}`.
    UnclosedAlternates,
    /// A `}` without its `{`.
    UnopenedAlternates,
    /// A `\` at the end.
    DanglingEscape,
    /// `{` in `{` more than [`DEEPEST`] deep.
    TooDeep,
}

/// So deep may alternates nest: as deep as `globset` takes them.
const DEEPEST: usize = 250;

impl fmt::Display for GlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnclosedClass => {
                f.write_str("a [ is not closed; add ], or write \\[ for the character")
            }
            Self::InvalidRange(first, last) => {
                write!(f, "the range {first}-{last} ends before it starts")
            }
            Self::UnclosedAlternates => {
                f.write_str("a { is not closed; add }, or write \\{ for the character")
            }
            Self::UnopenedAlternates => {
                f.write_str("a } closes nothing; add {, or write \\} for the character")
            }
            Self::DanglingEscape => f.write_str("it ends with \\; write \\\\ for the character"),
            Self::TooDeep => write!(f, "alternates nest more than {DEEPEST} deep"),
        }
    }
}

/// Reads a glob.
pub fn parse(glob: &str) -> Result<Tokens, GlobError> {
    let mut parser = Parser {
        rest: glob.chars(),
        previous: None,
        current: None,
        open: Vec::new(),
        branches: Vec::new(),
        branch: Vec::new(),
    };
    while let Some(c) = parser.next() {
        parser.character(c)?;
    }
    match parser.open.is_empty() {
        true => Ok(parser.branch),
        false => Err(GlobError::UnclosedAlternates),
    }
}

struct Parser<'a> {
    rest: std::str::Chars<'a>,
    previous: Option<char>,
    current: Option<char>,
    /// For each open alternates, how many of `branches` stand before it.
    open: Vec<usize>,
    /// What is read but for the branch that is being read: each open alternates' branches, and
    /// before these what stands before it.
    branches: Vec<Tokens>,
    branch: Tokens,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<char> {
        self.previous = self.current;
        self.current = self.rest.next();
        self.current
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn character(&mut self, c: char) -> Result<(), GlobError> {
        let token = match c {
            '?' => Token::Any,
            '*' if self.peek() == Some('*') => {
                let before = self.previous;
                self.next();
                self.two_stars(before);
                return Ok(());
            }
            '*' => Token::ZeroOrMore,
            '[' => self.class()?,
            '{' if self.open.len() == DEEPEST => return Err(GlobError::TooDeep),
            '{' => {
                self.branches.push(std::mem::take(&mut self.branch));
                self.open.push(self.branches.len());
                return Ok(());
            }
            ',' if !self.open.is_empty() => {
                self.branches.push(std::mem::take(&mut self.branch));
                return Ok(());
            }
            '}' => {
                let first = self.open.pop().ok_or(GlobError::UnopenedAlternates)?;
                let mut alternates = self.branches.split_off(first);
                alternates.push(std::mem::take(&mut self.branch));
                self.branch = self.branches.pop().unwrap_or_default();
                Token::Alternates(alternates)
            }
            '\\' => Token::Literal(self.next().ok_or(GlobError::DanglingEscape)?),
            c => Token::Literal(c),
        };
        self.branch.push(token);
        Ok(())
    }

    /// Two stars behind `before`, which are whole components only where separators or ends are
    /// around them.
    fn two_stars(&mut self, before: Option<char>) {
        let nested = !self.open.is_empty();
        let after = self.peek();
        let plain = [Token::ZeroOrMore, Token::ZeroOrMore];
        if self.branch.is_empty() {
            if after.is_some_and(|c| c != '/') {
                return self.branch.extend(plain);
            }
            self.next();
            return self.branch.push(Token::RecursivePrefix);
        }
        let begins = before == Some('/') || nested && matches!(before, Some(',' | '{'));
        let is_suffix = match after {
            None => true,
            Some(',' | '}') if nested => true,
            Some('/') => false,
            _ => return self.branch.extend(plain),
        };
        if !begins {
            return self.branch.extend(plain);
        }
        if after == Some('/') || after.is_none() {
            self.next();
        }
        // In place of the separator before them, or of two stars that stand there already.
        let token = match self.branch.pop() {
            Some(kept @ (Token::RecursivePrefix | Token::RecursiveSuffix)) => kept,
            _ if is_suffix => Token::RecursiveSuffix,
            _ => Token::RecursiveZeroOrMore,
        };
        self.branch.push(token);
    }

    /// What stands between brackets, the first of which was read.
    fn class(&mut self) -> Result<Token, GlobError> {
        let negated = matches!(self.peek(), Some('!' | '^'));
        if negated {
            self.next();
        }
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut in_range = false;
        loop {
            match self.next().ok_or(GlobError::UnclosedClass)? {
                ']' if !ranges.is_empty() => break,
                '-' if !ranges.is_empty() && !in_range => in_range = true,
                c => match ranges.last_mut().filter(|_| in_range) {
                    Some((first, _)) if c < *first => {
                        return Err(GlobError::InvalidRange(*first, c));
                    }
                    Some((_, last)) => {
                        *last = c;
                        in_range = false;
                    }
                    None => ranges.push((c, c)),
                },
            }
        }
        if in_range {
            ranges.push(('-', '-'));
        }
        Ok(Token::Class { negated, ranges })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong() {
        assert_eq!(parse("/[a"), Err(GlobError::UnclosedClass));
        assert_eq!(parse("/[]"), Err(GlobError::UnclosedClass));
        assert_eq!(parse("/[c-a]"), Err(GlobError::InvalidRange('c', 'a')));
        assert_eq!(parse("/{a,{b}"), Err(GlobError::UnclosedAlternates));
        assert_eq!(parse("/a}"), Err(GlobError::UnopenedAlternates));
        assert_eq!(parse("/a\\"), Err(GlobError::DanglingEscape));
        assert!(parse(&"{".repeat(DEEPEST)).is_err_and(|e| e == GlobError::UnclosedAlternates));
        assert_eq!(parse(&"{".repeat(DEEPEST + 1)), Err(GlobError::TooDeep));
    }

    #[test]
    fn what_is_read() {
        use Token::*;
        assert_eq!(parse("/**"), Ok(vec![RecursiveSuffix]));
        assert_eq!(
            parse("/a/**/b"),
            Ok(vec![Literal('/'), Literal('a'), RecursiveZeroOrMore, Literal('b')])
        );
        assert_eq!(parse("/a**"), Ok(vec![Literal('/'), Literal('a'), ZeroOrMore, ZeroOrMore]));
        assert_eq!(
            parse("/{**/x,}"),
            Ok(vec![Literal('/'), Alternates(vec![vec![RecursivePrefix, Literal('x')], vec![]])])
        );
        let class = |negated, ranges: &[(char, char)]| Class { negated, ranges: ranges.to_vec() };
        assert_eq!(parse("[]-a]"), Ok(vec![class(false, &[(']', 'a')])]));
        assert_eq!(parse("[!a-]"), Ok(vec![class(true, &[('a', 'a'), ('-', '-')])]));
        assert_eq!(parse("[--0,]"), Ok(vec![class(false, &[('-', '0'), (',', ',')])]));
    }
}
