//! Customers: entering, reading, changing, listing, looking for duplicates (R2, R6.1).

use super::{
    Session,
    door::{ReadTx, WriteTx},
    duplicates::{Found, Reach, keys_of_customer, look_up, subject_of},
    find::{DuplicateJob, DuplicateSearch},
};
use crate::{
    access::{Actor, AddCustomers, EditCustomers, Grant, SeeCustomers},
    error::{Code, Error, Problem, Result},
    matching::{DuplicateMatch, NameParts, Subject},
    model::{
        Customer, CustomerEdit, CustomerKind, CustomerNumber, CustomerPage, CustomerQuery, CustomerStatus,
        NewCustomer, PageRequest, UserId, fields,
    },
    rules::{
        Strictness,
        alias::{with_alias, without_alias},
        customer::{Checked, check_customer, edit_customer},
        phone::parse_phone,
    },
};

labelled! {
    /// What entering a customer does about likely duplicates (R6.1).
    #[derive(Default)]
    pub enum DuplicateCheck {
        /// Saving over a likely one is refused, with the list.
        #[default]
        Refuse = "refuse", "拒绝重复", "refuse";
        /// The caller says that it is another customer; the answer is kept for each pair.
        AnotherCustomer = "another_customer", "确认是另一客户", "another customer";
        /// No check: the caller has made one.
        Off = "off", "不查重", "off";
    }
}

/// Customers, for one session.
#[derive(Clone)]
pub struct Customers {
    session: Session,
}

impl Customers {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// Enters a customer and numbers it (R2.1, R2.2).
    ///
    /// # Errors
    /// Invalid, naming every field at fault (R2.4); Duplicate if a likely one is there (R6.1).
    pub fn create(&self, new: &NewCustomer, check: DuplicateCheck) -> Result<Customer> {
        self.write::<AddCustomers, _>(|tx, grant| {
            let (checked, owner) = check_new(&tx.reads(), grant, new, tx.today())?;
            let found = match check {
                DuplicateCheck::Off => Found::default(),
                _ => look_up(&tx.reads(), grant, &subject_of(&checked, &[]), Reach::Likely)?,
            };
            let distinct: Vec<CustomerNumber> = found.likely().map(|likely| likely.number).collect();
            if check == DuplicateCheck::Refuse {
                found.refuse()?;
            }
            if let Some(external_id) = &checked.external_id {
                check_external_id(&tx.reads(), grant, external_id, None)?;
            }
            let number = tx.next_number(grant)?;
            let customer = Draft::new(checked, owner).into_customer(number, tx);
            tx.add_customer(grant, customer.clone(), keys_of_customer(&customer, &[]))?;
            for other in distinct {
                tx.say_distinct(grant, number, other)?;
            }
            Ok(customer)
        })
    }

    /// Checks a customer as typed, without storing it: the warnings.
    ///
    /// # Errors
    /// Invalid, naming every field at fault (R2.4).
    pub fn check(&self, new: &NewCustomer) -> Result<Vec<Problem>> {
        let today = self.session.door.today();
        self.read::<AddCustomers, _>(|tx, grant| {
            let (checked, _) = check_new(tx, grant, new, today)?;
            Ok(checked.warnings)
        })
    }

    /// The customer with this number, or with this alias.
    ///
    /// # Errors
    /// NotFound if there is none in scope.
    pub fn get(&self, key: &str) -> Result<Customer> {
        self.read::<SeeCustomers, _>(|tx, grant| tx.find_customer(grant, key))
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid, naming every field at fault; NotFound.
    pub fn update(&self, key: &str, revision: u64, edits: &[CustomerEdit]) -> Result<Customer> {
        self.write::<EditCustomers, _>(|tx, grant| {
            let before = tx.reads().find_customer(grant, key)?;
            if before.revision != revision {
                return Err(tx.reads().conflict(
                    grant,
                    "customer",
                    &before.number,
                    revision,
                    before.revision,
                )?);
            }
            let pick_lists = tx.reads().pick_lists(grant)?;
            let entry = tx.reads().entry(&pick_lists, tx.today(), Strictness::Entry);
            let mut after =
                edit_customer(&before, edits, &entry).map_err(|problems| Error::Invalid { problems })?;
            if after == before {
                return Ok(before);
            }
            if let Some(external_id) = after
                .external_id
                .as_ref()
                .filter(|_| after.external_id != before.external_id)
            {
                check_external_id(&tx.reads(), grant, external_id, Some(before.number))?;
            }
            after.revision += 1;
            save(tx, grant, before, after.clone())?;
            Ok(after)
        })
    }

    /// A page of customers (R2.7).
    ///
    /// # Errors
    /// `page.invalid` for a cursor of another list.
    pub fn list(&self, query: &CustomerQuery, page: &PageRequest) -> Result<CustomerPage> {
        self.read::<SeeCustomers, _>(|tx, grant| tx.customers(grant, query, page))
    }

    /// How many customers match (R2.7).
    ///
    /// # Errors
    /// `storage.*`.
    pub fn count(&self, query: &CustomerQuery) -> Result<u64> {
        self.read::<SeeCustomers, _>(|tx, grant| tx.count_customers(grant, query))
    }

    /// Who may be the same as what is being typed, best first (R6.1): a name or a phone is enough. A number that cannot
    /// be read yet does not count.
    ///
    /// # Errors
    /// `storage.*`.
    pub fn duplicates(
        &self,
        name: &str,
        kind: CustomerKind,
        phones: &[String],
    ) -> Result<Vec<DuplicateMatch>> {
        let region = self.session.door.settings().region;
        let read = |phone: &String| parse_phone(phone, region).ok().map(|read| read.e164);
        let subject = Subject {
            name: NameParts::of(name, kind),
            kind,
            phones: phones.iter().filter_map(read).collect(),
            aliases: Vec::new(),
        };
        self.read::<SeeCustomers, _>(|tx, grant| Ok(look_up(tx, grant, &subject, Reach::Similar)?.matches))
    }

    /// Looks for duplicates among the customers in scope (R6.2), without pairs that were said to be different: a job that
    /// the host steps.
    pub fn find_duplicates(&self, search: DuplicateSearch) -> DuplicateJob {
        DuplicateJob::new(self.session.clone(), search)
    }

    /// Says that two customers are different, until a name or a phone of either changes (R6.1). Saying it again changes
    /// nothing.
    ///
    /// # Errors
    /// NotFound.
    pub fn say_different(&self, a: &str, b: &str) -> Result<()> {
        self.write::<EditCustomers, _>(|tx, grant| {
            let (a, b) = two(&tx.reads(), grant, a, b)?;
            if tx.reads().distinct_from(grant, a)?.contains(&b) {
                return Ok(());
            }
            tx.say_distinct(grant, a, b)
        })
    }

    /// Takes back what was said of two customers.
    ///
    /// # Errors
    /// NotFound.
    pub fn unsay_different(&self, a: &str, b: &str) -> Result<()> {
        self.write::<EditCustomers, _>(|tx, grant| {
            let (a, b) = two(&tx.reads(), grant, a, b)?;
            tx.unsay_distinct(grant, a, b)
        })
    }

    /// Says that this name means this customer, which has it as an alias from now on: the check (R6.1), imports and
    /// searches find it by that. Saying it again, or its own name, changes nothing.
    ///
    /// # Errors
    /// NotFound; Invalid for a name that is blank, too long or has a NUL.
    pub fn say_same(&self, customer: &str, name: &str) -> Result<Customer> {
        self.change(customer, |before| {
            with_alias(before, name).map_err(Error::invalid)
        })
    }

    /// Takes back that a name means a customer, or takes away a number of another form.
    ///
    /// # Errors
    /// NotFound.
    pub fn unsay_same(&self, customer: &str, name: &str) -> Result<Customer> {
        self.change(customer, |before| Ok(without_alias(before, name)))
    }

    /// Stores what becomes of a customer, if that is anything else.
    fn change(&self, key: &str, change: impl Fn(&Customer) -> Result<Customer>) -> Result<Customer> {
        self.write::<EditCustomers, _>(|tx, grant| {
            let before = tx.reads().find_customer(grant, key)?;
            let mut after = change(&before)?;
            if after == before {
                return Ok(before);
            }
            after.revision += 1;
            save(tx, grant, before, after.clone())?;
            Ok(after)
        })
    }

    fn read<A: crate::access::Action, T>(
        &self,
        body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.read(self.session.caller, body)
    }

    fn write<A: crate::access::Action, T>(
        &self,
        body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.write(self.session.caller, body)
    }
}

/// The numbers of two customers in scope.
fn two<'tx, A: crate::access::Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    a: &str,
    b: &str,
) -> Result<(CustomerNumber, CustomerNumber)> {
    Ok((
        tx.find_customer(grant, a)?.number,
        tx.find_customer(grant, b)?.number,
    ))
}

/// A customer that has been checked and has an owner, and waits for its number.
pub(super) struct Draft {
    pub checked: Checked,
    pub owner: UserId,
    pub status: CustomerStatus,
    pub created_at: Option<crate::DateTime<crate::Utc>>,
    pub created_by: Option<UserId>,
    pub aliases: Vec<String>,
    pub import: Option<crate::model::ImportId>,
}

impl Draft {
    /// A customer as it starts: potential (R2.2).
    pub(super) fn new(checked: Checked, owner: UserId) -> Self {
        let status = CustomerStatus::Potential;
        Self {
            checked,
            owner,
            status,
            created_at: None,
            created_by: None,
            aliases: Vec::new(),
            import: None,
        }
    }

    /// The customer under its number.
    pub(super) fn into_customer(self, number: CustomerNumber, tx: &WriteTx<'_, '_>) -> Customer {
        let Checked {
            name,
            kind,
            industry,
            size,
            phones,
            addresses,
            source,
            first_contact,
            lead_at,
            tags,
            note,
            external_id,
            extra,
            warnings: _,
        } = self.checked;
        Customer {
            number,
            revision: 1,
            name,
            kind,
            industry,
            size,
            phones,
            addresses,
            source,
            first_contact,
            lead_at,
            status: self.status,
            owner: self.owner,
            created_at: self.created_at.unwrap_or(tx.now()),
            created_by: self.created_by.or(tx.actor().user()),
            tags,
            note,
            aliases: self.aliases,
            external_id,
            extra,
            import: self.import,
            archived_at: None,
        }
    }
}

/// Stores a changed customer with the keys that it has now.
pub(super) fn save<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    before: Customer,
    after: Customer,
) -> Result<()> {
    let contacts = tx.reads().contacts(grant, before.number)?;
    let keys = keys_of_customer(&after, &contacts);
    let numbers = |customer: &Customer| {
        customer
            .phones
            .iter()
            .map(|phone| phone.e164.clone())
            .collect::<Vec<_>>()
    };
    let forget = before.name != after.name || numbers(&before) != numbers(&after);
    let number = before.number;
    tx.edit_customer(grant, before, after, keys)?;
    if forget && !tx.reads().distinct_from(grant, number)?.is_empty() {
        tx.forget_distinct(grant, number)?;
    }
    Ok(())
}

fn check_new<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, AddCustomers>,
    new: &NewCustomer,
    today: crate::NaiveDate,
) -> Result<(Checked, UserId)> {
    let pick_lists = tx.pick_lists(grant)?;
    let entry = tx.entry(&pick_lists, today, Strictness::Entry);
    let checked = check_customer(new, &entry);
    match (checked, check_owner(tx, grant, new.owner)?) {
        (Ok(checked), Ok(owner)) => Ok((checked, owner)),
        (Ok(_), Err(problem)) => Err(Error::invalid(problem)),
        (Err(mut problems), owner) => {
            problems.extend(owner.err());
            Err(Error::Invalid { problems })
        }
    }
}

/// Who is to answer for a new customer: an active user whom the caller may give it to; by default the caller.
pub(super) fn check_owner<'tx, A: crate::access::Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    owner: Option<UserId>,
) -> Result<Result<UserId, Problem>> {
    let Some(id) = owner.or(tx.actor().user()) else {
        return Ok(Err(Problem::missing(fields::OWNER)));
    };
    let user = tx.user(grant, id)?;
    Ok(may_own(tx.actor(), id, user.as_ref()))
}

/// Whether a user may be given a new customer by this caller (R2.2).
pub(super) fn may_own(
    actor: &Actor,
    id: UserId,
    user: Option<&crate::model::User>,
) -> Result<UserId, Problem> {
    match user {
        None => Err(Problem::with(fields::OWNER, Code::OwnerUnknown, id.to_string())),
        Some(user) if !actor.may_give_to(id) => {
            Err(Problem::with(fields::OWNER, Code::OwnerNotAllowed, &user.login))
        }
        Some(user) if !user.active => Err(Problem::with(fields::OWNER, Code::OwnerInactive, &user.login)),
        Some(_) => Ok(id),
    }
}

/// The host's own identifier is unique in the store.
pub(super) fn check_external_id<'tx, A: crate::access::Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    external_id: &str,
    own: Option<CustomerNumber>,
) -> Result<()> {
    match tx.external_id_holder(grant, external_id)? {
        Some(holder) if Some(holder) != own => Err(Error::invalid(Problem::with(
            fields::EXTERNAL_ID,
            Code::ExternalIdTaken,
            external_id,
        ))),
        _ => Ok(()),
    }
}
