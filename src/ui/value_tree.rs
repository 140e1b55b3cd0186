//! A value taken apart: what it holds, and what that holds.

use crate::protocol::views::Part;
use crate::ui::format;
use crate::ui::grid::value_class;
use yew::prelude::*;

/// Levels that are open at first.
const OPEN_LEVELS: usize = 2;

/// What a part holds, as a list.
pub fn value_tree(part: &Part) -> Html {
    html! { <ul class="parts">{ for held(part, 0) }</ul> }
}

fn held(part: &Part, level: usize) -> Vec<Html> {
    let mut items: Vec<Html> =
        part.parts.iter().enumerate().map(|(nth, held)| item(nth, held, level)).collect();
    if part.more > 0 {
        items.push(
            html! { <li class="dim">{ format!("{} more", format::thousands(part.more)) }</li> },
        );
    }
    items
}

fn item(nth: usize, part: &Part, level: usize) -> Html {
    let key = part.key.clone().unwrap_or_else(|| nth.to_string());
    let line = html! {
        <>
            <span class="part-key">{ key }</span>
            <span class={classes!("part-text", value_class(&part.kind))}>{ &part.text }</span>
            <span class="part-kind">{ &part.kind }</span>
        </>
    };
    html! {
        <li key={nth}>
            if part.parts.is_empty() && part.more == 0 {
                <div class="part">{ line }</div>
            } else {
                <details open={level < OPEN_LEVELS}>
                    <summary class="part">{ line }</summary>
                    <ul class="parts">{ for held(part, level + 1) }</ul>
                </details>
            }
        </li>
    }
}
