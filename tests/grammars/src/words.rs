//! All values over an alphabet, whose symbols are bytes or whole words.

pub(crate) type Alphabet = [&'static [u8]; 12];

/// Hands every value to `check` that starts with these symbols and has at most so many more.
pub(crate) fn every_value<E>(
    alphabet: &Alphabet,
    first: &[usize],
    more: usize,
    check: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut value: Vec<u8> = first.iter().flat_map(|&it| alphabet[it]).copied().collect();
    extend(alphabet, &mut value, more, check)
}

fn extend<E>(
    alphabet: &Alphabet,
    value: &mut Vec<u8>,
    more: usize,
    check: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    check(value)?;
    if more == 0 {
        return Ok(());
    }
    let len = value.len();
    for symbol in alphabet {
        value.extend_from_slice(symbol);
        extend(alphabet, value, more - 1, check)?;
        value.truncate(len);
    }
    Ok(())
}

/// Returns how many values of at most so many symbols there are.
pub(crate) fn count(longest: usize) -> u64 {
    (0..=longest).map(|len| 12_u64.pow(len as u32)).sum()
}
