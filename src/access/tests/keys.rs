//! Limits of verifier keys: the largest and the smallest accepted numbers, and the next ones.

use pem::{EncodeConfig, LineEnding, Pem};

use crate::access::token::key::{KeyError, VerifierKey};

/// Writes an RSA key of these numbers, big-endian, as PEM of PKCS #1.
pub(super) fn rsa_pem(modulus: &[u8], exponent: &[u8]) -> String {
    let der = element(0x30, &[integer(modulus), integer(exponent)].concat());
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    pem::encode_config(&Pem::new("RSA PUBLIC KEY", der), config)
}

/// Encodes a number that is not negative as DER.
fn integer(big_endian: &[u8]) -> Vec<u8> {
    let digits: Vec<_> = big_endian
        .iter()
        .copied()
        .skip_while(|it| *it == 0)
        .collect();
    let sign = digits.first().is_none_or(|first| *first > 0x7f);
    element(0x02, &[vec![0; usize::from(sign)], digits].concat())
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    let len = match [high, low] {
        [0, 0..0x80] => vec![low],
        [0, _] => vec![0x81, low],
        _ => vec![0x82, high, low],
    };
    [&[tag][..], &len, content].concat()
}

/// Returns an odd number of so many bits.
fn odd(bits: usize) -> Vec<u8> {
    let mut number = vec![0x5b; bits.div_ceil(8)];
    let excess = number.len() * 8 - bits;
    if let Some(first) = number.first_mut() {
        *first = 0xff >> excess;
    }
    number
}

#[test]
fn a_modulus_has_2048_to_8192_bits() {
    for bits in [1024, 2040, 2041, 2047, 8193, 8200] {
        let error = VerifierKey::from_pem(&rsa_pem(&odd(bits), &[1, 0, 1])).unwrap_err();
        assert_eq!(error, KeyError::Size(bits));
    }
    for bits in [2048, 2049, 3071, 8192] {
        let key = VerifierKey::from_pem(&rsa_pem(&odd(bits), &[1, 0, 1])).unwrap();
        assert_eq!(format!("{key:?}"), format!("VerifierKey(RSA {bits} bits)"));
    }
}

#[test]
fn an_exponent_is_odd_and_has_17_bits_or_more() {
    let key = |exponent: &[u8]| VerifierKey::from_pem(&rsa_pem(&odd(2048), exponent));
    for weak in [&[3][..], &[0x7f, 0xff], &[0xff, 0xff]] {
        assert_eq!(key(weak).unwrap_err(), KeyError::Exponent, "{weak:?}");
    }
    // The library beneath sees that it is even before we do.
    assert!(key(&[1, 0, 0]).is_err());
    for good in [&[1, 0, 1][..], &[1, 0xff, 0xff]] {
        assert!(key(good).is_ok(), "{good:?}");
    }
}
