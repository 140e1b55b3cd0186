//! A running `nav serve`, and plain HTTP to it.

use crate::support::nav;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// A server that ends with the test.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// The link that it printed.
    pub link: String,
    /// A site of one page.
    site: TempDir,
}

impl Server {
    /// Serves a folder.
    pub fn start(folder: &Path, args: &[&str]) -> Self {
        let site = tempfile::tempdir().expect("a temporary folder");
        fs::write(site.path().join("index.html"), "<p>site</p>").expect("a file");
        fs::write(site.path().join("app.wasm"), [0, 1, 2]).expect("a file");
        let mut child = nav()
            .arg("serve")
            .arg(folder)
            .arg("--site")
            .arg(site.path())
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("nav starts");
        let mut link = String::new();
        let out = child.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut link).expect("it prints a link");
        let link = link.trim_end().to_owned();
        let port = link.split(['/', ':']).find_map(|part| part.parse::<u16>().ok());
        let address = SocketAddr::from(([127, 0, 0, 1], port.expect("the link has a port")));
        Self { child, address, link, site }
    }

    /// A connection to it.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time");
        stream
    }

    /// Sends a request as it is, with the end of its head, and reads the answer to the end of the connection.
    pub fn raw(&self, head: &str) -> Answer {
        let mut stream = self.connect();
        // A server may refuse what it did not read to the end.
        if let Err(e) = write!(stream, "{head}\r\nConnection: close\r\n\r\n") {
            eprintln!("not read: {e}");
        }
        Answer::read(&mut stream)
    }

    /// Asks for a path with some more lines of a head.
    pub fn get(&self, path: &str, lines: &str) -> Answer {
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {}{lines}", self.address))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // The site goes with its folder.
        let _ = &self.site;
    }
}

/// What the server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status; 0 where the connection ended without one.
    pub status: u16,
    /// The head, in lower case.
    pub head: String,
    /// The body, as far as it came.
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads an answer to the end of the connection.
    pub fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        // One that breaks off is as long as it is.
        let ended = stream.read_to_end(&mut bytes);
        if bytes.is_empty() {
            eprintln!("no answer: {ended:?}");
        }
        let end =
            bytes.windows(4).position(|it| it == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or_default();
        Self { status, head, body: bytes[end..].to_vec() }
    }

    /// A line of the head.
    pub fn header(&self, name: &str) -> Option<&str> {
        let start = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(&start))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
