//! Second factors: codes are exchanged for grants, and grants are good for what they were given.

use std::time::Duration;

use actix_web_propelauth::{
    Error, OptionalExt as _, PropelAuth, UserId,
    api::{
        MfaSetup, SendSmsMfaCodeArgs, SendSmsMfaCodeRefusal, StepUpGrantType,
        VerifySmsChallengeRefusal, VerifyStepUpGrantRefusal, VerifyStepUpTotpChallengeArgs,
        VerifyTotpChallengeRefusal,
    },
    emulator::Emulator,
};
use serde_json::json;

use crate::api::user::{NOBODY, ODD, connect, send, start};

const NOW: i64 = 1_700_000_000;

fn totp(user_id: impl Into<UserId>, code: &str) -> VerifyStepUpTotpChallengeArgs {
    VerifyStepUpTotpChallengeArgs {
        action_type: ODD.to_owned(),
        user_id: user_id.into(),
        code: code.into(),
        grant_type: StepUpGrantType::OneTimeUse,
        valid_for_seconds: 60,
    }
}

async fn is_good(auth: &PropelAuth, action: &str, user: impl Into<UserId>, grant: &str) -> bool {
    let call = auth.mfa().verify_step_up_grant(action, user, grant);
    call.await.optional().unwrap().is_some()
}

#[actix_web::test]
async fn what_is_set_up_is_told() {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let setup = async || {
        auth.mfa()
            .fetch_user_mfa_methods(&alice)
            .await
            .unwrap()
            .mfa_setup
    };
    assert_eq!(setup().await, None);

    emulator.set_up_totp(&alice).unwrap();
    assert_eq!(setup().await, Some(MfaSetup::Totp));
    assert!(alice.metadata().unwrap().mfa_enabled);

    let phone = emulator
        .add_mfa_phone(&alice, "+49 (0)89 12-34-5x6 7")
        .unwrap();
    emulator.add_mfa_phone(&alice, "12").unwrap();
    let Some(MfaSetup::Phone { phone_numbers }) = setup().await else {
        panic!("two phones were added");
    };
    assert_eq!(phone_numbers[0].mfa_phone_id, phone);
    assert_eq!(phone_numbers[0].mfa_phone_number_suffix, "4567");
    assert_eq!(phone_numbers[1].mfa_phone_number_suffix, "12");

    auth.user().disable_user_2fa(&alice).await.unwrap();
    assert_eq!(setup().await, None);
    assert!(!alice.metadata().unwrap().mfa_enabled);
    let missing = auth.mfa().fetch_user_mfa_methods(NOBODY).await;
    assert!(missing.unwrap_err().is_not_found());
}

#[actix_web::test]
async fn a_code_of_an_app_gives_a_grant_once() {
    let (emulator, auth) = start().await;
    emulator.freeze_clock(NOW);
    let alice = emulator.create_user("alice@example.com").unwrap();
    let bob = emulator.create_user("bob@example.com").unwrap();
    let secret = emulator.set_up_totp(&alice).unwrap();
    assert_eq!(secret.len(), 32);

    let code = emulator.totp_code(&alice).unwrap();
    let call = auth
        .mfa()
        .verify_step_up_totp_challenge(totp(&alice, &code));
    let grant = call.await.unwrap().step_up_grant;
    assert_eq!(grant.expose().len(), 64);
    assert!(!format!("{:?}", grant).contains(grant.expose()));

    // Bound to the user and the action, and good once.
    assert!(!is_good(&auth, ODD, &bob, grant.expose()).await);
    assert!(!is_good(&auth, "other", &alice, grant.expose()).await);
    assert!(!is_good(&auth, ODD, &alice, ODD).await);
    assert!(is_good(&auth, ODD, &alice, grant.expose()).await);
    assert!(!is_good(&auth, ODD, &alice, grant.expose()).await);

    // No code is taken twice, nor one that is older than one that was.
    for wrong in [code.as_str(), "", ODD, "00000"] {
        let call = auth
            .mfa()
            .verify_step_up_totp_challenge(totp(&alice, wrong));
        let refused = Error::Refused(VerifyTotpChallengeRefusal::IncorrectCode);
        assert_eq!(call.await.unwrap_err().to_string(), refused.to_string());
    }
    emulator.advance_clock(Duration::from_secs(30));
    let code = emulator.totp_code(&alice).unwrap();
    let call = auth
        .mfa()
        .verify_step_up_totp_challenge(totp(&alice, &code));
    assert!(call.await.is_ok());

    for (user, refusal) in [
        (NOBODY, VerifyTotpChallengeRefusal::UserNotFound),
        (bob.id().as_str(), VerifyTotpChallengeRefusal::MfaNotEnabled),
    ] {
        let call = auth.mfa().verify_step_up_totp_challenge(totp(user, &code));
        let Error::Refused(refused) = call.await.unwrap_err() else {
            panic!("it is refused");
        };
        assert_eq!(refused, refusal);
    }
}

#[actix_web::test]
async fn a_grant_that_is_good_for_a_time_is_good_until_then() {
    let (emulator, auth) = start().await;
    emulator.freeze_clock(NOW);
    let alice = emulator.create_user("alice@example.com").unwrap();
    emulator.set_up_totp(&alice).unwrap();
    let args = |code: &str, valid_for_seconds| VerifyStepUpTotpChallengeArgs {
        grant_type: StepUpGrantType::TimeBased,
        valid_for_seconds,
        ..totp(&alice, code)
    };
    let code = emulator.totp_code(&alice).unwrap();
    let grant = auth
        .mfa()
        .verify_step_up_totp_challenge(args(&code, 90))
        .await;
    let grant = grant.unwrap().step_up_grant;
    for _ in 0..3 {
        assert!(is_good(&auth, ODD, &alice, grant.expose()).await);
    }
    emulator.advance_clock(Duration::from_secs(89));
    assert!(is_good(&auth, ODD, &alice, grant.expose()).await);
    emulator.advance_clock(Duration::from_secs(1));
    assert!(!is_good(&auth, ODD, &alice, grant.expose()).await);

    let code = emulator.totp_code(&alice).unwrap();
    let grant = auth
        .mfa()
        .verify_step_up_totp_challenge(args(&code, u64::MAX))
        .await;
    let grant = grant.unwrap().step_up_grant;
    assert!(is_good(&auth, ODD, &alice, grant.expose()).await);
    auth.user().delete_user(&alice).await.unwrap();
    assert!(!is_good(&auth, ODD, &alice, grant.expose()).await);
}

#[actix_web::test]
async fn a_migrated_app_shows_the_codes_of_its_secret() {
    let (emulator, auth) = start().await;
    // RFC 6238, appendix B: at this time this key has this code.
    emulator.freeze_clock(1_111_111_109);
    let migrated = auth
        .user()
        .migrate_user_from_external_source("alice@example.com", true)
        .existing_mfa_base32_encoded_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        .await
        .unwrap();
    assert!(
        emulator
            .user_metadata(&migrated.user_id)
            .unwrap()
            .mfa_enabled
    );
    let call = auth
        .mfa()
        .verify_step_up_totp_challenge(totp(&migrated.user_id, "081804"));
    assert!(call.await.is_ok());
}

#[actix_web::test]
async fn a_code_by_sms_gives_a_grant() {
    let (emulator, auth) = start().await;
    emulator.freeze_clock(NOW);
    let alice = emulator.create_user("alice@example.com").unwrap();
    let bob = emulator.create_user("bob@example.com").unwrap();
    let phone = emulator.add_mfa_phone(&alice, "+49 89 1234567").unwrap();
    let args = |user_id: &UserId| SendSmsMfaCodeArgs {
        action_type: ODD.to_owned(),
        user_id: user_id.clone(),
        mfa_phone_id: phone.clone(),
        grant_type: StepUpGrantType::OneTimeUse,
        valid_for_seconds: 60,
    };
    let send = async || {
        auth.mfa()
            .send_sms_mfa_code(args(alice.id()))
            .await
            .unwrap()
            .challenge_id
    };
    let last_code = || emulator.sms_outbox().pop().unwrap().code;
    let try_code = async |id: &str, user: &str, code: &str| {
        auth.mfa().verify_sms_challenge(id, user, code).await
    };

    let challenge = send().await;
    let sms = emulator.sms_outbox().pop().unwrap();
    assert_eq!((sms.to.as_str(), sms.sent_at), ("+49 89 1234567", NOW));
    assert_eq!(sms.user_id, *alice.id());
    let error = try_code(&challenge, alice.id(), "x").await.unwrap_err();
    assert!(matches!(
        error,
        Error::Refused(VerifySmsChallengeRefusal::IncorrectCode)
    ));
    let grant = try_code(&challenge, alice.id(), &sms.code)
        .await
        .unwrap()
        .step_up_grant;
    assert!(is_good(&auth, ODD, &alice, grant.expose()).await);
    assert!(!is_good(&auth, ODD, &alice, grant.expose()).await);

    // It is used up; it dies of age and of guessing; and it is nobody else's.
    let error = try_code(&challenge, alice.id(), &sms.code)
        .await
        .unwrap_err();
    assert!(!error.field_errors().unwrap().get("challenge_id").is_empty());
    let challenge = send().await;
    emulator.advance_clock(Duration::from_secs(600));
    let error = try_code(&challenge, alice.id(), &last_code())
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        Error::Refused(VerifySmsChallengeRefusal::IncorrectCode)
    ));
    let challenge = send().await;
    for _ in 0..5 {
        try_code(&challenge, alice.id(), "wrong").await.unwrap_err();
    }
    assert!(
        try_code(&challenge, alice.id(), &last_code())
            .await
            .is_err()
    );
    emulator.add_mfa_phone(&bob, "1").unwrap();
    let challenge = send().await;
    assert!(try_code(&challenge, bob.id(), &last_code()).await.is_err());
    assert!(try_code(&challenge, alice.id(), &last_code()).await.is_ok());

    // Whose phone it is matters as well.
    let error = auth
        .mfa()
        .send_sms_mfa_code(args(bob.id()))
        .await
        .unwrap_err();
    assert!(!error.field_errors().unwrap().get("mfa_phone_id").is_empty());
    emulator.set_up_totp(&bob).unwrap();
    let error = auth
        .mfa()
        .send_sms_mfa_code(args(bob.id()))
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        Error::Refused(SendSmsMfaCodeRefusal::MfaNotEnabled)
    ));
    let error = try_code(&challenge, bob.id(), "1").await.unwrap_err();
    assert!(matches!(
        error,
        Error::Refused(VerifySmsChallengeRefusal::MfaNotEnabled)
    ));
    let error = auth
        .mfa()
        .send_sms_mfa_code(args(&NOBODY.into()))
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    assert!(
        try_code(&challenge, NOBODY, "1")
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[actix_web::test]
async fn wrong_fields_are_named_in_every_spelling() {
    let (emulator, auth) = start().await;
    let args = VerifyStepUpTotpChallengeArgs {
        action_type: String::new(),
        user_id: ODD.into(),
        code: ODD.into(),
        grant_type: ODD.into(),
        valid_for_seconds: 0,
    };
    let error = auth
        .mfa()
        .verify_step_up_totp_challenge(args)
        .await
        .unwrap_err();
    let errors = error.field_errors().unwrap();
    let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        ["action_type", "grant_type", "user_id", "valid_for_seconds"]
    );

    let path = "/api/backend/v1/mfa/step-up/verify-grant";
    let body = json!({ "action_type": "a", "user_id": NOBODY, "grant": "x" });
    let (status, reply) = send(&emulator, "POST", path, &body).await;
    assert_eq!(
        (status, &reply["error_code"]),
        (400, &json!("invalid_request_fields"))
    );
    for name in ["field_errors", "field_to_errors"] {
        assert_eq!(reply[name], json!({ "grant": "grant_not_found" }), "{name}");
    }
    let (status, reply) = send(&emulator, "POST", path, &json!({ "user_id": NOBODY })).await;
    assert_eq!(
        (status, &reply["error_code"]),
        (400, &json!("invalid_request_fields"))
    );
    for name in ["field_errors", "field_to_errors", "user_facing_errors"] {
        assert!(reply[name].get("action_type").is_some(), "{name}: {reply}");
    }
    let path = "/api/backend/v1/mfa/step-up/verify-totp";
    let body = json!({
        "action_type": "a", "user_id": NOBODY, "code": "1", "grant_type": "TIME_BASED",
        "valid_for_seconds": 1,
    });
    let (_, reply) = send(&emulator, "POST", path, &body).await;
    assert_eq!(reply["error_code"], "user_not_found");
    assert!(reply["user_facing_error"].is_string());
}

#[actix_web::test]
async fn a_plan_may_lack_it() {
    let emulator = Emulator::builder()
        .without_step_up_mfa()
        .start()
        .await
        .unwrap();
    let auth = connect(&emulator);
    let alice = emulator.create_user("alice@example.com").unwrap();
    let call = auth.mfa().verify_step_up_totp_challenge(totp(&alice, "1"));
    let error = call.await.unwrap_err();
    assert!(matches!(
        error,
        Error::Refused(VerifyTotpChallengeRefusal::FeatureGated)
    ));
    let error = auth
        .mfa()
        .verify_step_up_grant("a", &alice, "g")
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        Error::Refused(VerifyStepUpGrantRefusal::FeatureGated)
    ));
    assert_eq!(
        auth.mfa()
            .fetch_user_mfa_methods(&alice)
            .await
            .unwrap()
            .mfa_setup,
        None
    );
}
