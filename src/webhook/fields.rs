//! Reading the fields of an event, each as far as it can be read.

use serde_json::{Map, Value};

use crate::words::ids::{ApiKeyId, EmployeeId, OrgId, ScimGroupId, UserId};

/// A type that the value of a field is read as.
pub(super) trait Field: Sized {
    /// Returns the value, or `None` if it is of another type.
    fn read(value: &Value) -> Option<Self>;

    /// Returns the value of a field that is missing, if there is one.
    fn missing() -> Option<Self> {
        None
    }
}

macro_rules! ids {
    ($($id:ident)*) => {$(
        impl Field for $id {
            fn read(value: &Value) -> Option<Self> {
                // An empty text names nobody.
                value.as_str().filter(|text| !text.is_empty()).map(Self::from)
            }
        }
    )*};
}

ids! { ApiKeyId EmployeeId OrgId ScimGroupId UserId }

impl Field for String {
    fn read(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl Field for bool {
    fn read(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

impl<T: Field> Field for Vec<T> {
    fn read(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::read).collect()
    }
}

/// A field that may be missing. One of another type is missing here, and stays among the other fields.
impl<T: Field> Field for Option<T> {
    fn read(value: &Value) -> Option<Self> {
        T::read(value).map(Some)
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

/// Takes a field out, by the first of its names that is there.
///
/// One that cannot be read is not looked for under a further name: that may name another user.
pub(super) fn take<T: Field>(fields: &mut Map<String, Value>, names: &[&str]) -> Result<T, String> {
    let mut present = names
        .iter()
        .filter_map(|name| Some((*name, fields.get(*name)?)));
    let first = present.find(|(_, value)| !value.is_null());
    let found = first.and_then(|(name, value)| Some((name, T::read(value)?)));
    if let Some((name, value)) = found {
        fields.remove(name);
        return Ok(value);
    }
    let name = names.first().copied().unwrap_or_default();
    T::missing().ok_or_else(|| format!("`{name}` is missing, or of another type"))
}
