//! Work on many things at once, with the answers in the order of the things.

use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc::channel},
    thread,
};

/// Works on each item in so many threads. The answers are the same, and in the same order, for any number
/// of threads.
pub fn in_order<T: Send, R: Send>(
    items: Vec<T>,
    threads: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let mut found = Vec::with_capacity(items.len());
    let ended: Result<(), std::convert::Infallible> = stream(
        items,
        threads,
        || &work,
        |work, item| work(item),
        |answer| {
            found.push(answer);
            Ok(())
        },
    );
    let Ok(()) = ended;
    found
}

/// Works on each item in so many threads, each with a state of its own, and hands the answers on in the
/// order of the items as soon as they are due. No more than a few for each thread wait at a time.
///
/// # Errors
/// The first that `take` returns; then no more items are begun.
pub fn stream<T: Send, S, R: Send, E>(
    items: impl IntoIterator<Item = T, IntoIter: Send>,
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, T) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let mut items = items.into_iter();
    if threads < 2 {
        let mut state = state();
        return items.try_for_each(|item| take(work(&mut state, item)));
    }
    let queue = Queue {
        state: Mutex::new(Waiting { items: Some(items), begun: 0, due: 0 }),
        changed: Condvar::new(),
        ahead: 4 * threads,
    };
    let (send, answers) = channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (send, queue, state, work) = (send.clone(), &queue, &state, &work);
            scope.spawn(move || {
                let mut state = state();
                while let Some((number, item)) = queue.next() {
                    if send.send((number, work(&mut state, item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let (mut due, mut early) = (0, BTreeMap::new());
        for (number, answer) in answers {
            early.insert(number, answer);
            while let Some(answer) = early.remove(&due) {
                due += 1;
                let taken = take(answer);
                queue.settle(due, taken.is_err());
                taken?;
            }
        }
        Ok(())
    })
}

/// The items that are not begun yet, for several threads to take from.
struct Queue<I> {
    state: Mutex<Waiting<I>>,
    changed: Condvar,
    /// How many items may be begun before the one that is due is done.
    ahead: usize,
}

struct Waiting<I> {
    /// `None` where no more are wanted.
    items: Option<I>,
    begun: usize,
    due: usize,
}

impl<I: Iterator> Queue<I> {
    /// The next item and its number, once it may be begun.
    fn next(&self) -> Option<(usize, I::Item)> {
        let mut waiting = self.lock();
        while waiting.items.is_some() && waiting.begun >= waiting.due + self.ahead {
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let item = waiting.items.as_mut()?.next()?;
        let number = waiting.begun;
        waiting.begun += 1;
        Some((number, item))
    }

    /// Notes which answer is due, and whether there is no need of more.
    fn settle(&self, due: usize, is_over: bool) {
        let mut waiting = self.lock();
        waiting.due = due;
        if is_over {
            waiting.items = None;
        }
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<I>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

    #[test]
    fn nothing_is_begun_after_the_first_error() {
        for threads in [1, 4] {
            let mut taken = 0;
            let ended = stream(
                0..10_000,
                threads,
                || (),
                |(), number| number,
                |number| {
                    taken += 1;
                    if number == 10 { Err("enough") } else { Ok(()) }
                },
            );
            assert_eq!((ended, taken), (Err("enough"), 11));
        }
    }
}
