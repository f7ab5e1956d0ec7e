//! What is compared: records, and which of them are the same by label.

use std::collections::BTreeMap;

use crmkit::CustomerKind;

/// One record of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Records with the same number here are the same customer.
    pub cluster: u32,
    /// The name as typed.
    pub name: String,
    /// Company, person or institution.
    pub kind: CustomerKind,
    /// Telephone numbers as typed.
    pub phones: Vec<String>,
    /// Telephone numbers in normalised form.
    pub numbers: Vec<String>,
    /// Numbers of another form, folded (R2.1).
    pub aliases: Vec<String>,
    /// In a generated set, how it came about: "base", a kind of error, or a kind of stranger.
    pub how: &'static str,
}

impl Record {
    /// A company with nothing but its name.
    pub fn company(cluster: u32, name: &str) -> Self {
        Self {
            cluster,
            name: name.to_owned(),
            kind: CustomerKind::Enterprise,
            phones: Vec::new(),
            numbers: Vec::new(),
            aliases: Vec::new(),
            how: "",
        }
    }

    /// Whether it is a person's.
    pub fn is_person(&self) -> bool {
        self.kind == CustomerKind::Individual
    }
}

/// A labelled set.
#[derive(Clone, Debug)]
pub struct Set {
    /// What it is called in the output.
    pub name: String,
    /// Its records.
    pub records: Vec<Record>,
    /// Something to know about it, for the output.
    pub notes: Vec<String>,
}

/// Which half of a set is measured, so that weights can be fitted on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// That in which weights may be fitted.
    Fit,
    /// That which is held back.
    Held,
}

impl Set {
    /// The clusters of one half, the same ones in every run. A cluster is never divided.
    #[must_use]
    pub fn half(self, half: Half) -> Self {
        let wanted = u64::from(half == Half::Held);
        let parts = self.parts(2);
        let chosen = self
            .records
            .into_iter()
            .zip(parts)
            .filter(|(_, part)| *part == wanted);
        Self {
            records: chosen.map(|(record, _)| record).collect(),
            ..self
        }
    }

    /// Which of so many parts each record is in, the same in every run. A cluster is never divided: its part is that of
    /// its smallest name, so that it does not depend on the order of the records.
    pub fn parts(&self, count: u64) -> Vec<u64> {
        let mut smallest: BTreeMap<u32, &str> = BTreeMap::new();
        for record in &self.records {
            let name = smallest.entry(record.cluster).or_insert(&record.name);
            *name = (*name).min(&record.name);
        }
        let part = |cluster| fnv(smallest.get(cluster).copied().unwrap_or_default()) % count;
        self.records.iter().map(|record| part(&record.cluster)).collect()
    }
}

/// The FNV-1a hash of a text, its upper half folded into the lower.
pub(crate) fn fnv(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_share_no_cluster_and_leave_none_out() {
        let records: Vec<Record> = (0..200)
            .map(|i| Record::company(i / 2, &format!("name {}", i * 7 % 200)))
            .collect();
        let set = Set {
            name: "set".to_owned(),
            records,
            notes: Vec::new(),
        };
        let clusters = |half| {
            let half = set.clone().half(half);
            assert_eq!(half.records.len() % 2, 0, "a cluster was divided");
            half.records
                .iter()
                .map(|record| record.cluster)
                .collect::<std::collections::BTreeSet<_>>()
        };
        let (fit, held) = (clusters(Half::Fit), clusters(Half::Held));
        assert!(fit.is_disjoint(&held));
        assert_eq!(fit.len() + held.len(), 100);
        assert!((35..=65).contains(&fit.len()), "{}", fit.len());
    }
}
