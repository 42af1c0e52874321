use pem::Pem;

use crate::access::token::key::{KeyError, VerifierKey};

/// A verifier key as text: what is accepted is a public RSA key of a sound size, is the same
/// key however its text is written, and takes nothing for a signature that is none.
#[must_use]
pub fn pem(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let key = match VerifierKey::from_pem(&text) {
        Ok(key) => key,
        Err(why) => {
            let is_private = matches!(why, KeyError::PrivateKey);
            assert!(!is_private || text.replace("\\r", "").contains("PRIVATE KEY"));
            assert!(!why.to_string().is_empty());
            return false;
        }
    };
    let text = text.replace("\\r", "").replace("\\n", "\n");
    let block = ::pem::parse(&text).unwrap();
    assert!(["PUBLIC KEY", "RSA PUBLIC KEY"].contains(&block.tag()));
    let (modulus, exponent) = rsa_numbers(block.contents()).expect("no RSA key in DER");
    let bits = modulus.len() * 8 - modulus[0].leading_zeros() as usize;
    assert!((2048..=8192).contains(&bits), "{bits} bits");
    assert_eq!(format!("{key:?}"), format!("VerifierKey(RSA {bits} bits)"));
    let exponent = exponent.iter().try_fold(0_u64, |so_far, byte| {
        so_far.checked_mul(256)?.checked_add((*byte).into())
    });
    assert!(exponent.is_none_or(|it| it >= 65537 && it % 2 == 1));

    let again = ::pem::encode(&Pem::new(block.tag(), block.contents()));
    let one_line = again.trim().replace("\r\n", "\\n");
    for text in [again, one_line] {
        assert_eq!(VerifierKey::from_pem(&text).unwrap(), key);
    }
    let longest = [0xff; 1024];
    for signature in [&[][..], &[0; 256], &[1; 256], modulus, &longest] {
        assert!(!key.verifies(b"", signature));
    }
    true
}

/// Finds the two numbers of an RSA public key: those of a sequence of exactly two, which may be
/// the content of a bit string. AWS-LC, like OpenSSL, passes over what follows the whole.
fn rsa_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (0x30, content, _) = element(der)? else {
        return None;
    };
    match element(content)? {
        (0x02, modulus, rest) => match element(rest)? {
            (0x02, exponent, []) => Some((unsigned(modulus)?, unsigned(exponent)?)),
            _ => None,
        },
        (0x30, _, rest) => match element(rest)? {
            (0x03, [0, key @ ..], []) => rsa_numbers(key),
            _ => None,
        },
        _ => None,
    }
}

/// Splits DER into the tag and content of its first element, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (len, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let (len, rest) = rest.split_at_checked(usize::from(first & 0x7f).min(3))?;
        (
            len.iter()
                .fold(0, |so_far, byte| so_far * 256 + usize::from(*byte)),
            rest,
        )
    };
    let (content, rest) = rest.split_at_checked(len)?;
    Some((*tag, content, rest))
}

/// Takes the sign byte off a number above zero.
fn unsigned(number: &[u8]) -> Option<&[u8]> {
    let digits = number.strip_prefix(&[0]).unwrap_or(number);
    digits
        .first()
        .is_some_and(|first| *first != 0)
        .then_some(digits)
}
