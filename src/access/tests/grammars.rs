//! The grammars of `tests/grammars`, with shorter values than there, because this build is slower.

#[path = "../../../tests/grammars/src/authorization.rs"]
mod authorization;
#[path = "../../../tests/grammars/src/header.rs"]
mod header;
#[path = "../../../tests/grammars/src/known.rs"]
mod known;
#[path = "../../../tests/grammars/src/limits.rs"]
mod limits;
#[path = "../../../tests/grammars/src/org.rs"]
mod org;
#[path = "../../../tests/grammars/src/path.rs"]
mod path;
#[path = "../../../tests/grammars/src/query.rs"]
mod query;
#[path = "../../../tests/grammars/src/sets.rs"]
mod sets;
#[path = "../../../tests/grammars/src/words.rs"]
mod words;

mod subject {
    pub(crate) use crate::access::request::org_id::{self, OrgRequest};
    pub(crate) use crate::propel_auth::PropelAuth;
    pub(crate) use crate::{
        access::{
            Denied, Forbidden, MalformedHeader, Principal, RequiredOrg, Requirement, Unauthorized,
            User,
        },
        fuzzing, testing,
    };
}

use std::fmt;

fn difference(value: &[u8], expected: &impl fmt::Debug, found: &impl fmt::Debug) -> String {
    let value = value.escape_ascii();
    format!("\"{value}\": the grammar reads {expected:?}, the crate {found:?}")
}

#[test]
fn every_value_of_four_symbols_is_read_as_by_the_grammars() {
    for set in sets::sets(4) {
        let mut counts = sets::Counts::default();
        for part in set.parts() {
            let part = set.compare(&part);
            counts.join(part.unwrap_or_else(|why| panic!("{}: {why}", set.name)));
        }
        assert_eq!(counts.all(), set.size(), "{}: {counts}", set.name);
    }
    for (name, counts) in sets::others().unwrap() {
        assert!(counts.all() > 100, "{name}: {counts}");
    }
}
