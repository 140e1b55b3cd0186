//! The part of the view that a link brings back: `#at=<RFC 3339>&filter=…&view=image`.
//!
//! No part of a file is ever in it. Unknown keys and values that do not parse are passed over: an
//! old page still opens a newer link.

use super::state::View;
use super::zone::Zone;
use crate::time::Timestamp;
use std::fmt::Write;

/// What a link says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// The position.
    pub at: Option<Timestamp>,
    /// The filter; `None` where the link says nothing about it.
    pub filter: Option<String>,
    /// The view that is shown.
    pub view: Option<View>,
    /// The path whose details are shown.
    pub path: Option<String>,
    /// The first time that is wanted.
    pub from: Option<Timestamp>,
    /// The last time that is wanted.
    pub to: Option<Timestamp>,
    /// The paths in the plot.
    pub plot: Vec<String>,
    /// The time that is zoomed to.
    pub zoom: Option<(Timestamp, Timestamp)>,
    /// The zone of the times on the page.
    pub zone: Option<Zone>,
    /// The condition that is searched for.
    pub find: Option<String>,
    /// The time that the position is compared with.
    pub compare: Option<Timestamp>,
}

impl Link {
    /// Reads a hash, with or without its `#`.
    pub fn parse(hash: &str) -> Self {
        let mut link = Self::default();
        for pair in hash.trim_start_matches('#').split('&') {
            let Some((key, value)) = pair.split_once('=') else { continue };
            let Some(value) = decode(value) else { continue };
            match key {
                "at" => link.at = value.parse().ok().or(link.at),
                "filter" => link.filter = Some(value),
                "path" => link.path = Some(value),
                "from" => link.from = value.parse().ok().or(link.from),
                "to" => link.to = value.parse().ok().or(link.to),
                "plot" if link.plot.contains(&value) => {}
                "plot" => link.plot.push(value),
                "zoom" => link.zoom = times(&value).or(link.zoom),
                "find" => link.find = Some(value),
                "compare" => link.compare = value.parse().ok().or(link.compare),
                "zone" => link.zone = Zone::from_key(&value).or(link.zone),
                "view" => link.view = View::from_key(&value).or(link.view),
                _ => {}
            }
        }
        link
    }

    /// The hash, with its `#`.
    pub fn hash(&self) -> String {
        let mut parts = Vec::new();
        if let Some(at) = self.at {
            parts.push(format!("at={at}"));
        }
        if let Some(filter) = self.filter.as_deref().filter(|filter| !filter.is_empty()) {
            parts.push(format!("filter={}", encode(filter)));
        }
        if let Some(view) = self.view {
            parts.push(format!("view={}", view.key()));
        }
        if let Some(path) = &self.path {
            parts.push(format!("path={}", encode(path)));
        }
        for (key, time) in [("from", self.from), ("to", self.to)] {
            parts.extend(time.map(|time| format!("{key}={time}")));
        }
        for path in &self.plot {
            parts.push(format!("plot={}", encode(path)));
        }
        if let Some((from, to)) = self.zoom {
            parts.push(format!("zoom={from}/{to}"));
        }
        if let Some(zone) = self.zone {
            parts.push(format!("zone={}", zone.key()));
        }
        if let Some(compare) = self.compare {
            parts.push(format!("compare={compare}"));
        }
        if let Some(find) = &self.find {
            parts.push(format!("find={}", encode(find)));
        }
        let mut hash = format!("#{}", parts.join("&"));
        // Chat programs take a sign at the end of a link for the end of a sentence.
        if let Some(sign) =
            hash.chars().next_back().filter(|it| !it.is_alphanumeric() && *it != '#')
        {
            hash.pop();
            // Writing to a string does not fail.
            let _ = write!(hash, "%{:02X}", u32::from(sign));
        }
        hash
    }
}

/// Two times, the first before the second, as ISO 8601 writes a stretch of time.
fn times(text: &str) -> Option<(Timestamp, Timestamp)> {
    let (from, to) = text.split_once('/')?;
    let (from, to) = (from.parse().ok()?, to.parse().ok()?);
    (from < to).then_some((from, to))
}

/// What may stand in a fragment as it is; `&`, `#`, `%` and `+` may not.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~/:*!,@$();?=".contains(&byte)
}

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if is_plain(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// A plus stays a plus: it stands in times. `None` for what is not UTF-8 or badly escaped.
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

/// The value of `src` in a query string (`?src=…`): the archive that the link wants opened.
pub fn source(query: &str) -> Option<String> {
    query
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| if key == "src" { decode(value) } else { None })
        .filter(|source| !source.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_read_back() {
        for filter in ["", "/a/**", "a b", "100% & more #1", "é=+", "/{a,b}/[c-d]?"] {
            let link = Link {
                at: Some("2026-03-01T09:30:00.123456789Z".parse().unwrap()),
                filter: Some(filter.to_owned()),
                view: Some(View::Problems),
                path: Some(format!("/p{filter}")),
                from: Some("2026-03-01T09:30:00.000000001Z".parse().unwrap()),
                to: None,
                plot: vec!["/a b".to_owned(), format!("/p{filter}")],
                zoom: "2026-03-01T09:30:00Z".parse().ok().zip("2026-03-01T09:31:00Z".parse().ok()),
                zone: Some(Zone::Local),
                find: Some(format!("= \"{filter}\"")),
                compare: "2026-03-01T09:30:00.000000002Z".parse().ok(),
            };
            let read = Link::parse(&link.hash());
            assert_eq!(read.at, link.at);
            assert_eq!(read.filter.unwrap_or_default(), filter);
            assert_eq!((read.view, read.path), (link.view, link.path.clone()));
            assert_eq!((read.from, read.to), (link.from, link.to));
            assert_eq!((&read.plot, read.zoom), (&link.plot, link.zoom));
            assert_eq!((read.zone, &read.find), (link.zone, &link.find));
            assert_eq!(read.compare, link.compare);
            assert!(link.hash().is_ascii() && !link.hash().contains(' '));
        }
    }

    #[test]
    fn links_of_others_are_read() {
        let link = Link::parse("#at=2026-03-01T09:30:00%2B01:00&view=image&filter=%2Fa%2F%2A%2A");
        assert_eq!(link.at, "2026-03-01T08:30:00Z".parse().ok());
        assert_eq!(link.filter.as_deref(), Some("/a/**"));
        assert_eq!(Link::parse("at=2026-03-01T09:30:00+01:00").at, link.at);
    }

    #[test]
    fn nonsense_is_passed_over() {
        for hash in ["", "#", "#at=soon", "#view=dance&x=1", "#filter=%zz", "#filter=%ff", "#&&=&"]
        {
            assert_eq!(Link::parse(hash), Link::default(), "{hash}");
        }
        for zoom in ["", "/", "2026-03-01T09:30:00Z", "2026-03-01T09:31:00Z/2026-03-01T09:30:00Z"] {
            assert_eq!(Link::parse(&format!("#zoom={zoom}")), Link::default(), "{zoom}");
        }
    }

    #[test]
    fn sources() {
        assert_eq!(source("?src=a%20b.archive"), Some("a b.archive".to_owned()));
        assert_eq!(source("?x=1&src=/y"), Some("/y".to_owned()));
        assert_eq!(source("?src="), None);
        assert_eq!(source(""), None);
    }
}
