//! What becomes of a row: looked up, decided, stored.

use super::{
    contact::contact_row,
    one::{Brought, added, brought, of_customer},
    past::past_row,
    reader::{Checked, Ready, Row},
    there::{AlreadyThere, Room, There, find_there, room_for},
};
use crate::{
    access::{AddCustomers, EditCustomers, Editable, Grant, ImportCustomers},
    error::{Code, Error, Problem, Result},
    import::{CustomerRow, ImportOptions, OnDuplicate},
    matching::Subject,
    model::{
        Address, Contact, Customer, CustomerNumber, CustomerStatus, ImportId, ImportRow, NewPeople,
        PickEntry, RowOutcome, User, UserId, fields,
    },
    rules::{contact::CheckedContact, merge::fill_blanks, registration::has},
    service::{
        contacts::{add_to, take_out},
        door::{Prepared, ReadTx, WriteTx},
        draft::{Draft, may_own},
    },
};

/// What the rows of one step share.
pub(super) struct Step<'a> {
    options: &'a ImportOptions,
    /// Whom the options name.
    owner: Option<UserId>,
    import: ImportId,
    users: Vec<User>,
}

impl<'a> Step<'a> {
    pub(super) fn new(tx: &WriteTx<'_, '_>, options: &'a ImportOptions, import: ImportId) -> Result<Self> {
        let grant: Grant<'_, ImportCustomers> = tx.grant()?;
        Ok(Self {
            options,
            owner: options.owner.as_deref().and_then(|id| id.parse().ok()),
            import,
            users: tx.reads().users(&grant)?,
        })
    }

    pub(super) fn row<'tx>(
        &mut self,
        tx: &mut WriteTx<'_, 'tx>,
        grant: &Grant<'tx, ImportCustomers>,
        row: &Row,
    ) -> Result<ImportRow> {
        let line = row.line;
        match &row.row {
            Err(problems) => Ok(unread(line, problems)),
            Ok(Checked::Contact(row)) => contact_row(tx, line, row),
            Ok(Checked::Past(row)) => past_row(tx, line, row, self.owner),
            Ok(Checked::Customer(row, subject, ready)) => {
                self.customer_row(tx, grant, line, row, subject, ready)
            }
        }
    }

    fn customer_row<'tx>(
        &mut self,
        tx: &mut WriteTx<'_, 'tx>,
        grant: &Grant<'tx, ImportCustomers>,
        line: u64,
        row: &CustomerRow,
        subject: &Subject,
        ready: &Ready,
    ) -> Result<ImportRow> {
        let owner = match self.owner_of(tx, row) {
            Ok(owner) => owner,
            Err(problem) => return Ok(outcome(line, RowOutcome::Refused, vec![problem])),
        };
        let There { seen, hidden } = find_there(&tx.reads(), grant, row, subject, &ready.keys)?;
        let edits: Grant<'tx, EditCustomers> = tx.grant()?;
        match brought(&tx.reads(), &edits, row, seen.as_ref())? {
            Some(Brought::Another { number, first }) => {
                return self.add_contact(tx, line, row, number, first, seen);
            }
            Some(Brought::Known(number, left)) => match self.options.on_duplicate {
                OnDuplicate::FillBlanks => {
                    let mut stored = fill(tx, line, &of_customer(row), number, why_there(seen, number))?;
                    stored.problems.extend(left);
                    return Ok(stored);
                }
                // To enter the customer once more for a contact that it has is nobody's wish.
                OnDuplicate::Skip | OnDuplicate::Create => {
                    let mut problems = vec![why_there(seen, number)];
                    problems.extend(left);
                    return Ok(ImportRow {
                        customer: Some(number),
                        ..outcome(line, RowOutcome::Skipped, problems)
                    });
                }
            },
            None => {}
        }
        if let Some(AlreadyThere { candidate, problem }) = seen {
            let number = candidate.number;
            match self.options.on_duplicate {
                // That the list's customer is to be entered is nobody's answer that the two differ (R6.1).
                OnDuplicate::Create if problem.code != Code::RowRepeated => {}
                OnDuplicate::FillBlanks
                    if problem.code != Code::RowRepeated
                        && grant.edits().contains(number, candidate.owner) =>
                {
                    return self.fill_with_contact(tx, line, row, number, problem);
                }
                _ => {
                    return Ok(ImportRow {
                        customer: Some(number),
                        ..outcome(line, RowOutcome::Skipped, vec![problem])
                    });
                }
            }
        }
        if let Some(problem) = hidden {
            return Ok(outcome(line, RowOutcome::Refused, vec![problem]));
        }
        match room_for(&tx.reads(), grant, row, 0)? {
            Room::Taken(problems) => Ok(outcome(line, RowOutcome::Refused, problems)),
            Room::New => self.create(tx, line, row, ready, owner),
            Room::Again(before) => self.bring_back(tx, line, row, owner, *before),
        }
    }

    /// Adds the contact that a row brings to the row's customer, who is there; its blanks are filled if the caller says so.
    fn add_contact(
        &self,
        tx: &mut WriteTx<'_, '_>,
        line: u64,
        row: &CustomerRow,
        number: CustomerNumber,
        first: bool,
        seen: Option<AlreadyThere>,
    ) -> Result<ImportRow> {
        let Some((contact, primary)) = &row.contact else {
            return Err(Error::internal("a row without a contact"));
        };
        let why = why_there(seen, number);
        let mut stored = match self.options.on_duplicate {
            // Nothing is entered anew that could hold what else the row brings.
            OnDuplicate::FillBlanks | OnDuplicate::Create => fill(tx, line, &of_customer(row), number, why)?,
            OnDuplicate::Skip => {
                let edits: Grant<'_, EditCustomers> = tx.grant()?;
                let there = tx.reads().to_edit::<Customer, _>(&edits, number, &number)?;
                let mut problems = vec![why];
                problems.extend(not_taken(&of_customer(row), &there));
                outcome(line, RowOutcome::Created, problems)
            }
        };
        match stored.outcome {
            RowOutcome::Refused => return Ok(stored),
            RowOutcome::Filled => {}
            _ => stored.outcome = RowOutcome::Created,
        }
        let edits: Grant<'_, EditCustomers> = tx.grant()?;
        let new = add_to(tx, &edits, number, contact.clone(), *primary || first);
        stored.customer = Some(number);
        stored.contact = Some(new.id);
        stored.problems.extend(flags_of_contact(row));
        stored.problems.push(added(contact));
        Ok(stored)
    }

    /// Fills the blanks of the customer that is likely the row's; its contact is added, if it has none like it.
    fn fill_with_contact(
        &self,
        tx: &mut WriteTx<'_, '_>,
        line: u64,
        row: &CustomerRow,
        number: CustomerNumber,
        why: Problem,
    ) -> Result<ImportRow> {
        let mut stored = fill(tx, line, row, number, why)?;
        let Some((contact, primary)) = row
            .contact
            .as_ref()
            .filter(|_| stored.outcome != RowOutcome::Refused)
        else {
            return Ok(stored);
        };
        let edits: Grant<'_, EditCustomers> = tx.grant()?;
        let contacts = tx.reads().contacts_to_edit(&edits, number)?;
        if !contacts.iter().any(|there| is_same(there, contact)) {
            let first = contacts.is_empty();
            let new = add_to(tx, &edits, number, contact.clone(), *primary || first);
            stored.outcome = RowOutcome::Filled;
            stored.contact = Some(new.id);
            stored.problems.extend(flags_of_contact(row));
            stored.problems.push(added(contact));
        }
        Ok(stored)
    }

    fn create(
        &self,
        tx: &mut WriteTx<'_, '_>,
        line: u64,
        row: &CustomerRow,
        ready: &Ready,
        owner: UserId,
    ) -> Result<ImportRow> {
        let adds: Grant<'_, AddCustomers> = tx.grant()?;
        let number = match row.number {
            Some(number) => number,
            None => tx.next_number(&adds)?,
        };
        let keys = ready.keys.clone();
        let (customer, sealed, tokens) = match ready.made.take() {
            Some((made, sealed, tokens)) => {
                let customer = Customer {
                    number,
                    owner,
                    created_at: row.created_at.unwrap_or(tx.now()),
                    created_by: row.created_by.or(tx.actor().user()),
                    ..made
                };
                // What history says of the time of entry is another's payload.
                (
                    customer,
                    Some(sealed).filter(|_| !tx.is_backdated()),
                    Some(tokens),
                )
            }
            None => {
                let draft = Draft::of_row(row, owner, self.import);
                (
                    draft.into_customer(number, tx.now(), tx.actor().user()),
                    None,
                    None,
                )
            }
        };
        tx.add_prepared(&adds, customer, Prepared { keys, sealed, tokens });
        let mut stored = outcome(line, RowOutcome::Created, row.warnings.clone());
        stored.customer = Some(number);
        if let Some((contact, _)) = &row.contact {
            stored.contact = Some(add_to(tx, &adds, number, contact.clone(), true).id);
        }
        Ok(stored)
    }

    /// Enters a customer that undoing an import took out: under the number that it has, as the row says.
    fn bring_back<'tx>(
        &self,
        tx: &mut WriteTx<'_, 'tx>,
        line: u64,
        row: &CustomerRow,
        owner: UserId,
        before: Editable<'tx, Customer>,
    ) -> Result<ImportRow> {
        let edits: Grant<'_, EditCustomers> = tx.grant()?;
        let mut draft = Draft::of_row(row, owner, self.import);
        draft.created_at = row.created_at.or(Some(before.created_at));
        draft.created_by = row.created_by.or(before.created_by);
        let number = before.number;
        let after = Customer {
            revision: before.revision + 1,
            ..draft.into_customer(number, tx.now(), tx.actor().user())
        };
        tx.edit(&edits, before, after);
        tx.know_again(number, row.row);
        let mut stored = outcome(line, RowOutcome::Created, row.warnings.clone());
        stored.customer = Some(number);
        for contact in tx.reads().contacts_to_edit(&edits, number)? {
            let same = |(new, _): &(_, bool)| is_same(&contact, new);
            match row
                .contact
                .as_ref()
                .filter(|_| stored.contact.is_none())
                .is_some_and(same)
            {
                true => stored.contact = Some(contact.id),
                false => take_out(tx, &edits, contact),
            }
        }
        if let (Some((contact, primary)), None) = (&row.contact, stored.contact) {
            stored.contact = Some(add_to(tx, &edits, number, contact.clone(), *primary).id);
        }
        Ok(stored)
    }

    /// The owner that the row names, else the import's, else who runs it.
    fn owner_of(&self, tx: &WriteTx<'_, '_>, row: &CustomerRow) -> Result<UserId, Problem> {
        let named = row.owner.or(self.owner).or(tx.actor().user());
        let id = named.ok_or_else(|| Problem::missing(fields::OWNER))?;
        let user = self.users.iter().find(|user| user.id == id);
        match may_own(tx.actor(), fields::OWNER, id, user) {
            // As whoever was entered for the list is not, until somebody makes them so (R9.5 h).
            Err(problem)
                if problem.code == Code::OwnerInactive
                    && self.options.new_people == Some(NewPeople::Create) =>
            {
                Ok(id)
            }
            may => may,
        }
    }
}

/// A row's outcome, with the reasons.
pub(super) fn outcome(line: u64, outcome: RowOutcome, problems: Vec<Problem>) -> ImportRow {
    ImportRow {
        line,
        outcome,
        customer: None,
        contact: None,
        record: None,
        problems,
    }
}

/// What becomes of a row that is none, or a wrong one.
pub(super) fn unread(line: u64, problems: &[Problem]) -> ImportRow {
    let is_none = problems
        .iter()
        .all(|problem| [Code::RowTotal, Code::RowSection, Code::RowHeadings].contains(&problem.code));
    let what = if is_none {
        RowOutcome::Skipped
    } else {
        RowOutcome::Refused
    };
    outcome(line, what, problems.to_vec())
}

/// Why a row's customer is there.
pub(super) fn why_there(seen: Option<AlreadyThere>, number: CustomerNumber) -> Problem {
    seen.map_or_else(
        || Problem::with("", Code::RowDuplicate, number.to_string()),
        |there| there.problem,
    )
}

/// What is flagged of the contact that a row brings.
pub(super) fn flags_of_contact(row: &CustomerRow) -> impl Iterator<Item = Problem> {
    let flags = row.warnings.iter();
    flags
        .filter(|flag| flag.field.starts_with(fields::CONTACT))
        .cloned()
}

/// Whether a contact is the one that a row brings.
pub(super) fn is_same(contact: &Contact, new: &CheckedContact) -> bool {
    let typed = [Some(&contact.mobile), contact.phone.as_ref()];
    let number = contact.numbers().next().or_else(|| first_typed(typed));
    known_by(&contact.name, number, [&contact.email, &contact.wechat]) == contact_known_by(new)
}

/// What tells the contacts of a customer apart.
pub(super) fn contact_known_by(contact: &CheckedContact) -> String {
    let typed = [Some(&contact.mobile), contact.phone.as_ref()];
    let number = contact.numbers().next().or_else(|| first_typed(typed));
    known_by(&contact.name, number, [&contact.email, &contact.wechat])
}

/// The first of a contact's numbers as typed: without one that could be read, it is told by that.
fn first_typed(typed: [Option<&String>; 2]) -> Option<&str> {
    let mut typed = typed.into_iter().flatten();
    typed.find(|typed| !typed.is_empty()).map(String::as_str)
}

/// A name with the mobile number, or else the other one, in any notation; without one, with the e-mail address and the WeChat name.
fn known_by(name: &str, number: Option<&str>, others: [&Option<String>; 2]) -> String {
    let [email, wechat] = others.map(|text| text.as_deref().unwrap_or_default());
    match number {
        None => format!("{name}\u{1f}{email}\u{1f}{wechat}"),
        Some(number) => format!("{name}\u{1f}{number}"),
    }
}

/// Fills the blanks of the customer that is there (R6.3); what the row says otherwise is told.
fn fill(
    tx: &mut WriteTx<'_, '_>,
    line: u64,
    row: &CustomerRow,
    number: CustomerNumber,
    why: Problem,
) -> Result<ImportRow> {
    let edits: Grant<'_, EditCustomers> = tx.grant()?;
    let (what, flags, mut left) = match filled(&tx.reads(), &edits, row, number)? {
        Filling::Taken(problem) => return Ok(outcome(line, RowOutcome::Refused, vec![problem])),
        Filling::Nothing(before, flags) => (RowOutcome::Skipped, flags, not_taken(row, &before)),
        Filling::Filled(customer, flags) => {
            let (before, mut after) = *customer;
            let left = not_taken(row, &after);
            after.revision += 1;
            tx.edit(&edits, before, after);
            (RowOutcome::Filled, flags, left)
        }
    };
    let mut problems = vec![why];
    problems.extend(flags);
    problems.append(&mut left);
    Ok(ImportRow {
        customer: Some(number),
        ..outcome(line, what, problems)
    })
}

/// What a row says of a contact otherwise than it stands there, field by field.
pub(super) fn contact_not_taken(new: &CheckedContact, there: &Contact) -> impl Iterator<Item = Problem> {
    // The same number in another notation says nothing otherwise.
    let is_there = new.phone_e164.is_some() && new.phone_e164 == there.phone_e164;
    let phone = new.phone.clone().filter(|_| !is_there);
    let fields = [
        (fields::CONTACT_TITLE, &new.title, &there.title),
        (fields::CONTACT_PHONE, &phone, &there.phone),
        (fields::CONTACT_EMAIL, &new.email, &there.email),
        (fields::CONTACT_WECHAT, &new.wechat, &there.wechat),
        (fields::CONTACT_ROLE, &new.role, &there.role),
    ];
    let left = fields.into_iter().filter_map(|(field, new, there)| {
        let text = new.as_ref().filter(|_| new != there)?;
        Some(Problem::with(field, Code::FieldNotTaken, text))
    });
    left.collect::<Vec<_>>().into_iter()
}

/// What a row says of its customer otherwise than it stands there, field by field: it is not taken over.
pub(super) fn not_taken(row: &CustomerRow, there: &Customer) -> Vec<Problem> {
    let new = &row.checked;
    let mut left = Vec::new();
    let mut tell = |field: &str, text: Option<String>| {
        left.extend(text.map(|text| Problem::with(field, Code::FieldNotTaken, text)));
    };
    let status = row.status != CustomerStatus::Potential && row.status != there.status;
    tell(fields::STATUS, status.then(|| row.status.code().to_owned()));
    for (field, new, there) in [
        (fields::INDUSTRY, &new.industry, &there.industry),
        (fields::SOURCE, &new.source, &there.source),
    ] {
        let is_told = new.code != PickEntry::OTHER || new.detail.is_some();
        let differs = new.code != there.code || new.detail.is_some() && new.detail != there.detail;
        tell(
            field,
            (is_told && differs).then(|| new.detail.clone().unwrap_or_else(|| new.code.clone())),
        );
    }
    tell(
        fields::NOTE,
        new.note.clone().filter(|note| there.note.as_ref() != Some(note)),
    );
    let size = new.size.filter(|size| there.size != Some(*size));
    tell(fields::SIZE, size.map(|size| size.band.code().to_owned()));
    for tag in new.tags.iter().filter(|tag| !there.tags.contains(tag)) {
        tell(fields::TAGS, Some(tag.clone()));
    }
    let texts: Vec<String> = there.addresses.iter().map(Address::text).collect();
    for text in new
        .addresses
        .iter()
        .map(Address::text)
        .filter(|text| !texts.contains(text))
    {
        tell(fields::ADDRESSES, Some(text));
    }
    for registration in new
        .registrations
        .iter()
        .filter(|new| !has(&there.registrations, new))
    {
        tell(fields::REGISTRATIONS, Some(registration.number.clone()));
    }
    for (key, value) in new
        .extra
        .iter()
        .filter(|(key, value)| there.extra.get(*key) != Some(*value))
    {
        tell(fields::EXTRA, Some(format!("{key}: {value}")));
    }
    left
}

/// What filling the blanks of a customer comes to.
pub(super) enum Filling<'tx> {
    /// It has no blank that the row fills; the customer, and what is flagged.
    Nothing(Box<Customer>, Vec<Problem>),
    /// The customer before and after, and what is flagged.
    Filled(Box<(Editable<'tx, Customer>, Customer)>, Vec<Problem>),
    /// The row's identifier is another one's.
    Taken(Problem),
}

/// The customer that is there with its blanks filled.
pub(super) fn filled<'tx>(
    tx: &ReadTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    row: &CustomerRow,
    number: CustomerNumber,
) -> Result<Filling<'tx>> {
    let before = tx.to_edit::<Customer, _>(edits, number, &number)?;
    let (after, flags) = fill_blanks(&before, &row.checked, &row.aliases);
    if after == *before {
        return Ok(Filling::Nothing(Box::new(before.clone()), flags));
    }
    if let Some(external_id) = after
        .external_id
        .as_ref()
        .filter(|_| before.external_id.is_none())
        && tx.external_id_holder(edits, external_id)?.is_some()
    {
        let problem = Problem::with(fields::EXTERNAL_ID, Code::ExternalIdTaken, external_id);
        return Ok(Filling::Taken(problem));
    }
    Ok(Filling::Filled(Box::new((before, after)), flags))
}
