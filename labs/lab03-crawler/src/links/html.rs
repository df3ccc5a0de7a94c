//! References in the tags of a page.

use html5ever::tokenizer::Tag;

use crate::links::{Each, References};

/// Collects the references of a page.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn references(text: &str) -> References {
    todo!(
        "links: Read the events: the first base counts, other tags go to `each`, the text of styles to `css::each`."
    )
}

/// Calls `call` with each reference of a start tag, in the order of its attributes, and writes what it returns in the place of the reference.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn each(tag: &mut Tag, call: &mut Each<'_>) {
    todo!(
        "links: For each attribute: what does it mean on this element? A plain URL, a srcset, CSS, or nothing."
    )
}
