//! Made-up exports: in the form of each system, rows of every kind of fault that real ones have, with their truth.

use crate::{
    form::Form,
    truth::{Cell, Truth, Wanted},
};

/// A list, as rows of cells, the headings among them.
pub(crate) struct Made {
    pub(crate) rows: Vec<Vec<String>>,
    /// The row, from 0, with which a second sheet of the same headings begins, in a workbook.
    pub(crate) second: usize,
    pub(crate) truth: Truth,
}

/// A company that there is not, and somebody who works there.
struct Company {
    name: &'static str,
    phone: (&'static str, &'static str),
    /// Country, province, city, street.
    place: [&'static str; 4],
    given: &'static str,
    family: &'static str,
    mobile: (&'static str, &'static str),
}

const CHINESE: [Company; 4] = [
    Company {
        name: "上海示例重工有限公司",
        phone: ("021-55550101", "+862155550101"),
        place: ["中国", "上海市", "上海市", "示例路1号"],
        given: "伟",
        family: "李",
        mobile: ("13912340001", "+8613912340001"),
    },
    Company {
        name: "杭州样品贸易有限公司",
        phone: ("0571-55550102", "+8657155550102"),
        place: ["中国", "浙江省", "杭州市", "样品街2号"],
        given: "芳",
        family: "王",
        mobile: ("139 1234 0002", "+8613912340002"),
    },
    Company {
        name: "广州试作食品有限公司",
        phone: ("(020)55550103", "+862055550103"),
        place: ["中国", "广东省", "广州市", "试作大道3号"],
        given: "娜",
        family: "赵",
        mobile: ("+86 13912340003", "+8613912340003"),
    },
    Company {
        name: "北京虚构咨询有限公司",
        phone: ("010-55550104", "+861055550104"),
        place: ["中国", "北京市", "北京市", "虚构胡同4号"],
        given: "强",
        family: "孙",
        mobile: ("13912340004", "+8613912340004"),
    },
];

const WESTERN: [Company; 4] = [
    Company {
        name: "Example Ltd",
        phone: ("020 7946 0958", "+442079460958"),
        place: ["United Kingdom", "Greater London", "London", "1 Fleet Street"],
        given: "Jane",
        family: "Example",
        mobile: ("07700 900123", "+447700900123"),
    },
    Company {
        name: "Beispiel GmbH",
        phone: ("+49 (0)30 901820", "+4930901820"),
        place: ["Germany", "Berlin", "Berlin", "Musterstr. 2"],
        given: "Max",
        family: "Muster",
        mobile: ("+49 1512 3456789", "+4915123456789"),
    },
    Company {
        name: "Sample Foods Inc.",
        phone: ("(415) 555-2671", "+14155552671"),
        place: ["United States", "CA", "San Francisco", "3 Market St"],
        given: "Ann",
        family: "Sample",
        mobile: ("+1 415-555-2672", "+14155552672"),
    },
    Company {
        name: "Specimen Pty",
        phone: ("+61 2 5550 1234", "+61255501234"),
        place: ["Australia", "NSW", "Sydney", "4 George Street"],
        given: "Lee",
        family: "Specimen",
        mobile: ("+61 491 570 156", "+61491570156"),
    },
];

/// What is done to a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Twist {
    Plain,
    /// The company of the row before with somebody else.
    AnotherContact,
    Nothing,
    Labels,
    Formulas,
    Unreadable,
    Quantities,
    Stranger,
    TwoNumbers,
    DayFirst,
    LostDigits,
    Sizes,
    /// Ten thousands of what nothing says.
    TenThousands,
    /// The blank cells at its end are missing.
    Short,
}

const TWISTS: [(Twist, &str); 14] = [
    (Twist::Plain, "plain"),
    (Twist::AnotherContact, "another contact"),
    (Twist::Nothing, "words for nothing"),
    (Twist::Labels, "labels around numbers"),
    (Twist::Formulas, "text formulas"),
    (Twist::Unreadable, "unreadable cells"),
    (Twist::Quantities, "numbers as quantities"),
    (Twist::Stranger, "unknown owners"),
    (Twist::TwoNumbers, "two numbers in a cell"),
    (Twist::DayFirst, "days of two orders"),
    (Twist::LostDigits, "lost digits"),
    (Twist::Sizes, "sizes"),
    (Twist::TenThousands, "people or money"),
    (Twist::Short, "short rows"),
];

/// The login, and the name, of the one who is there.
pub(crate) const OWNER: (&str, &str) = ("lin", "林");

/// The rows of a list in this form.
pub(crate) fn made(form: &Form) -> Made {
    let companies = if form.is_chinese() { &CHINESE } else { &WESTERN };
    let mut rows = Vec::new();
    if form.about.contains("row 1") {
        rows.push(vec![
            if form.is_chinese() {
                "客户名单：数据使用声明"
            } else {
                "List of customers"
            }
            .to_owned(),
        ]);
    }
    let headings: Vec<String> = form.columns.iter().map(|(heading, _)| heading.clone()).collect();
    rows.push(headings.clone());
    // Sections are no customers, nor are totals.
    let alone = |text: &str| {
        let mut cells = vec![String::new(); form.columns.len()];
        if let Some(first) = cells.first_mut() {
            text.clone_into(first);
        }
        cells
    };
    rows.push(alone(if form.is_chinese() {
        "一、华东区"
    } else {
        "North region"
    }));
    let mut second = 0;
    let mut truth = Truth::default();
    for (n, (twist, kind)) in TWISTS.into_iter().enumerate() {
        if twist == Twist::AnotherContact && !form.has_contacts() {
            continue;
        }
        if twist == Twist::TenThousands && form.is_book() {
            second = rows.len();
            rows.push(headings.clone());
        }
        let line = rows.len() as u64 + 1;
        let row = Row {
            form,
            companies,
            n,
            twist,
        };
        truth.rows.push(line);
        let mut cells = Vec::new();
        for (column, (_, field)) in form.columns.iter().enumerate() {
            let is_missing = twist == Twist::Short && column >= form.needed();
            let Some(field) = field else {
                cells.push(String::new());
                continue;
            };
            let (text, wanted) = match is_missing {
                true => (String::new(), Wanted::Blank),
                false => row.cell(field),
            };
            cells.push(text);
            // Of people without companies, the person is the customer.
            let field = match field.as_str() {
                "contact.name" | "contact.first_name" | "contact.last_name" if !form.has("name") => "name",
                "contact.mobile" if !form.has("name") => "phones",
                field => field,
            };
            // A field may have several columns; what stands in the first counts.
            if !truth
                .cells
                .iter()
                .any(|there| there.line == line && there.field == field)
            {
                truth.cells.push(Cell {
                    line,
                    field: field.to_owned(),
                    wanted,
                    kind,
                });
            }
        }
        if twist == Twist::Short {
            cells.truncate(form.needed());
        }
        rows.push(cells);
    }
    rows.push(alone(if form.is_chinese() { "合计" } else { "Total" }));
    Made { rows, second, truth }
}

struct Row<'a> {
    form: &'a Form,
    companies: &'a [Company; 4],
    n: usize,
    twist: Twist,
}

impl Row<'_> {
    /// Of each company there are several branches, with names and numbers of their own.
    fn company(&self) -> (&Company, usize) {
        let n = if self.twist == Twist::AnotherContact {
            0
        } else {
            self.n
        };
        let company = self
            .companies
            .get(n % self.companies.len())
            .unwrap_or(&self.companies[0]);
        (company, n / self.companies.len())
    }

    fn name(&self) -> String {
        let (company, round) = self.company();
        let words =
            [["", "大", "新", "老"], ["", " North", " South", " East"]][usize::from(!self.form.is_chinese())];
        let word = words.get(round).copied().unwrap_or_default();
        match self.form.is_chinese() {
            // Behind the town.
            true => {
                let (town, rest) = company
                    .name
                    .split_at_checked("上海".len())
                    .unwrap_or((company.name, ""));
                format!("{town}{word}{rest}")
            }
            false => {
                let (first, rest) = company.name.split_once(' ').unwrap_or((company.name, ""));
                format!("{first}{word} {rest}")
            }
        }
    }

    /// A number as typed, and as it is kept; that of a further branch ends otherwise.
    fn number(&self, (typed, e164): (&str, &str), more: usize) -> (String, String) {
        let (_, round) = self.company();
        let change = |text: &str| {
            let mut digits: Vec<char> = text.chars().collect();
            let last = digits.iter().rposition(char::is_ascii_digit).unwrap_or_default();
            if let Some(digit) = digits.get_mut(last) {
                let value = digit.to_digit(10).unwrap_or_default() as usize + 2 * round + more;
                *digit = char::from_digit((value % 10) as u32, 10).unwrap_or('0');
            }
            digits.into_iter().collect::<String>()
        };
        (change(typed), change(e164))
    }

    /// Whether numbers must have their country code, since nothing tells the country.
    fn needs_code(&self) -> bool {
        !self.form.is_chinese() && !self.form.has("extra.country")
    }

    fn cell(&self, field: &str) -> (String, Wanted) {
        let (company, _) = self.company();
        // What is the company's stands in each of its rows.
        let n = if self.twist == Twist::AnotherContact {
            0
        } else {
            self.n
        };
        let is = |text: &str| (text.to_owned(), Wanted::Is(text.to_owned()));
        let another = self.twist == Twist::AnotherContact;
        let nothing = ["无", "-", "N/A", "\\N"][self.n % 4];
        let is_person = !self.form.has("name") && field.starts_with("contact.");
        let required = ["name", "phones", "industry", "source", "number", "external_id"];
        if self.twist == Twist::Nothing && !required.contains(&field) && !is_person {
            // A country that is nothing tells nothing.
            let text = if field.ends_with("country") { "" } else { nothing };
            return (text.to_owned(), Wanted::Blank);
        }
        match field {
            "name" => {
                let name = self.name();
                match self.twist {
                    Twist::Formulas => (format!("=\"{name}\""), Wanted::Is(name)),
                    _ => is(&name),
                }
            }
            "phones" => self.phones(company),
            "contact.mobile" => {
                let (typed, e164) = self.number(company.mobile, usize::from(another) * 5);
                let typed = if self.needs_code() { e164.clone() } else { typed };
                match self.twist {
                    Twist::LostDigits if self.form.has("phones") => ("1.39E+10".into(), Wanted::Said),
                    _ => (typed, Wanted::Is(e164)),
                }
            }
            "contact.name" => is(&self.person(company)),
            "contact.first_name" => (self.given(company), Wanted::Is(self.person(company))),
            "contact.last_name" => (company.family.into(), Wanted::Is(self.person(company))),
            "contact.email" | "extra.email" => match self.twist {
                Twist::Unreadable if field == "contact.email" && self.form.has("name") => {
                    ("not an e-mail".into(), Wanted::Said)
                }
                _ => is(&format!("mail{}@example.com", self.n)),
            },
            "contact.title" => is(if self.form.is_chinese() {
                "采购经理"
            } else {
                "Buyer"
            }),
            "province" | "shipping.province" => is(company.place[1]),
            "city" | "shipping.city" => is(company.place[2]),
            "street" | "shipping.street" => is(company.place[3]),
            "extra.country" | "extra.shipping_country" => is(company.place[0]),
            "business_address" | "registered_address" | "office_address" => {
                let [_, province, city, street] = company.place;
                is(&match self.form.is_chinese() {
                    true if province == city => format!("{city}{street}"),
                    true => format!("{province}{city}{street}"),
                    false => format!("{street}, {city}"),
                })
            }
            "industry" => is(if self.form.is_chinese() {
                "制造业"
            } else {
                "Manufacturing"
            }),
            "source" => is(if self.form.is_chinese() {
                "转介绍"
            } else {
                "Referral"
            }),
            "status" => match self.twist {
                Twist::Unreadable => (
                    if self.form.is_chinese() {
                        "跟进中"
                    } else {
                        "Nurturing"
                    }
                    .into(),
                    Wanted::Said,
                ),
                _ if self.form.is_chinese() => ("意向客户".into(), Wanted::Is("interested".into())),
                _ => ("Customer".into(), Wanted::Is("won".into())),
            },
            "size" => match (self.twist, self.form.is_chinese()) {
                (Twist::Sizes, true) => ("20-99人".into(), Wanted::Said),
                (Twist::Sizes, false) => ("20-99".into(), Wanted::Said),
                // Under a heading of people it is people.
                (Twist::TenThousands, true) if !self.form.counts_people() => ("500万".into(), Wanted::Said),
                (_, true) => ("少于50人".into(), Wanted::Is("small".into())),
                (_, false) => ("120".into(), Wanted::Is("medium".into())),
            },
            "owner" => match self.twist {
                Twist::Stranger => ("Somebody Else".into(), Wanted::Said),
                _ => (OWNER.1.into(), Wanted::Is(OWNER.0.into())),
            },
            "first_contact" | "created_at" | "lead_at" => self.day(),
            "number" => is(&format!("K-{:04}", n + 1)),
            "external_id" => match self.twist {
                Twist::LostDigits => ("1.10101199001011E+17".into(), Wanted::Said),
                _ => is(&format!("rec{:06}", n + 1)),
            },
            "registration.company_number" => is(&format!("31010100{n:04}")),
            field if field.starts_with("registration.") => match self.twist {
                Twist::LostDigits => ("9.1310101E+17".into(), Wanted::Said),
                // Of the mainland, with its check character.
                _ => is(&credit_code(n)),
            },
            "note" => is(&format!("note {}, \"quoted\"", n)),
            "tags" => is("VIP"),
            "extra.website" => is("https://example.com"),
            "extra.postcode" | "extra.shipping_postcode" => is("012345"),
            "extra.fax" => is("021-55550999"),
            "source_detail" => is("Spring Fair"),
            "contact.role" => is("Purchasing"),
            "contact.wechat" => is(&format!("wx-{}", self.n)),
            "contact.primary" => (
                if self.form.is_chinese() { "是" } else { "true" }.into(),
                Wanted::Is("true".into()),
            ),
            "kind" => is(if self.form.is_chinese() {
                "企业客户"
            } else {
                "Company"
            }),
            "created_by" => (OWNER.1.into(), Wanted::Is(OWNER.0.into())),
            "district" => is("示例区"),
            _ => is(&format!("{field} {n}")),
        }
    }

    fn phones(&self, company: &Company) -> (String, Wanted) {
        let (typed, e164) = self.number(company.phone, 0);
        let typed = if self.needs_code() { e164.clone() } else { typed };
        let text = match (self.twist, self.form.is_chinese()) {
            (Twist::Labels, true) => format!("电话：{typed}"),
            (Twist::Labels, false) => format!("tel:{e164};ext=12"),
            (Twist::Formulas, _) => format!("=\"{typed}\""),
            (Twist::Quantities, true) => {
                let (_, mobile) = self.number(company.mobile, 0);
                let digits = mobile.trim_start_matches("+86");
                return (format!("{digits}.0"), Wanted::Is(mobile));
            }
            (Twist::TwoNumbers, true) => format!("{typed}、{}", self.number(company.mobile, 0).0),
            (Twist::TwoNumbers, false) => format!("{typed} ::: {}", self.number(company.mobile, 0).1),
            _ => typed,
        };
        (text, Wanted::Is(e164))
    }

    fn given(&self, company: &Company) -> String {
        match (self.twist, self.form.is_chinese()) {
            (Twist::AnotherContact, true) => "小明".into(),
            (Twist::AnotherContact, false) => "Sam".into(),
            // Of people without companies, each is another.
            (_, true) if !self.form.has("name") => [
                "伟", "芳", "娜", "强", "静", "磊", "洋", "勇", "艳", "杰", "涛", "明", "丽", "军",
            ][self.n]
                .into(),
            (_, false) if !self.form.has("name") => {
                format!("{}{}", company.given, ["", "ette", "ina", "y"][self.n / 4])
            }
            _ => company.given.into(),
        }
    }

    fn person(&self, company: &Company) -> String {
        match self.form.is_chinese() {
            true => format!("{}{}", company.family, self.given(company)),
            false => format!("{} {}", self.given(company), company.family),
        }
    }

    /// In Chinese lists the year comes first; in others one day of the column tells the order.
    fn day(&self) -> (String, Wanted) {
        let day = match self.twist {
            Twist::DayFirst => 28,
            _ => 4,
        };
        let text = match (self.form.is_chinese(), self.n % 2) {
            (true, 0) => format!("2024-03-{day:02}"),
            (true, _) => format!("2024年3月{day}日"),
            (false, _) => format!("{day:02}/03/2024"),
        };
        (text, Wanted::Is(format!("2024-03-{day:02}")))
    }
}

/// A 统一社会信用代码 of the mainland, with its check character (GB 32100-2015).
fn credit_code(n: usize) -> String {
    const CHARACTERS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

    let body = format!("91310101MA1FL{n:04}");
    let mut weight = 1;
    let mut sum = 0;
    for byte in body.bytes() {
        let value = CHARACTERS.iter().position(|c| *c == byte).unwrap_or_default();
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    let check = CHARACTERS[(31 - sum % 31) % 31];
    format!("{body}{}", char::from(check))
}
