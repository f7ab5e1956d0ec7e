//! What the lists of a system look like: `forms/*.txt`.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

/// A list as a system gives it.
pub(crate) struct Form {
    /// The file's name: system and list.
    pub(crate) name: String,
    /// What it says of the file: kind, encoding, rows above the headings.
    pub(crate) about: String,
    /// Each heading, and the field that it stands for; none has no place here.
    pub(crate) columns: Vec<(String, Option<String>)>,
}

impl Form {
    /// All of them, by name.
    pub(crate) fn all(folder: &Path) -> Result<Vec<Self>> {
        let mut forms = Vec::new();
        for entry in fs::read_dir(folder).with_context(|| format!("{}", folder.display()))? {
            let path = entry?.path();
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned());
            forms.push(Self::read(name.unwrap_or_default(), &fs::read_to_string(&path)?)?);
        }
        forms.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(forms)
    }

    fn read(name: String, text: &str) -> Result<Self> {
        let (mut about, mut columns) = (String::new(), Vec::new());
        for line in text.lines() {
            match (line.strip_prefix("# form: "), line.split_once('\t')) {
                (Some(form), _) => about = form.to_owned(),
                (None, Some((heading, field))) => {
                    let field = Some(field.trim()).filter(|field| !["-", "extra"].contains(field));
                    columns.push((heading.to_owned(), field.map(str::to_owned)));
                }
                (None, None) if line.starts_with('#') => {}
                (None, None) => bail!("{name}: {line}"),
            }
        }
        Ok(Self { name, about, columns })
    }

    /// Whether it is written in Chinese.
    pub(crate) fn is_chinese(&self) -> bool {
        let mut letters = self.columns.iter().flat_map(|(heading, _)| heading.chars());
        letters.any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.columns
            .iter()
            .any(|(_, there)| there.as_deref() == Some(field))
    }

    /// Whether it comes as a workbook.
    pub(crate) fn is_book(&self) -> bool {
        self.is_xlsx() || self.is_old()
    }

    /// Whether it comes as a workbook of Excel's.
    pub(crate) fn is_xlsx(&self) -> bool {
        self.about.contains("xlsx") && !self.about.contains("CSV")
    }

    /// Whether it comes as a workbook of an older Excel's.
    pub(crate) fn is_old(&self) -> bool {
        self.about.contains("xls") && !self.about.contains("xlsx")
    }

    /// Whether a column of sizes says that they are people.
    pub(crate) fn counts_people(&self) -> bool {
        let mut sizes = self
            .columns
            .iter()
            .filter(|(_, field)| field.as_deref() == Some("size"));
        sizes.any(|(heading, _)| heading.contains('人') || heading.contains("员工"))
    }

    /// Columns up to the last one that a customer or a contact needs.
    pub(crate) fn needed(&self) -> usize {
        let needs = ["name", "phones", "industry", "source", "number", "external_id"];
        let is_needed = |field: &str| needs.contains(&field) || field.starts_with("contact.");
        let last = self
            .columns
            .iter()
            .rposition(|(_, field)| field.as_deref().is_some_and(is_needed));
        last.map_or(self.columns.len(), |last| last + 1)
    }

    /// Whether it has people in it.
    pub(crate) fn has_contacts(&self) -> bool {
        ["contact.name", "contact.first_name", "contact.last_name"]
            .iter()
            .any(|field| self.has(field))
    }
}
