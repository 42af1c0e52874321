//! [`Fields`]: a request as a list of named values.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::invalid_argument::InvalidArgument;

/// The fields of a request that are set, ordered by name.
///
/// `Debug` shows the names only, as passwords are among the values. A sorted list is smaller and
/// faster than a map for the few fields of a request.
pub struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// Creates an empty list with a capacity.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// Sets a field, replacing its value if there is one.
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

    /// Returns the value of a field, if it is set.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        let (_, value) = self.0.get(self.find(name).ok()?)?;
        Some(value)
    }

    /// Returns the index of a field, or the one at which to insert it.
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(given, _)| (*given).cmp(name))
    }

    /// Returns an iterator over the fields.
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
