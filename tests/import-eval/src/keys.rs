//! A key that two customers have is nobody's: what a list of contacts says by it is refused.

use std::fs;

use anyhow::Result;
use crmkit::{Code, IN_MEMORY, OpenOptions, RowOutcome};

use crate::{made::OWNER, options, score::import};

/// What is to become of it.
pub(crate) const REFUSED: &str = "refused as ambiguous";

/// What becomes of a contact whose customer is named by a number of two.
pub(crate) fn ambiguous() -> Result<&'static str> {
    let crm = crmkit::open(IN_MEMORY, OpenOptions::default())?;
    crm.set_up(OWNER.0, OWNER.1)?;
    let me = crm.session(OWNER.0)?;
    let folder = tempfile::tempdir()?;
    let brought = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text)?;
        import(&me, &path, options())
    };
    brought(
        "customers.csv",
        "客户编号,客户名称,电话\nK-0001,上海示例重工有限公司,021-55550101\nK-0001,杭州样品贸易有限公司,0571-55550102\n",
    )?;
    let (rows, _) = brought("contacts.csv", "客户编号,姓名,手机号\nK-0001,李伟,13912340001\n")?;
    let is_refused = rows.iter().all(|row| {
        let mut problems = row.problems.iter();
        row.outcome == RowOutcome::Refused && problems.any(|problem| problem.code == Code::CustomerAmbiguous)
    });
    Ok(match is_refused && rows.len() == 1 {
        true => REFUSED,
        false => "taken for one of them",
    })
}
