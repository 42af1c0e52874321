//! Properties of entries that hold for whatever a server sends. Property tests and fuzz targets share them.

// A property that does not hold panics.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::{
    entry::{self, Entry, FIELDS, Fields, Unreadable, VERSION},
    id::EntryId,
    written::Written,
};

/// The first line is the id of an entry, and each other one a field: its name, a space, and its value. An
/// entry that is believed is, byte by byte, what this crate writes for the mark that was read.
#[must_use]
pub fn fleet_entry(lines: &[u8]) -> bool {
    let mut lines = lines.split(|byte| *byte == b'\n');
    let Some(id) = lines.next().and_then(EntryId::parse) else {
        return false;
    };
    let fields: Fields = lines
        .map(|line| {
            let mut parts = line.splitn(2, |byte| *byte == b' ');
            let name = parts.next().unwrap_or_default().to_vec();
            (name, parts.next().unwrap_or_default().to_vec())
        })
        .collect();
    match entry::parse(id, &fields, 0) {
        Ok(Entry { previous, mark }) => {
            assert!(previous < id, "a chain goes back");
            let written = fields_of(&Written::of(&mark), previous);
            assert_eq!(fields, written, "read and written are the same");
            let at = u64::try_from(mark.unix_seconds().unwrap()).unwrap();
            assert!(at <= id.millis / 1000 + 86_400);
            true
        }
        Err(Unreadable::Newer { version, previous }) => {
            assert!(version > 1 && previous < id);
            false
        }
        Err(Unreadable::Foreign(_)) => false,
    }
}

/// Returns the fields that the server has after a mark was written.
pub(super) fn fields_of(written: &Written, previous: EntryId) -> Fields {
    let values = [
        VERSION.to_string(),
        previous.to_string(),
        written.kind.to_owned(),
        written.user.clone(),
        written.org.clone(),
        written.at.to_string(),
        written.cause.clone(),
    ];
    FIELDS
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .zip(values.map(String::into_bytes))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::fleet_entry;

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>) {
            let _ = fleet_entry(&bytes);
        }

        #[test]
        fn an_entry_of_any_ids_is_read_as_it_was_written(
            user in "[!-~]{1,60}", org in "[!-~]{1,60}", cause in "[a-z_.]{1,30}", at in 0_u32..=1_900_000_000,
        ) {
            let entry = format!(
                "1900000000000-1\nv 1\np 1899999999999-7\nkind member\nuser {user}\norg {org}\nat {at}\ncause {cause}"
            );
            prop_assert!(fleet_entry(entry.as_bytes()));
        }
    }
}
