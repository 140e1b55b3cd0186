//! One value: skipping and reading end at the same byte, and the text is in proportion.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netidx_archive_viewer::format::{Event, Kind, Naming, Origin, Reader, Value, write_value};

fuzz_target!(|bytes: &[u8]| {
    let start = Reader::new(bytes, Origin::File(0));
    let mut skipped = start;
    let event = Event::read(&mut skipped);
    let mut read = start;
    let value = Value::read(&mut read);
    match (&event, &value) {
        // What reading finds and skipping does not: text, times, numbers out of range.
        (Err(_), Ok(_)) => panic!("read accepts what skip refuses"),
        (Ok(event), Ok(value)) => {
            assert_eq!(skipped.rest(), read.rest());
            assert_eq!(event.kind(), Some(value.kind()));
            assert_eq!(event.kind(), Kind::from_tag(bytes[0]));
            assert_eq!(event.encoded().len() + skipped.remaining(), bytes.len());
            let (mut typed, mut plain) = (String::new(), String::new());
            let first = write_value(value, Naming::Typed, &mut typed);
            let second = write_value(value, Naming::Plain, &mut plain);
            assert_eq!(first, second);
            assert!(plain.len() <= typed.len());
            // The longest text for a byte: 0.000…5 for the nine bytes of an f64.
            assert!(typed.len() <= 64 + 48 * event.encoded().len());
        }
        (_, Err(error)) => {
            assert!(!error.to_string().is_empty());
            assert!(error.offset().is_some_and(|offset| offset <= bytes.len() as u64));
        }
    }
});
