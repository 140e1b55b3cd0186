//! `cargo xtask <command>`: the arguments, and nothing else.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use xtask::{bench, fixtures, pkg, server, site, suite};

const USAGE: &str = "\
cargo xtask <command>

  serve [--port N]   build the site and serve it on http://127.0.0.1:8080
  dev [--port N]     the same from a quick build, made and loaded again after each save
  test [--long]      everything that CI runs; --long adds what takes gigabytes, minutes and the
                     real netidx-archive
  build              the static site in dist/
  pkg                the JS package in pkg/
  fixtures           make the golden files again with the real netidx-archive
  bench [--rounds N] [words]
                     the benchmarks, beside the real netidx-archive; words pick rows by file or work";

/// Where the site is served unless told otherwise.
const PORT: u16 = 8080;

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<ExitCode> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["serve"] => serve(PORT)?,
        ["serve", "--port", port] => serve(number(port)?)?,
        ["dev"] => site::dev::run(PORT)?,
        ["dev", "--port", port] => site::dev::run(number(port)?)?,
        ["test"] => return suite::run(false),
        ["test", "--long"] => return suite::run(true),
        ["build"] => site::build()?,
        ["pkg"] => pkg::build()?,
        ["fixtures"] => fixtures::make()?,
        ["bench", args @ ..] => bench::run(args)?,
        [] | ["help" | "--help" | "-h"] => println!("{USAGE}"),
        _ => bail!("no such command: {}\n\n{USAGE}", args.join(" ")),
    }
    Ok(ExitCode::SUCCESS)
}

fn number(port: &str) -> Result<u16> {
    port.parse().with_context(|| format!("--port {port} is not a port number"))
}

fn serve(port: u16) -> Result<()> {
    // Bound before the build, so that a port in use is said at once and not after minutes.
    let server = server::Server::bind(port, "/", &site::dist())?;
    site::build()?;
    println!("serving {} on {}  (Ctrl-C stops)", site::dist().display(), server.url());
    server.run()
}
