//! Whether all of a value can be decoded.

use crate::format::{Error, Event, Holder, Key, Value, Visitor, walk};

/// Decodes an event, and all values inside it.
///
/// # Errors
/// That of the first part that cannot be decoded.
pub(crate) fn check_event(event: &Event<'_>) -> Result<(), Error> {
    event.value()?.map_or(Ok(()), |value| walk(&value, &mut Decode))
}

/// Sees everything and keeps nothing: a walk decodes what it shows.
struct Decode;

impl<'a> Visitor<'a> for Decode {
    type Stop = Error;

    fn leaf(&mut self, _: &Value<'a>) -> Result<(), Error> {
        Ok(())
    }

    fn begin(&mut self, _: Holder) -> Result<(), Error> {
        Ok(())
    }

    fn item(&mut self, _: usize) -> Result<(), Error> {
        Ok(())
    }

    fn entry(&mut self, _: usize, _: &Key<'a>) -> Result<(), Error> {
        Ok(())
    }

    fn entry_end(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn end(&mut self, _: Holder) -> Result<(), Error> {
        Ok(())
    }

    fn mark(&self) -> usize {
        0
    }

    fn reset(&mut self, _: usize) {}
}
