//! The manual's template (R9.4): a workbook of four sheets, which is filled in by hand, or from a store, and read as a list.

use std::{
    io::{self, Write},
    path::Path,
};

use crm_core::{
    Band, BusinessZone, Choice, Contact, Customer, CustomerKind, CustomerStatus, FollowUp, Language, Money,
    Opportunity, PickEntry, PickList, Size, SizeScale, Stage, UserId,
};
use rust_xlsxwriter::{Color, DataValidation, Format, FormatBorder, Workbook, XlsxError};

use crate::write::contained;

/// Excel's own format of texts.
const TEXT: u8 = 49;

/// The most that Excel keeps of a number is 15 digits; an amount has two decimals of them.
const EXACT: u64 = 1_000_000_000_000_000;

/// What the choices of a cell take at most, with the commas between them.
const CHOICES: usize = 255;

const LAST_ROW: u32 = 1_048_575;

const HEADING: Color = Color::RGB(0x00E7_E6E6);

/// A column: its heading, its width in digits, and what may be chosen in it.
type Column = (&'static str, u8, Choices);

/// What may be chosen in a column.
#[derive(Clone, Copy)]
enum Choices {
    /// Anything is typed.
    None,
    /// An entry of a pick list.
    Of(PickList),
    Kinds,
    Sizes,
    Statuses,
    Stages,
    YesOrNo,
}

/// The sheets, and their columns: the manual's in its order, then what they have no place for.
const SHEETS: [(&str, &[Column]); 4] = [
    (
        "客户基本信息表",
        &[
            ("客户编号", 18, Choices::None),
            ("客户名称", 30, Choices::None),
            ("所属行业", 12, Choices::Of(PickList::Industry)),
            ("企业规模", 18, Choices::Sizes),
            ("客户类型", 14, Choices::Kinds),
            ("注册地址/经营地址", 36, Choices::None),
            ("主联系电话", 18, Choices::None),
            ("客户来源", 12, Choices::Of(PickList::Source)),
            ("首次接触时间", 14, Choices::None),
            ("客户状态", 10, Choices::Statuses),
            ("跟进人", 10, Choices::None),
            ("创建时间", 20, Choices::None),
            ("备注", 36, Choices::None),
            ("来源说明", 20, Choices::None),
            ("标签", 16, Choices::None),
        ],
    ),
    (
        "联系人信息表",
        &[
            ("客户编号", 18, Choices::None),
            ("姓名", 14, Choices::None),
            ("职位", 16, Choices::None),
            ("手机号", 18, Choices::None),
            ("邮箱", 24, Choices::None),
            ("微信号", 18, Choices::None),
            ("是否主要对接人", 16, Choices::YesOrNo),
            ("添加时间", 20, Choices::None),
            ("对接内容", 18, Choices::None),
            ("联系人座机", 18, Choices::None),
        ],
    ),
    (
        "跟进记录表",
        &[
            ("客户编号", 18, Choices::None),
            ("跟进时间", 20, Choices::None),
            ("跟进方式", 14, Choices::Of(PickList::Method)),
            ("跟进人", 10, Choices::None),
            ("跟进主题", 24, Choices::None),
            ("跟进内容", 48, Choices::None),
            ("附件", 24, Choices::None),
            ("下次跟进时间", 18, Choices::None),
            ("是否完成", 10, Choices::YesOrNo),
            ("创建时间", 20, Choices::None),
            ("下次跟进计划", 24, Choices::None),
        ],
    ),
    (
        "销售机会表",
        &[
            ("客户编号", 18, Choices::None),
            ("机会名称", 30, Choices::None),
            ("预计成交金额", 16, Choices::None),
            ("预计成交日期", 14, Choices::None),
            ("销售阶段", 12, Choices::Stages),
            ("阶段更新时间", 20, Choices::None),
            ("负责人", 10, Choices::None),
            ("竞争对手", 20, Choices::None),
            ("赢单/输单原因", 24, Choices::None),
            ("关闭时间", 20, Choices::None),
            ("最低金额", 16, Choices::None),
            ("最高金额", 16, Choices::None),
            ("创建时间", 20, Choices::None),
        ],
    ),
];

/// Writes the manual's template (R9.4), record by record; without any it is blank, to be filled in. Its memory does not grow with the records.
///
/// What is chosen from a list can be chosen in its cell, and other words may be typed there. No cell starts a formula. Where a column
/// takes free text beside an entry (其他), the text stands for it, and is read so.
///
/// ```
/// use crm_core::BusinessZone;
/// use crm_exchange::TemplateWriter;
///
/// # fn main() -> std::io::Result<()> {
/// let nobody = |_| None;
/// let template = TemplateWriter::new(Vec::new(), &[], BusinessZone::default(), &nobody, None)?;
/// template.finish()?;
/// # Ok(())
/// # }
/// ```
pub struct TemplateWriter<'a, W: Write + Send> {
    to: W,
    book: Workbook,
    entries: &'a [PickEntry],
    zone: BusinessZone,
    /// What a user is called in lists.
    person: &'a dyn Fn(UserId) -> Option<String>,
    formats: Formats,
    /// The next row of each sheet.
    rows: [u32; 4],
}

struct Formats {
    heading: Format,
    /// Text, so that what is typed in its place stays what was typed, too.
    text: Format,
    amount: Format,
}

/// What stands in a cell.
enum Cell {
    Blank,
    Text(String),
    Amount(Money),
}

impl<'a, W: Write + Send> TemplateWriter<'a, W> {
    /// Begins with the headings. `entries` are those of the pick lists; `person` says what a user is called, as an import is to find them;
    /// `scratch` is the folder for what is not held in memory, else the system's.
    ///
    /// # Errors
    /// When the scratch files cannot be written.
    pub fn new(
        to: W,
        entries: &'a [PickEntry],
        zone: BusinessZone,
        person: &'a dyn Fn(UserId) -> Option<String>,
        scratch: Option<&Path>,
    ) -> io::Result<Self> {
        let text = Format::new().set_num_format_index(TEXT);
        let heading = text.clone().set_bold().set_background_color(HEADING);
        let mut template = Self {
            to,
            book: Workbook::new(),
            entries,
            zone,
            person,
            formats: Formats {
                heading: heading.set_border_bottom(FormatBorder::Thin),
                amount: Format::new().set_num_format("#,##0.00"),
                text,
            },
            rows: [1; 4],
        };
        contained(|| template.begin(scratch))?;
        Ok(template)
    }

    fn begin(&mut self, scratch: Option<&Path>) -> Result<(), XlsxError> {
        if let Some(scratch) = scratch {
            self.book.set_tempdir(scratch)?;
        }
        for (name, columns) in SHEETS {
            let sheet = self.book.add_worksheet_with_constant_memory()?;
            sheet.set_name(name)?;
            sheet.set_freeze_panes(1, 2)?;
            for (place, (heading, width, choices)) in (0..).zip(columns) {
                sheet.set_column_width(place, f64::from(*width))?;
                sheet.set_column_format(place, &self.formats.text)?;
                sheet.write_string_with_format(0, place, *heading, &self.formats.heading)?;
                let offered = offered(*choices, self.entries);
                if !offered.is_empty() {
                    // Other words may stand there, too: 其他 has a text, and lists grow.
                    let list = DataValidation::new()
                        .allow_list_strings(&offered)?
                        .show_error_message(false);
                    sheet.add_data_validation(1, place, LAST_ROW, place, &list)?;
                }
            }
        }
        Ok(())
    }

    /// Writes a customer.
    ///
    /// # Errors
    /// When it cannot be written, or a text of its is longer than a cell takes: 32,767 characters.
    pub fn customer(&mut self, customer: &Customer) -> io::Result<()> {
        let mut phones: Vec<&str> = customer.phones.iter().map(|phone| phone.typed.as_str()).collect();
        if let Some(first) = customer.phones.iter().position(|phone| phone.primary) {
            let primary = phones.remove(first);
            phones.insert(0, primary);
        }
        let addresses: Vec<String> = customer.addresses.iter().map(crm_core::Address::text).collect();
        let source = self.label(PickList::Source, &customer.source.code);
        let cells = [
            Cell::of(customer.number),
            Cell::of(&customer.name),
            self.chosen(PickList::Industry, &customer.industry),
            Cell::some(customer.size.map(size)),
            Cell::of(customer.kind.label(Language::Zh)),
            Cell::of(addresses.join("；")),
            Cell::of(phones.join("；")),
            Cell::Text(source),
            Cell::of(customer.first_contact),
            Cell::of(customer.status.label(Language::Zh)),
            self.user(customer.owner),
            self.instant(Some(customer.created_at)),
            Cell::some(customer.note.clone()),
            Cell::some(customer.source.detail.clone()),
            Cell::of(customer.tags.join("，")),
        ];
        self.row(0, cells)
    }

    /// Writes a contact.
    ///
    /// # Errors
    /// As [`customer`](Self::customer).
    pub fn contact(&mut self, contact: &Contact) -> io::Result<()> {
        let cells = [
            Cell::of(contact.customer),
            Cell::of(&contact.name),
            Cell::some(contact.title.clone()),
            Cell::of(&contact.mobile),
            Cell::some(contact.email.clone()),
            Cell::some(contact.wechat.clone()),
            Cell::of(yes_or_no(contact.primary)),
            self.instant(Some(contact.created_at)),
            Cell::some(contact.role.clone()),
            Cell::some(contact.phone.clone()),
        ];
        self.row(1, cells)
    }

    /// Writes a follow-up, with the names of what is attached to it.
    ///
    /// # Errors
    /// As [`customer`](Self::customer).
    pub fn follow_up(&mut self, talk: &FollowUp, attachments: &[String]) -> io::Result<()> {
        let parts = [
            &talk.content,
            &talk.needs,
            &talk.objections,
            &talk.next_steps,
            &talk.other,
        ];
        let said: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        let next = talk.next_follow_up.map(|day| match &talk.next_time {
            Some(time) => format!("{day} {time}"),
            None => day.to_string(),
        });
        let cells = [
            Cell::of(talk.customer),
            self.instant(Some(talk.at)),
            self.chosen(PickList::Method, &talk.method),
            self.user(talk.by),
            Cell::of(&talk.topic),
            Cell::of(said.join("\n")),
            Cell::of(attachments.join("、")),
            Cell::some(next),
            Cell::some(talk.done.map(|done| yes_or_no(done).to_owned())),
            self.instant(Some(talk.created_at)),
            Cell::some(talk.next_plan.clone()),
        ];
        self.row(2, cells)
    }

    /// Writes an opportunity.
    ///
    /// # Errors
    /// As [`customer`](Self::customer).
    pub fn opportunity(&mut self, deal: &Opportunity) -> io::Result<()> {
        let amount = |amount: Option<Money>| amount.map_or(Cell::Blank, Cell::Amount);
        let cells = [
            Cell::of(deal.customer),
            Cell::of(&deal.name),
            Cell::Amount(deal.expected_amount),
            Cell::of(deal.expected_close),
            Cell::of(deal.stage.label(Language::Zh)),
            self.instant(Some(deal.stage_changed_at)),
            self.user(deal.owner),
            Cell::of(deal.competitors.join("、")),
            Cell::some(deal.reason.clone()),
            self.instant(deal.closed_at),
            amount(deal.lowest),
            amount(deal.highest),
            self.instant(Some(deal.created_at)),
        ];
        self.row(3, cells)
    }

    /// Ends the workbook, and hands everything on to where it goes.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        contained(|| self.book.save_to_writer(&mut self.to))?;
        self.to.flush()
    }

    fn row(&mut self, sheet: usize, cells: impl IntoIterator<Item = Cell>) -> io::Result<()> {
        let Some(row) = self.rows.get_mut(sheet) else {
            return Ok(());
        };
        let (book, formats) = (&mut self.book, &self.formats);
        contained(|| {
            let sheet = book.worksheet_from_index(sheet)?;
            for (place, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Blank => continue,
                    // A string whatever it looks like: neither a formula nor a number.
                    Cell::Text(text) => sheet.write_string_with_format(*row, place, text, &formats.text)?,
                    Cell::Amount(amount) if amount.fen() < EXACT => {
                        #[allow(clippy::cast_precision_loss, reason = "it has 15 digits at most")]
                        let yuan = amount.fen() as f64 / 100.0;
                        sheet.write_number_with_format(*row, place, yuan, &formats.amount)?
                    }
                    Cell::Amount(amount) => {
                        sheet.write_string_with_format(*row, place, amount.to_string(), &formats.text)?
                    }
                };
            }
            Ok(())
        })?;
        *row += 1;
        Ok(())
    }

    /// An entry's label; of 其他 the text that stands for it.
    fn chosen(&self, list: PickList, choice: &Choice) -> Cell {
        match &choice.detail {
            Some(detail) if choice.code == PickEntry::OTHER => Cell::of(detail),
            _ => Cell::Text(self.label(list, &choice.code)),
        }
    }

    fn label(&self, list: PickList, code: &str) -> String {
        let mut entries = self.entries.iter();
        let entry = entries.find(|entry| entry.list == list && entry.code == code);
        entry.map_or_else(|| code.to_owned(), |entry| entry.label_zh.clone())
    }

    fn user(&self, user: UserId) -> Cell {
        Cell::some((self.person)(user))
    }

    /// An instant as the business's clocks show it, with milliseconds where it has some.
    fn instant(&self, at: Option<crm_core::DateTime<crm_core::Utc>>) -> Cell {
        let shown = at.map(|at| {
            let format = match at.timestamp_subsec_millis() {
                0 => "%Y-%m-%d %H:%M:%S",
                _ => "%Y-%m-%d %H:%M:%S%.3f",
            };
            self.zone.local(at).format(format).to_string()
        });
        Cell::some(shown)
    }
}

impl Cell {
    fn of(text: impl ToString) -> Self {
        Self::some(Some(text.to_string()))
    }

    fn some(text: Option<String>) -> Self {
        text.filter(|text| !text.is_empty())
            .map_or(Self::Blank, Self::Text)
    }
}

/// What can be chosen in a cell; as much of it as Excel takes.
fn offered(choices: Choices, entries: &[PickEntry]) -> Vec<String> {
    let all: Vec<String> = match choices {
        Choices::None => Vec::new(),
        Choices::Of(list) => entries
            .iter()
            .filter(|entry| entry.list == list && !entry.retired)
            .map(|entry| entry.label_zh.clone())
            // A comma would part it, and quotes would end the list.
            .filter(|label| !label.contains([',', '"']))
            .collect(),
        Choices::Kinds => labels(CustomerKind::ALL, |kind| kind.label(Language::Zh)),
        Choices::Sizes => SizeScale::ALL
            .iter()
            .flat_map(|scale| {
                Band::ALL.iter().map(|band| Size {
                    scale: *scale,
                    band: *band,
                })
            })
            .map(size)
            .collect(),
        Choices::Statuses => labels(CustomerStatus::ALL, |status| status.label(Language::Zh)),
        Choices::Stages => labels(Stage::ALL, |stage| stage.label(Language::Zh)),
        Choices::YesOrNo => labels(&[true, false], yes_or_no),
    };
    let mut left = CHOICES + 1;
    all.into_iter()
        .take_while(|label| {
            let needed = label.encode_utf16().count() + 1;
            let fits = needed <= left;
            left = left.saturating_sub(needed);
            fits
        })
        .collect()
}

fn labels<T: Copy>(all: &[T], label: fn(T) -> &'static str) -> Vec<String> {
    all.iter().map(|one| label(*one).to_owned()).collect()
}

/// A size in words that are read as this size (R2.2).
fn size(size: Size) -> String {
    let words = match (size.scale, size.band) {
        (SizeScale::Headcount, Band::Small) => "50人以下",
        (SizeScale::Headcount, Band::Medium) => "50至200人",
        (SizeScale::Headcount, Band::Large) => "200人及以上",
        (SizeScale::Revenue, Band::Small) => "1000万元以下",
        (SizeScale::Revenue, Band::Medium) => "1000万至5000万元",
        (SizeScale::Revenue, Band::Large) => "5000万元及以上",
        (scale, band) => return format!("{}:{}", scale.code(), band.code()),
    };
    words.to_owned()
}

fn yes_or_no(is: bool) -> &'static str {
    if is { "是" } else { "否" }
}
