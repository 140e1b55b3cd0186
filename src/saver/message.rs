//! What the page and the worker that saves say to each other: arrays of what JavaScript has, because
//! a derived form of so few things would weigh more than all of them.

use crate::export::{Doing, Level, Options};
use js_sys::Array;
use wasm_bindgen::JsValue;

/// What is to be made of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// An indexed copy.
    Index,
    /// A compressed copy.
    Compress(Options),
}

/// What the worker tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// How far it is.
    Going {
        /// What it does.
        doing: Doing,
        /// How much of that is done, from 0 to 1.
        part: f64,
        /// How many bytes were written.
        written: u64,
    },
    /// It is done.
    Done {
        /// How many bytes the file has.
        written: u64,
        /// What could not be read.
        left: Left,
        /// The file, where it could not be written to the disk.
        blob: Option<web_sys::Blob>,
    },
    /// It cannot be done.
    Failed {
        /// Why not.
        message: String,
    },
}

/// The batches that a copy lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// How many.
    pub count: u64,
    /// What is wrong with the first of them.
    pub first: Vec<String>,
}

const DOING: [Doing; 3] = [Doing::Counting, Doing::Choosing, Doing::Compressing];

impl Task {
    /// For the worker.
    pub fn to_js(&self) -> Array {
        match self {
            Self::Index => Array::new(),
            Self::Compress(Options { level, dictionary }) => {
                let dictionary = dictionary.map_or(JsValue::NULL, |size| (size as f64).into());
                Array::of2(&level.get().into(), &dictionary)
            }
        }
    }

    /// From the page; `None` where it is none.
    pub fn from_js(value: &Array) -> Option<Self> {
        if value.length() == 0 {
            return Some(Self::Index);
        }
        let level = Level::new(value.get(0).as_f64()? as i32)?;
        let dictionary = value.get(1).as_f64().map(|size| size as u64);
        Some(Self::Compress(Options { level, dictionary }))
    }
}

impl Told {
    /// For the page.
    pub fn to_js(&self) -> Array {
        match self {
            Self::Going { doing, part, written } => {
                let doing = DOING.iter().position(|it| it == doing).unwrap_or_default();
                Array::of3(&doing.into(), &(*part).into(), &(*written as f64).into())
            }
            Self::Done { written, left, blob } => {
                let first: Array = left.first.iter().map(|it| JsValue::from(&**it)).collect();
                let blob = blob.as_ref().map_or(JsValue::NULL, JsValue::from);
                let (written, count) = ((*written as f64).into(), (left.count as f64).into());
                Array::of4(&written, &count, &first, &blob)
            }
            Self::Failed { message } => Array::of1(&message.into()),
        }
    }

    /// From the worker.
    pub fn from_js(value: &JsValue) -> Self {
        let parts = Array::from(value);
        let number = |at| parts.get(at).as_f64().unwrap_or_default();
        match parts.length() {
            3 => Self::Going {
                doing: DOING.get(number(0) as usize).copied().unwrap_or(Doing::Compressing),
                part: number(1),
                written: number(2) as u64,
            },
            4 => {
                let first = Array::from(&parts.get(2));
                let first = first.iter().filter_map(|it| it.as_string()).collect();
                let left = Left { count: number(1) as u64, first };
                let blob = wasm_bindgen::JsCast::dyn_into(parts.get(3)).ok();
                Self::Done { written: number(0) as u64, left, blob }
            }
            _ => Self::Failed { message: parts.get(0).as_string().unwrap_or_default() },
        }
    }
}
