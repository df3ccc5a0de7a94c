//! Shops that are drawn.

use serde_json::{Value, json};
use support::http::{Request, Response, Server, Site};
use support::{Case, Rng};

/// How a shop is built: where its data is and how one gets at it.
#[derive(Clone)]
pub(super) struct Plan {
    pub(super) api: String,
    pub(super) header: String,
    pub(super) token: String,
    /// Each answer's items, and the cursor that leads to it.
    pub(super) answers: Vec<(String, Vec<Value>)>,
}

impl Plan {
    /// Draws a shop with so many items on each page of data.
    pub(super) fn drawn(rng: &mut Rng, sizes: &[usize]) -> Self {
        let words = ["mill", "river", "stone", "wheel", "flour", "grain"];
        let mut pair = |between: &str| {
            let (one, other) = (words[rng.usize(..6)], words[rng.usize(..6)]);
            format!("{one}{between}{other}")
        };
        let (api, header) = (format!("/{}", pair("/")), format!("X-{}", pair("-")));
        let mut id = 0;
        let answers = sizes.iter().enumerate().map(|(place, &size)| {
            let cursor = match place {
                0 => String::new(),
                _ => format!("c{:x}", rng.u32(..)),
            };
            let items = (0..size).map(|_| {
                id += 1;
                let name = format!("{} \"{}\"", words[rng.usize(..6)], rng.u16(..));
                json!({"id": id, "name": name, "price": f64::from(rng.u32(1..99_999)) / 100.0, "stock": 3})
            });
            (cursor, items.collect())
        });
        let answers = answers.collect();
        Self {
            api,
            header,
            token: format!("{:016x}", rng.u64(..)),
            answers,
        }
    }

    pub(super) fn page(&self) -> Response {
        Response::html(format!(
            "<!DOCTYPE html><title>Shop</title><ul data-token=\"{}\"></ul><script src=/code/shop.js></script>",
            self.token
        ))
    }

    pub(super) fn script(&self) -> Response {
        script(&format!(
            "const API = \"{}\";\nconst HEADER = \"{}\";\nfill();\n",
            self.api, self.header
        ))
    }

    /// Answers a request for data.
    pub(super) fn data(&self, request: &Request) -> Response {
        if request.header(&self.header) != Some(&self.token) {
            return Response::status(403);
        }
        let cursor = request.query().strip_prefix("cursor=").unwrap_or_default();
        let place = self.answers.iter().position(|(known, _)| known == cursor);
        match place {
            Some(place) => self.answer(place),
            None => Response::status(400),
        }
    }

    pub(super) fn answer(&self, place: usize) -> Response {
        let next = self.answers.get(place + 1).map(|(cursor, _)| cursor);
        let body = json!({"items": self.answers[place].1, "next": next});
        Response::ok(body.to_string()).header("Content-Type", "application/json")
    }

    /// Serves the shop.
    pub(super) fn serve(&self, case: &mut Case) -> Server {
        let plan = self.clone();
        case.site(
            Site::new()
                .at("/shop", self.page())
                .at("/code/shop.js", self.script())
                .when(&self.api, move |request| plan.data(request)),
        )
    }

    /// What the program is to print.
    pub(super) fn lines(&self) -> String {
        self.answers
            .iter()
            .flat_map(|(_, items)| items)
            .map(line)
            .collect()
    }
}

pub(super) fn line(item: &Value) -> String {
    format!(
        "{{\"id\":{},\"name\":{},\"price\":{}}}\n",
        item["id"], item["name"], item["price"]
    )
}

pub(super) fn script(text: &str) -> Response {
    Response::ok(text.to_owned()).header("Content-Type", "text/javascript; charset=utf-8")
}

/// Draws the same shop in every check.
pub(super) fn shop(sizes: &[usize]) -> Plan {
    Plan::drawn(&mut Rng::with_seed(5), sizes)
}
