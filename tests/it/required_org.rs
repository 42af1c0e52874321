//! Organizations by id, by name, by both and by neither.

use std::collections::BTreeMap;

use actix_web_propelauth::{OrgId, RequiredOrg, Requirement};
use serde_json::json;

use crate::fixtures::alice;

#[test]
fn g06_an_org_is_not_found_by_the_name_that_another_took() {
    let org = |id: &str, name: &str, url_safe: &str| json!({"org_id": id, "org_name": name, "url_safe_org_name": url_safe, "user_role": "Owner"});
    // The victim is "Acme Inc", "acme-inc". The attacker called an own org "acme-inc".
    let attacker = org("evil", "acme-inc", "acme-inc-2");
    let victim = org("good", "Acme Inc", "acme-inc");
    let namesake = org("other", "Acme Inc", "acme-inc-3");
    let id = |id: &str| RequiredOrg::id(id);
    let name = |name: &str| RequiredOrg::name(name);
    let table = [
        ("G06 taken name", vec![&attacker], name("acme-inc"), None),
        (
            "G06 own url-safe name",
            vec![&attacker],
            name("acme-inc-2"),
            Some("evil"),
        ),
        (
            "G06 in both",
            vec![&attacker, &victim],
            name("acme-inc"),
            Some("good"),
        ),
        (
            "G06 taken name and own id",
            vec![&attacker],
            id("evil").and_name("acme-inc"),
            None,
        ),
        ("by id", vec![&victim], id("good"), Some("good")),
        ("by name", vec![&victim], name("Acme Inc"), Some("good")),
        (
            "by url-safe name",
            vec![&victim],
            name("acme-inc"),
            Some("good"),
        ),
        (
            "by name, another case",
            vec![&victim],
            name("ACME INC"),
            None,
        ),
        (
            "by name, spaces around",
            vec![&victim],
            name(" Acme Inc "),
            None,
        ),
        (
            "by both",
            vec![&victim],
            id("good").and_name("Acme Inc"),
            Some("good"),
        ),
        (
            "by both, the other way",
            vec![&victim],
            name("acme-inc").and_id("good"),
            Some("good"),
        ),
        (
            "by both that disagree",
            vec![&victim, &attacker],
            id("good").and_name("acme-inc-2"),
            None,
        ),
        ("by neither", vec![&victim], RequiredOrg::default(), None),
        (
            "ambiguous",
            vec![&victim, &namesake],
            name("Acme Inc"),
            None,
        ),
        (
            "ambiguous, settled by id",
            vec![&victim, &namesake],
            id("other").and_name("Acme Inc"),
            Some("other"),
        ),
        (
            "ambiguous, settled by id, the other way",
            vec![&victim, &namesake],
            name("Acme Inc").and_id("other"),
            Some("other"),
        ),
        (
            "by both that disagree, the other way",
            vec![&victim, &attacker],
            name("acme-inc-2").and_id("good"),
            None,
        ),
        (
            "ambiguous, settled by url-safe name",
            vec![&victim, &namesake],
            name("acme-inc-3"),
            Some("other"),
        ),
        ("empty id", vec![&victim], id(""), None),
        ("empty name", vec![&victim], name(""), None),
        (
            "empty name beside an id",
            vec![&victim],
            id("good").and_name(""),
            None,
        ),
        ("id as name", vec![&victim], name("good"), None),
        ("name as id", vec![&victim], id("acme-inc"), None),
    ];
    for (case, orgs, required, expected) in table {
        let orgs: BTreeMap<_, _> = orgs
            .into_iter()
            .map(|org| (org["org_id"].as_str().unwrap(), org))
            .collect();
        let user = alice()
            .claim("org_id_to_org_member_info", json!(orgs))
            .user();
        let found = user.authorize(required, &Requirement::member());
        let found = found.as_ref().ok().map(|org| org.org_id.as_str());
        assert_eq!(found, expected, "{case}");
    }
}

#[test]
fn whatever_is_an_org_id_asks_for_that_id() {
    let (text, org_id) = ("1189c444".to_owned(), OrgId::from("1189c444"));
    let by_id = RequiredOrg::id("1189c444");
    assert_eq!(RequiredOrg::from("1189c444"), by_id);
    assert_eq!(RequiredOrg::from(&text), by_id);
    assert_eq!(RequiredOrg::from(text), by_id);
    assert_eq!(RequiredOrg::from(&org_id), by_id);
    assert_eq!(RequiredOrg::from(org_id), by_id);
    let both = by_id.and_name("Acme Inc");
    assert_eq!(RequiredOrg::from(&both), both);
}
