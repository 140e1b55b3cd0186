//! Everywhere but the site: a proxy that lets nothing through and remembers what was asked.
//!
//! Chromium is told to use it for every host but the site's own. That also sees what workers ask,
//! which the page's Content-Security-Policy does not govern on a host that sends no headers.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};

/// Hosts that Chromium itself asks at a start (its own updates, its clock, a login), in spite of the
/// arguments against it. Nothing in a page has any business there.
const CHROMIUMS_OWN: [&str; 8] = [
    "accounts.google.com",
    "android.clients.google.com",
    "clients2.google.com",
    "content-autofill.googleapis.com",
    "mtalk.google.com",
    "optimizationguide-pa.googleapis.com",
    "safebrowsing.googleapis.com",
    "update.googleapis.com",
];

/// The proxy and what it refused.
pub struct Elsewhere {
    /// `host:port` of the proxy.
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Elsewhere {
    /// Starts refusing.
    pub fn start() -> Result<Elsewhere> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
        let address = listener.local_addr().context("cannot tell the proxy's address")?.to_string();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if let Some(request) = refuse(&stream) {
                    seen.lock().unwrap_or_else(PoisonError::into_inner).push(request);
                }
            }
        });
        Ok(Elsewhere { address, asked })
    }

    /// The request lines that were refused since the last call, without those of the browser's own.
    pub fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.drain(..).filter(|request| !CHROMIUMS_OWN.contains(&host(request))).collect()
    }
}

/// The host of `CONNECT host:443 HTTP/1.1` or `GET http://host/path HTTP/1.1`.
fn host(request: &str) -> &str {
    let target = request.split(' ').nth(1).unwrap_or("");
    let target = target.split_once("://").map_or(target, |(_, rest)| rest);
    target.split(['/', ':']).next().unwrap_or("")
}

fn refuse(mut stream: &TcpStream) -> Option<String> {
    let request = BufReader::new(stream).lines().next()?.ok()?;
    let _ = stream
        .write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    Some(request)
}
