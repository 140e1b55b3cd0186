//! Which names the server answers to.

use axum::{
    Extension,
    extract::Request,
    http::{StatusCode, header::HOST, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{net::IpAddr, sync::Arc};

/// The address that a connection came to.
#[derive(Debug, Clone, Copy)]
pub struct Local(pub IpAddr);

/// The names that the server was started for.
pub struct Hosts {
    names: Vec<String>,
}

impl Hosts {
    /// Names beside the address that a connection comes to.
    pub fn new(names: &[String]) -> Self {
        Self { names: names.iter().map(|name| name.to_ascii_lowercase()).collect() }
    }

    /// Whether a request that names `host` (its port does not count: it may have come through a tunnel) is for
    /// this server.
    fn takes(&self, host: &str, local: IpAddr) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let is_local = || match host.parse::<IpAddr>() {
            Ok(ip) => ip.to_canonical() == local.to_canonical(),
            Err(_) => host == "localhost" && local.to_canonical().is_loopback(),
        };
        self.names.contains(&host) || is_local()
    }
}

/// Refuses requests for other names.
pub async fn check(
    Extension(hosts): Extension<Arc<Hosts>>,
    Extension(Local(local)): Extension<Local>,
    request: Request,
    next: Next,
) -> Response {
    let named = request.headers().get_all(HOST);
    let mut named = named.iter().map(|it| it.to_str().ok()?.parse::<Authority>().ok());
    let header = match (named.next(), named.next()) {
        (Some(Some(host)), None) => host,
        _ => return (StatusCode::BAD_REQUEST, "one Host is due\n").into_response(),
    };
    let target = request.uri().authority();
    let is_ours =
        |host: &Authority| host.as_str() == strip_user(host) && hosts.takes(host.host(), local);
    if !is_ours(&header) || !target.is_none_or(is_ours) {
        let refusal = "this server answers to the names only that it was started for (--host)\n";
        return (StatusCode::MISDIRECTED_REQUEST, refusal).into_response();
    }
    next.run(request).await
}

/// An authority without a user, which no browser sends.
fn strip_user(authority: &Authority) -> &str {
    authority.as_str().rsplit('@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses_and_given_names_only() {
        let hosts = Hosts::new(&["Rec.lan".to_owned()]);
        let [here, lan, six] =
            ["127.0.0.1", "192.168.1.9", "::1"].map(|it| it.parse::<IpAddr>().expect("an address"));
        for (host, local, wanted) in [
            ("127.0.0.1", here, true),
            ("localhost", here, true),
            ("LOCALHOST", six, true),
            ("[::1]", six, true),
            ("[::ffff:127.0.0.1]", here, true),
            ("rec.lan", here, true),
            ("REC.LAN", lan, true),
            ("192.168.1.9", lan, true),
            ("127.0.0.1", lan, false),
            ("localhost", lan, false),
            ("192.168.1.9", here, false),
            ("evil.example", here, false),
            ("127.0.0.1.evil.example", here, false),
            ("localhost.evil.example", here, false),
            ("", here, false),
        ] {
            assert_eq!(hosts.takes(host, local), wanted, "{host} {local}");
        }
    }
}
