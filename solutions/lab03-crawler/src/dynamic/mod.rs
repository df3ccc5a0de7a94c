//! Pages that are empty until a script has filled them.
//!
//! | module | what |
//! |---|---|
//! | [`source`] | where page and script say that the data is |
//! | [`pages`] | the data, page by page |
//! | `render` | the same from a browser that runs the script (feature `render`) |

pub mod pages;
#[cfg(feature = "render")]
pub mod render;
pub mod source;

use serde_json::Value;

pub use pages::items;

/// An item of the site.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its number.
    pub id: Value,
    /// What it is called.
    pub name: Value,
    /// What it costs.
    pub price: Value,
}

impl Item {
    /// Takes the item out of a JSON object, which may hold more.
    pub fn take(mut value: Value) -> Option<Self> {
        let object = value.as_object_mut()?;
        Some(Self {
            id: object.remove("id")?,
            name: object.remove("name")?,
            price: object.remove("price")?,
        })
    }

    /// Writes it as JSON, with its keys in this order.
    pub fn to_json(&self) -> String {
        let Self { id, name, price } = self;
        format!("{{\"id\":{id},\"name\":{name},\"price\":{price}}}")
    }
}
