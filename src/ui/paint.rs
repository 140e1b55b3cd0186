//! A canvas in CSS pixels, sharp in device pixels, in the colours of the styles.

use gloo::utils::{document, window};
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement};

/// What is drawn on: a canvas, or a picture that is saved. Colours are names of the styles.
pub trait Surface {
    /// In CSS pixels.
    fn width(&self) -> f64;
    /// A filled box.
    fn fill(&self, colour: &str, x: f64, y: f64, width: f64, height: f64);
    /// A text, its middle at `y`.
    fn text(&self, colour: &str, text: &str, x: f64, y: f64);
    /// A text over something that is drawn, from which a rim sets it off.
    fn text_over(&self, text: &str, x: f64, y: f64);
    /// How wide a text is.
    fn width_of(&self, text: &str) -> f64;

    /// A text cut to a width; nothing where hardly any of it fits.
    fn text_within(&self, colour: &str, text: &str, x: f64, y: f64, room: f64) {
        /// About what a character takes.
        const CHARACTER: f64 = 6.5;
        let fits = (room / CHARACTER).max(0.0) as usize;
        if fits < 2 {
            return;
        }
        match text.char_indices().nth(fits) {
            None => self.text(colour, text, x, y),
            Some((end, _)) => self.text(colour, &format!("{}…", &text[..end]), x, y),
        }
    }
}

/// A canvas, cleared.
pub struct Paint {
    context: CanvasRenderingContext2d,
    style: CssStyleDeclaration,
    /// By name, and asked for once.
    colours: RefCell<HashMap<String, String>>,
    /// In CSS pixels.
    width: f64,
}

impl Paint {
    /// Gives a canvas a size in CSS pixels and clears it.
    pub fn new(canvas: &HtmlCanvasElement, width: f64, height: f64) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??;
        let context = context.dyn_into::<CanvasRenderingContext2d>().ok()?;
        let style = window().get_computed_style(canvas).ok()??;
        let ratio = window().device_pixel_ratio().max(1.0);
        canvas.set_width((width * ratio).round() as u32);
        canvas.set_height((height * ratio).round() as u32);
        let size = format!("width: {width}px; height: {height}px");
        canvas.style().set_css_text(&size);
        context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0).ok()?;
        let family = style.get_property_value("font-family").unwrap_or_default();
        context.set_font(&format!("11px {family}"));
        context.set_text_baseline("middle");
        Some(Self { context, style, colours: RefCell::default(), width })
    }

    fn choose(&self, colour: &str) {
        let mut colours = self.colours.borrow_mut();
        let value = colours
            .entry(colour.to_owned())
            .or_insert_with(|| self.style.get_property_value(colour).unwrap_or_default());
        self.context.set_fill_style_str(value);
    }
}

impl Surface for Paint {
    fn width(&self) -> f64 {
        self.width
    }

    fn fill(&self, colour: &str, x: f64, y: f64, width: f64, height: f64) {
        self.choose(colour);
        self.context.fill_rect(x, y, width, height);
    }

    fn text(&self, colour: &str, text: &str, x: f64, y: f64) {
        self.choose(colour);
        // A label that cannot be drawn is one less.
        let _ = self.context.fill_text(text, x, y);
    }

    fn text_over(&self, text: &str, x: f64, y: f64) {
        let ground = self.style.get_property_value("--ground").unwrap_or_default();
        self.context.set_stroke_style_str(&ground);
        self.context.set_line_width(3.0);
        let _ = self.context.stroke_text(text, x, y);
        self.text("--text-dim", text, x, y);
    }

    fn width_of(&self, text: &str) -> f64 {
        self.context.measure_text(text).map_or(0.0, |text| text.width())
    }
}

/// A colour of the styles by its name.
pub fn css(name: &str) -> String {
    let root = document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    style.and_then(|style| style.get_property_value(name).ok()).unwrap_or_default()
}
