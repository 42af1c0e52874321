//! Odd ids and odd strings, for the operations that no other test gives any.

use actix_web_propelauth::{
    api::{CreateApiKey, CreateUser},
    emulator::Emulator,
};
use serde_json::json;

use crate::api::user::{NOBODY, ODD, start};

const IDS: [&str; 6] = [ODD, NOBODY, "%2e%2e", "a/b", "?x=1#y", "Zoë"];

macro_rules! assert_missing {
    ($id:ident: $($call:expr),* $(,)?) => {$(
        assert!($call.await.unwrap_err().is_not_found(), "{}: {}", stringify!($call), $id);
    )*};
}

#[actix_web::test]
async fn odd_ids_are_not_found() {
    let (emulator, auth) = start().await;
    emulator.create_user("alice@example.com").unwrap();
    emulator.create_org(ODD).unwrap();
    let before = emulator.snapshot();
    let (user, org, saml) = (auth.user(), auth.org(), auth.saml());
    for id in IDS {
        assert_missing![
            id: user.disable_user(id),
            user.enable_user(id),
            user.disable_user_2fa(id),
            user.disable_user_can_create_orgs(id),
            user.enable_user_can_create_orgs(id),
            user.logout_all_user_sessions(id),
            user.clear_user_password(id),
            user.update_user_password(id, ODD),
            auth.mfa().fetch_user_mfa_methods(id),
            org.delete_org(id),
            saml.allow_org_to_setup_saml_connection(id),
            saml.disallow_org_to_setup_saml_connection(id),
            saml.fetch_saml_sp_metadata(id),
            saml.saml_go_live(id),
        ];
    }
    assert_eq!(emulator.snapshot(), before);
}

#[actix_web::test]
async fn archived_keys_keep_their_metadata() {
    let (emulator, auth) = start().await;
    let metadata = json!({ ODD: [ODD, { ODD: null }] });
    let metadata = metadata.as_object().unwrap();
    let key = CreateApiKey::new()
        .metadata(metadata.clone())
        .display_name(ODD);
    let key = emulator.create_api_key(key).unwrap();
    emulator.expire_api_key(&key.api_key_id).unwrap();
    let page = auth.api_key().fetch_archived_api_keys().await.unwrap();
    assert_eq!(page.api_keys[0].metadata.as_ref(), Some(metadata));
    auth.api_key()
        .delete_api_key(&key.api_key_id)
        .await
        .unwrap();
    let page = auth.api_key().fetch_archived_api_keys().await.unwrap();
    assert_eq!(page.total_api_keys, 0);
}

#[actix_web::test]
async fn reports_keep_odd_names() {
    let (emulator, auth) = start().await;
    emulator.freeze_clock(1_700_000_000);
    let user = |email| emulator.create_user(CreateUser::new(email).first_name(ODD));
    let users = ["a@x.com", "b@x.com"].map(|it| user(it).unwrap());
    let org_id = emulator.create_org(ODD).unwrap();
    for user in &users {
        emulator.add_user_to_org(user, &org_id, "Member").unwrap();
    }
    let api = auth.user_insights();
    macro_rules! assert_odd {
        ($($call:ident: $rows:ident.$name:ident is $odd:expr),* $(,)?) => {$(
            let report = api.$call().await.unwrap();
            assert_eq!(report.$rows[0].$name, $odd, stringify!($call));
        )*};
    }
    let days = |days: u64| emulator.advance_clock(std::time::Duration::from_secs(days * 86_400));
    let odd = || Some(ODD.to_owned());
    assert_odd![fetch_org_growth_report: org_reports.name is ODD];
    days(8);
    assert_odd![
        fetch_user_churn_report: user_reports.first_name is odd(),
        fetch_org_churn_report: org_reports.name is ODD,
    ];
    days(2);
    emulator.record_activity(&users[0]).unwrap();
    assert_odd![
        fetch_user_reengagement_report: user_reports.first_name is odd(),
        fetch_org_reengagement_report: org_reports.name is ODD,
        fetch_user_champion_report: user_reports.first_name is odd(),
    ];
    days(40);
    emulator.remove_user_from_org(&users[1], &org_id).unwrap();
    assert_odd![fetch_org_attrition_report: org_reports.name is ODD];
}

#[actix_web::test]
async fn invite_by_user_id_accepts_odd_role_names() {
    let emulator = Emulator::builder().roles([ODD]).start().await.unwrap();
    let auth = crate::fixtures::world::connect(&emulator);
    let email = "zoë+%2F'&=@exämple.com";
    let zoe = emulator.create_user(email).unwrap();
    let org_id = emulator.create_org(ODD).unwrap();
    let call = auth.org().invite_user_to_org_by_user_id(&zoe, &org_id, ODD);
    call.await.unwrap();
    let invite = emulator.pending_invites().pop().unwrap();
    assert_eq!((&*invite.invitee_email, &*invite.role_in_org), (email, ODD));
}
