//! `nav serve`: what it serves, and what it does not, whoever asks and however.

use crate::{
    server::{Answer, Server},
    support::{copy_all, nav, recording, run},
};
use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom, Write},
    os::unix::fs::symlink,
    thread,
    time::{Duration, Instant},
};

/// A recording that can be written to, below a folder with a secret.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    copy_all(&recording("plain"), &home.path().join("rec"));
    fs::write(home.path().join("secret"), "netidx archive: secret").expect("a file");
    fs::write(home.path().join("rec/0/notes.txt"), "no part of it").expect("a file");
    fs::write(home.path().join("rec/0/current.lock"), "").expect("a file");
    home
}

#[test]
fn the_link_leads_to_the_site_and_the_list_to_the_files() {
    let home = home();
    let server = Server::start(&home.path().join("rec"), &[]);
    assert_eq!(server.link, format!("http://{}/?src=data/", server.address));
    let page = server.get("/?src=data/", "");
    assert_eq!((page.status, page.text()), (200, "<p>site</p>".to_owned()));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let list = server.get("/data/files.txt", "").text();
    let mut listed = 0;
    for line in list.lines() {
        let (path, length) = line.split_once('\t').expect("a length");
        let file = server.get(&format!("/data/{path}"), "");
        assert_eq!((file.status, file.body.len().to_string()), (200, length.to_owned()), "{line}");
        let name = path.replace("%2B", "+");
        assert_eq!(file.body, fs::read(home.path().join("rec").join(name)).expect("a file"));
        listed += 1;
    }
    assert_eq!(listed, 10);
    assert!(list.contains("0/pathindex\t4096\n") && !list.contains("notes"), "{list}");
}

#[test]
fn the_folder_of_one_shard_has_no_shards() {
    let home = home();
    let server = Server::start(&home.path().join("rec/1"), &[]);
    let list = server.get("/data/files.txt", "").text();
    assert_eq!(list.lines().count(), 4);
    assert!(list.contains("current\t4096\n") && !list.contains('/'), "{list}");
    assert_eq!(server.get("/data/current", "").body.len(), 4096);
    assert_eq!(server.get("/data/1/current", "").status, 404);
}

#[test]
fn every_answer_has_the_headers_that_keep_others_out() {
    let home = home();
    let server = Server::start(&home.path().join("rec"), &[]);
    for path in ["/", "/app.wasm", "/data/files.txt", "/data/0/current", "/data/0/none", "/none"] {
        let answer = server.get(path, "");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "deny"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cache-control", "no-cache"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path} {name}");
        }
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    assert_eq!(server.get("/app.wasm", "").header("content-type"), Some("application/wasm"));
}

#[test]
fn ranges_and_etags() {
    let home = home();
    let current = home.path().join("rec/0/current");
    let server = Server::start(&home.path().join("rec"), &[]);
    let whole = fs::read(&current).expect("a file");
    let get = |lines: &str| server.get("/data/0/current", lines);
    let first = get("");
    assert_eq!(first.header("accept-ranges"), Some("bytes"));
    let etag = first.header("etag").expect("an etag").to_owned();
    for (range, from, to) in [
        ("bytes=0-25", 0, 26),
        ("bytes=4090-", 4090, 4096),
        ("bytes=-6", 4090, 4096),
        ("bytes=4090-99999999999999999999", 4090, 4096),
        ("bytes=-99999999999999999999", 0, 4096),
    ] {
        let part = get(&format!("\r\nRange: {range}"));
        assert_eq!(part.status, 206, "{range}");
        let wanted = format!("bytes {from}-{}/4096", to - 1);
        assert_eq!(part.header("content-range"), Some(&wanted[..]));
        assert_eq!(part.header("content-length"), Some(&(to - from).to_string()[..]));
        assert_eq!(part.body, &whole[from..to], "{range}");
        let same = get(&format!("\r\nRange: {range}\r\nIf-Range: {etag}"));
        assert_eq!((same.status, &same.body), (206, &part.body));
    }
    for range in ["bytes=4096-", "bytes=99999999999999999999-", "bytes=-0"] {
        let none = get(&format!("\r\nRange: {range}"));
        assert_eq!((none.status, none.header("content-range")), (416, Some("bytes */4096")));
    }
    // Overlapping and absurd ones cost no more than the file.
    let many = (0..2_000).map(|_| "0-").collect::<Vec<_>>().join(",");
    for range in ["bytes=5-4", "bytes=0-0,0-0", "lines=0-1", "bytes=", &format!("bytes={many}")] {
        let all = get(&format!("\r\nRange: {range}"));
        assert_eq!((all.status, all.body.len()), (200, 4096), "{range}");
    }
    let known = get(&format!("\r\nIf-None-Match: \"x\", W/{etag}"));
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = server.raw(&format!("HEAD /data/0/current HTTP/1.1\r\nHost: {}", server.address));
    assert_eq!(
        (head.status, head.header("content-length"), head.body.len()),
        (200, Some("4096"), 0)
    );

    // A recorder goes on: the length stays, what the header says does not.
    let mut file = File::options().write(true).open(&current).expect("a file");
    file.seek(SeekFrom::Start(25)).expect("a place");
    file.write_all(&[whole[25].wrapping_add(1)]).expect("it can be written");
    drop(file);
    let grown = get("");
    assert_ne!(grown.header("etag"), Some(&etag[..]));
    let stale = get(&format!("\r\nRange: bytes=0-25\r\nIf-Range: {etag}"));
    assert_eq!((stale.status, stale.body.len()), (200, 4096));
    assert_eq!(get(&format!("\r\nIf-None-Match: {etag}")).status, 200);
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let home = home();
    let rec = home.path().join("rec");
    symlink(home.path().join("secret"), rec.join("0/2026-03-01T10:00:00+00:00")).expect("a link");
    symlink("/", rec.join("root")).expect("a link");
    symlink(home.path(), rec.join("up")).expect("a link");
    symlink("../1/current", rec.join("0/2026-03-01T11:00:00+00:00")).expect("a link");
    let server = Server::start(&rec, &[]);
    for path in [
        "/data/../secret",
        "/data/../../secret",
        "/data/0/../../secret",
        "/data/..%2fsecret",
        "/data/%2e%2e/secret",
        "/data/%2e%2e%2fsecret",
        "/data/0/..%2f..%2fsecret",
        "/data/0%2f..%2f../secret",
        "/data/..%5csecret",
        "/data/%252e%252e/secret",
        "/data/%252e%252e%252fsecret",
        "/data/..%c0%afsecret",
        "/data/%c0%ae%c0%ae/secret",
        "/data//secret",
        "/data//etc/passwd",
        "/data/%2fetc/passwd",
        "/data/.%2e/secret",
        "/data/..;/secret",
        "/data/....//secret",
        "/data/%00/secret",
        "/data/up/secret",
        "/data/root/etc%2fpasswd",
        "/data/0/2026-03-01T10:00:00%2B00:00",
        "/data/0/notes.txt",
        "/data/0/notes.txt.navidx",
        "/data/0/current.lock",
        "/data/0/.",
        "/data/0/",
        "/data/0",
        "/data/",
        "/data",
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "//secret",
        "/./index.html",
        "/etc/passwd",
    ] {
        let answer = server.get(path, "");
        assert!([400, 404].contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.text().contains("secret") && !answer.text().contains("root:"), "{path}");
    }
    // A link that stays inside is a file like others.
    let inside = server.get("/data/0/2026-03-01T11:00:00%2B00:00", "");
    assert_eq!((inside.status, inside.body.len()), (200, 4096));
    let list = server.get("/data/files.txt", "").text();
    assert!(!list.contains("10%3A00") && list.contains("11%3A00"), "{list}");
    assert!(!list.contains("up/") && !list.contains("root/"), "{list}");
}

#[test]
fn foreign_hosts_and_other_methods_are_refused() {
    let home = home();
    let server = Server::start(&home.path().join("rec"), &["--host", "rec.lan"]);
    let ask = |head: &str| server.raw(head).status;
    let of = |host: &str| ask(&format!("GET /data/0/current HTTP/1.1\r\nHost: {host}"));
    assert_eq!(server.link.split(':').nth(1), Some("//rec.lan"));
    for host in
        ["rec.lan", "REC.lan:80", "localhost", "localhost:9", "127.0.0.1", "[::ffff:127.0.0.1]:1"]
    {
        assert_eq!(of(host), 200, "{host}");
    }
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "rec.lan.evil.example",
        "127.0.0.2",
        "0.0.0.0",
        "[::1]",
        "rec.lan@evil.example",
        "evil.example@rec.lan",
    ] {
        assert_eq!(of(host), 421, "{host}");
    }
    for host in ["", "a b", "rec.lan, evil.example"] {
        assert!([400, 421].contains(&of(host)), "{host}");
    }
    assert_eq!(ask("GET / HTTP/1.1"), 400);
    assert_eq!(ask("GET / HTTP/1.1\r\nHost: rec.lan\r\nHost: evil.example"), 400);
    assert_eq!(ask("GET http://evil.example/ HTTP/1.1\r\nHost: rec.lan"), 421);
    let host = server.address;
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"] {
        for path in ["/", "/data/0/current", "/data/files.txt"] {
            assert_eq!(ask(&format!("{method} {path} HTTP/1.1\r\nHost: {host}")), 405, "{method}");
        }
    }
    for nonsense in ["GET", "\u{1}\u{2}", "GET / HTTP/9.9", "GET / HTTP/1.1\r\nHost"] {
        let status = ask(nonsense);
        assert!([0, 400, 505].contains(&status), "{nonsense}: {status}");
    }
    let long = format!("GET /{} HTTP/1.1\r\nHost: {host}", "a".repeat(1 << 20));
    assert!([0, 400, 414, 431].contains(&ask(&long)));
    assert_eq!(server.get("/", "").status, 200, "it goes on");
}

#[test]
fn many_at_once_and_slow_ones_stop_nobody() {
    let home = home();
    let server = Server::start(&home.path().join("rec"), &[]);
    // Heads that never end, and answers that nobody takes.
    let slow: Vec<_> = (0..100)
        .map(|nth| {
            let mut stream = server.connect();
            let head = format!("GET /data/0/current HTTP/1.1\r\nHost: {}\r\n", server.address);
            let part = if nth % 2 == 0 { &head[..20] } else { &format!("{head}\r\n") };
            stream.write_all(part.as_bytes()).expect("it reads");
            stream
        })
        .collect();
    let started = Instant::now();
    let answers: Vec<Answer> = thread::scope(|scope| {
        let ask = |nth: usize| {
            let range = format!("\r\nRange: bytes={nth}-{}", nth + 9);
            server.get("/data/0/current", &range)
        };
        let asked: Vec<_> = (0..500).map(|nth| scope.spawn(move || ask(nth))).collect();
        asked.into_iter().map(|it| it.join().expect("no panic")).collect()
    });
    let whole = fs::read(home.path().join("rec/0/current")).expect("a file");
    for (nth, answer) in answers.iter().enumerate() {
        assert_eq!((answer.status, &answer.body[..]), (206, &whole[nth..nth + 10]));
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    drop(slow);
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_breaks_off() {
    let home = home();
    let path = home.path().join("rec/0/2026-03-02T00:00:00+00:00");
    let mut bytes = fs::read(home.path().join("rec/0/current")).expect("a file");
    bytes.resize(64 << 20, 7);
    fs::write(&path, &bytes).expect("a file");
    let server = Server::start(&home.path().join("rec"), &[]);
    let mut stream = server.connect();
    let head = "GET /data/0/2026-03-02T00:00:00%2B00:00 HTTP/1.1\r\nConnection: close\r\n";
    write!(stream, "{head}Host: {}\r\n\r\n", server.address).expect("it reads");
    let mut start = [0; 1024];
    stream.read_exact(&mut start).expect("the answer begins");
    File::options()
        .write(true)
        .open(&path)
        .and_then(|file| file.set_len(1 << 20))
        .expect("it shrinks");
    let mut rest = Vec::new();
    let ended = stream.read_to_end(&mut rest);
    assert!(ended.is_err() || rest.len() < 63 << 20, "{}", rest.len());
    assert_eq!(server.get("/data/0/current", "").status, 200, "it goes on");
}

#[test]
fn without_a_site_or_a_folder_it_says_so() {
    let home = home();
    let empty = home.path().join("empty");
    fs::create_dir(&empty).expect("a folder");
    let [rec, empty] = [home.path().join("rec"), empty].map(|it| it.display().to_string());
    let ran = run(["serve", &rec, "--site", &empty]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("index.html"), "{}", ran.err);
    let file = format!("{rec}/0/current");
    let ran = run(["serve", &file, "--site", &empty]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    // A port that is taken.
    let server = Server::start(home.path(), &[]);
    let port = server.address.port().to_string();
    let site = home.path().join("site");
    fs::create_dir(&site).expect("a folder");
    fs::write(site.join("index.html"), "x").expect("a file");
    let ended = nav().args(["serve", &rec, "--port", &port, "--site"]).arg(site).output();
    assert_eq!(ended.expect("nav starts").status.code(), Some(2));
}
