//! The payload of a batch record in one of the four layouts, and the text of every value in it.
//!
//! The first byte chooses the layout; the rest is the payload.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netidx_archive_viewer::format::{
    Batch, Dictionary, FileHeader, Inflater, Naming, Origin, Payload, Reader, write_value,
};

fuzz_target!(|bytes: &[u8]| {
    let Some((layout, bytes)) = bytes.split_first() else { return };
    let header = FileHeader {
        compressed: layout & 2 != 0,
        indexed: layout & 1 != 0,
        version: 0,
        committed: 0,
    };
    let reader = Reader::new(bytes, Origin::File(1000));
    let Ok(payload) = Payload::read(reader, &header) else { return };
    if let Some(ids) = payload.index.map(|index| index.ids()) {
        let count = ids.map_or(0, |ids| ids.count());
        assert!(count <= bytes.len() + 1);
    }
    let mut inflater = Inflater::default();
    let body = match payload.bound {
        None => payload.body,
        Some(bound) => {
            let dictionary = Dictionary::new(b"");
            if inflater.inflate(payload.body, bound, &dictionary, || Ok(Vec::new())).is_err() {
                return;
            }
            inflater.inflated(1000)
        }
    };
    assert!(payload.bound.is_none_or(|bound| body.remaining() <= bound as usize));
    let whole = body.remaining();
    let Ok(mut batch) = Batch::new(body) else { return };
    let claimed = batch.len();
    let mut text = String::new();
    let mut seen = 0;
    for item in batch.by_ref() {
        let Ok(item) = item else { break };
        seen += 1;
        // What is sound in structure can still be no text and no time.
        let Ok(value) = item.event.value() else { continue };
        assert_eq!(value.as_ref().map(|value| value.kind()), item.event.kind());
        for naming in [Naming::Typed, Naming::Plain] {
            text.clear();
            if let Some(value) = &value {
                let _ = write_value(value, naming, &mut text);
            }
        }
    }
    assert!(seen <= claimed && 2 * claimed <= whole);
});
