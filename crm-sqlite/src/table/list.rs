//! What a customer has several of: a table for each list, in the order of the list.

use crm_core::{Address, CustomerNumber, Phone, Registration, Result, matching::fold, store::phone_digits};

use super::{Binder, Declared, insert, named};
use crate::{row::Columns, transaction::Transaction};

/// A list of a customer's.
pub(crate) trait List {
    /// What stands in it.
    type Item: PartialEq;

    /// The columns beside customer and position.
    fn columns() -> Vec<Declared>;

    /// Its statements.
    fn sql() -> &'static ListSql;

    /// Binds the columns of an item, in their order.
    fn bind(item: &Self::Item, to: &mut Binder) -> Result<()>;

    /// Reads an item.
    fn read(row: &mut Columns) -> Result<Self::Item>;
}

/// The statements of a list.
pub(crate) struct ListSql {
    /// Takes the customer, the position, and an item's columns.
    insert: String,
    /// These two take the customer.
    delete: String,
    select: String,
}

impl ListSql {
    fn of(table: &str, columns: &[Declared]) -> Self {
        let own = columns.iter().map(|column| column.name.as_str());
        let names: Vec<&str> = ["customer", "position"].into_iter().chain(own).collect();
        let read: Vec<&str> = columns
            .iter()
            .filter_map(|column| column.select.as_deref())
            .collect();
        Self {
            insert: insert(table, &names),
            delete: format!("DELETE FROM {table} WHERE customer = ?1"),
            select: format!(
                "SELECT {} FROM {table} t WHERE t.customer = ?1 ORDER BY t.position",
                read.join(", ")
            ),
        }
    }
}

/// Declares a list as [`table!`](super::table) does a table. A list of texts has the one column that is named.
macro_rules! list {
    ($list:ident of $item:ident in $table:literal {
        fields: [$( $field:ident $(as $name:literal)? ),+ $(,)?],
        $( derived: [$derived:ident: $derive:expr], )?
    }) => {
        list! { @ $list $item $table
            [ $( .extend(Declared::field(named!($field $($name)?), |it: &$item| &it.$field)) )+
              $( .push(Declared::derived(stringify!($derived))) )? ]
            fn bind(item: &$item, to: &mut Binder) -> Result<()> {
                let $item { $($field),+ } = item;
                $( to.field($field)?; )+
                $(
                    let derive: fn(&$item) -> _ = $derive;
                    to.value(derive(item))?;
                )?
                Ok(())
            }

            fn read(row: &mut Columns) -> Result<$item> {
                Ok($item { $( $field: row.field()? ),+ })
            }
        }
    };
    ($list:ident of texts in $table:literal {
        text: $text:ident,
        $( derived: [$derived:ident: $derive:expr], )?
    }) => {
        list! { @ $list String $table
            [ .extend(Declared::field(stringify!($text), |it: &String| it))
              $( .push(Declared::derived(stringify!($derived))) )? ]
            fn bind(item: &String, to: &mut Binder) -> Result<()> {
                to.field(item)?;
                $(
                    let derive: fn(&String) -> _ = $derive;
                    to.value(derive(item))?;
                )?
                Ok(())
            }

            fn read(row: &mut Columns) -> Result<String> {
                row.field()
            }
        }
    };
    (@ $list:ident $item:ident $table:literal [$( .$add:ident($($column:tt)*) )+] $($rest:tt)*) => {
        pub(crate) struct $list;

        impl List for $list {
            type Item = $item;

            fn columns() -> Vec<Declared> {
                let mut columns = Vec::new();
                $( columns.$add($($column)*); )+
                columns
            }

            fn sql() -> &'static ListSql {
                static SQL: std::sync::LazyLock<ListSql> =
                    std::sync::LazyLock::new(|| ListSql::of($table, &$list::columns()));
                &SQL
            }

            $($rest)*
        }
    };
}

list! {
    Phones of Phone in "customer_phone" {
        fields: [typed, e164, extension, primary as "is_primary", check as "checked"],
        derived: [digits: digits],
    }
}

list! {
    Addresses of Address in "customer_address" {
        fields: [kind, province, city, district, street, line],
    }
}

list! {
    Registrations of Registration in "customer_registration" {
        fields: [country, scheme, number],
    }
}

list! {
    Tags of texts in "customer_tag" {
        text: tag,
    }
}

list! {
    Aliases of texts in "customer_alias" {
        text: alias,
        derived: [folded: |alias| fold(alias)],
    }
}

/// The digits in which a part is looked for, unless they are all that the normalised form has behind its sign.
fn digits(phone: &Phone) -> Option<String> {
    let behind_sign = phone.e164.as_ref().and_then(|e164| e164.strip_prefix('+'));
    let told = behind_sign.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    (!told).then(|| phone_digits(phone))
}

impl Transaction<'_> {
    /// A list of a customer's, in order.
    pub(crate) fn list<L: List>(&self, customer: CustomerNumber) -> Result<Vec<L::Item>> {
        self.all(&L::sql().select, [customer.to_i64()], |row| {
            L::read(&mut Columns::of(row))
        })
    }

    /// Writes a list anew, if it differs.
    pub(crate) fn put_list<L: List>(
        &self,
        customer: CustomerNumber,
        before: &[L::Item],
        after: &[L::Item],
    ) -> Result<()> {
        if before == after {
            return Ok(());
        }
        if !before.is_empty() {
            self.run_bound(&L::sql().delete, |to| to.value(customer.to_i64()))?;
        }
        (0_u32..).zip(after).try_for_each(|(position, item)| {
            let bind = |to: &mut Binder| {
                to.value(customer.to_i64())?;
                to.value(position)?;
                L::bind(item, to)
            };
            self.run_bound(&L::sql().insert, bind).map(drop)
        })
    }
}

/// All lists, with their columns.
#[cfg(test)]
pub(super) fn tables() -> Vec<(&'static str, Vec<Declared>)> {
    vec![
        ("customer_phone", Phones::columns()),
        ("customer_address", Addresses::columns()),
        ("customer_registration", Registrations::columns()),
        ("customer_tag", Tags::columns()),
        ("customer_alias", Aliases::columns()),
    ]
}
