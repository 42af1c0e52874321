//! Users, second factors and employees: our requests are those that were recorded.

use std::collections::BTreeMap;

use actix_web_propelauth::api::{
    SendSmsMfaCodeArgs, SocialLoginTokenProvider, StepUpGrantType, UserOrderBy,
    VerifyStepUpTotpChallengeArgs,
};
use serde_json::{Map, Value, json};

use crate::api::sdk_recordings::Captures;

const USER: &str = "31c41c16-c281-44ae-9602-8a047e3bf33d";
const OTHER: &str = "e9d3520f-836e-403c-82c2-09843517e1ce";
const ODD: &str = "Zoë+O’B & 日本/?#=%25";
const EMAIL: &str = "zoë+tag & co@exämple.com";
const LEGACY: &str = "leg & acy+1";

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

async fn captures() -> Captures {
    Captures::new(include_str!("../../../captures/user.jsonl")).await
}

/// Compares one operation: `same!(captures, "variant", auth.group().operation(…))`.
macro_rules! same {
    ($captures:ident, $variant:literal, $group:ident.$op:ident($($argument:expr),*) $($setters:tt)*) => {
        $captures
            .assert_same(stringify!($op), $variant, async |auth| {
                auth.$group().$op($($argument),*)$($setters)*.await
            })
            .await
    };
}

#[actix_web::test]
async fn every_request_is_the_recorded_one() {
    let mut all = captures().await;
    fetches(&mut all).await;
    changes(&mut all).await;
    lifecycle(&mut all).await;
    entering(&mut all).await;
    second_factors(&mut all).await;
    all.finish().await;
}

/// That library always says what it means by default, where ours leaves it out: the setters
/// without which a request would differ are in the minimal variants as well.
async fn fetches(all: &mut Captures) {
    same!(
        all,
        "minimal",
        user.fetch_user_metadata_by_user_id(USER)
            .include_orgs(false)
    );
    same!(
        all,
        "full",
        user.fetch_user_metadata_by_user_id(USER).include_orgs(true)
    );
    same!(
        all,
        "minimal",
        user.fetch_user_metadata_by_email("a@example.com")
            .include_orgs(false)
    );
    same!(
        all,
        "full",
        user.fetch_user_metadata_by_email(EMAIL).include_orgs(true)
    );
    same!(
        all,
        "minimal",
        user.fetch_user_metadata_by_username("airbud3")
            .include_orgs(false)
    );
    same!(
        all,
        "full",
        user.fetch_user_metadata_by_username(ODD).include_orgs(true)
    );
    same!(
        all,
        "minimal",
        user.fetch_batch_user_metadata_by_user_ids([USER])
            .include_orgs(false)
    );
    same!(
        all,
        "full",
        user.fetch_batch_user_metadata_by_user_ids([USER, OTHER, "not-a-uuid"])
            .include_orgs(true)
    );
    same!(
        all,
        "minimal",
        user.fetch_batch_user_metadata_by_emails(["a@example.com"])
            .include_orgs(false)
    );
    same!(
        all,
        "full",
        user.fetch_batch_user_metadata_by_emails(["a@example.com", EMAIL])
            .include_orgs(true)
    );
    same!(
        all,
        "minimal",
        user.fetch_batch_user_metadata_by_usernames(["airbud3"])
            .include_orgs(false)
    );
    same!(
        all,
        "full",
        user.fetch_batch_user_metadata_by_usernames(["airbud3", ODD])
            .include_orgs(true)
    );
    same!(
        all,
        "minimal",
        user.fetch_users_by_query()
            .page_size(10)
            .page_number(0)
            .order_by("CREATED_AT_ASC")
            .include_orgs(false)
    );
    same!(
        all,
        "full",
        user.fetch_users_by_query()
            .page_size(37)
            .page_number(4)
            .order_by(UserOrderBy::LastActiveAtDesc)
            .email_or_username(ODD)
            .include_orgs(true)
            .legacy_user_id(LEGACY)
    );
    same!(all, "minimal", user.fetch_user_signup_query_params(USER));
    same!(all, "minimal", user.fetch_user_oauth_tokens(USER));
    same!(
        all,
        "minimal",
        user.fetch_fresh_token_from_provider(USER, SocialLoginTokenProvider::Google)
    );
}

async fn changes(all: &mut Captures) {
    same!(
        all,
        "minimal",
        user.create_user("a@example.com")
            .email_confirmed(false)
            .send_email_to_confirm_email_address(true)
            .ask_user_to_update_password_on_login(false)
            .ignore_domain_restrictions(false)
    );
    same!(
        all,
        "full",
        user.create_user(EMAIL)
            .email_confirmed(true)
            .send_email_to_confirm_email_address(false)
            .ask_user_to_update_password_on_login(true)
            .password("p@ss wörd+&")
            .username(ODD)
            .first_name("Zoë")
            .last_name("O’B & Co")
            .properties(object(&json!({ "snake_key": [1, null, "ü"], "b": true })))
            .ignore_domain_restrictions(true)
    );
    same!(
        all,
        "minimal",
        user.update_user_email(USER, "b@example.com", false)
    );
    same!(all, "full", user.update_user_email(USER, EMAIL, true));
    same!(all, "minimal", user.update_user_metadata(USER));
    same!(
        all,
        "full",
        user.update_user_metadata(USER)
            .username(ODD)
            .first_name("Zoë")
            .last_name("O’B & Co")
            .metadata(object(&json!({ "k": { "n": [1, 2] } })))
            .properties(object(&json!({ "p": null })))
            .picture_url("https://x.example/ü?a=1&b=2")
            .update_password_required(false)
            .legacy_user_id(LEGACY)
    );
    same!(
        all,
        "minimal",
        user.update_user_password(USER, "pw")
            .ask_user_to_update_password_on_login(false)
    );
    same!(
        all,
        "full",
        user.update_user_password(USER, "p@ss wörd+&")
            .ask_user_to_update_password_on_login(true)
    );
    same!(all, "minimal", user.clear_user_password(USER));
}

async fn lifecycle(all: &mut Captures) {
    same!(all, "minimal", user.delete_user(USER));
    same!(all, "minimal", user.disable_user(USER));
    same!(all, "minimal", user.enable_user(USER));
    same!(all, "minimal", user.disable_user_2fa(USER));
    same!(all, "minimal", user.enable_user_can_create_orgs(USER));
    same!(all, "minimal", user.disable_user_can_create_orgs(USER));
    same!(all, "minimal", user.resend_email_confirmation(USER));
    same!(all, "minimal", user.logout_all_user_sessions(USER));
    same!(
        all,
        "minimal",
        employee.fetch_employee_by_id("2d2e5cbf-3a0d-4ac0-bd9d-1b1ce3d9e0f7")
    );
}

async fn entering(all: &mut Captures) {
    same!(
        all,
        "minimal",
        user.migrate_user_from_external_source("a@example.com", true)
            .update_password_required(false)
    );
    same!(
        all,
        "full",
        user.migrate_user_from_external_source(EMAIL, false)
            .existing_user_id("507f & 1+")
            .existing_password_hash("$2a$14$abc")
            .existing_mfa_base32_encoded_secret("JBSWY3DP")
            .update_password_required(true)
            .enabled(false)
            .first_name("Zoë")
            .last_name("O’B")
            .username(ODD)
            .picture_url("https://x.example/ü")
            .properties(object(&json!({ "p": { "q": 1 } })))
    );
    same!(
        all,
        "minimal",
        user.migrate_user_password(USER, "$argon2id$v=19$m=1$x$y")
    );
    same!(all, "minimal", user.create_magic_link("a@example.com"));
    same!(
        all,
        "full",
        user.create_magic_link(EMAIL)
            .redirect_to_url("https://app.example/r?x=1&y=ü")
            .expires_in_hours(7)
            .create_new_user_if_one_doesnt_exist(false)
            .user_signup_query_parameters(BTreeMap::from([(
                "utm & x".to_owned(),
                "ü+1".to_owned()
            )]))
            .expire_after_first_use(true)
            .requires_interstitial(true)
    );
}

async fn second_factors(all: &mut Captures) {
    let totp =
        |action: &str, code: &str, grant_type, valid_for_seconds| VerifyStepUpTotpChallengeArgs {
            action_type: action.to_owned(),
            user_id: USER.into(),
            code: code.into(),
            grant_type,
            valid_for_seconds,
        };
    let once = StepUpGrantType::OneTimeUse;
    same!(
        all,
        "minimal",
        mfa.verify_step_up_totp_challenge(totp("SEND_MONEY", "123456", once, 60))
    );
    let timed = StepUpGrantType::TimeBased;
    same!(
        all,
        "full",
        mfa.verify_step_up_totp_challenge(totp(ODD, "012345", timed, 3600))
    );
    let grant = "a1b2c3d4".repeat(8);
    same!(all, "minimal", mfa.verify_step_up_grant(ODD, USER, grant));
    let args = SendSmsMfaCodeArgs {
        action_type: ODD.to_owned(),
        user_id: USER.into(),
        mfa_phone_id: "4d01e8ac-2c3b-4f5a-9e1d-7b8c9d0e1f2a".into(),
        grant_type: StepUpGrantType::TimeBased,
        valid_for_seconds: 60,
    };
    same!(all, "minimal", mfa.send_sms_mfa_code(args));
    same!(
        all,
        "minimal",
        mfa.verify_sms_challenge("b6d4f0a2-9c1e-4d3b-8a7f-5e6c7d8e9f01", USER, "012345")
    );
    same!(all, "minimal", mfa.fetch_user_mfa_methods(USER));
}
