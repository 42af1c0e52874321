//! The code of a login that is sent to the user's phone.

use crate::emulator::state::{Happening, Purpose, SecondFactor, Store};

/// The action of the challenge, which no backend can name: theirs begin with no space.
const ACTION: &str = " login";

/// How long the code can be used, in seconds.
const LIFETIME: u64 = 10 * 60;

/// Sends the code, if the login needs one and the user's second factor is a phone.
pub(super) fn send_login_code(store: &mut Store, session: &str) {
    let Some((user_id, phone)) = waiting_phone(store, session) else {
        return;
    };
    store.happenings.push(Happening::PhoneCodeSent {
        user_id: user_id.clone(),
        phone_number: phone.clone(),
    });
    let now = store.now();
    let purpose = Purpose {
        user_id,
        action_type: ACTION.to_owned(),
        is_one_time: true,
        valid_for_seconds: LIFETIME,
    };
    let challenge = store.mfa.send(&mut store.ids, &phone, purpose, now);
    if let Some(session) = store.sessions.get_mut(session) {
        session.sms_challenge = Some(challenge);
    }
}

/// Returns the user and the first phone of a login that needs a code.
fn waiting_phone(store: &Store, session: &str) -> Option<(crate::words::ids::UserId, String)> {
    let session = store.session(session)?;
    let user = store.users.get(&session.user_id)?;
    match &user.account.second_factor {
        Some(SecondFactor::Phones(phones)) if session.needs_second_factor => {
            Some((session.user_id.clone(), phones.first()?.number.clone()))
        }
        _ => None,
    }
}
