//! Work in several threads, with the answers in the order of the work.
//!
//! ```text
//!           ┌▶ thread ─┐
//! next ─────┼▶ thread ─┼──▶ take, in the order of next
//!           └▶ thread ─┘
//! ```
//!
//! What is next is found, and what is done is taken, by the thread that calls: archives are of one thread.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Mutex, PoisonError, mpsc::channel},
    thread,
};

/// Pieces of work that are begun, for each thread, before the one that is due is done: so much is held in
/// memory.
const AHEAD: usize = 3;

/// Both ends of the work.
pub trait Ends {
    /// A piece of work.
    type Work: Send;
    /// What comes of it.
    type Done: Send;
    /// Why it ends early.
    type Error;

    /// The next piece of work; `None` where there is no more.
    fn next(&mut self) -> Result<Option<Self::Work>, Self::Error>;

    /// Takes what is done, in the order of [`next`](Self::next).
    fn take(&mut self, done: Self::Done) -> Result<(), Self::Error>;
}

/// Works in so many threads, each with a state of its own. What is taken is the same, and comes in the same
/// order, for any number of them.
///
/// # Errors
/// The first of either end; then no more work is begun.
pub fn pass<E: Ends, S>(
    ends: &mut E,
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, E::Work) -> E::Done + Sync,
) -> Result<(), E::Error> {
    if threads < 2 {
        let mut state = state();
        while let Some(next) = ends.next()? {
            ends.take(work(&mut state, next))?;
        }
        return Ok(());
    }
    let (send, begun) = channel();
    let (finished, done) = channel();
    let begun = Mutex::new(begun);
    thread::scope(|scope| {
        for _ in 0..threads {
            let (finished, begun, state, work) = (finished.clone(), &begun, &state, &work);
            scope.spawn(move || {
                let mut state = state();
                loop {
                    let next = begun.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, next)) = next else { return };
                    if finished.send((number, work(&mut state, next))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(finished);
        // Moved here, so that whatever ends this ends the threads.
        let send = send;
        let (mut number, mut due, mut is_over) = (0_usize, 0, false);
        let mut early = BTreeMap::new();
        loop {
            while !is_over && number < due + AHEAD * threads {
                match ends.next()? {
                    // The threads are there for as long as this is.
                    Some(next) => drop(send.send((number, next))),
                    None => {
                        is_over = true;
                        break;
                    }
                }
                number += 1;
            }
            if due == number {
                return Ok(());
            }
            // A thread that panics takes this one with it at the end of the scope.
            let Ok((number, answer)) = done.recv() else { return Ok(()) };
            early.insert(number, answer);
            while let Some(answer) = early.remove(&due) {
                due += 1;
                ends.take(answer)?;
            }
        }
    })
}

/// Works on each item. The answers are in the order of the items.
pub fn in_order<T: Send, R: Send>(
    items: Vec<T>,
    threads: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    struct List<T, R>(std::vec::IntoIter<T>, Vec<R>);
    impl<T: Send, R: Send> Ends for List<T, R> {
        type Work = T;
        type Done = R;
        type Error = Infallible;

        fn next(&mut self) -> Result<Option<T>, Infallible> {
            Ok(self.0.next())
        }

        fn take(&mut self, done: R) -> Result<(), Infallible> {
            self.1.push(done);
            Ok(())
        }
    }
    let mut list = List(items.into_iter(), Vec::new());
    let Ok(()) = pass(&mut list, threads, || (), |(), item| work(item));
    list.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_order_with_any_number_of_threads() {
        for threads in [1, 2, 7, 32] {
            let found = in_order((0..500u64).collect(), threads, |number| {
                if number % 37 == 0 {
                    thread::sleep(std::time::Duration::from_millis(1));
                }
                number * number
            });
            assert_eq!(found, (0..500).map(|number| number * number).collect::<Vec<_>>());
        }
    }

    /// Numbers, of which one is too much for one of the ends.
    struct Numbers {
        next: u64,
        taken: u64,
        last: u64,
        ends_at_take: bool,
    }

    impl Ends for Numbers {
        type Work = u64;
        type Done = u64;
        type Error = &'static str;

        fn next(&mut self) -> Result<Option<u64>, &'static str> {
            self.next += 1;
            if self.next > self.last && !self.ends_at_take {
                Err("next")
            } else {
                Ok(Some(self.next))
            }
        }

        fn take(&mut self, done: u64) -> Result<(), &'static str> {
            self.taken += 1;
            assert_eq!(done, self.taken);
            if done == self.last && self.ends_at_take { Err("take") } else { Ok(()) }
        }
    }

    #[test]
    fn the_first_error_ends_it_and_little_is_begun_ahead() {
        for threads in [1, 4] {
            let mut numbers = Numbers { next: 0, taken: 0, last: 100, ends_at_take: true };
            assert_eq!(pass(&mut numbers, threads, || (), |(), it| it), Err("take"));
            assert_eq!(numbers.taken, 100);
            assert!(numbers.next <= 100 + (AHEAD * threads) as u64, "{}", numbers.next);
            let mut numbers = Numbers { next: 0, taken: 0, last: 100, ends_at_take: false };
            assert_eq!(pass(&mut numbers, threads, || (), |(), it| it), Err("next"));
            assert!(numbers.taken <= 100);
        }
    }
}
