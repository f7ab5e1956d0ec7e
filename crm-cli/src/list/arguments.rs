//! How a list is read, and what its words mean, as it stands on a command line (docs/import.md).

use std::{collections::BTreeMap, path::PathBuf};

use clap::Args;
use crmkit::{DateFormat, Encoding, ImportOptions, NewPeople, OnDuplicate, Region, TableOptions};

use crate::word;

/// What may be said about a list.
#[derive(Args, Clone, Debug, Default)]
pub struct ListArguments {
    /// Says what would become of each row, and stores nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Writes what became of every row, as CSV
    #[arg(long, value_name = "PATH")]
    pub outcome: Option<PathBuf>,
    /// Writes the refused rows with the reasons, .xlsx or .csv, to be mended and brought in again
    #[arg(long, value_name = "PATH")]
    pub fix_list: Option<PathBuf>,
    /// The encoding of a CSV file, as in gb18030
    #[arg(long, value_name = "ENCODING", value_parser = word::encoding)]
    encoding: Option<Encoding>,
    /// What stands between the cells of a CSV file
    #[arg(long, value_name = "CHARACTER", value_parser = word::delimiter)]
    delimiter: Option<u8>,
    /// The sheet of a workbook, by name or number
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,
    /// The line of the headings, from 1
    #[arg(long, value_name = "LINE")]
    header_row: Option<u32>,
    /// Which field a column is; "ignore" leaves it out
    #[arg(long, value_name = "HEADING=FIELD", value_parser = word::pair)]
    map: Vec<(String, String)>,
    /// As --map, for headings that not every list has
    #[arg(long, value_name = "HEADING=FIELD", value_parser = word::pair)]
    heading: Vec<(String, String)>,
    /// What a field is where the list does not say
    #[arg(long, value_name = "FIELD=VALUE", value_parser = word::pair)]
    default: Vec<(String, String)>,
    /// Keeps unknown columns as fields of your own
    #[arg(long)]
    pub keep_columns: bool,
    /// What a word of the list means
    #[arg(long, value_name = "FIELD:WORD=VALUE", value_parser = word::triple)]
    values: Vec<(String, String, String)>,
    /// How days are written: dmy, mdy, ymd or roc
    #[arg(long, value_name = "FORMAT", value_parser = word::date_format)]
    date_format: Option<DateFormat>,
    /// Where numbers without a country code are from
    #[arg(long, value_name = "REGION", value_parser = word::region)]
    region: Option<Region>,
    /// Who answers for rows that name nobody
    #[arg(long, value_name = "LOGIN")]
    owner: Option<String>,
    /// Whom a name of the list is here
    #[arg(long, value_name = "NAME=LOGIN", value_parser = word::pair)]
    owners: Vec<(String, String)>,
    /// What becomes of rows whose owner is nobody here
    #[arg(long, value_name = "WHAT", value_parser = word::state::<NewPeople>(&NewPeople::STATES))]
    pub new_people: Option<NewPeople>,
    /// What becomes of a row whose customer is likely to be there
    #[arg(long, value_name = "WHAT", value_parser = word::state::<OnDuplicate>(&OnDuplicate::STATES))]
    on_duplicate: Option<OnDuplicate>,
    /// Takes in customers without a telephone, too
    #[arg(long)]
    no_phone: bool,
}

impl ListArguments {
    /// As the library takes them: what the list means.
    pub fn import_options(&self) -> ImportOptions {
        let map = |pairs: &[(String, String)]| pairs.iter().cloned().collect();
        let mut values: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for (field, word, meaning) in self.values.iter().cloned() {
            values.entry(field).or_default().insert(word, meaning);
        }
        ImportOptions {
            mapping: map(&self.map),
            headings: map(&self.heading),
            values,
            defaults: map(&self.default),
            on_duplicate: self.on_duplicate.unwrap_or_default(),
            dry_run: self.dry_run,
            region: self.region,
            owner: self.owner.clone(),
            owners: map(&self.owners),
            new_people: self.new_people,
            date_format: self.date_format,
            phone_required: self.no_phone.then_some(false),
            keep_columns: self.keep_columns,
        }
    }

    /// As the library takes them: how the file is read.
    pub fn table_options(&self) -> TableOptions {
        TableOptions {
            encoding: self.encoding,
            delimiter: self.delimiter,
            sheet: self.sheet.clone(),
            header_row: self.header_row,
        }
    }
}
