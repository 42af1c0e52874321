//! The pages of organizations.

use serde_json::json;

use super::{browser::Browser, last_link, start};

/// Returns the id of Acme.
async fn acme(browser: &Browser<'_>) -> String {
    let page = browser.get("/org").await;
    let id = page.text.split("/org/members/").nth(1);
    let id = id.unwrap_or_else(|| panic!("{page:?}"));
    id.split(['"', '?']).next().unwrap().to_owned()
}

#[actix_web::test]
async fn an_invitation_is_sent_and_accepted_by_someone_without_an_account() {
    let emulator = start(json!({ "allow_public_signups": false })).await;
    let alice = Browser::new(&emulator);
    alice.log_in_as("alice@acme.example").await;
    let members = format!("/org/members/{}", acme(&alice).await);
    let invite = format!("{members}/invite");
    let wrong = alice
        .fill(&members, &invite, &[("email", "dora"), ("role", "Member")])
        .await;
    assert!(
        wrong.status == 400 && wrong.text.contains("email-error"),
        "{wrong:?}"
    );
    let fields = [("email", "dora@acme.example"), ("role", "Admin")];
    let sent = alice.fill(&members, &invite, &fields).await;
    assert_eq!(sent.location, Some(format!("{members}?done=invite")));
    assert!(alice.get(&members).await.has("dora@acme.example"));

    let dora = Browser::new(&emulator);
    let signup = dora.path_of(&dora.get(&last_link(&emulator)).await);
    assert!(signup.starts_with("/signup?invite_token="), "{signup}");
    let page = dora.get(&signup).await;
    assert!(page.has("Acme") && page.text.contains("value=\"dora@acme.example\""));
    let entered = dora
        .submit(&page.form("/signup").with(&[("password", "explorer")]))
        .await;
    assert_eq!(entered.location.as_deref(), Some("http://localhost:3000/"));
    let page = dora.get(&members).await;
    assert!(
        page.status == 200 && page.has("bob@acme.example"),
        "{page:?}"
    );
}

#[actix_web::test]
async fn an_invitation_is_accepted_by_the_one_it_is_for() {
    let emulator = start(json!({})).await;
    let alice = Browser::new(&emulator);
    alice.log_in_as("alice@acme.example").await;
    let members = format!("/org/members/{}", acme(&alice).await);
    let fields = [("email", "carol@other.example"), ("role", "Member")];
    alice
        .fill(&members, &format!("{members}/invite"), &fields)
        .await;
    let link = last_link(&emulator);

    let bob = Browser::new(&emulator);
    bob.log_in_as("bob@acme.example").await;
    let page = bob.get(&link).await;
    assert!(page.has("carol@other.example") && page.has("Log in with this account"));
    assert!(
        page.forms()
            .iter()
            .all(|form| !form.action.starts_with("/accept_invite"))
    );

    let carol = Browser::new(&emulator);
    carol.log_in_as("carol@other.example").await;
    assert_eq!(carol.get(&members).await.status, 404);
    let joined = carol.fill(&link, "/accept_invite", &[]).await;
    assert_eq!(joined.status, 303, "{joined:?}");
    assert_eq!(carol.get(&members).await.status, 200);
    assert_eq!(carol.get(&link).await.status, 404);
}

#[actix_web::test]
async fn an_invitation_is_withdrawn() {
    let emulator = start(json!({})).await;
    let alice = Browser::new(&emulator);
    alice.log_in_as("alice@acme.example").await;
    let members = format!("/org/members/{}", acme(&alice).await);
    let fields = [("email", "dora@acme.example"), ("role", "Member")];
    alice
        .fill(&members, &format!("{members}/invite"), &fields)
        .await;
    let link = last_link(&emulator);
    let revoked = alice
        .fill(&members, &format!("{members}/revoke"), &[])
        .await;
    assert_eq!(revoked.status, 303);
    assert!(!alice.get(&members).await.has("dora@acme.example"));
    assert_eq!(Browser::new(&emulator).get(&link).await.status, 404);
}

#[actix_web::test]
async fn roles_are_changed_and_members_removed_by_those_who_may() {
    let emulator = start(json!({})).await;
    let alice = Browser::new(&emulator);
    alice.log_in_as("alice@acme.example").await;
    let members = format!("/org/members/{}", acme(&alice).await);
    let bob_id = {
        let page = alice.get(&members).await;
        let form = page.form(&format!("{members}/remove"));
        form.fields
            .iter()
            .find(|it| it.0 == "user_id")
            .unwrap()
            .1
            .clone()
    };
    let role = |role| [("user_id", bob_id.as_str()), ("role", role)];
    let changed = alice
        .fill(&members, &format!("{members}/role"), &role("Admin"))
        .await;
    assert_eq!(changed.location, Some(format!("{members}?done=role")));
    let wrong = alice
        .fill(&members, &format!("{members}/role"), &role("King"))
        .await;
    assert!(
        wrong.status == 400 && wrong.has("There is no such role"),
        "{wrong:?}"
    );

    // A member sees the page, and no form to do what the role does not allow.
    let changed = alice
        .fill(&members, &format!("{members}/role"), &role("Member"))
        .await;
    assert_eq!(changed.status, 303);
    let bob = Browser::new(&emulator);
    bob.log_in_as("bob@acme.example").await;
    let page = bob.get(&members).await;
    assert!(page.has("alice@acme.example"));
    assert!(!page.text.contains("/invite") && !page.text.contains("/role"));
    let mut form = bob.get("/account").await.form("/account");
    form.action = format!("{members}/invite");
    let form = form.with(&[("email", "x@acme.example"), ("role", "Owner")]);
    assert_eq!(bob.submit(&form).await.status, 403);

    let removed = alice
        .fill(
            &members,
            &format!("{members}/remove"),
            &[("user_id", &bob_id)],
        )
        .await;
    assert_eq!(removed.location, Some(format!("{members}?done=removed")));
    assert_eq!(bob.get(&members).await.status, 404);
}

#[actix_web::test]
async fn members_are_found_by_their_address() {
    let emulator = start(json!({})).await;
    let alice = Browser::new(&emulator);
    alice.log_in_as("alice@acme.example").await;
    let members = format!("/org/members/{}", acme(&alice).await);
    let page = alice.get(&format!("{members}?search=BOB")).await;
    let table = page.text.split("<tbody>").nth(1).unwrap();
    assert!(table.contains("bob@acme.example") && !table.contains("alice@acme.example"));
    let none = alice
        .get(&format!(
            "{members}?search=%22%3E%3Cb%3E&page=99999999999999999999"
        ))
        .await;
    assert!(none.has("No member has such an email address.") && !none.text.contains("\"><b>"));
}

#[actix_web::test]
async fn an_organization_is_created_renamed_and_deleted() {
    let settings = json!({
        "users_can_delete_their_own_orgs": true,
        "orgs_metaname": "Team",
        "orgs_can_require_2fa": true,
    });
    let emulator = start(settings).await;
    let carol = Browser::new(&emulator);
    carol.log_in_as("carol@other.example").await;
    let created = carol
        .fill(
            "/create_org",
            "/create_org",
            &[("name", "<script>alert(1)</script>")],
        )
        .await;
    let members = carol.path_of(&created);
    let page = carol.get(&members).await;
    assert!(page.has("<script>alert(1)</script>") && !page.text.contains("<script>alert"));
    assert!(page.has("Team"));
    let settings = members.replace("members", "settings");
    let renamed = carol
        .fill(
            &settings,
            &format!("{settings}/name"),
            &[("name", "Widgets")],
        )
        .await;
    assert_eq!(renamed.location, Some(format!("{settings}?done=settings")));
    let fields = [
        ("autojoin_by_domain", "true"),
        ("require_2fa_by", "2999-12-31"),
    ];
    let saved = carol.fill(&settings, &settings, &fields).await;
    assert_eq!(saved.status, 303, "{saved:?}");
    let page = carol.get(&settings).await;
    assert!(page.text.contains("value=\"2999-12-31\""), "{}", page.text);
    for day in ["soon", "2999-13-01", "2999-12-31T00:00:00Z"] {
        let wrong = carol
            .fill(&settings, &settings, &[("require_2fa_by", day)])
            .await;
        assert!(
            wrong.status == 400 && wrong.text.contains("require_2fa_by-error"),
            "{day}"
        );
    }
    let unsure = carol
        .fill(&settings, &format!("{settings}/delete"), &[])
        .await;
    assert!(unsure.status == 400 && unsure.has("Widgets"));
    let sure = [("sure", "yes")];
    let deleted = carol
        .fill(&settings, &format!("{settings}/delete"), &sure)
        .await;
    assert_eq!(deleted.location.as_deref(), Some("/org"));
    assert_eq!(carol.get(&settings).await.status, 404);
}

#[actix_web::test]
async fn people_of_the_domain_can_join() {
    let emulator = start(json!({})).await;
    let alice = Browser::new(&emulator);
    alice.log_in_as("alice@acme.example").await;
    let settings = format!("/org/settings/{}", acme(&alice).await);
    let saved = alice
        .fill(&settings, &settings, &[("autojoin_by_domain", "true")])
        .await;
    assert_eq!(saved.status, 303, "{saved:?}");
    let dora = Browser::new(&emulator);
    let fields = [("email", "dora@acme.example"), ("password", "explorer")];
    dora.fill("/signup", "/signup", &fields).await;
    dora.get(&last_link(&emulator)).await;
    let joined = dora.fill("/create_org", "/create_org/join", &[]).await;
    assert_eq!(dora.get(&dora.path_of(&joined)).await.status, 200);
}

#[actix_web::test]
async fn keys_of_an_organization_are_for_those_who_may_manage_them() {
    let emulator = start(json!({ "org_api_keys_enabled": true })).await;
    let alice = Browser::new(&emulator);
    alice.log_in_as("alice@acme.example").await;
    let keys = format!("/org/api_keys/{}", acme(&alice).await);
    let created = alice.fill(&keys, &keys, &[("expiration", "Never")]).await;
    assert!(created.has("Your new key"), "{created:?}");
    let bob = Browser::new(&emulator);
    bob.log_in_as("bob@acme.example").await;
    let page = bob.get(&keys).await;
    assert!(!page.text.contains("Create the key"), "{}", page.text);
    let mut form = bob.get("/account").await.form("/account");
    form.action = keys;
    let refused = bob.submit(&form.with(&[("expiration", "Never")])).await;
    assert!(
        refused.status == 403 && !refused.has("Your new key"),
        "{refused:?}"
    );
}
