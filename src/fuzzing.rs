//! The doors through which `fuzz/` reaches what is private: one function for each target, which
//! panics when what must hold of any bytes does not. The property tests go through the same ones.
//!
//! Each tells whether the bytes were accepted, so that a test can see that not all are refused.
//! `bearer_token`, `bearer_token_in` and `org_request` are for `tests/grammars`, which compares what they return.
//!
//! `cfg(fuzzing)` holds for every crate of a build, and so in those of applications that are
//! fuzzed: there must be nothing here that the published crate lacks.

pub use crate::{
    access::invariants::{
        bearer_token, bearer_token_in, claims, header, org_id, org_request, pem, token,
    },
    call::invariants::{error_decoding, retry_after},
};

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    type Door = fn(&[u8]) -> bool;

    /// The seeds say by their names whether they are accepted. A finding of the fuzzer is kept
    /// as one more of them.
    #[test]
    fn every_seed_is_accepted_or_refused_as_its_name_says() {
        let doors: [(&str, Door); 7] = [
            ("header", super::header),
            ("token", super::token),
            ("claims", super::claims),
            ("pem", super::pem),
            ("org_id", super::org_id),
            ("error_decoding", super::error_decoding),
            ("retry_after", super::retry_after),
        ];
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
        assert_eq!(fs::read_dir(&seeds).unwrap().count(), doors.len());
        for (target, door) in doors {
            let mut seen = [0, 0];
            for seed in fs::read_dir(seeds.join(target)).unwrap() {
                let seed = seed.unwrap();
                let name = seed.file_name().into_string().unwrap();
                let is_accepted = name.starts_with("ok-");
                assert!(is_accepted || name.starts_with("no-"), "{target}/{name}");
                let bytes = fs::read(seed.path()).unwrap();
                assert_eq!(door(&bytes), is_accepted, "{target}/{name}");
                seen[usize::from(is_accepted)] += 1;
            }
            assert!(!seen.contains(&0), "{target}: {seen:?}");
        }
    }
}
