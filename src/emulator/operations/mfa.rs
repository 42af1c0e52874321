//! Second factors, and step-up challenges and grants.

use crate::{
    api::{
        FetchUserMfaMethods, FieldErrors, MfaPhone, MfaSetup, NotFound, SendSmsMfaCode,
        SendSmsMfaCodeRefusal, SmsChallenge, StepUpGrant, StepUpGrantType, UnknownGrant,
        UserMfaMethods, VerifySmsChallenge, VerifySmsChallengeRefusal, VerifyStepUpGrant,
        VerifyStepUpGrantRefusal, VerifyStepUpTotpChallenge, VerifyTotpChallengeRefusal,
    },
    emulator::{
        operations::{
            checks::check_uuid,
            handler::{Handler, Rejection},
        },
        state::{CodeCheck, Happening, Purpose, SecondFactor, Store, totp},
    },
    endpoint::field_errors::{not_one_of, quoted},
    words::ids::UserId,
};

impl Handler<FetchUserMfaMethods> for Store {
    fn handle(
        &mut self,
        request: FetchUserMfaMethods,
    ) -> Result<UserMfaMethods, Rejection<NotFound>> {
        let user = self.users.get(&request.user_id);
        let user = user.ok_or_else(|| Rejection::missing("user", &request.user_id))?;
        let factor = user.account.second_factor.as_ref();
        let mfa_setup = factor.map(|factor| match factor {
            SecondFactor::Totp { .. } => MfaSetup::Totp,
            SecondFactor::Phones(phones) => MfaSetup::Phone {
                phone_numbers: phones
                    .iter()
                    .map(|phone| MfaPhone {
                        mfa_phone_id: phone.id.clone(),
                        mfa_phone_number_suffix: suffix(&phone.number),
                    })
                    .collect(),
            },
        });
        Ok(UserMfaMethods { mfa_setup })
    }
}

impl Handler<VerifyStepUpTotpChallenge> for Store {
    fn handle(
        &mut self,
        request: VerifyStepUpTotpChallenge,
    ) -> Result<StepUpGrant, Rejection<VerifyTotpChallengeRefusal>> {
        use VerifyTotpChallengeRefusal as Refusal;

        self.check_step_up(Refusal::FeatureGated)?;
        let purpose = purpose(
            request.user_id,
            request.action_type,
            &request.grant_type,
            request.valid_for_seconds,
        )
        .map_err(Rejection::Fields)?;
        let now = self.now();
        let user = self.users.get_mut(&purpose.user_id);
        let mut user = user.ok_or(Rejection::Refused(Refusal::UserNotFound))?;
        let Some(SecondFactor::Totp { secret, used_step }) = &mut user.account.second_factor else {
            return Err(Rejection::Refused(Refusal::MfaNotEnabled));
        };
        let key = totp::key(secret.expose()).unwrap_or_default();
        let step = totp::step(&key, now, request.code.expose())
            .filter(|step| used_step.is_none_or(|used| used < *step))
            .ok_or(Rejection::Refused(Refusal::IncorrectCode))?;
        *used_step = Some(step);
        drop(user);
        Ok(self.grant(purpose))
    }
}

impl Handler<VerifyStepUpGrant> for Store {
    fn handle(
        &mut self,
        request: VerifyStepUpGrant,
    ) -> Result<(), Rejection<VerifyStepUpGrantRefusal>> {
        self.check_step_up(VerifyStepUpGrantRefusal::FeatureGated)?;
        let VerifyStepUpGrant {
            action_type,
            user_id,
            grant,
        } = request;
        let now = self.now();
        if !self
            .mfa
            .consume_grant(grant.expose(), &user_id, &action_type, now)
        {
            let refusal = VerifyStepUpGrantRefusal::GrantNotFound(UnknownGrant);
            return Err(Rejection::Refused(refusal));
        }
        Ok(())
    }
}

impl Handler<SendSmsMfaCode> for Store {
    fn handle(
        &mut self,
        request: SendSmsMfaCode,
    ) -> Result<SmsChallenge, Rejection<SendSmsMfaCodeRefusal>> {
        use SendSmsMfaCodeRefusal as Refusal;

        self.check_step_up(Refusal::FeatureGated)?;
        let purpose = purpose(
            request.user_id,
            request.action_type,
            &request.grant_type,
            request.valid_for_seconds,
        )
        .map_err(Rejection::Fields)?;
        let user = self.users.get(&purpose.user_id);
        let user = user.ok_or(Rejection::Refused(Refusal::UserNotFound))?;
        let Some(SecondFactor::Phones(phones)) = &user.account.second_factor else {
            return Err(Rejection::Refused(Refusal::MfaNotEnabled));
        };
        let phone = phones.iter().find(|phone| phone.id == request.mfa_phone_id);
        let phone = phone.ok_or_else(|| {
            let reason = format!("The user has no phone {}", quoted(&request.mfa_phone_id));
            Rejection::Fields(FieldErrors::one("mfa_phone_id", reason))
        })?;
        self.happenings.push(Happening::PhoneCodeSent {
            user_id: purpose.user_id.clone(),
            phone_number: phone.number.clone(),
        });
        let now = self.project.clock.now();
        let challenge_id = self.mfa.send(&mut self.ids, &phone.number, purpose, now);
        Ok(SmsChallenge { challenge_id })
    }
}

impl Handler<VerifySmsChallenge> for Store {
    fn handle(
        &mut self,
        request: VerifySmsChallenge,
    ) -> Result<StepUpGrant, Rejection<VerifySmsChallengeRefusal>> {
        use VerifySmsChallengeRefusal as Refusal;

        self.check_step_up(Refusal::FeatureGated)?;
        let VerifySmsChallenge {
            challenge_id,
            user_id,
            code,
        } = request;
        let user = self.users.get(&user_id);
        let user = user.ok_or(Rejection::Refused(Refusal::UserNotFound))?;
        let Some(SecondFactor::Phones(_)) = &user.account.second_factor else {
            return Err(Rejection::Refused(Refusal::MfaNotEnabled));
        };
        let now = self.now();
        let tried = self
            .mfa
            .check_code(&challenge_id, &user_id, code.expose(), now);
        match tried {
            CodeCheck::Correct(purpose) => Ok(self.grant(purpose)),
            CodeCheck::Wrong => Err(Rejection::Refused(Refusal::IncorrectCode)),
            CodeCheck::Unknown => {
                let reason = format!("There is no challenge {}", quoted(&challenge_id));
                Err(Rejection::Fields(FieldErrors::one("challenge_id", reason)))
            }
        }
    }
}

impl Store {
    fn grant(&mut self, purpose: Purpose) -> StepUpGrant {
        let names = ["step-up grant", &purpose.user_id, &purpose.action_type];
        let (token, now) = (self.ids.hex_of(&names, 4), self.now());
        self.mfa.grant(purpose, token, now)
    }

    fn check_step_up<R>(&self, refusal: R) -> Result<(), Rejection<R>> {
        if !self.project.step_up_mfa_enabled {
            return Err(Rejection::Refused(refusal));
        }
        Ok(())
    }
}

fn purpose(
    user_id: UserId,
    action_type: String,
    grant_type: &StepUpGrantType,
    valid_for_seconds: u64,
) -> Result<Purpose, FieldErrors> {
    let mut errors = FieldErrors::default();
    check_uuid(&mut errors, "user_id", &user_id);
    if action_type.is_empty() {
        errors.add("action_type", "Cannot be empty");
    }
    if let StepUpGrantType::Other(grant_type) = grant_type {
        let reason = not_one_of(grant_type, "grant type", StepUpGrantType::TEXTS);
        errors.add("grant_type", reason);
    }
    if valid_for_seconds == 0 {
        errors.add("valid_for_seconds", "Must be at least 1");
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Purpose {
        user_id,
        action_type,
        is_one_time: *grant_type == StepUpGrantType::OneTimeUse,
        valid_for_seconds,
    })
}

/// Returns the last four digits of a phone number.
fn suffix(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let skipped = digits.len().saturating_sub(4);
    digits.into_iter().skip(skipped).collect()
}
