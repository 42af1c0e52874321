//! The type of one argument.

/// The type that a method takes for an argument: numbers and booleans as they are, because a
/// literal would have no type otherwise, and for any other type whatever converts into it.
macro_rules! argument {
    (bool) => { bool };
    (u32) => { u32 };
    (u64) => { u64 };
    (i64) => { i64 };
    ($ty:ident $(<$($of:ty),+>)?) => { impl Into<$ty $(<$($of),+>)?> };
}

pub(crate) use argument;

/// Returns whether a type, as the source spells it, is an id or a list of ids.
///
/// PropelAuth ignores the case of ids, so the emulator lowers it when it reads a request.
#[cfg(feature = "emulator")]
pub(crate) const fn is_id(ty: &str) -> bool {
    let mut name = ty.as_bytes();
    while let [rest @ .., b'>' | b' '] = name {
        name = rest;
    }
    matches!(name, [.., b'I', b'd'])
}

#[cfg(feature = "emulator")]
#[cfg(test)] // on its own line, where clippy looks for it
mod tests {
    use super::is_id;

    #[test]
    fn only_ids_and_lists_of_them_are_ids() {
        for ty in ["OrgId", "List<UserId>", "List < UserId >", "MfaPhoneId"] {
            assert!(is_id(ty), "{ty}");
        }
        for ty in ["String", "Ids", "Map<String, Value>", "bool", "", ">"] {
            assert!(!is_id(ty), "{ty}");
        }
    }
}
