//! A hundred users, each with a token of its own and no two of the same size.

use actix_web_propelauth::{
    OrgId,
    testing::{HasAccessToken as _, TestOrg, TestUser},
};
use serde_json::json;

pub(crate) const PEOPLE: usize = 100;

pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) org_id: OrgId,
    /// What a member of that organization sees of it.
    pub(crate) membership: String,
    /// The header with the token.
    pub(crate) token: String,
    /// The header with the claims of this user and the signature of the next.
    pub(crate) forged: String,
}

pub(crate) fn people() -> Vec<Person> {
    let mut tokens = Vec::new();
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let (email, name) = (
            format!("user{number:02}@example.com"),
            format!("Org {number:02}"),
        );
        let role = ["Owner", "Admin", "Member"][number % 3];
        let org = TestOrg::new(name.as_str());
        let others = (0..number % 4).map(|other| TestOrg::new(format!("Other {other}")));
        // Every tenth token is longer than the cache takes.
        let padding = number * 13 + if number % 10 == 9 { 4_000 } else { 0 };
        let user = others
            .fold(TestUser::new(email.as_str()), |user, other| {
                user.in_org(&other, "Member")
            })
            .in_org(&org, role)
            .claim("properties", json!({ "note": "x".repeat(padding) }));
        let (org_id, membership) = (org.org_id().clone(), format!("{name} {role}"));
        tokens.push(user.access_token());
        people.push((email, org_id, membership));
    }
    let parts: Vec<_> = tokens
        .iter()
        .map(|it| it.rsplit_once('.').unwrap())
        .collect();
    let people = people.into_iter().enumerate();
    people
        .map(|(number, (email, org_id, membership))| Person {
            email,
            org_id,
            membership,
            token: authorization(&tokens[number]),
            forged: authorization(&format!(
                "{}.{}",
                parts[number].0,
                parts[(number + 1) % PEOPLE].1
            )),
        })
        .collect()
}

fn authorization(token: &str) -> String {
    format!("authorization: Bearer {token}\r\n")
}
