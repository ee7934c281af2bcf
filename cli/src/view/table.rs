//! A table for people: columns as wide as what is in them, two spaces between.

/// Columns by their headings; where all cells of a column are empty it is left out.
pub(crate) struct Table {
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Without rows.
    pub(crate) fn new(headings: &[&'static str]) -> Self {
        Table { headings: headings.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, a cell for each heading.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.headings.len(), "a cell for each heading");
        self.rows.push(cells.into_iter().map(|cell| plain(&cell)).collect());
    }

    /// The table's lines, each with its end.
    pub(crate) fn text(&self) -> String {
        let width = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let kept: Vec<(usize, usize)> = (0..self.headings.len())
            .map(|column| (column, width(column)))
            .filter(|(_, width)| *width > 0 || self.rows.is_empty())
            .map(|(column, width)| (column, width.max(self.headings[column].len())))
            .collect();
        let line = |cell: &dyn Fn(usize) -> String| {
            let cells: Vec<String> = kept.iter().map(|&(column, width)| format!("{:width$}", cell(column))).collect();
            cells.join("  ").trim_end().to_owned() + "\n"
        };
        let heading = line(&|column| self.headings[column].to_owned());
        self.rows.iter().fold(heading, |text, row| text + &line(&|column| row[column].clone()))
    }
}

/// A text of somebody else's on one line: it must not break a table or steer a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_empty_ones_are_left_out() {
        let mut table = Table::new(&["host", "state", "region"]);
        table.row(vec!["c7".to_owned(), "ready".to_owned(), String::new()]);
        table.row(vec!["c10\u{1b}[31m".to_owned(), "off".to_owned(), String::new()]);
        assert_eq!(table.text(), "host      state\nc7        ready\nc10 [31m  off\n");
    }
}
