//! What somebody sees who sits at the terminal that a program draws on.

/// A screen without a bottom: its lines, and where the cursor is.
#[derive(Debug)]
pub(crate) struct Screen {
    columns: usize,
    lines: Vec<Vec<char>>,
    row: usize,
    pub(crate) column: usize,
}

impl Screen {
    /// Shows what was drawn on a terminal of so many columns, on whose last one the cursor waits, before it goes to the next line. Of the escape sequences those count that move or erase; colours do not.
    ///
    /// Source: ECMA-48, section 8.3 (CUU, CUD, CUF, CUB, CHA, ED, EL).
    pub(crate) fn of(drawn: &[u8], columns: u16) -> Self {
        let text = String::from_utf8_lossy(drawn);
        let mut screen = Self {
            columns: columns.into(),
            lines: Vec::new(),
            row: 0,
            column: 0,
        };
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            match c {
                '\r' => screen.column = 0,
                '\n' => (screen.row, screen.column) = (screen.row + 1, 0),
                '\x08' => screen.column = screen.column.saturating_sub(1),
                '\x1b' if rest.as_str().starts_with('[') => {
                    let end = rest.as_str().find(|c: char| c.is_ascii_alphabetic());
                    let sequence = &rest.as_str()[1..end.map_or(rest.as_str().len(), |end| end + 1)];
                    screen.control(sequence);
                    rest = rest.as_str()[1 + sequence.len()..].chars();
                }
                c if c.is_control() => {}
                c => screen.put(c),
            }
        }
        screen
    }

    /// The lines as they are seen, without blanks at their ends.
    pub(crate) fn text(&self) -> String {
        let lines = self.lines.iter().map(|line| line.iter().collect::<String>());
        lines.map(|line| line.trim_end().to_owned() + "\n").collect()
    }

    fn line(&mut self) -> &mut Vec<char> {
        let needed = self.row + 1;
        if self.lines.len() < needed {
            self.lines.resize_with(needed, Vec::new);
        }
        &mut self.lines[self.row]
    }

    fn put(&mut self, c: char) {
        if self.column == self.columns {
            (self.row, self.column) = (self.row + 1, 0);
        }
        let column = self.column;
        let line = self.line();
        if line.len() <= column {
            line.resize(column + 1, ' ');
        }
        line[column] = c;
        self.column += 1;
    }

    fn control(&mut self, sequence: &str) {
        let Some(kind) = sequence.chars().last() else {
            return;
        };
        let number = sequence[..sequence.len() - kind.len_utf8()].parse::<usize>().ok();
        let steps = number.unwrap_or(1).max(1);
        let column = self.column;
        match (kind, number.unwrap_or(0)) {
            ('A', _) => self.row = self.row.saturating_sub(steps),
            ('B', _) => self.row += steps,
            ('C', _) => self.column += steps,
            ('D', _) => self.column = column.saturating_sub(steps),
            ('G', _) => self.column = steps - 1,
            ('K', 0) => self.line().truncate(column),
            ('K', 2) => self.line().clear(),
            ('J', 0) => {
                self.line().truncate(column);
                let row = self.row;
                self.lines.truncate(row + 1);
            }
            _ => {}
        }
    }
}
