//! A recording that is written while it is looked at: files grow, are rotated, and are replaced by their compressed
//! form. However many rotations lie between two looks, nothing is lost and nothing is there twice.

use crate::{
    common::Random,
    writer::{Item, Layout, Writer, number},
};
use netidx_archive_viewer::{
    archive::Archive,
    format::Error,
    query::pass::{Budget, Merged},
    source::Pages,
    time::Timestamp,
    timeline::{ALL, FileKind, Kinds, Look, Shard, Timeline},
};
use std::collections::BTreeMap;

/// 2026-03-01T09:30:00Z.
const START: i64 = 1_772_357_400;

/// A batch as it was written: whether it is an image, the microsecond after the start, and its items.
type Made = (bool, u32, Vec<Item>);

/// A recorder's folder of one shard, as its files are by now.
struct Recorder {
    files: BTreeMap<String, Vec<Made>>,
    compressed: Vec<String>,
    current: Vec<Made>,
    written: Vec<Made>,
    paths: Vec<(String, u32)>,
    now: u32,
}

impl Recorder {
    fn new() -> Self {
        Self {
            files: BTreeMap::new(),
            compressed: Vec::new(),
            current: Vec::new(),
            written: Vec::new(),
            paths: vec![("/first".to_owned(), 0)],
            now: 0,
        }
    }

    fn write(&mut self, random: &mut Random) {
        // Pairs of equal times are regular.
        self.now += random.below(3) as u32 * 1_000;
        let is_new = random.below(6) == 0;
        if is_new {
            let id = self.paths.len() as u32;
            self.paths.push((format!("/path/{id}"), id));
        }
        let last = self.paths.len() as u32 - 1;
        let id = if is_new { last } else { random.below(last as usize + 1) as u32 };
        let item = |id| (id, number(u64::from(self.written.len() as u32)));
        let made = match random.below(8) {
            0 => (true, self.now, (0..=last).map(item).collect()),
            _ => (false, self.now, vec![item(id)]),
        };
        self.current.push(made.clone());
        self.written.push(made);
    }

    fn rotate(&mut self) {
        self.now += 1;
        let time = Timestamp::from_parts(START, 0).expect("a time");
        let micros = netidx_archive_viewer::time::Span::from_nanos(i64::from(self.now) * 1_000);
        let name = time.saturating_add(micros).to_string().replace('Z', "+00:00");
        self.files.insert(name, std::mem::take(&mut self.current));
    }

    fn compress(&mut self, random: &mut Random) {
        let plain: Vec<_> =
            self.files.keys().filter(|name| !self.compressed.contains(name)).cloned().collect();
        if !plain.is_empty() {
            self.compressed.push(plain[random.below(plain.len())].clone());
        }
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        let layout = match self.compressed.iter().any(|it| it == name) {
            true => Layout::COMPRESSED_INDEXED,
            false => Layout::INDEXED,
        };
        let mut writer = Writer::new(layout);
        if name == "pathindex" {
            // One after the other, as they came.
            for path in &self.paths {
                writer.paths(std::slice::from_ref(path));
            }
            return writer.finish();
        }
        writer.basis(START, 0);
        for (is_image, at, items) in self.files.get(name).unwrap_or(&self.current) {
            match is_image {
                true => writer.image(*at, items),
                false => writer.delta(*at, items),
            };
        }
        let mut bytes = writer.finish();
        if name == "current" {
            // Preallocated, and half of a record that is not committed.
            bytes.extend([7; 40]);
        }
        bytes
    }

    /// The names in the order in which files are looked at.
    fn names(&self) -> Vec<String> {
        let rotated = self.files.keys().cloned();
        rotated.chain(["current", "pathindex"].map(str::to_owned)).collect()
    }
}

/// What whoever shows a folder does from time to time.
fn look(timeline: &mut Timeline, recorder: &Recorder) -> Result<(), Error> {
    for name in recorder.names() {
        let pages = |_| Ok::<_, Error>(Pages::whole(recorder.bytes(&name)));
        let found = timeline.look("0", &name, pages)?;
        match found {
            Look::Known { .. } => {
                timeline.named_mut("0", &name).expect("a known file").scan_to(u64::MAX);
            }
            Look::New => timeline.add_newer("0", &name, Archive::open(recorder.bytes(&name))?),
            Look::Replaced => timeline.replace("0", &name, Archive::open(recorder.bytes(&name))?),
        }
    }
    timeline.refresh();
    Ok(())
}

fn read(shard: &Shard) -> Vec<Made> {
    let files = [shard.files()];
    let mut readers = [files[0].reader()];
    let mut pass = Merged::new(&files, ALL, Kinds::All);
    let mut all = Vec::new();
    while let Ok(Some((_, place))) = pass.next(&mut readers, &[None], &Budget::UNLIMITED) {
        let record = readers[0].record(place.key).expect("sound batches");
        let items = record.items.map(|item| {
            let item = item.expect("sound items");
            assert!(shard.paths().path_of(item.id).is_some(), "id {} has its path", item.id);
            (item.id, item.event.encoded().to_vec())
        });
        let at = (place.key.time.nanos() - START * 1_000_000_000) / 1_000;
        all.push((place.is_image, at as u32, items.collect()));
    }
    all
}

#[test]
fn nothing_is_lost_or_doubled_over_rotations() {
    let mut random = Random(1_105);
    for round in 0..8 {
        let mut recorder = Recorder::new();
        recorder.write(&mut random);
        let mut timeline = Timeline::default();
        look(&mut timeline, &recorder).expect("it opens");
        let mut rotations = 0;
        while rotations < 100 {
            for _ in 0..random.below(6) {
                recorder.write(&mut random);
            }
            // Often none, sometimes several between two looks; also one right behind the other.
            for _ in 0..[0, 0, 1, 1, 2, 3][random.below(6)] {
                recorder.rotate();
                rotations += 1;
                for _ in 0..random.below(4) {
                    recorder.write(&mut random);
                }
            }
            if random.below(3) == 0 {
                recorder.compress(&mut random);
            }
            look(&mut timeline, &recorder).expect("every look finds what there is");
            let shard = &timeline.shards()[0];
            let names: Vec<&str> =
                (0..shard.archives().len()).map(|at| shard.file_name(at)).collect();
            assert_eq!(read(shard), recorder.written, "round {round}, {rotations}: {names:?}");
            assert!(timeline.left_out().is_empty(), "{:?}", timeline.left_out());
        }
        let shard = &timeline.shards()[0];
        assert_eq!(shard.archives().len(), recorder.files.len() + 1);
        let ends: Vec<_> = (0..recorder.files.len())
            .map(|at| FileKind::of(shard.file_name(at)).expect("a part").end())
            .collect();
        assert!(ends.is_sorted());
    }
}

#[test]
fn a_rotation_that_no_list_shows_yet_is_no_reason_to_forget() {
    let mut random = Random(7);
    let mut recorder = Recorder::new();
    for _ in 0..9 {
        recorder.write(&mut random);
    }
    let mut timeline = Timeline::default();
    look(&mut timeline, &recorder).expect("it opens");
    let before = read(&timeline.shards()[0]);
    // The list was made before the rotation, and `current` read after it.
    recorder.rotate();
    for _ in 0..5 {
        recorder.write(&mut random);
    }
    let bytes = |_| Ok::<_, Error>(Pages::whole(recorder.bytes("current")));
    let refused = timeline.look("0", "current", bytes).err().expect("another file");
    assert_eq!(refused.kind().name(), "changed");
    assert_eq!(read(&timeline.shards()[0]), before);
    // The next list has both.
    look(&mut timeline, &recorder).expect("every look finds what there is");
    assert_eq!(read(&timeline.shards()[0]), recorder.written);
}
