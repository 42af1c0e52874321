//! Ids are UUIDs and hexadecimal numbers, and so their case does not count: wherever one may be
//! given, and in Rust as on the wire.

use actix_web_propelauth::{
    api::{CreateApiKey, InviteUserToOrg, UpdateOrg},
    emulator::NewScimGroup,
};
use serde_json::{Value, json};

use super::{Answer, send};
use crate::fixtures::world::start;

fn upper(id: &impl AsRef<str>) -> String {
    let upper = id.as_ref().to_uppercase();
    assert_ne!(upper, id.as_ref(), "an id without letters proves nothing");
    upper
}

#[actix_web::test]
async fn ids_in_upper_case_are_those_in_lower_case_on_the_wire() {
    let (emulator, _) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org("Acme").unwrap();
    let (user, org) = (upper(alice.id()), upper(&acme));
    let ask = async |method: &str, path: String, body: Value| -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = send(&emulator, method, &path, &body).await;
        assert!(
            matches!(answer.status, 200 | 204),
            "{method} {path} {answer:?}"
        );
        // Whatever case was sent, one comes back.
        assert!(
            !answer.text.contains(&user) && !answer.text.contains(&org),
            "{answer:?}"
        );
        answer
    };
    let member = json!({ "user_id": user, "org_id": org, "role": "Member" });
    ask("POST", "/org/add_user".to_owned(), member.clone()).await;
    ask("POST", "/org/change_role".to_owned(), member).await;
    let got = ask(
        "GET",
        format!("/user/{user}?include_orgs=true"),
        Value::Null,
    )
    .await;
    let got = got.json();
    assert_eq!(got["user_id"], json!(alice.id()));
    assert_eq!(
        got["org_id_to_org_info"][acme.as_str()]["user_role"],
        "Member"
    );

    let both = json!({ "user_ids": [user, alice.id()] });
    let batch = ask("POST", "/user/user_ids".to_owned(), both).await.json();
    assert_eq!(batch.as_array().unwrap().len(), 1);
    let page = ask("GET", format!("/user/org/{org}"), Value::Null).await;
    assert_eq!(page.json()["total_users"], 1);
    ask("PUT", format!("/org/{org}"), json!({ "name": "Acme Inc" })).await;
    let got = ask("GET", format!("/org/{org}"), Value::Null).await;
    assert_eq!(got.json()["org_id"], json!(acme));

    let token = json!({ "user_id": user, "duration_in_minutes": 5, "active_org_id": org });
    let token = ask("POST", "/access_token".to_owned(), token).await.json();
    let (_, claims) = crate::api::round_trips::decoded(token["access_token"].as_str().unwrap());
    assert_eq!(claims["user_id"], json!(alice.id()));
    assert_eq!(claims["org_member_info"]["org_id"], json!(acme));

    let invite = json!({ "email": "b@example.com", "org_id": org, "role": "Member" });
    ask("POST", "/invite_user".to_owned(), invite).await;
    let invites = ask(
        "GET",
        format!("/pending_org_invites?org_id={org}"),
        Value::Null,
    )
    .await;
    assert_eq!(invites.json()["total_invites"], 1);

    let key = json!({ "user_id": user, "org_id": org });
    let key = ask("POST", "/end_user_api_keys".to_owned(), key)
        .await
        .json();
    let key_id = key["api_key_id"].as_str().unwrap().to_uppercase();
    let got = ask("GET", format!("/end_user_api_keys/{key_id}"), Value::Null).await;
    assert_eq!(got.json()["api_key_id"], key["api_key_id"]);
    let query = format!("/end_user_api_keys?org_id={org}&user_id={user}");
    assert_eq!(
        ask("GET", query, Value::Null).await.json()["total_api_keys"],
        1
    );
    let query =
        format!("/end_user_api_keys/usage?date=2030-01-01&org_id={org}&api_key_id={key_id}");
    ask("GET", query, Value::Null).await;
    let change = json!({ "metadata": {} });
    ask("PATCH", format!("/end_user_api_keys/{key_id}"), change).await;
    ask(
        "DELETE",
        format!("/end_user_api_keys/{key_id}"),
        Value::Null,
    )
    .await;

    let group = NewScimGroup::new("G").members([upper(alice.id())]);
    let group = upper(&emulator.add_scim_group(upper(&acme), group).unwrap());
    let groups = ask(
        "GET",
        format!("/scim/{org}/groups?user_id={user}"),
        Value::Null,
    )
    .await;
    assert_eq!(groups.json()["total_groups"], 1);
    let got = ask("GET", format!("/scim/{org}/groups/{group}"), Value::Null).await;
    assert_eq!(got.json()["members"][0]["user_id"], json!(alice.id()));

    let phone = upper(
        &emulator
            .add_mfa_phone(upper(alice.id()), "+1 555 1234")
            .unwrap(),
    );
    let code = json!({
        "user_id": user, "mfa_phone_id": phone, "action_type": "A",
        "grant_type": "ONE_TIME_USE", "valid_for_seconds": 60,
    });
    let sent = ask("POST", "/mfa/step-up/phone/send".to_owned(), code)
        .await
        .json();
    let challenge = upper(&sent["challenge_id"].as_str().unwrap());
    let code = &emulator.sms_outbox()[0].code;
    let body = json!({ "challenge_id": challenge, "user_id": user, "code": code });
    let grant = ask("POST", "/mfa/step-up/phone/verify".to_owned(), body)
        .await
        .json();
    let body = json!({ "user_id": user, "action_type": "A", "grant": grant["step_up_grant"] });
    ask("POST", "/mfa/step-up/verify-grant".to_owned(), body).await;

    let employee = emulator.add_employee("e@example.com").unwrap();
    ask(
        "GET",
        format!("/employee/{}", upper(&employee)),
        Value::Null,
    )
    .await;
    let leave = json!({ "user_id": user, "org_id": org });
    ask("POST", "/org/remove_user".to_owned(), leave).await;
    ask("DELETE", format!("/org/{org}"), Value::Null).await;
    ask("DELETE", format!("/user/{user}"), Value::Null).await;
    assert!(emulator.user_metadata(&alice).is_none() && emulator.org(&acme).is_none());
}

#[actix_web::test]
async fn ids_in_upper_case_are_those_in_lower_case_in_rust() {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org("Acme").unwrap();
    let (user, org) = (upper(alice.id()), upper(&acme));
    emulator.add_user_to_org(&*user, &*org, "Member").unwrap();
    emulator
        .change_user_role_in_org(&*user, &*org, "Admin")
        .unwrap();
    assert!(emulator.user_metadata(&*user).is_some() && emulator.org(&*org).is_some());
    emulator.access_token(&*user).unwrap();
    let token = alice.log_in_to_org(&*org).unwrap();
    let user_of_token = auth.validate_access_token_and_get_user(format!("Bearer {token}").as_str());
    assert_eq!(user_of_token.unwrap().user_id, *alice.id());
    emulator
        .update_org(UpdateOrg::new(&*org).name("B"))
        .unwrap();
    let invite = InviteUserToOrg::new("b@example.com", &*org, "Member");
    emulator.invite_user_as(&*user, invite).unwrap();
    emulator.accept_invite("b@example.com", &*org).unwrap();
    let key = CreateApiKey::new().user_id(&*user).org_id(&*org);
    let key = emulator.create_api_key(key).unwrap();
    let key = emulator.end_user_api_key(upper(&key.api_key_id)).unwrap();
    assert_eq!(key.user_id.as_ref(), Some(alice.id()));
    emulator.set_up_totp(&*user).unwrap();
    emulator.record_activity(&*user).unwrap();
    emulator.lock_user(&*user).unwrap();
    emulator.unlock_user(&*user).unwrap();

    // A batch is a map of what was asked for.
    let batch = auth.user().fetch_batch_user_metadata_by_user_ids([&*user]);
    assert_eq!(batch.await.unwrap()[&*user].user_id, *alice.id());
}

#[actix_web::test]
async fn other_forms_of_uuids_are_none() {
    let (emulator, _) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let id = alice.id().as_str();
    for form in [
        format!("{{{id}}}"),
        format!("urn:uuid:{id}"),
        id.replace('-', ""),
        format!(" {id}"),
    ] {
        let path = format!("/user/{}", form.replace(['{', '}', ' '], "%7B"));
        assert_eq!(
            send(&emulator, "GET", &path, "").await.status,
            404,
            "{form}"
        );
        let body = json!({ "user_id": form }).to_string();
        let answer = send(&emulator, "POST", "/resend_email_confirmation", &body).await;
        assert!(answer.reasons("user_id").contains(&form), "{answer:?}");
    }
}
