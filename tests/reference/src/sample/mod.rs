//! What the page's "Open sample" button opens: 65 minutes around a market's opening, as a recording
//! and as one archive.
//!
//! London trades all along. New York is closed, gathers orders, opens with a burst at 14:30,
//! lists a new company at 14:41, and loses its feed from 14:52 to 14:58. A boiler nearby gets too
//! hot when a valve sticks, and its alarm goes off. Everything is made up.

mod market;
mod plant;
pub mod recording;
mod world;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use market::{Phase, Venue};
use plant::Boiler;
use std::path::Path as FilePath;
use world::{SingleFile, World};

use crate::{
    rng::Rng,
    val::{self, bytes, dt, err, map, s, up},
};
use netidx::publisher::Value;

/// How long the sample is.
const SECONDS: i64 = 65 * 60;
/// An image is written this often, as the recorder does now and then.
const IMAGE_EVERY_S: i64 = 10 * 60;

/// 2026-03-02, 14:20 UTC, a Monday; with the nanoseconds that a real clock has.
fn opening() -> DateTime<Utc> {
    val::time(1_772_461_200, 118_204_377)
}

/// Writes `www/sample.archive` under `root`.
pub fn write(root: &FilePath) -> Result<()> {
    let file = root.join("www/sample.archive");
    std::fs::create_dir_all(root.join("www"))?;
    let mut world = SingleFile::create(&file)?;
    play(&mut world, SECONDS)?;
    let batches = world.batches();
    world.finish()?;
    println!("sample: {} bytes, {batches} batches", std::fs::metadata(&file)?.len());
    Ok(())
}

/// Writes what happens in so many seconds.
fn play(world: &mut dyn World, seconds: i64) -> Result<()> {
    let mut rng = Rng::new(14_30);
    let mut lse = Venue::new("lse", market::LSE, Phase::Open);
    let mut nyse = Venue::new("nyse", market::NYSE, Phase::Closed);
    let mut boiler = Boiler::new();
    let mut paths = lse.paths();
    paths.extend(nyse.paths());
    paths.extend(boiler.paths());
    paths.extend(SYSTEM.map(String::from));
    world.paths(&paths)?;

    world.batch(opening(), system_starts())?;
    world.batch(opening() + TimeDelta::microseconds(1_403), lse.snapshot(&mut rng))?;
    world.batch(opening() + TimeDelta::microseconds(2_911), nyse.snapshot(&mut rng))?;

    let mut now_us = 400_000;
    let mut next_image_s = IMAGE_EVERY_S;
    let mut script = SCRIPT.iter().peekable();
    while now_us < seconds * 1_000_000 {
        let second = now_us / 1_000_000;
        let now = opening() + TimeDelta::microseconds(now_us);
        if let Some((_, act)) = script.next_if(|(at, _)| *at <= second) {
            for items in act_on(*act, now, &mut lse, &mut nyse, &mut boiler, world, &mut rng)? {
                now_us += rng.between(200, 4_000);
                world.batch(opening() + TimeDelta::microseconds(now_us), items)?;
            }
        } else if second >= next_image_s {
            next_image_s += IMAGE_EVERY_S;
            world.image(now)?;
        } else {
            let items = match rng.below(20) {
                0..=2 => boiler.tick(second, &mut rng),
                3 => vec![summary(if rng.one_in(2) { &lse } else { &nyse })],
                4..=10 => lse.tick(now, &mut rng),
                _ => nyse.tick(now, &mut rng),
            };
            world.batch(now, items)?;
        }
        now_us += pause_us(second, &mut rng);
    }
    Ok(())
}

/// The opening and the return of the feed are busier than the rest.
fn pause_us(second: i64, rng: &mut Rng) -> i64 {
    let mean_ms = match second {
        600..660 => 110,
        660..900 => 330,
        2280..2310 => 150,
        _ => 640,
    };
    rng.between(mean_ms * 200, mean_ms * 1_800)
}

const SYSTEM: [&str; 6] = [
    "/system/recorder/host",
    "/system/recorder/build",
    "/system/recorder/started",
    "/log/gateway",
    "/log/operator",
    "/market/calendar",
];

fn system_starts() -> Vec<(String, netidx::subscriber::Event)> {
    let calendar = map([
        (
            s("lse"),
            map([
                (s("opens"), dt(val::time(1_772_438_400, 0))),
                (s("closes"), dt(val::time(1_772_469_000, 0))),
            ]),
        ),
        (
            s("nyse"),
            map([
                (s("opens"), dt(val::time(1_772_461_800, 0))),
                (s("closes"), dt(val::time(1_772_485_200, 0))),
            ]),
        ),
    ]);
    vec![
        (SYSTEM[0].into(), up(s("rec01.example.net"))),
        (SYSTEM[1].into(), up(bytes(&[0x9f, 0x1c, 0x44, 0xe0, 0x07, 0xb2, 0x5d, 0x38]))),
        (SYSTEM[2].into(), up(dt(opening()))),
        (SYSTEM[3].into(), up(s("gateway ready, 2 venues"))),
        (SYSTEM[5].into(), up(calendar)),
    ]
}

fn summary(venue: &Venue) -> (String, netidx::subscriber::Event) {
    (format!("/market/{}/summary", venue.name), venue.summary())
}

/// What happens at its second, whatever the dice say.
#[derive(Clone, Copy)]
enum Act {
    Log(&'static str),
    Note(&'static str),
    NyseAuction,
    NyseOpens,
    Listing,
    Halt(&'static str),
    Resume(&'static str),
    FeedLost,
    FeedRetry(u32),
    FeedBack,
    ValveSticks,
    ValveFreed,
}

const SCRIPT: &[(i64, Act)] = &[
    (120, Act::NyseAuction),
    (300, Act::Log("nyse: pre-opening orders 1,204")),
    (598, Act::Log("nyse: opening cross")),
    (600, Act::NyseOpens),
    (780, Act::ValveSticks),
    (905, Act::Halt("HALM")),
    (960, Act::Note("boiler 1: temperature rising, valve reads 35 %, check the actuator")),
    (1260, Act::Listing),
    (1330, Act::Resume("HALM")),
    (1500, Act::ValveFreed),
    (1512, Act::Note("boiler 1: actuator freed by hand, watching")),
    (1918, Act::Log("nyse: heartbeat late by 2.1 s")),
    (1920, Act::FeedLost),
    (1980, Act::FeedRetry(1)),
    (2070, Act::FeedRetry(2)),
    (2190, Act::FeedRetry(3)),
    (2280, Act::FeedBack),
    (
        2283,
        Act::Log("nyse: session 2 established, replaying 0 messages (\"gap fill\" not offered)"),
    ),
    (2700, Act::Halt("NWCO")),
    (3000, Act::Resume("NWCO")),
    (3600, Act::Log("lse: closing auction in 60 min")),
    (3880, Act::Note("end of watch")),
];

type Batches = Vec<Vec<(String, netidx::subscriber::Event)>>;

fn act_on(
    act: Act,
    now: DateTime<Utc>,
    lse: &mut Venue,
    nyse: &mut Venue,
    boiler: &mut Boiler,
    world: &mut dyn World,
    rng: &mut Rng,
) -> Result<Batches> {
    let log = |text: &str| (SYSTEM[3].to_string(), up(s(text)));
    let status = |v: Value| ("/market/nyse/status".to_string(), up(v));
    Ok(match act {
        Act::Log(text) => vec![vec![log(text)]],
        Act::Note(text) => vec![vec![(SYSTEM[4].into(), up(s(text)))]],
        Act::NyseAuction => vec![nyse.enter(Phase::Auction, now)],
        Act::NyseOpens => vec![nyse.enter(Phase::Open, now), nyse.snapshot(rng)],
        Act::Listing => {
            world.paths(&nyse.list("NWCO", 2_400))?;
            vec![vec![log("nyse: new listing NWCO")], nyse.quote_all("NWCO", rng)]
        }
        Act::Halt(symbol) => vec![if symbol == "NWCO" { nyse } else { lse }.halt(symbol)],
        Act::Resume(symbol) => vec![if symbol == "NWCO" { nyse } else { lse }.resume(symbol)],
        Act::FeedLost => vec![
            vec![status(err(s("feed handler: connection reset by peer")))],
            nyse.unsubscribe(),
            vec![log("nyse: feed lost, unsubscribing")],
        ],
        Act::FeedRetry(n) => vec![vec![
            status(err(map([
                (s("code"), Value::I32(-110)),
                (s("attempt"), Value::U32(n)),
                (s("why"), s("timeout")),
            ]))),
            log(&format!("nyse: reconnect attempt {n} timed out")),
        ]],
        Act::FeedBack => vec![vec![status(s("open"))], nyse.resubscribe(rng)],
        Act::ValveSticks => {
            boiler.stuck = true;
            vec![]
        }
        Act::ValveFreed => {
            boiler.stuck = false;
            vec![]
        }
    })
}
