//! Organizations by id, by name, by both and by neither.

use std::collections::BTreeMap;

use actix_web_propelauth::{OrgId, RequiredOrg, Requirement};
use serde_json::json;

use crate::fixtures::alice;

#[test]
fn an_org_is_not_found_by_the_name_that_another_took() {
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

/// Whom a name finds among organizations that are `(id, name, URL-safe name)`.
#[track_caller]
fn found_by(required: RequiredOrg, orgs: &[(&str, &str, &str)]) -> Result<String, String> {
    let orgs: BTreeMap<_, _> = orgs
        .iter()
        .map(|(id, name, url_safe)| {
            let mut org = json!({"org_id": id, "org_name": name, "user_role": "Owner"});
            if !url_safe.is_empty() {
                org["url_safe_org_name"] = json!(url_safe);
            }
            (*id, org)
        })
        .collect();
    let user = alice()
        .claim("org_id_to_org_member_info", json!(orgs))
        .user();
    let found = user.authorize(required, &Requirement::member());
    found.map(|org| org.org_id.to_string()).map_err(|denied| {
        assert_eq!(denied.status_code(), 403);
        denied.to_string()
    })
}

#[test]
fn a_name_finds_no_organization_that_merely_took_it() {
    for name in [
        "acme.inc",
        "ünited",
        "o'neil",
        "Acme Inc",
        "ACME INC",
        "acme inc",
        "Acme  Inc",
        "Acme Inc ",
        " Acme Inc",
        "Acme\u{a0}Inc",
        "Acme\u{200b}Inc",
        "Acm\u{435} Inc",
        "\u{212a}elvin",
        "Caf\u{e9}",
        "Cafe\u{301}",
        "Acme, Inc.",
        "Acme/Inc",
        "Acme+Inc",
        "acme-inc",
        "acme_inc",
        "日本",
        "\"Acme\"",
        "-",
        "1189c444-8a2d-4c41-8b4b-ae43ce79a492",
    ] {
        // The URL-safe name that somebody else has already.
        let error = found_by(RequiredOrg::name(name), &[("evil", name, "evil-2")]).unwrap_err();
        assert!(
            error.contains("\"evil-2\"") && error.contains("by id"),
            "{name:?}: {error}"
        );
        // By its URL-safe name and by its id it is found.
        let by_url_safe_name = RequiredOrg::name("evil-2");
        let found = found_by(by_url_safe_name, &[("evil", name, "evil-2")]);
        assert_eq!(found.as_deref(), Ok("evil"), "{name:?}");
        let found = found_by(RequiredOrg::id("evil"), &[("evil", name, "evil-2")]);
        assert_eq!(found.as_deref(), Ok("evil"), "{name:?}");
        // Without a URL-safe name in the token nobody knows whose the name is.
        assert!(
            found_by(RequiredOrg::name(name), &[("evil", name, "")]).is_err(),
            "{name:?}"
        );
    }
}

#[test]
fn a_display_name_finds_the_organization_that_has_its_url_safe_name() {
    for (name, url_safe) in [
        ("Acme Inc", "acme-inc"),
        ("acme inc", "acme-inc"),
        ("ACME", "acme"),
        ("Acme_Inc 2", "acme_inc-2"),
    ] {
        let ours = ("ours", name, url_safe);
        let namesake = ("theirs", name, "theirs-2");
        assert_eq!(
            found_by(RequiredOrg::name(name), &[ours]).as_deref(),
            Ok("ours"),
            "{name}"
        );
        assert!(
            found_by(RequiredOrg::name(name), &[namesake]).is_err(),
            "{name}"
        );
        let error = found_by(RequiredOrg::name(name), &[ours, namesake]).unwrap_err();
        assert!(error.contains("more than one"), "{name}: {error}");
        let exact = found_by(RequiredOrg::name(url_safe), &[ours, namesake]);
        assert_eq!(exact.as_deref(), Ok("ours"), "{name}");
    }
    // Another spelling of the same is another name.
    for other in [
        "Acme inc",
        "acme Inc",
        "Acme-Inc",
        "ACME-INC",
        "Acme Inc\t",
        "Acme\u{a0}Inc",
    ] {
        let found = found_by(
            RequiredOrg::name(other),
            &[("ours", "Acme Inc", "acme-inc")],
        );
        assert!(found.is_err(), "{other:?}");
    }
    for (composed, decomposed) in [
        ("Caf\u{e9}", "Cafe\u{301}"),
        ("\u{fc}nited", "u\u{308}nited"),
    ] {
        let ours = [("ours", composed, "cafe")];
        assert!(found_by(RequiredOrg::id("ours").and_name(decomposed), &ours).is_err());
        assert!(found_by(RequiredOrg::id("ours").and_name(composed), &ours).is_ok());
    }
}

#[test]
fn with_an_id_the_display_name_may_be_any_but_one_in_url_safe_form() {
    for name in ["acme.inc", "Acme Inc", "O'Neil", "日本"] {
        let org = [("ours", name, "ours-2")];
        for required in [
            RequiredOrg::id("ours").and_name(name),
            RequiredOrg::name(name).and_id("ours"),
            RequiredOrg::id("ours").and_name("ours-2"),
        ] {
            assert_eq!(found_by(required, &org).as_deref(), Ok("ours"), "{name}");
        }
        assert!(found_by(RequiredOrg::id("ours").and_name("other"), &org).is_err());
        assert!(found_by(RequiredOrg::id("other").and_name(name), &org).is_err());
    }
    for name in ["acme-inc", "acme", "acme_inc", "42"] {
        let org = [("ours", name, "ours-2")];
        assert!(
            found_by(RequiredOrg::id("ours").and_name(name), &org).is_err(),
            "{name}"
        );
        let nameless = [("ours", name, "")];
        assert!(
            found_by(RequiredOrg::id("ours").and_name(name), &nameless).is_err(),
            "{name}"
        );
    }
}

#[test]
fn what_no_name_can_be_finds_nothing_even_where_a_token_has_it() {
    for name in [
        "",
        " ",
        "\t",
        "\u{a0}",
        "a\0b",
        "a\nb",
        "a\u{fffd}b",
        "\u{7f}",
    ] {
        for url_safe in [name, "x"] {
            let org = [("ours", name, url_safe)];
            assert!(found_by(RequiredOrg::name(name), &org).is_err(), "{name:?}");
            assert!(
                found_by(RequiredOrg::id("ours").and_name(name), &org).is_err(),
                "{name:?}"
            );
        }
    }
}

#[test]
fn org_id_types_convert_into_required_org() {
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
