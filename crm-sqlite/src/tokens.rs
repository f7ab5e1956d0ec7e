//! The tokens that customers are found by (R2.7; docs/adr/0024). Those of a transaction with few customers are not written at once, which
//! would cost more than all else that it writes: the customers are noted as due, and looked at besides whenever somebody is looked for.

use std::mem;

use crm_core::{
    Customer, CustomerNumber, Result,
    matching::{Sought, TOKENS_VERSION, Token},
    store::{CustomerFilter, Put, tokens_of},
};
use rusqlite::{Connection, params};

use crate::{
    connection::Writer,
    error::{OrStorage, unreadable},
    keys::Fences,
    transaction::Transaction,
};

/// Customers in a transaction from which on their tokens are written at once.
const MANY: usize = 200;
/// Customers that are due from which on all of them are written.
const DUE: i64 = 256;
/// Customers that are read at once when all tokens are made anew.
const PORTION: u32 = 1_000;

const INSERT: &str = "INSERT INTO customer_token (rowid, tokens) VALUES (?1, ?2)";
const DELETE: &str = "INSERT INTO customer_token (customer_token, rowid, tokens) VALUES ('delete', ?1, ?2)";

/// Whether the tokens are those that this release makes.
pub(crate) fn are_of_this_release(connection: &Connection) -> Result<bool> {
    let sql = "SELECT tokens_version FROM meta";
    let version: u32 = connection.query_row(sql, [], |row| row.get(0)).or_storage()?;
    Ok(version == TOKENS_VERSION)
}

/// Makes the tokens of all customers anew, in one transaction.
pub(crate) fn rebuild(writer: &mut Writer) -> Result<()> {
    Transaction::run_whole(writer, &Fences::default(), |tx| {
        // Another program may have done it meanwhile.
        match are_of_this_release(tx.connection)? {
            true => Ok(()),
            false => tx.tokens_anew(),
        }
    })
}

/// Tokens that are yet to be written.
pub(crate) enum NewTokens {
    /// Those of this customer.
    Of(Box<Customer>),
    /// These.
    Made(Vec<Token>),
}

fn joined(tokens: &[Token]) -> String {
    const LONGEST: usize = 9;
    let mut text = String::with_capacity(tokens.len() * LONGEST);
    for token in tokens {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(token.as_ref());
    }
    text
}

/// What is asked of the index.
pub(crate) fn expression(sought: &Sought) -> String {
    let joined = |parts: &[Sought], sign: &str| {
        let parts: Vec<String> = parts.iter().map(expression).collect();
        format!("({})", parts.join(sign))
    };
    match sought {
        Sought::Token(token) => format!("\"{}\"", token.as_ref()),
        Sought::All(parts) => joined(parts, " AND "),
        Sought::Any(parts) => joined(parts, " OR "),
    }
}

impl Transaction<'_> {
    /// Takes tokens of customers that are about to be entered.
    pub(crate) fn take_tokens(&mut self, tokens: &[(CustomerNumber, Vec<Token>)]) {
        let given = tokens
            .iter()
            .map(|(number, tokens)| (number.to_i64(), tokens.clone()));
        self.given_tokens = given.collect();
    }

    /// Takes note of a customer that was written: its tokens become others, if its texts did.
    pub(crate) fn note_tokens(&mut self, put: &Put<Customer>) -> Result<()> {
        let same = put
            .before
            .as_ref()
            .zip(put.after.as_ref())
            .is_some_and(|(before, after)| {
                before.name == after.name && before.aliases == after.aliases && before.phones == after.phones
            });
        if same {
            return Ok(());
        }
        if let Some(before) = &put.before {
            let number = before.number.to_i64();
            let is_new = self.without_tokens.remove(&number).is_some();
            if !is_new && self.run("DELETE FROM token_due WHERE customer = ?1", [number])? == 0 {
                self.run(DELETE, params![number, joined(&tokens_of(before))])?;
            }
        }
        if let Some(after) = &put.after {
            let number = after.number.to_i64();
            // Of one that was there before, others were worked out, if any.
            let given = self.given_tokens.remove(&number).filter(|_| put.before.is_none());
            let tokens = given.map_or_else(|| NewTokens::Of(Box::new(after.clone())), NewTokens::Made);
            self.without_tokens.insert(number, tokens);
        }
        Ok(())
    }

    /// Writes the tokens of the transaction, or notes that they are due.
    pub(crate) fn write_tokens(&mut self) -> Result<()> {
        let new = mem::take(&mut self.without_tokens);
        match new.len() {
            0 => Ok(()),
            few if few < MANY => {
                for number in new.into_keys() {
                    self.run("INSERT INTO token_due (customer) VALUES (?1)", [number])?;
                }
                self.write_due()
            }
            _ => new.iter().try_for_each(|(number, tokens)| match tokens {
                NewTokens::Of(customer) => self.write_tokens_of(customer),
                NewTokens::Made(tokens) => self.write_these(*number, tokens),
            }),
        }
    }

    /// Writes the tokens that are due, once they are many.
    fn write_due(&self) -> Result<()> {
        // A count without a condition reads no row.
        let count = self.one("SELECT count(*) FROM token_due", [], |row| {
            row.get::<_, i64>(0).or_storage()
        })?;
        if count.unwrap_or_default() < DUE {
            return Ok(());
        }
        let known = |number: i64| CustomerNumber::from_i64(number).ok_or_else(|| unreadable("number"));
        let numbers: Vec<CustomerNumber> = self.due()?.into_iter().map(known).collect::<Result<_>>()?;
        for customer in self.records_by_key(&numbers, |_: &Customer| Ok(true))? {
            self.write_tokens_of(&customer)?;
        }
        self.run("DELETE FROM token_due", []).map(drop)
    }

    fn write_tokens_of(&self, customer: &Customer) -> Result<()> {
        self.write_these(customer.number.to_i64(), &tokens_of(customer))
    }

    fn write_these(&self, number: i64, tokens: &[Token]) -> Result<()> {
        self.run(INSERT, params![number, joined(tokens)]).map(drop)
    }

    fn due(&self) -> Result<Vec<i64>> {
        self.all("SELECT customer FROM token_due ORDER BY customer", [], |row| {
            row.get(0).or_storage()
        })
    }

    fn tokens_anew(&self) -> Result<()> {
        self.run(
            "INSERT INTO customer_token (customer_token) VALUES ('delete-all')",
            [],
        )?;
        self.run("DELETE FROM token_due", [])?;
        let mut last = 0;
        loop {
            let rest = "WHERE t.number > ?1 ORDER BY t.number LIMIT ?2";
            let customers: Vec<Customer> = self.records_where(rest, params![last, PORTION])?;
            let Some(customer) = customers.last() else { break };
            last = customer.number.to_i64();
            for customer in &customers {
                self.write_tokens_of(customer)?;
            }
        }
        self.run("UPDATE meta SET tokens_version = ?1", [TOKENS_VERSION])
            .map(drop)
    }

    /// All whom a filter's texts may find, in order; none if these are more than `most`.
    pub(crate) fn candidates(
        &self,
        filter: &CustomerFilter,
        sought: &Sought,
        most: usize,
    ) -> Result<Option<Vec<i64>>> {
        let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
        let by_tokens = "SELECT rowid FROM customer_token WHERE customer_token MATCH ?1 LIMIT ?2";
        let by_number = "SELECT number FROM customer WHERE number BETWEEN ?1 AND ?2 LIMIT ?3";
        let number = |row: &rusqlite::Row| row.get::<_, i64>(0).or_storage();
        // What this transaction wrote has no tokens yet, either.
        let mut found = self.due()?;
        found.extend(self.without_tokens.keys());
        for (low, high) in filter.text.iter().flat_map(|word| &word.numbers) {
            found.extend(self.all(by_number, params![low, high, limit], number)?);
        }
        if found.len() <= most {
            found.extend(self.all(by_tokens, params![expression(sought), limit], number)?);
        }
        found.sort_unstable();
        found.dedup();
        Ok((found.len() <= most).then_some(found))
    }
}
