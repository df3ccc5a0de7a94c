/// Keeps something for each part that a file lists, from one reading of it to the next: the labels of a disk, so that
/// they are made once.
///
/// A file lists its parts in the same order nearly always, so the next one is looked for where it was. What a file
/// does not list any more is forgotten at the end of its reading, however many come and go.
#[derive(Debug)]
pub(crate) struct Roster<T> {
    parts: Vec<(Box<str>, T)>,
    next: usize,
}

impl<T> Default for Roster<T> {
    fn default() -> Roster<T> {
        Roster {
            parts: Vec::new(),
            next: 0,
        }
    }
}

impl<T> Roster<T> {
    /// Begins a reading.
    pub(crate) fn begin(&mut self) {
        self.next = 0;
    }

    /// Returns what is kept for a part, which is made if the part is new.
    pub(crate) fn part(&mut self, name: &str, make: impl FnOnce() -> T) -> &mut T {
        let at = self.next;
        if self.parts.get(at).is_none_or(|(known, _)| **known != *name) {
            match self.parts[at..].iter().position(|(known, _)| **known == *name) {
                Some(further) => self.parts.swap(at, at + further),
                None => self.parts.insert(at, (name.into(), make())),
            }
        }
        self.next += 1;
        &mut self.parts[at].1
    }

    /// Ends a reading: forgets what it did not have.
    pub(crate) fn end(&mut self) {
        self.parts.truncate(self.next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_keeps_its_state_while_it_is_listed() {
        let mut roster = Roster::default();
        let mut made = 0;
        for (list, expected) in [
            ("a b c", 3),
            ("a c", 3),
            ("c a b", 4),
            ("", 4),
            ("a", 5),
            ("a a", 6),
        ] {
            roster.begin();
            for name in list.split_whitespace() {
                let kept = roster.part(name, || {
                    made += 1;
                    name.to_owned()
                });
                assert_eq!(kept, name);
            }
            roster.end();
            assert_eq!(made, expected, "{list}");
            assert_eq!(roster.parts.len(), list.split_whitespace().count());
        }
    }
}
