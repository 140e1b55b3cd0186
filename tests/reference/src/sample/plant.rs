//! A boiler: hot when its valve sticks, and it says so.

use crate::{
    rng::Rng,
    val::{dur, s, up},
};
use netidx::{publisher::Value, subscriber::Event};

/// Where the alarm goes off and where it clears again, in tenths of a degree.
const ALARM: i64 = 1_950;
const CLEAR: i64 = 1_850;

/// The boiler's state, in tenths.
pub struct Boiler {
    /// The valve does not move.
    pub stuck: bool,
    temperature: i64,
    pressure: i64,
    valve: i64,
    alarm: bool,
    first: bool,
}

impl Boiler {
    /// Warm and calm.
    pub fn new() -> Self {
        Boiler {
            stuck: false,
            temperature: 1_800,
            pressure: 98,
            valve: 350,
            alarm: false,
            first: true,
        }
    }

    /// All paths of the plant.
    pub fn paths(&self) -> Vec<String> {
        ["temperature", "pressure", "valve", "alarm", "uptime"].map(path).into()
    }

    /// A reading: some of the values, the alarm when it changes.
    pub fn tick(&mut self, second: i64, rng: &mut Rng) -> Vec<(String, Event)> {
        let drift = if self.stuck { 3 } else { (1_800 - self.temperature) / 25 };
        self.temperature += rng.between(-3, 3) + drift;
        self.pressure = 98 + (self.temperature - 1_800) / 6 + rng.between(-1, 1);
        if !self.stuck {
            self.valve =
                (350 + (self.temperature - 1_800) * 2 + rng.between(-5, 5)).clamp(0, 1_000);
        }
        let mut items = vec![
            (path("temperature"), up(Value::F32(self.temperature as f32 / 10.))),
            (path("pressure"), up(Value::F64(self.pressure as f64 / 10.))),
        ];
        if self.first || rng.one_in(3) {
            items.push((path("valve"), up(Value::U8((self.valve / 10) as u8))));
        }
        if self.first || rng.one_in(20) {
            items.push((path("uptime"), up(dur(1_209_600 + second as u64, 0))));
        }
        let alarm = if self.alarm { self.temperature > CLEAR } else { self.temperature > ALARM };
        if self.first || alarm != self.alarm {
            let text = format!(
                "temperature {}.{} above {}.0",
                self.temperature / 10,
                self.temperature % 10,
                ALARM / 10
            );
            items.push((path("alarm"), up(if alarm { s(&text) } else { Value::Null })));
        }
        self.alarm = alarm;
        self.first = false;
        items
    }
}

fn path(what: &str) -> String {
    format!("/plant/boiler/{what}")
}
