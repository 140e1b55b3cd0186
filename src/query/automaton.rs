//! Matching globs: one pass over a text, whatever the globs and however many.
//!
//! Globs become the states of an automaton that is in several of them at once. Which those are is
//! worked out where a text first leads there, and remembered; texts that are alike, as paths are,
//! soon find all they need. So a byte costs one look at a table, and no glob can make it cost more than
//! working the states out anew: their number times that of the globs' characters, never a power of it.

use super::glob::{Token, Tokens};
use std::{cell::RefCell, collections::HashMap};

/// A state, for as long as it is to be known what comes next.
#[derive(Debug, Clone, Copy)]
enum State {
    /// Takes a byte of this set, and goes on there.
    Take { set: u32, next: u32 },
    /// Goes on at both.
    Fork(u32, u32),
    /// The text may end here.
    End,
}

/// A set of bytes, as bits.
type ByteSet = [u64; 4];

/// As many states, and entries of the table, as are worth their memory: 16 bytes and 4 each.
const MOST_STATES: usize = 1 << 16;
const MOST_ENTRIES: usize = 1 << 20;

/// Tells which texts one of some globs matches from end to end.
#[derive(Debug, Clone)]
pub struct Automaton {
    states: Vec<State>,
    starts: Vec<u32>,
    sets: Vec<ByteSet>,
    /// The class of each byte. No set tells two bytes of one class apart.
    classes: [u8; 256],
    /// A byte of each class.
    samples: Vec<u8>,
    known: RefCell<Known>,
}

/// What was worked out so far.
#[derive(Debug, Clone, Default)]
struct Known {
    /// The combinations of states that were met, and the number of each. Of states, only those count
    /// that take a byte or end.
    combinations: Vec<Box<[u32]>>,
    numbers: HashMap<Box<[u32]>, u32>,
    /// Whether a text may end there.
    ends: Vec<bool>,
    /// The number of the combination behind each, by class of byte; [`UNKNOWN`] where it was not
    /// needed yet.
    table: Vec<u32>,
    /// The number of the combination in which texts begin.
    begin: u32,
}

const UNKNOWN: u32 = u32::MAX;
/// The number of no states at all, from where no text matches.
const NOWHERE: u32 = 0;
/// The number of [`State::End`].
const END: u32 = 0;

impl Automaton {
    /// An automaton of some globs. `None` where they are too large together.
    pub fn new(globs: &[Tokens]) -> Option<Self> {
        let mut builder = Builder { states: vec![State::End], sets: Vec::new() };
        let starts =
            globs.iter().map(|tokens| builder.tokens(tokens, END)).collect::<Option<_>>()?;
        let Builder { states, sets } = builder;
        let (classes, samples) = classes(&sets);
        let automaton = Self { states, starts, sets, classes, samples, known: RefCell::default() };
        automaton.forget(&mut automaton.known.borrow_mut());
        Some(automaton)
    }

    /// Whether a glob matches the whole text.
    pub fn matches(&self, text: &str) -> bool {
        let known = &mut *self.known.borrow_mut();
        let mut at = known.begin;
        for byte in text.bytes() {
            if at == NOWHERE {
                return false;
            }
            let class = usize::from(self.classes[usize::from(byte)]);
            at = match known.table[at as usize * self.samples.len() + class] {
                UNKNOWN => self.follow(known, at, class),
                next => next,
            };
        }
        known.ends[at as usize]
    }

    /// Forgets all that was worked out but where texts begin.
    fn forget(&self, known: &mut Known) {
        *known = Known::default();
        self.number(known, []);
        known.begin = self.number(known, self.starts.iter().copied());
    }

    /// Works out where a byte of a class leads, and remembers it.
    #[cold]
    fn follow(&self, known: &mut Known, at: u32, class: usize) -> u32 {
        let byte = self.samples[class];
        let next: Vec<u32> = known.combinations[at as usize]
            .iter()
            .filter_map(|state| match self.states[*state as usize] {
                State::Take { set, next } if has(&self.sets[set as usize], byte) => Some(next),
                _ => None,
            })
            .collect();
        if known.table.len() >= MOST_ENTRIES {
            self.forget(known);
            return self.number(known, next);
        }
        let next = self.number(known, next);
        known.table[at as usize * self.samples.len() + class] = next;
        next
    }

    /// The number of the combination of these states and those that they fork to.
    fn number(&self, known: &mut Known, states: impl IntoIterator<Item = u32>) -> u32 {
        let mut waiting: Vec<u32> = states.into_iter().collect();
        let mut seen = vec![false; self.states.len()];
        let mut reached = Vec::new();
        while let Some(state) = waiting.pop() {
            if std::mem::replace(&mut seen[state as usize], true) {
                continue;
            }
            match self.states[state as usize] {
                State::Fork(one, other) => waiting.extend([one, other]),
                State::Take { .. } | State::End => reached.push(state),
            }
        }
        reached.sort_unstable();
        if let Some(number) = known.numbers.get(&*reached) {
            return *number;
        }
        let number = known.combinations.len() as u32;
        known.ends.push(reached.first() == Some(&END));
        known.table.resize(known.table.len() + self.samples.len(), UNKNOWN);
        let reached = reached.into_boxed_slice();
        known.combinations.push(reached.clone());
        known.numbers.insert(reached, number);
        number
    }
}

/// Makes states from the last to the first: each is told what comes behind it.
struct Builder {
    states: Vec<State>,
    sets: Vec<ByteSet>,
}

impl Builder {
    fn state(&mut self, state: State) -> Option<u32> {
        let number = u32::try_from(self.states.len()).ok()?;
        self.states.push(state);
        (self.states.len() <= MOST_STATES).then_some(number)
    }

    fn take(&mut self, set: ByteSet, next: u32) -> Option<u32> {
        let known = self.sets.iter().position(|known| *known == set);
        let set = known.unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        self.state(State::Take { set: u32::try_from(set).ok()?, next })
    }

    fn byte(&mut self, byte: u8, next: u32) -> Option<u32> {
        self.take(set_of(byte, byte), next)
    }

    fn anything(&mut self, next: u32) -> Option<u32> {
        // It goes round, so that the number of one of the two has to be known before it is made.
        let fork = self.state(State::Fork(next, next))?;
        let any = self.take([u64::MAX; 4], fork)?;
        self.states[fork as usize] = State::Fork(any, next);
        Some(fork)
    }

    /// What begins with `tokens` and goes on at `next`.
    fn tokens(&mut self, tokens: &[Token], next: u32) -> Option<u32> {
        tokens.iter().rev().try_fold(next, |next, token| self.token(token, next))
    }

    fn token(&mut self, token: &Token, next: u32) -> Option<u32> {
        match token {
            Token::Literal(c) => {
                let mut buffer = [0; 4];
                let bytes = c.encode_utf8(&mut buffer).bytes();
                bytes.rev().try_fold(next, |next, byte| self.byte(byte, next))
            }
            Token::Any => self.take([u64::MAX; 4], next),
            Token::ZeroOrMore => self.anything(next),
            Token::RecursivePrefix => {
                let slash = self.byte(b'/', next)?;
                let components = self.anything(slash)?;
                self.state(State::Fork(components, next))
            }
            Token::RecursiveSuffix => {
                let rest = self.anything(next)?;
                self.byte(b'/', rest)
            }
            Token::RecursiveZeroOrMore => {
                let slash = self.byte(b'/', next)?;
                let components = self.anything(slash)?;
                let either = self.state(State::Fork(components, next))?;
                self.byte(b'/', either)
            }
            Token::Class { negated, ranges } => {
                let set =
                    ranges.iter().fold([0; 4], |set, range| joined(set, set_of_chars(*range)));
                self.take(if *negated { set.map(|bits| !bits) } else { set }, next)
            }
            Token::Alternates(parts) => {
                let mut either = None;
                // A part of nothing is none: `{,a}` does not match the empty text.
                for part in parts.iter().filter(|part| !is_nothing(part)) {
                    let start = self.tokens(part, next)?;
                    either = Some(match either {
                        Some(other) => self.state(State::Fork(other, start))?,
                        None => start,
                    });
                }
                Some(either.unwrap_or(next))
            }
        }
    }
}

fn is_nothing(tokens: &[Token]) -> bool {
    tokens.iter().all(|token| match token {
        Token::Alternates(parts) => parts.iter().all(|part| is_nothing(part)),
        _ => false,
    })
}

fn has(set: &ByteSet, byte: u8) -> bool {
    set[usize::from(byte / 64)] >> (byte % 64) & 1 == 1
}

fn set_of(first: u8, last: u8) -> ByteSet {
    let mut set = [0; 4];
    (first..=last).for_each(|byte| set[usize::from(byte / 64)] |= 1 << (byte % 64));
    set
}

fn joined(one: ByteSet, other: ByteSet) -> ByteSet {
    std::array::from_fn(|i| one[i] | other[i])
}

/// A range of characters as netidx takes it, which is by bytes: all those of the first character but
/// the last one, from that one to the first one of the last character, and the others of that.
fn set_of_chars((first, last): (char, char)) -> ByteSet {
    let (mut low, mut high) = ([0; 4], [0; 4]);
    let low = first.encode_utf8(&mut low).as_bytes();
    let high = last.encode_utf8(&mut high).as_bytes();
    if first == last {
        return low.iter().fold([0; 4], |set, byte| joined(set, set_of(*byte, *byte)));
    }
    let (from, to) = (low[low.len() - 1], high[0]);
    let around = low[..low.len() - 1].iter().chain(&high[1..]);
    around.fold(set_of(from, to), |set, byte| joined(set, set_of(*byte, *byte)))
}

/// The class of each byte, and a byte of each class.
fn classes(sets: &[ByteSet]) -> ([u8; 256], Vec<u8>) {
    let mut classes = [0; 256];
    let mut samples: Vec<u8> = Vec::new();
    for byte in 0..=u8::MAX {
        let is_like = |sample: &u8| sets.iter().all(|set| has(set, byte) == has(set, *sample));
        let class = samples.iter().position(is_like).unwrap_or_else(|| {
            samples.push(byte);
            samples.len() - 1
        });
        // There are at most 256 classes, one for each byte.
        classes[usize::from(byte)] = class as u8;
    }
    (classes, samples)
}

#[cfg(test)]
mod tests {
    use super::super::glob::parse;
    use super::*;

    fn automaton(globs: &[&str]) -> Automaton {
        let globs: Vec<Tokens> = globs.iter().map(|glob| parse(glob).expect("a glob")).collect();
        Automaton::new(&globs).expect("small enough")
    }

    #[test]
    fn none_and_any() {
        let none = automaton(&[]);
        assert!(!none.matches("") && !none.matches("/a"));
        let empty = automaton(&["", "/{}"]);
        assert!(empty.matches("") && empty.matches("/") && !empty.matches("/a"));
    }

    #[test]
    fn what_is_forgotten_is_worked_out_again() {
        let some = automaton(&["/*a?????????", "/b/**/c"]);
        let texts: Vec<String> = (0..60_000_u32)
            .map(|n| {
                format!("/{:016b}", n.wrapping_mul(40_503)).replace('0', "a").replace('1', "b")
            })
            .collect();
        for text in &texts {
            assert_eq!(some.matches(text), text.as_bytes()[text.len() - 10] == b'a', "{text}");
            let entries = some.known.borrow().table.len();
            assert!(entries <= MOST_ENTRIES + some.samples.len());
        }
    }

    #[test]
    fn many_ways_to_one_place_cost_no_more_than_one() {
        let glob = format!("/{}x", "{*,*,a}".repeat(500));
        assert!(automaton(&[&glob]).matches("/aaaaaaaaaaaaaaax"));
        let nested = format!("/{}*{}", "{*,".repeat(200), "}".repeat(200));
        assert!(automaton(&[&nested]).matches("/aaaaaaaaaaaaaaax"));
    }

    #[test]
    fn too_large_is_refused() {
        let large = parse(&format!("/{}", "a".repeat(MOST_STATES))).expect("a glob");
        assert!(Automaton::new(&[large]).is_none());
    }
}
