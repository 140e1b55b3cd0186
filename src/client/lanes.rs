//! Which request is sent when, as plain data.
//!
//! ```text
//! Open     in flight ──▶
//! Image    in flight ──▶ │ newest waiting
//! Density                                      one lane for each kind of request
//! Seek     in flight ──▶
//! View     in flight ──▶ │ newest waiting      of the other views each has a lane
//! ```
//!
//! A lane has at most one request in flight and at most one waiting behind it: the newest. So
//! however fast a playhead is dragged, the worker is never more than one image behind. An answer
//! whose id is not in flight is stale and is dropped.

use crate::protocol::{Call, Request, RequestId, views::ViewRequest};

/// The lanes of one worker. `A` is what travels beside a request: the file.
#[derive(Debug)]
pub struct Lanes<A> {
    last_id: RequestId,
    lanes: [Lane<A>; VIEW + ViewRequest::KINDS],
}

#[derive(Debug)]
struct Lane<A> {
    in_flight: Option<(RequestId, Request, A)>,
    waiting: Option<(Request, A)>,
}

impl<A> Default for Lane<A> {
    fn default() -> Self {
        Self { in_flight: None, waiting: None }
    }
}

const OPEN: usize = 0;
/// The first lane of what is asked of the open file.
const ASK: usize = 1;
/// The first lane of the views.
const VIEW: usize = 10;

const fn lane_of(request: &Request) -> usize {
    match request {
        Request::Open { .. } => OPEN,
        Request::Refresh { .. } => ASK,
        Request::Stop | Request::Resume => ASK + 1,
        Request::Image(_) => ASK + 2,
        Request::Density(_) => ASK + 3,
        Request::Seek { .. } => ASK + 4,
        Request::AddFile { .. } => ASK + 5,
        // A look at the file must not take its place.
        Request::AddNames { .. } => ASK + 6,
        Request::LeaveOut { .. } => ASK + 7,
        Request::LookAt { .. } => ASK + 8,
        Request::View(view) => VIEW + view.kind(),
    }
}

/// What to send, with what travels beside it.
pub type Sent<A> = (Call, A);

impl<A: Clone> Default for Lanes<A> {
    fn default() -> Self {
        Self::new()
    }
}

impl<A: Clone> Lanes<A> {
    /// Lanes with nothing in them.
    pub fn new() -> Self {
        Self { last_id: 0, lanes: Default::default() }
    }

    /// Takes a request; gives what to send now, if its lane was free.
    pub fn ask(&mut self, request: Request, beside: A) -> Option<Sent<A>> {
        let lane = lane_of(&request);
        if self.lanes[lane].in_flight.is_some() {
            self.lanes[lane].waiting = Some((request, beside));
            None
        } else {
            Some(self.depart(lane, request, beside))
        }
    }

    /// Takes the id of an answer; gives the request that it answers and what to send next. `None`
    /// for a stale answer.
    pub fn answered(&mut self, id: RequestId) -> Option<(Request, A, Option<Sent<A>>)> {
        let is_it = |lane: &Lane<A>| lane.in_flight.as_ref().is_some_and(|(it, ..)| *it == id);
        let lane = self.lanes.iter().position(is_it)?;
        let (_, request, beside) = self.lanes[lane].in_flight.take()?;
        let next = self.lanes[lane].waiting.take();
        let next = next.map(|(request, beside)| self.depart(lane, request, beside));
        Some((request, beside, next))
    }

    /// Whether a file is being opened.
    pub fn is_opening(&self) -> bool {
        self.lanes[OPEN].in_flight.is_some()
    }

    /// Forgets whatever was asked of the file that was open until now.
    pub fn forget_views(&mut self) {
        for lane in &mut self.lanes[OPEN + 1..] {
            *lane = Lane::default();
        }
    }

    /// Forgets everything: the worker is gone. Gives the open in flight, and the one waiting.
    pub fn forget_all(&mut self) -> [Option<(Request, A)>; 2] {
        let open = std::mem::take(&mut self.lanes[OPEN]);
        self.forget_views();
        [open.in_flight.map(|(_, request, beside)| (request, beside)), open.waiting]
    }

    fn depart(&mut self, lane: usize, request: Request, beside: A) -> Sent<A> {
        self.last_id = self.last_id.wrapping_add(1);
        let call = Call { id: self.last_id, request: request.clone() };
        self.lanes[lane].in_flight = Some((self.last_id, request, beside.clone()));
        (call, beside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seek(expression: &str) -> Request {
        Request::Seek { position: None, expression: expression.to_owned() }
    }

    fn open(name: &str) -> Request {
        Request::Open { name: name.to_owned() }
    }

    #[test]
    fn newest_waits_and_replaces_older() {
        let mut lanes = Lanes::new();
        let (first, ()) = lanes.ask(seek("1"), ()).expect("a free lane");
        assert_eq!(lanes.ask(seek("2"), ()), None);
        assert_eq!(lanes.ask(seek("3"), ()), None);
        let (request, (), next) = lanes.answered(first.id).expect("in flight");
        assert_eq!(request, seek("1"));
        let (next, ()) = next.expect("one was waiting");
        assert_eq!(next.request, seek("3"));
        assert!(next.id > first.id);
        assert_eq!(lanes.answered(next.id), Some((seek("3"), (), None)));
    }

    #[test]
    fn kinds_do_not_wait_for_each_other() {
        let mut lanes = Lanes::new();
        assert!(lanes.ask(seek("1"), ()).is_some());
        assert!(lanes.ask(open("a"), ()).is_some());
    }

    #[test]
    fn stale_answers_are_dropped() {
        let mut lanes = Lanes::new();
        let (asked, ()) = lanes.ask(seek("1"), ()).expect("a free lane");
        assert_eq!(lanes.answered(asked.id + 1), None);
        lanes.forget_views();
        assert_eq!(lanes.answered(asked.id), None);
        assert!(lanes.ask(seek("2"), ()).is_some(), "the lane is free again");
    }

    #[test]
    fn a_lost_worker_gives_back_the_opens() {
        let mut lanes = Lanes::new();
        lanes.ask(open("a"), 1);
        lanes.ask(open("b"), 2);
        lanes.ask(seek("1"), 0);
        assert_eq!(lanes.forget_all(), [Some((open("a"), 1)), Some((open("b"), 2))]);
        assert_eq!(lanes.forget_all(), [None, None]);
    }
}
