//! The settings: what is read of them.

use super::{ReadTx, settings_in};
use crate::{
    access::{Grant, SeeDesk},
    error::{Error, Result},
    model::Settings,
};

impl<'tx> ReadTx<'_, 'tx> {
    pub(in crate::service) fn settings(&self, _grant: &Grant<'tx, SeeDesk>) -> Result<Settings> {
        settings_in(self.store)?.ok_or_else(|| Error::internal("a store without settings"))
    }
}
