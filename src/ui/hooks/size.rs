//! The size of an element, as it changes.

use js_sys::Array;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// Width and height of the inside of an element, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Size {
    /// Scroll bars not counted.
    pub width: f64,
    /// Scroll bars not counted.
    pub height: f64,
}

/// The size of the element that `node` refers to; zero until it is laid out.
#[hook]
pub fn use_size(node: &NodeRef) -> Size {
    let size = use_state(Size::default);
    let setter = size.setter();
    use_effect_with(node.clone(), move |node| {
        let element = node.cast::<Element>();
        let observed = element.and_then(|element| {
            let measured = element.clone();
            let on_resize = Closure::<dyn Fn(Array)>::new(move |_| {
                setter.set(Size {
                    width: f64::from(measured.client_width()),
                    height: f64::from(measured.client_height()),
                });
            });
            let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok()?;
            observer.observe(&element);
            Some((observer, on_resize))
        });
        move || {
            if let Some((observer, _)) = &observed {
                observer.disconnect();
            }
            drop(observed);
        }
    });
    *size
}
