//! Enough of CSV for the files of this playpen: no quotes, no empty fields.

/// A file by rows, columns by name.
pub struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a file of the package's folder.
    pub fn read(path: &str) -> Self {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let names = lines.next().expect("a header");
        Table { names, rows: lines.collect() }
    }

    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    pub fn text(&self, row: usize, name: &str) -> &str {
        let column = self.names.iter().position(|n| n == name).unwrap_or_else(|| panic!("no column {name}"));
        &self.rows[row][column]
    }

    pub fn number(&self, row: usize, name: &str) -> f64 {
        self.text(row, name).parse().unwrap()
    }
}

/// Both were computed in doubles, but in another order: nine digits must agree.
#[track_caller]
pub fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} for {expected}");
}
