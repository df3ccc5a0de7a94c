//! Which pages lead to a URL, as long as it is not known whether anybody will ask.

/// Pages that lead to URLs. Those that lead to one URL hang together, since a list for each of a million URLs would be too much.
#[derive(Debug, Default)]
pub struct Edges(Vec<Edge>);

#[derive(Debug)]
struct Edge {
    page: u32,
    /// The edge before this one to the same URL.
    before: Last,
}

/// The last edge to one URL; [`Last::default`] stands for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last(u32);

impl Default for Last {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

impl Edges {
    /// Adds `page` to those that lead to a URL, unless it was the last that was added, and returns the last edge to that URL.
    pub fn add(&mut self, page: u32, last: Last) -> Last {
        if self.get(last).is_some_and(|edge| edge.page == page) {
            return last;
        }
        let added = u32::try_from(self.0.len()).expect("memory ends before four billion edges do");
        self.0.push(Edge { page, before: last });
        Last(added)
    }

    /// Returns the pages that lead to a URL, the last one first.
    pub fn pages(&self, last: Last) -> Vec<u32> {
        std::iter::successors(self.get(last), |edge| self.get(edge.before))
            .map(|edge| edge.page)
            .collect()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    fn get(&self, edge: Last) -> Option<&Edge> {
        self.0.get(edge.0 as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_url_has_its_own_pages() {
        let mut edges = Edges::default();
        let (mut one, mut other) = (Last::default(), Last::default());
        for page in [3, 3, 5, 8] {
            one = edges.add(page, one);
            if page == 5 {
                other = edges.add(page, other);
            }
        }
        assert_eq!(edges.pages(one), [8, 5, 3]);
        assert_eq!(edges.pages(other), [5]);
        assert!(edges.pages(Last::default()).is_empty());
    }
}
