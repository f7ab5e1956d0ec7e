//! What a report was narrowed to, as the log of exports has it (R7.6).

use crate::model::ReportHead;

impl ReportHead {
    /// What it was narrowed to: `period 2024Q2, person 王`; nothing where it was not.
    pub fn filter(&self) -> String {
        let named = [
            ("period", &self.period),
            ("person", &self.person),
            ("team", &self.team),
        ];
        let given = named
            .iter()
            .filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
        given.collect::<Vec<_>>().join(", ")
    }
}
