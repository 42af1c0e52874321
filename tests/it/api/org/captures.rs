//! The requests that PropelAuth's Python library sends for the same arguments.

use serde_json::{Value, json};
use url::form_urlencoded;

use actix_web_propelauth::api::OrgOrderBy;

use crate::api::sdk_recordings::Captures;

const ORG: &str = "1189c444-8a2d-4c41-8b4b-ae43ce79a492";
const USER: &str = "31c41c16-c281-44ae-9602-8a047e3bf33d";
const NAME: &str = "Zoë+O’B & 日本/?#=%25";
const EMAIL: &str = "zoë+tag & co@exämple.com";
const ROLE: &str = "Süper & Admin+";

/// The one documented exception: where Python has an old `GET` with a query, the newest form is a
/// `POST` with the same fields as JSON.
fn with_posted_query(lines: &str) -> String {
    let line = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        if line["op"] == "fetch_orgs_by_query" {
            let query = line["query"].take();
            let fields = form_urlencoded::parse(query.as_str().unwrap().as_bytes());
            let fields = fields.map(|(name, value)| {
                let number = value.parse::<u32>().ok().map(Value::from);
                let value = number.unwrap_or_else(|| json!(value));
                (name.into_owned(), value)
            });
            line["body"] = Value::Object(fields.collect());
            line["method"] = json!("POST");
        }
        line.to_string()
    };
    lines.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[actix_web::test]
async fn requests_are_those_of_the_official_library() {
    let lines = with_posted_query(include_str!("../../../captures/org.jsonl"));
    let mut captures = Captures::new(&lines).await;
    let none = || Vec::<String>::new();

    captures
        .assert_same("fetch_users_in_org", "minimal", async |auth| {
            let call = auth.org().fetch_users_in_org(ORG).page_size(10);
            call.page_number(0).include_orgs(false).await
        })
        .await;
    captures
        .assert_same("fetch_users_in_org", "full", async |auth| {
            let call = auth.org().fetch_users_in_org(ORG).page_size(37);
            let call = call.page_number(4).include_orgs(true);
            call.role("Süper Admin & Co+").await
        })
        .await;
    captures
        .assert_same("fetch_org", "minimal", async |auth| {
            auth.org().fetch_org(ORG).await
        })
        .await;
    captures
        .assert_same("fetch_orgs_by_query", "minimal", async |auth| {
            let call = auth.org().fetch_orgs_by_query().page_size(10);
            call.page_number(0).order_by(OrgOrderBy::CreatedAtAsc).await
        })
        .await;
    captures
        .assert_same("fetch_orgs_by_query", "full", async |auth| {
            let call = auth.org().fetch_orgs_by_query().page_size(37);
            let call = call.page_number(4).order_by(OrgOrderBy::Name).name(NAME);
            call.legacy_org_id("leg & acy+1")
                .domain("exämple.com")
                .await
        })
        .await;
    captures
        .assert_same("fetch_custom_role_mappings", "minimal", async |auth| {
            auth.org().fetch_custom_role_mappings().await
        })
        .await;
    captures
        .assert_same("fetch_pending_invites", "minimal", async |auth| {
            let call = auth.org().fetch_pending_invites();
            call.page_size(10).page_number(0).await
        })
        .await;
    captures
        .assert_same("fetch_pending_invites", "full", async |auth| {
            let call = auth.org().fetch_pending_invites().org_id(ORG);
            call.page_size(37).page_number(4).await
        })
        .await;
    captures
        .assert_same("create_org", "minimal", async |auth| {
            let call = auth.org().create_org("Acme");
            let call = call.enable_auto_joining_by_domain(false);
            call.members_must_have_matching_domain(false).await
        })
        .await;
    captures
        .assert_same("create_org", "full", async |auth| {
            let call = auth.org().create_org(NAME);
            let call = call.enable_auto_joining_by_domain(true);
            let call = call.members_must_have_matching_domain(true);
            let call = call.domain("exämple.com").max_users(0);
            let call = call.custom_role_mapping_name("Pàid & Plan+");
            call.legacy_org_id("leg & acy+1").await
        })
        .await;
    captures
        .assert_same("update_org", "minimal", async |auth| {
            auth.org().update_org(ORG).await
        })
        .await;
    captures
        .assert_same("update_org", "full", async |auth| {
            let metadata = json!({ "k": { "n": [1] } });
            auth.org()
                .update_org(ORG)
                .name(NAME)
                .can_setup_saml(false)
                .metadata(metadata.as_object().unwrap().clone())
                .max_users(0)
                .autojoin_by_domain(true)
                .restrict_to_domain(false)
                .domain("exämple.com")
                .require_2fa_by("2026-01-02T03:04:05Z")
                .extra_domains(["a.com", "b.com"])
                .password_rotation_enabled(true)
                .password_rotation_history_size(5)
                .password_rotation_period(90)
                .await
        })
        .await;
    captures
        .assert_same("subscribe_org_to_role_mapping", "minimal", async |auth| {
            let org = auth.org();
            org.subscribe_org_to_role_mapping(ORG, "Pàid & Plan+").await
        })
        .await;
    captures
        .assert_same("delete_org", "minimal", async |auth| {
            auth.org().delete_org(ORG).await
        })
        .await;
    captures
        .assert_same("add_user_to_org", "minimal", async |auth| {
            let call = auth.org().add_user_to_org(USER, ORG, "Member");
            call.additional_roles(none()).await
        })
        .await;
    captures
        .assert_same("add_user_to_org", "full", async |auth| {
            let call = auth.org().add_user_to_org(USER, ORG, ROLE);
            call.additional_roles(["A", "B ü"]).await
        })
        .await;
    captures
        .assert_same("change_user_role_in_org", "minimal", async |auth| {
            let call = auth.org().change_user_role_in_org(USER, ORG, "Member");
            call.additional_roles(none()).await
        })
        .await;
    captures
        .assert_same("change_user_role_in_org", "full", async |auth| {
            let call = auth.org().change_user_role_in_org(USER, ORG, ROLE);
            call.additional_roles(["A", "B ü"]).await
        })
        .await;
    captures
        .assert_same("remove_user_from_org", "minimal", async |auth| {
            auth.org().remove_user_from_org(USER, ORG).await
        })
        .await;
    captures
        .assert_same("invite_user_to_org", "minimal", async |auth| {
            let call = auth
                .org()
                .invite_user_to_org("a@example.com", ORG, "Member");
            call.additional_roles(none()).await
        })
        .await;
    captures
        .assert_same("invite_user_to_org", "full", async |auth| {
            let call = auth.org().invite_user_to_org(EMAIL, ORG, ROLE);
            call.additional_roles(["A", "B ü"]).await
        })
        .await;
    captures
        .assert_same("invite_user_to_org_by_user_id", "minimal", async |auth| {
            let org = auth.org();
            let call = org.invite_user_to_org_by_user_id(USER, ORG, "Member");
            call.additional_roles(none()).await
        })
        .await;
    captures
        .assert_same("invite_user_to_org_by_user_id", "full", async |auth| {
            let call = auth.org().invite_user_to_org_by_user_id(USER, ORG, ROLE);
            call.additional_roles(["A", "B ü"]).await
        })
        .await;
    captures
        .assert_same("revoke_pending_org_invite", "minimal", async |auth| {
            auth.org().revoke_pending_org_invite(ORG, EMAIL).await
        })
        .await;
    captures.finish().await;
}
