//! `nav serve`: the site and a recording, to browsers of this machine or of those that may ask.
//!
//! ```text
//! /                 the site, out of this program
//! /data/files.txt   the files of the recording, `shard/name`, tab, length
//! /data/…           those files and the indexes beside them, whole or in ranges, and nothing else
//! ```
//!
//! Nothing is ever written, nothing outside of the folder is read (links that lead out are refused by the
//! system, see `cap_std`), and a request for another host's name is refused, so that no foreign page reads
//! the recording through a name that it made point here.

mod data;
mod headers;
mod hosts;
mod listen;
mod part;
mod site;

use super::{
    args::Serve,
    embedded::EmbeddedSite,
    fault::{Fault, Outcome, say},
};
use axum::{Extension, Router, middleware::from_fn, routing::get};
use data::Data;
use hosts::Hosts;
use site::Site;
use std::{
    io::Write,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// Serves until the process ends.
pub fn run(args: &Serve, embedded: EmbeddedSite) -> Result<Outcome, Fault> {
    let site = match &args.site {
        None => Site::Embedded(embedded),
        Some(folder) => Site::open(folder).map_err(|e| Fault::of(folder.display(), e))?,
    };
    if !site.is_there() {
        return Err(Fault::Said(match &args.site {
            None => "this nav was built without the site: build that with `cargo xtask build`, and then \
                     nav again, or name a folder that has it with --site"
                .to_owned(),
            Some(folder) => format!("{}: it has no index.html", folder.display()),
        }));
    }
    let data = Data::open(&args.folder).map_err(|e| Fault::of(args.folder.display(), e))?;
    let hosts = Hosts::new(&args.hosts);
    let router = Router::new()
        .route("/data/files.txt", get(data::list))
        .route("/data/{*path}", get(data::file))
        .fallback(get(site::file))
        .layer(Extension(Arc::new(data)))
        .layer(Extension(Arc::new(site)))
        .layer(from_fn(headers::add))
        .layer(from_fn(hosts::check))
        .layer(Extension(Arc::new(hosts)));
    // What waits for files is soon done, and more threads would only cost memory.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().max_blocking_threads(32).build();
    let runtime = runtime.map_err(|e| Fault::Said(format!("the server cannot be started: {e}")))?;
    runtime.block_on(async {
        let address = SocketAddr::new(args.bind, args.port);
        let listener = listen::bind(address);
        let listener = listener.map_err(|e| Fault::of(format!("cannot listen on {address}"), e))?;
        let bound = listener.local_addr().map_err(|e| Fault::Said(e.to_string()))?;
        let link = link(bound, args.hosts.first());
        let mut out = std::io::stdout();
        writeln!(out, "{link}")?;
        out.flush()?;
        if args.open
            && let Err(e) = open::that_detached(&link)
        {
            say(format!("no browser can be opened ({e}); open {link} in one"));
        }
        listen::serve(listener, router).await
    })
}

/// The link that opens the recording.
fn link(bound: SocketAddr, host: Option<&String>) -> String {
    let ip = match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        ip => ip,
    };
    let host = match (host, ip) {
        (Some(host), _) => host.clone(),
        (None, IpAddr::V6(ip)) => format!("[{ip}]"),
        (None, ip) => ip.to_string(),
    };
    format!("http://{host}:{}/?src=data/", bound.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_what_a_browser_can_reach() {
        for (bound, host, wanted) in [
            ("127.0.0.1:80", None, "http://127.0.0.1:80/?src=data/"),
            ("0.0.0.0:8080", None, "http://127.0.0.1:8080/?src=data/"),
            ("[::1]:8080", None, "http://[::1]:8080/?src=data/"),
            ("0.0.0.0:8080", Some("rec.lan"), "http://rec.lan:8080/?src=data/"),
        ] {
            let host = host.map(str::to_owned);
            assert_eq!(link(bound.parse().expect("an address"), host.as_ref()), wanted);
        }
    }
}
