//! Merged cells: what one says counts for all its rows, and of headings for all its columns (R9.5 f).

/// The merged cells of a sheet that matter: those of several rows, and those of headings.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    /// In the order of their first rows.
    ranges: Vec<Range>,
}

/// Cells that have been merged, both ends included: rows from 1, columns from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) rows: (u64, u64),
    pub(crate) columns: (usize, usize),
}

impl Merged {
    #[cfg(feature = "xlsx")]
    pub(crate) fn new(mut ranges: Vec<Range>) -> Self {
        ranges.sort_by_key(|range| range.rows.0);
        Self { ranges }
    }

    /// Those that begin in a row.
    fn of_row(&self, line: u64) -> impl Iterator<Item = &Range> {
        let first = self.ranges.partition_point(|range| range.rows.0 < line);
        let from = self.ranges.get(first..).unwrap_or_default();
        from.iter().take_while(move |range| range.rows.0 == line)
    }

    /// The first and the last column of those of a row that take several.
    pub(crate) fn wide(&self, line: u64) -> impl Iterator<Item = (usize, usize)> {
        let wide = |range: &&Range| range.columns.1 > range.columns.0;
        self.of_row(line).filter(wide).map(|range| range.columns)
    }

    /// Whether a cell of a row is one with the cell below, and not with those below that.
    pub(crate) fn joins(&self, line: u64) -> bool {
        self.of_row(line).any(|range| range.rows.1 == line + 1)
    }

    /// Of all the one of this number, in the order of their first rows.
    #[cfg(feature = "xlsx")]
    pub(crate) fn get(&self, number: usize) -> Option<&Range> {
        self.ranges.get(number)
    }

    /// Whether some are of several rows.
    #[cfg(feature = "xlsx")]
    pub(crate) fn is_tall(&self) -> bool {
        self.ranges.iter().any(Range::is_tall)
    }
}

#[cfg(feature = "xlsx")]
impl Range {
    pub(crate) fn is_tall(&self) -> bool {
        self.rows.1 > self.rows.0
    }
}
