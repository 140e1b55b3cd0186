//! Connections: how many there may be, and how long each may take.

use super::hosts::Local;
use crate::nav::fault::{Fault, Outcome};
use axum::{Extension, Router};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::Semaphore,
    time::sleep,
};
use tokio_io_timeout::TimeoutStream;

/// Connections at a time; more wait until one ends.
const MAX_CONNECTIONS: usize = 1_024;
/// A request's head has to come within this, also the next one of a connection.
const MAX_HEAD_TIME: Duration = Duration::from_secs(20);
/// Whoever takes nothing of an answer for so long is gone.
const MAX_STALL: Duration = Duration::from_secs(60);
/// No request that a browser sends to a static site is longer.
const MAX_HEAD: usize = 64 << 10;

/// Connections that the system keeps until they are taken. Fewer are refused when hundreds come at once.
const BACKLOG: u32 = 4_096;

/// Listens on an address.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A server that is started again does not wait for what is left of its connections.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Answers until the process ends.
pub async fn serve(listener: TcpListener, router: Router) -> Result<Outcome, Fault> {
    // A connection and a file each.
    let _ = rlimit::increase_nofile_limit(4 * MAX_CONNECTIONS as u64);
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return Ok(Outcome::Done);
        };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(_) => {
                // Out of file handles, mostly: they come back as answers end.
                sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(local) = stream.local_addr() else { continue };
        let router = router.clone().layer(Extension(Local(local.ip())));
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(MAX_STALL));
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(MAX_HEAD_TIME)
                .max_buf_size(MAX_HEAD)
                .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(router));
            // A browser that goes away in the middle of an answer is its own business.
            let _ = connection.await;
            drop(place);
        });
    }
}
