//! Making one customer of two (R6.3): a preview, the merge, and taking it back.

use std::collections::BTreeSet;

use super::{
    Customers,
    archive::refuse_archived,
    door::{ReadTx, WriteTx},
    purchases::settle_united,
    undo::{changed, still_fits},
};
use crate::{
    access::{EditCustomers, Editable, Grant, SeeCustomers},
    audit::Payload,
    error::{Code, Error, Problem, Result},
    model::{
        Answer, AuditEntry, AuditKind, Customer, CustomerKey, CustomerNumber, Entity, Merge, MergeChoice,
        MergePreview, fields,
    },
    rules::unite::{Moving, Side, United, unite},
};

impl Customers {
    /// What merging a customer into another one would come to (R6.3): whose value of each field stays and why, and what moves
    /// over.
    ///
    /// # Errors
    /// As [`merge`](Self::merge).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0199")?;
    /// use crm_core::MergeReason;
    ///
    /// let preview = me.customers().merge_preview("CRM202405010002", "CRM202405010001")?;
    /// let name = preview.fields.iter().find(|field| field.field == "name").unwrap();
    /// assert_eq!(name.result.as_deref(), Some("上海示例科技有限公司"));
    /// assert_eq!(name.reason, MergeReason::Tie, "both were entered at the same time");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn merge_preview(
        &self,
        loser: impl Into<CustomerKey>,
        into: impl Into<CustomerKey>,
    ) -> Result<MergePreview> {
        let (loser, into) = (&loser.into(), &into.into());
        self.read::<EditCustomers, _>(|tx, grant| {
            let pair = Pair::read(tx, grant, loser, into)?;
            let united = pair.unite(tx, grant, &[])?;
            Ok(MergePreview {
                fields: united.fields,
                moves: tx.to_move(grant, &pair.loser)?,
                result: united.customer,
            })
        })
    }

    /// Merges a customer into another one, which survives (R6.3). For each field the value that was changed last stays, and a
    /// blank never wipes what is filled; `choices` say otherwise, field by field. Lists are put together, and all that hangs
    /// on the one that goes moves over. Its number and its identifier lead to the survivor from then on; what it was is
    /// [kept](Self::merges), and [`undo`](Self::undo) makes two of them again.
    ///
    /// # Errors
    /// NotFound for a customer that the caller may not change; `merge.self`; `merge.merged` for a number that leads to another
    /// customer already; `record.archived`; Invalid for choices of what cannot be chosen (`merge.fixed`), and for lists that
    /// would have more than a customer has (`field.too_many`).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0100")?;
    /// use crm_core::{MergeChoice, MergeSide};
    ///
    /// let name = MergeChoice { field: "name".into(), side: MergeSide::Loser };
    /// let survivor = me.customers().merge("CRM202405010002", "CRM202405010001", &[name])?;
    /// assert_eq!(survivor.name, "示例科技（上海）有限公司");
    /// assert_eq!(survivor.phones.len(), 2);
    /// assert_eq!(me.customers().get("CRM202405010002")?, survivor);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn merge(
        &self,
        loser: impl Into<CustomerKey>,
        into: impl Into<CustomerKey>,
        choices: &[MergeChoice],
    ) -> Result<Customer> {
        let (loser, into) = (&loser.into(), &into.into());
        self.write::<EditCustomers, _>(AuditKind::CustomerMerged, |tx, grant| {
            let pair = Pair::read(&tx.reads(), grant, loser, into)?;
            let united = pair.unite(&tx.reads(), grant, choices)?;
            pair.merge(tx, grant, united.customer)
        })
    }

    /// The customers that were merged into one, by number, as they were (R6.3).
    ///
    /// # Errors
    /// NotFound.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0100")?;
    /// me.customers().merge("CRM202405010002", "CRM202405010001", &[])?;
    /// let merges = me.customers().merges("CRM202405010001")?;
    /// assert_eq!(merges[0].loser.name, "示例科技（上海）有限公司");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn merges(&self, customer: impl Into<CustomerKey>) -> Result<Vec<Merge>> {
        let customer = &customer.into();
        self.read::<SeeCustomers, _>(|tx, grant| {
            let survivor = tx.find_customer(grant, customer)?;
            tx.merged_into(grant, &survivor)
        })
    }
}

/// The two customers of a merge.
struct Pair<'tx> {
    loser: Editable<'tx, Customer>,
    survivor: Editable<'tx, Customer>,
}

impl<'tx> Pair<'tx> {
    fn read(
        tx: &ReadTx<'_, 'tx>,
        grant: &Grant<'tx, EditCustomers>,
        loser: &CustomerKey,
        into: &CustomerKey,
    ) -> Result<Self> {
        let pair = Self {
            loser: tx.customer_to_edit(grant, loser)?,
            survivor: tx.customer_to_edit(grant, into)?,
        };
        let refused = |field, code, number: String| Err(Error::rule(Problem::with(field, code, number)));
        let named = [
            (fields::LOSER, loser, &pair.loser),
            (fields::INTO, into, &pair.survivor),
        ];
        for (field, key, found) in named {
            if let Some(merged) = key.number().filter(|number| *number != found.number)
                && !tx.merges(grant, &[merged])?.is_empty()
            {
                return refused(field, Code::MergeMerged, merged.to_string());
            }
        }
        if pair.loser.number == pair.survivor.number {
            return refused(fields::INTO, Code::MergeSelf, pair.loser.number.to_string());
        }
        refuse_archived(&pair.loser)?;
        refuse_archived(&pair.survivor)?;
        Ok(pair)
    }

    fn unite(
        &self,
        tx: &ReadTx<'_, 'tx>,
        grant: &Grant<'tx, EditCustomers>,
        choices: &[MergeChoice],
    ) -> Result<United> {
        let (survivor, loser) = (
            tx.changed_last(grant, &self.survivor)?,
            tx.changed_last(grant, &self.loser)?,
        );
        let side = |customer, changed| Side { customer, changed };
        unite(
            side(&self.survivor, &survivor),
            side(&self.loser, &loser),
            choices,
        )
        .map_err(|problems| Error::Invalid { problems })
    }

    /// Puts it all, in an order in which nothing is ever without its customer.
    fn merge(
        self,
        tx: &mut WriteTx<'_, 'tx>,
        grant: &Grant<'tx, EditCustomers>,
        after: Customer,
    ) -> Result<Customer> {
        let Self { loser, survivor } = self;
        tx.hold_answers();
        let contacts = tx.reads().contacts_to_edit(grant, survivor.number)?;
        let contacts: Vec<_> = contacts.iter().map(|contact| (**contact).clone()).collect();
        let repurchase = settle_united(tx, grant, &survivor, &loser, &after)?;
        let moving = Moving {
            to: survivor.number,
            contacts: &contacts,
            owners: (loser.owner, survivor.owner),
            repurchase: repurchase.as_ref(),
            at: tx.now(),
        };
        let kept = tx.take_over(grant, &loser, &moving)?;
        move_answers(tx, grant, loser.number, survivor.number)?;
        let merge = Merge {
            number: loser.number,
            customer: survivor.number,
            at: tx.now(),
            by: tx.actor().user(),
            loser: Customer::clone(&loser),
            kept,
        };
        tx.remove(grant, loser);
        tx.edit(grant, survivor, after.clone());
        tx.add(grant, merge);
        Ok(after)
    }
}

/// What was said of the one that goes holds for the one that stays; what was said of the two falls.
fn move_answers<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    loser: CustomerNumber,
    survivor: CustomerNumber,
) -> Result<()> {
    let distinct = tx.reads().distinct_from(grant, &[loser, survivor])?;
    let [of_loser, of_survivor] = distinct.as_slice() else {
        return Err(Error::internal("answers about two customers"));
    };
    for &other in of_loser {
        // Whoever sees the other one, as when an answer falls.
        if let Some(said) = tx.reads().unseen_answer(grant, Answer::about(loser, other))? {
            tx.remove(grant, said);
        }
        if other != survivor && !of_survivor.contains(&other) {
            tx.add(grant, Answer::about(survivor, other));
        }
    }
    Ok(())
}

/// Takes a merge back, entry by entry from the last (R6.3): what is `along` goes along unseen.
///
/// # Errors
/// Conflict if a record has been changed since, or something was entered since that names what would go back.
pub(super) fn take_back<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entries: &[AuditEntry],
    along: impl Fn(&AuditEntry) -> bool,
) -> Result<()> {
    tx.hold_answers();
    for entry in entries.iter().rev() {
        match entry.about.entity {
            Entity::Answer => take_back_answer(tx, grant, entry, along(entry))?,
            _ => {
                still_fits(&tx.reads(), entry)?;
                tx.take_back_merged(grant, entry)?;
            }
        }
    }
    match named_since(&tx.reads(), grant, entries)? {
        Some(since) => Err(changed(&since)),
        None => Ok(()),
    }
}

/// An answer as it was before the merge. One that goes along unseen stays as it is if it has been changed since.
fn take_back_answer<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
    unseen: bool,
) -> Result<()> {
    let fits = still_fits(&tx.reads(), entry).and_then(|()| tx.reads().is_of_customers_there(grant, entry));
    match (fits, unseen) {
        (Ok(()), _) => tx.take_back_merged(grant, entry),
        (Err(Error::Conflict { .. } | Error::Rule { .. }), true) => Ok(()),
        (Err(error), _) => Err(error),
    }
}

/// The latest entry since a merge about what stays with the survivor and names a record that would go back.
fn named_since<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entries: &[AuditEntry],
) -> Result<Option<AuditEntry>> {
    let moved: BTreeSet<String> = entries
        .iter()
        .filter(|entry| {
            !matches!(
                entry.about.entity,
                Entity::Customer | Entity::Answer | Entity::Merge
            )
        })
        .map(|entry| entry.about.key.to_string())
        .collect();
    let Some(merge) = entries.iter().find(|entry| entry.about.entity == Entity::Merge) else {
        return Ok(None);
    };
    let since = tx.effective_since(grant, merge)?;
    let names = |text: &str| moved.contains(text);
    Ok(since.into_iter().find(|entry| {
        let Payload::Read(read) = Payload::of(entry) else {
            return false;
        };
        let mut values = read.after.iter().flatten();
        // A key of two parts begins with what it belongs to.
        let key = entry.about.key.to_string();
        let belongs_to = key.split_once('/').map(|(first, _)| first);
        belongs_to.is_some_and(names) || values.any(|(_, value)| value.as_str().is_some_and(names))
    }))
}
