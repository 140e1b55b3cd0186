//! Scripts of random questions to a session, as the page asks them: of a file in tiny pages that come as
//! they like, against the same file in memory.

use crate::common::{FIXTURES, Random, differential::QUESTIONS};
use crate::hostile::Sample;
use crate::paged::{pages, tiny};
use crate::writer::Layout;
use netidx_archive_viewer::{
    protocol::{
        DensityQuery, ImageQuery, Request, Response,
        views::{
            BatchesQuery, DetailsQuery, SeriesQuery, StatisticsQuery, StatisticsSort, StepQuery,
            Subject, TreeQuery, ValuesQuery, ViewRequest,
        },
    },
    query::value_filter::{Column, Order},
    session::Session,
    source::CacheSize,
    time::Timestamp,
};
use std::rc::Rc;

/// What a script can ask about.
pub struct Subjects {
    first: Timestamp,
    last: Timestamp,
    paths: Vec<String>,
}

impl Subjects {
    pub fn of(session: &mut Session) -> Option<Self> {
        let summary = session.summary().expect("a file is open");
        let query = ImageQuery { at: summary.last?, count: 10_000, ..ImageQuery::default() };
        let Ok(Response::Image(image)) = session.handle(Request::Image(query)) else { return None };
        let paths = image.rows.into_iter().filter_map(|row| row.path).collect();
        Some(Self { first: summary.first?, last: summary.last?, paths })
    }

    /// A time in the file, at its ends, or outside it.
    fn time(&self, random: &mut Random) -> Timestamp {
        let span = self.last.since(self.first).nanos().max(1) as u64;
        match random.below(8) {
            0 => self.first,
            1 => self.last,
            2 => self.last.saturating_add(netidx_archive_viewer::time::Span::from_nanos(1)),
            _ => Timestamp::from_nanos(self.first.nanos() + (random.next() % span) as i64),
        }
    }

    fn path(&self, random: &mut Random) -> String {
        self.paths.get(random.below(self.paths.len())).cloned().unwrap_or_default()
    }

    fn filter(&self, random: &mut Random) -> String {
        match random.below(6) {
            0 | 1 => String::new(),
            2 => self.path(random),
            3 => format!("{} {}", self.path(random), self.path(random)),
            4 => self.path(random).split('/').nth(1).unwrap_or_default().to_owned(),
            _ => "/**/*a*".to_owned(),
        }
    }

    fn subject(&self, random: &mut Random) -> Subject {
        match random.below(3) {
            0 => Subject::Id(random.below(2 + self.paths.len()) as u32),
            _ => Subject::Path(self.path(random)),
        }
    }

    fn bounds(&self, random: &mut Random) -> Option<(Timestamp, Timestamp)> {
        let (one, two) = (self.time(random), self.time(random));
        (random.below(2) == 0).then(|| (one.min(two), one.max(two)))
    }

    pub fn request(&self, random: &mut Random) -> Request {
        let (first, count) = (random.below(40) as u32, random.below(60) as u32);
        let filter = self.filter(random);
        let view = match random.below(12) {
            0 | 1 => {
                let by = [Column::Path, Column::Type, Column::Value, Column::Updated];
                let order = Order { by: by[random.below(4)], descending: random.below(2) == 0 };
                let values = ["", "", "> 10", "contains a", "type f64", "since 10s"];
                let values = values[random.below(values.len())].to_owned();
                let at = self.time(random);
                return Request::Image(ImageQuery { at, filter, first, count, values, order });
            }
            2 => {
                let [from, to] = [self.first, self.time(random)];
                return Request::Density(DensityQuery { from, to, slots: 1 + count });
            }
            3 => {
                let expressions = ["beginning", "end", "+1", "-3", "+0.7s", "-1u", "nonsense"];
                let expression = expressions[random.below(expressions.len())].to_owned();
                let position = Some(self.time(random)).filter(|_| count > 5);
                return Request::Seek { position, expression };
            }
            4 => {
                let (subject, at) = (self.subject(random), self.time(random));
                ViewRequest::Details(DetailsQuery { subject, at, updates: count })
            }
            5 | 6 => {
                let (bounds, find) = (self.bounds(random), self.time(random));
                ViewRequest::Batches(BatchesQuery { filter, bounds, first, count, find })
            }
            7 => {
                let toggled = (0..random.below(3)).map(|_| self.path(random)).collect();
                ViewRequest::Tree(TreeQuery { filter, toggled, first, count })
            }
            8 => {
                let (subject, from) = (self.subject(random), self.time(random));
                ViewRequest::Step(StepQuery { subject, from, forward: random.below(2) == 0 })
            }
            9 => {
                let subjects = (0..=random.below(3)).map(|_| self.subject(random)).collect();
                let (from, to) = (self.first, self.time(random));
                ViewRequest::Series(SeriesQuery { subjects, from, to, columns: 1 + count })
            }
            10 => {
                let sorts = [StatisticsSort::Path, StatisticsSort::Updates, StatisticsSort::Bytes];
                let (bounds, sort) = (self.bounds(random), sorts[random.below(3)]);
                let query = StatisticsQuery { filter, bounds, sort, first, count };
                ViewRequest::Statistics(query)
            }
            _ => {
                let ids = (0..=random.below(3)).map(|_| random.below(9) as u32).collect();
                ViewRequest::Values(ValuesQuery { ids, at: self.time(random) })
            }
        };
        Request::View(view)
    }
}

/// Scans as the worker does, which hops and reads ahead what it likes.
fn scan(session: &mut Session, bytes: &[u8], size: CacheSize, random: &mut Random) {
    while let Some(page) = session.next_page() {
        if !page.is_held && random.below(3) > 0 {
            let start = (page.number * size.page as u64) as usize;
            let end = bytes.len().min(start + size.page);
            session.put_page(page.number, bytes[start..end].to_vec());
        }
        session.scan_to(page.end);
    }
}

/// As text, in which what is no number equals itself.
pub fn answer(session: &mut Session, request: &Request) -> String {
    format!("{:?}", session.handle(request.clone()))
}

fn script(name: &str, bytes: &[u8], random: &mut Random, questions: usize) {
    let shared = Rc::new(bytes.to_vec());
    let size = tiny(random);
    let mut whole = Session::new();
    whole.open(name.to_owned(), bytes.to_vec()).expect("it opens");
    let mut paged = Session::new();
    paged.start(name.to_owned(), pages(&shared, size, usize::MAX).0, Vec::new()).expect("it opens");
    scan(&mut paged, bytes, size, random);
    assert_eq!(paged.summary(), whole.summary(), "{name}");
    let Some(subjects) = Subjects::of(&mut whole) else { return };
    for _ in 0..questions {
        let request = subjects.request(random);
        let answers = [&mut paged, &mut whole].map(|session| answer(session, &request));
        assert_eq!(answers[0], answers[1], "{name}: {request:?}");
    }
}

#[test]
fn random_scripts_of_questions() {
    let mut random = Random(21);
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        (0..12).for_each(|_| script(&format!("{layout:?}"), &sample.bytes, &mut random, 150));
    }
    for fixture in FIXTURES {
        script(fixture.name, fixture.archive, &mut random, 60);
    }
    for questions in QUESTIONS.iter().filter(|questions| questions.archive.len() < 400_000) {
        script(questions.name, questions.archive, &mut random, 40);
    }
}

/// The file cannot be read from some read on, and then, looked at again, it can: no answer of
/// before is in the way of the right one, and none of those in between broke anything.
#[test]
fn scripts_in_which_reads_fail() {
    let mut random = Random(22);
    for round in 0..160 {
        let sample = Sample::new(Layout::ALL[round % 4]);
        let bytes = Rc::new(sample.bytes);
        let size = CacheSize { page: 16 + random.below(64), pages: 1 + random.below(3) };
        let mut whole = Session::new();
        whole.open("file".to_owned(), bytes.to_vec()).expect("it opens");
        let subjects = Subjects::of(&mut whole).expect("batches and paths");
        // So many reads does the scan take.
        let (source, reads) = pages(&bytes, size, usize::MAX);
        let mut paged = Session::new();
        paged.start("file".to_owned(), source, Vec::new()).expect("it opens");
        paged.scan_to(u64::MAX);
        let fails_from = reads.get() + random.below(200);
        let (source, _) = pages(&bytes, size, fails_from);
        let mut paged = Session::new();
        paged.start("file".to_owned(), source, Vec::new()).expect("it opens");
        paged.scan_to(u64::MAX);
        let script: Vec<Request> = (0..30).map(|_| subjects.request(&mut random)).collect();
        for request in &script {
            let _ = paged.handle(request.clone());
        }
        paged.refresh(pages(&bytes, size, usize::MAX).0, None).expect("the same file");
        paged.scan_to(u64::MAX);
        assert_eq!(paged.summary(), whole.summary());
        let mut asked = Session::new();
        asked.open("file".to_owned(), bytes.to_vec()).expect("it opens");
        for request in script {
            let answers = [&mut paged, &mut asked].map(|session| answer(session, &request));
            assert_eq!(answers[0], answers[1], "round {round}, {fails_from}: {request:?}");
        }
    }
}

/// Of records larger than a page, the scan reads the page in which each begins and little else.
#[test]
fn a_scan_hops_over_large_records() {
    const PAGE: usize = 4_096;
    let mut file = crate::writer::Writer::new(Layout::PLAIN);
    file.basis(1_772_355_600, 0);
    file.paths(&[("/large", 0)]);
    let records = 40;
    for nth in 0..records {
        file.delta(nth, &[(0, crate::writer::text(&"x".repeat(25 * PAGE)))]);
    }
    let bytes = file.finish();
    let shared = Rc::new(bytes.clone());
    let size = CacheSize { page: PAGE, pages: 4 };
    let mut session = Session::new();
    session
        .start("large".to_owned(), pages(&shared, size, usize::MAX).0, Vec::new())
        .expect("it opens");
    let mut wanted = Vec::new();
    while let Some(page) = session.next_page() {
        if !page.is_held {
            wanted.push(page.number);
            let start = page.number as usize * PAGE;
            let end = bytes.len().min(start + PAGE);
            session.put_page(page.number, bytes[start..end].to_vec());
        }
        session.scan_to(page.end);
    }
    assert_eq!(session.summary().expect("it is open").delta_batches, u64::from(records));
    // A header may lie across two pages.
    assert!(wanted.len() <= records as usize + 2, "{} pages: {wanted:?}", wanted.len());
}
