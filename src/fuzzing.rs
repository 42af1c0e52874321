//! Fuzz targets: one function for each, which panics if a property does not hold for its input.
//!
//! `fuzz/` and the property tests call the same functions. Each returns whether the input was accepted, so
//! that a test can check that some inputs are. `bearer_token`, `bearer_token_in` and `org_request` are for
//! `tests/grammars`, which compares their results.
//!
//! `cfg(fuzzing)` applies to every crate of a build, also to that of an application that is fuzzed. This
//! module must therefore not use files that the published package lacks.

#[cfg(feature = "emulator")]
pub use crate::emulator::emulator_request;
pub use crate::{
    access::invariants::{
        bearer_token, bearer_token_in, claims, environment, header, org_id, org_request, pem,
        token, token_source,
    },
    call::invariants::{error_decoding, retry_after},
    fleet::invariants::fleet_entry,
    webhook::invariants::{webhook, webhook_event},
};

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    type Door = fn(&[u8]) -> bool;

    /// The name of each seed says whether it is accepted. Findings of the fuzzer are kept as seeds.
    #[test]
    fn every_seed_is_accepted_or_refused_as_its_name_says() {
        let doors: &[(&str, Door)] = &[
            ("header", super::header),
            ("token", super::token),
            ("token_source", super::token_source),
            ("claims", super::claims),
            ("environment", super::environment),
            ("pem", super::pem),
            ("org_id", super::org_id),
            ("error_decoding", super::error_decoding),
            ("retry_after", super::retry_after),
            ("fleet_entry", super::fleet_entry),
            ("webhook", super::webhook),
            ("webhook_event", super::webhook_event),
            #[cfg(feature = "emulator")]
            ("emulator_request", super::emulator_request),
        ];
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
        let without = usize::from(!cfg!(feature = "emulator"));
        assert_eq!(fs::read_dir(&seeds).unwrap().count(), doors.len() + without);
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
