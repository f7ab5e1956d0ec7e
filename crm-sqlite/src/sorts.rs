//! What customers are sorted by (R2.7) and is no field of theirs: it stands in columns, and is kept right in the transaction that
//! changes what it comes from.

use crm_core::{
    CustomerKind, Result,
    matching::{ORDER_VERSION, fold, name_order},
    store::{Put, Record},
};
use rusqlite::{Connection, params};

use crate::{connection::Writer, error::OrStorage, keys::Fences, row::Columns, transaction::Transaction};

/// What a customer's last follow-up and next task are, of the customer `c`.
const ACTIVITY: &str =
    "(SELECT max(at) FROM follow_up f WHERE f.customer = c.number AND f.archived_at IS NULL),
    (SELECT min(overdue_from) FROM task t WHERE t.customer = c.number AND t.state = 'open' AND t.kind <> 'hand_over')";

/// Whether the places of names are those that this release gives them.
pub(crate) fn are_of_this_release(connection: &Connection) -> Result<bool> {
    let sql = "SELECT order_version FROM meta";
    let version: u32 = connection.query_row(sql, [], |row| row.get(0)).or_storage()?;
    Ok(version == ORDER_VERSION)
}

/// Gives every name its place anew, in one transaction.
pub(crate) fn rebuild(writer: &mut Writer) -> Result<()> {
    Transaction::run_whole(writer, &Fences::default(), |tx| {
        // Another program may have done it meanwhile.
        match are_of_this_release(tx.connection)? {
            true => Ok(()),
            false => tx.order_anew(),
        }
    })
}

impl Transaction<'_> {
    /// Takes note of the customers on whom a follow-up or a task hangs, or hung, that was written.
    pub(crate) fn note_activity<T: Record>(&mut self, put: &Put<T>) {
        let customers = [&put.before, &put.after].into_iter().flatten();
        self.active
            .extend(customers.filter_map(T::customer).map(|number| number.to_i64()));
    }

    /// Writes what was last done and is to be done next with those customers.
    pub(crate) fn write_activity(&mut self) -> Result<()> {
        let other = format!(
            "SELECT {ACTIVITY} FROM customer c WHERE c.number = ?1 AND (c.last_follow_up, c.next_task) IS NOT ({ACTIVITY})"
        );
        let update = "UPDATE customer SET last_follow_up = ?2, next_task = ?3 WHERE number = ?1";
        for number in std::mem::take(&mut self.active) {
            let activity = self.one(&other, [number], |row| {
                let values: (Option<i64>, Option<i64>) = (row.get(0).or_storage()?, row.get(1).or_storage()?);
                Ok(values)
            })?;
            if let Some((last_follow_up, next_task)) = activity {
                self.run(update, params![number, last_follow_up, next_task])?;
            }
        }
        Ok(())
    }

    /// How many customers have something else for what they are sorted by than what it comes from says, in words.
    pub(crate) fn check_sorts(&self) -> Result<Vec<String>> {
        let sql = format!(
            "SELECT count(*) FROM customer c WHERE (c.last_follow_up, c.next_task) IS NOT ({ACTIVITY})"
        );
        let activity = self
            .one(&sql, [], |row| row.get::<_, i64>(0).or_storage())?
            .unwrap_or_default();
        let names = self.out_of_place()?.len();
        let mut faults = Vec::new();
        if activity > 0 {
            faults.push(format!(
                "customer: {activity} rows have another last follow-up or next task"
            ));
        }
        if names > 0 {
            faults.push(format!(
                "customer: {names} rows stand in another place of the order of names"
            ));
        }
        Ok(faults)
    }

    fn order_anew(&self) -> Result<()> {
        for (number, place) in self.out_of_place()? {
            self.run(
                "UPDATE customer SET name_order = ?2 WHERE number = ?1",
                params![number, place],
            )?;
        }
        self.run("UPDATE meta SET order_version = ?1", [ORDER_VERSION])?;
        Ok(())
    }

    /// The customers whose names do not have their places, with these.
    fn out_of_place(&self) -> Result<Vec<(i64, Vec<u8>)>> {
        let sql = "SELECT number, name, kind, name_order FROM customer";
        let mut statement = self.connection.prepare(sql).or_storage()?;
        let mut rows = statement.query([]).or_storage()?;
        let mut other = Vec::new();
        while let Some(row) = rows.next().or_storage()? {
            let mut columns = Columns::of(row);
            let (number, name): (i64, String) = (columns.get()?, columns.get()?);
            let (kind, before): (CustomerKind, Vec<u8>) = (columns.field()?, columns.get()?);
            let place = name_order(&fold(&name), kind);
            if place != before {
                other.push((number, place));
            }
        }
        Ok(other)
    }
}
