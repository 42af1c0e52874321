//! A request as its fields.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::invalid_argument::InvalidArgument;

/// The fields of a request that were given, in the order of their names.
///
/// Passwords are among them, so only their names can be printed.
pub struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// Makes room for so many.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// Sets a field, which may have been set before.
    pub(crate) fn set<T: Serialize>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), InvalidArgument> {
        let value = serde_json::to_value(value).map_err(|_| InvalidArgument::not_json(name))?;
        let place = match self.find(name) {
            Ok(known) => {
                self.0.remove(known);
                known
            }
            Err(place) => place,
        };
        self.0.insert(place, (name, value));
        Ok(())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        let (_, value) = self.0.get(self.find(name).ok()?)?;
        Some(value)
    }

    /// Returns where a field is, or where it would be.
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(given, _)| (*given).cmp(name))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}
