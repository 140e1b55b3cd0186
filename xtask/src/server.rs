//! A static file server for this machine only.
//!
//! As plain as the plainest host: it sends files with their type and length, and parts of them where
//! parts are asked for, so what works here works on any host. It listens on the loopback address,
//! answers GET and HEAD, and never leaves the folder that it was given.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

/// No request that a browser sends to a static site is longer.
const MAX_HEAD_BYTES: u64 = 64 * 1024;
/// A browser opens connections ahead of need and may never use one.
const PATIENCE: Duration = Duration::from_secs(30);

/// A listening server; requests wait until [`Server::run`].
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    site: Arc<Site>,
}

struct Site {
    /// The sub-path that the site appears under, with a slash at both ends.
    prefix: String,
    root: PathBuf,
}

impl Server {
    /// Listens on `127.0.0.1:port` (0: any free port) for `root` under the sub-path `prefix`.
    pub fn bind(port: u16, prefix: &str, root: &Path) -> Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .with_context(|| format!("cannot listen on 127.0.0.1:{port}; try another --port"))?;
        let address = listener.local_addr().context("cannot tell the server's own address")?;
        let prefix = match prefix.trim_matches('/') {
            "" => "/".to_owned(),
            inner => format!("/{inner}/"),
        };
        Ok(Server { listener, address, site: Arc::new(Site { prefix, root: root.to_path_buf() }) })
    }

    /// The address of the site's start page.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.site.prefix)
    }

    /// Answers requests until the process ends.
    pub fn run(self) -> ! {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    let site = Arc::clone(&self.site);
                    // A browser that goes away in the middle of an answer is its own business.
                    thread::spawn(move || site.answer(&stream));
                }
                // Out of file handles, mostly: they come back as answers finish.
                Err(_) => thread::sleep(Duration::from_millis(50)),
            }
        }
    }
}

enum Answer {
    File(PathBuf),
    Redirect(String),
    Refused(&'static str),
}

impl Site {
    fn answer(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut lines = BufReader::new(stream.take(MAX_HEAD_BYTES)).lines();
        let Some(request) = lines.next() else { return Ok(()) };
        let request = request?;
        let mut range = None;
        for line in lines {
            let line = line?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap_or_default();
            if name.eq_ignore_ascii_case("range") {
                range = Some(value.trim().to_owned());
            }
        }
        let mut words = request.split(' ');
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let answer = match method {
            "GET" | "HEAD" => self.find(target),
            _ => Answer::Refused("405 Method Not Allowed"),
        };
        match answer {
            Answer::File(path) => send_file(stream, &path, range.as_deref(), method == "GET"),
            Answer::Redirect(to) => send(stream, "301 Moved Permanently", Some(&to)),
            Answer::Refused(status) => send(stream, status, None),
        }
    }

    fn find(&self, target: &str) -> Answer {
        const NOT_FOUND: Answer = Answer::Refused("404 Not Found");
        let path = target.split(['?', '#']).next().unwrap_or("");
        let Some(path) = decode(path) else { return Answer::Refused("400 Bad Request") };
        if format!("{path}/") == self.prefix {
            return Answer::Redirect(self.prefix.clone());
        }
        let Some(relative) = path.strip_prefix(&self.prefix) else { return NOT_FOUND };
        let relative = Path::new(relative);
        if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            return NOT_FOUND;
        }
        let mut file = self.root.join(relative);
        if file.is_dir() {
            file.push("index.html");
        }
        // A link inside the folder must not lead out of it either.
        match (fs::canonicalize(&file), fs::canonicalize(&self.root)) {
            (Ok(file), Ok(root)) if file.starts_with(&root) => Answer::File(file),
            _ => NOT_FOUND,
        }
    }
}

fn send_file(
    mut out: &TcpStream,
    path: &Path,
    range: Option<&str>,
    with_body: bool,
) -> io::Result<()> {
    let Ok(mut file) = File::open(path) else { return send(out, "404 Not Found", None) };
    let (length, kind) = (file.metadata()?.len(), content_type(path));
    let part = range.and_then(|range| part(range, length));
    let (start, end) = part.unwrap_or((0, length));
    let status = match part {
        Some(_) => {
            format!("206 Partial Content\r\nContent-Range: bytes {start}-{}/{length}", end - 1)
        }
        None => "200 OK".to_owned(),
    };
    write!(
        out,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        end - start
    )?;
    if with_body {
        file.seek(SeekFrom::Start(start))?;
        io::copy(&mut file.take(end - start), &mut out)?;
    }
    out.flush()
}

/// The first byte of a range and the byte behind its last. `None` for what is no single range within
/// the file, in whose place all of it is sent, as servers may.
fn part(range: &str, length: u64) -> Option<(u64, u64)> {
    let (start, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let start = start.parse().ok()?;
    let end = match last {
        "" => length,
        last => last.parse::<u64>().ok()?.saturating_add(1).min(length),
    };
    (start < end).then_some((start, end))
}

fn send(mut out: &TcpStream, status: &str, location: Option<&str>) -> io::Result<()> {
    let location = location.map(|to| format!("Location: {to}\r\n")).unwrap_or_default();
    write!(out, "HTTP/1.1 {status}\r\n{location}Content-Length: 0\r\nConnection: close\r\n\r\n")
}

/// Undoes percent-encoding; nothing where the result is not text or holds a NUL.
fn decode(path: &str) -> Option<String> {
    let mut bytes = path.bytes();
    let mut decoded = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(bytes.next()?)?, digit(bytes.next()?)?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok().filter(|path| !path.contains('\0'))
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(url: &str, request: &str) -> String {
        let host = url.strip_prefix("http://").and_then(|rest| rest.split('/').next());
        let mut stream = TcpStream::connect(host.expect("a server's address")).expect("it listens");
        write!(stream, "{request}\r\nHost: localhost\r\n\r\n").expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers and closes");
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn serves_its_folder_under_a_sub_path_and_nothing_else() {
        let home = std::env::temp_dir().join(format!("xtask-server-{}", std::process::id()));
        let root = home.join("dist");
        fs::create_dir_all(root.join("a b")).expect("a temporary folder");
        fs::write(root.join("index.html"), "<p>start</p>").expect("a file");
        fs::write(root.join("a b/app.wasm"), [0, 1, 2]).expect("a file");
        fs::write(home.join("secret"), "secret").expect("a file");
        let server = Server::bind(0, "some/where", &root).expect("a free port");
        let url = server.url();
        thread::spawn(move || server.run());

        let start = ask(&url, "GET /some/where/?src=x HTTP/1.1");
        assert!(start.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"));
        assert!(start.ends_with("\r\n\r\n<p>start</p>"));
        let wasm = ask(&url, "HEAD /some/where/a%20b/app.wasm HTTP/1.1");
        assert!(wasm.contains("Content-Type: application/wasm\r\nContent-Length: 3\r\n"));
        assert!(wasm.ends_with("\r\n\r\n"));
        let moved = ask(&url, "GET /some/where HTTP/1.1");
        assert!(moved.contains("301") && moved.contains("Location: /some/where/\r\n"));
        for outside in
            ["/", "/some/where/../secret", "/some/where/%2e%2e/secret", "/some/where/%2Fetc/passwd"]
        {
            let answer = ask(&url, &format!("GET {outside} HTTP/1.1"));
            assert!(answer.starts_with("HTTP/1.1 404"), "{outside}: {answer}");
        }
        assert!(ask(&url, "POST /some/where/ HTTP/1.1").starts_with("HTTP/1.1 405"));
        assert!(ask(&url, "GET /some/where/%zz HTTP/1.1").starts_with("HTTP/1.1 400"));
        let ranges = [
            ("bytes=3-7", "bytes 3-7/12", "start"),
            ("bytes=8-", "bytes 8-11/12", "</p>"),
            ("bytes=8-99", "bytes 8-11/12", "</p>"),
        ];
        for (range, wanted, body) in ranges {
            let part = ask(&url, &format!("GET /some/where/ HTTP/1.1\r\nRange: {range}"));
            assert!(part.starts_with("HTTP/1.1 206 "), "{part}");
            assert!(part.contains(&format!("\r\nContent-Range: {wanted}\r\n")), "{part}");
            assert!(part.ends_with(&format!("\r\n\r\n{body}")), "{part}");
        }
        for range in ["bytes=12-", "bytes=5-4", "bytes=-4", "bytes=0-1,4-5", "lines=0-1"] {
            let whole = ask(&url, &format!("GET /some/where/ HTTP/1.1\r\nrange: {range}"));
            assert!(whole.starts_with("HTTP/1.1 200 "), "{range}: {whole}");
        }
        fs::remove_dir_all(&home).expect("our own folder");
    }
}
