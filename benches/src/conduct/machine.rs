//! What the numbers were measured on.

use serde_json::{Value, json};
use std::{fs, path::Path};
use xtask::{browser, cmd};

/// Facts that a number means little without.
pub fn facts() -> Value {
    let chrome = browser::Browser::find().ok().flatten().and_then(|b| cmd::version(&b.chrome));
    json!({
        "cpu": cpu(),
        "cores": std::thread::available_parallelism().map(|cores| cores.get()).ok(),
        "load_before": load(),
        "chromium": chrome,
        "rustc": cmd::version(Path::new("rustc")),
        "commit": commit(),
    })
}

fn cpu() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// How many processes wanted to run in the last minute: others' work is noise here.
fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn commit() -> Option<String> {
    let describe = cmd::command("git").args(["describe", "--always", "--dirty"]).output().ok()?;
    let text = String::from_utf8_lossy(&describe.stdout);
    describe.status.success().then(|| text.trim().to_owned())
}
