//! Random walks through logins, compared with a model: the table of what each step demands.

use proptest::prelude::*;
use serde_json::{Map, json};

use super::{
    Code, NewOrg, ProfileChange, SecurityStatus, confirm_email, create_own_org,
    disable_second_factor, enable_second_factor, log_in, remove_member, resend_confirmation,
    security_status, update_metadata, update_password, verify_second_factor,
};
use crate::{
    emulator::state::{LoginStep, SecondFactor, Store, totp},
    proptest_strategies::cases,
    words::ids::UserId,
};

/// What can happen.
#[derive(Clone, Copy, Debug)]
enum Act {
    LogIn,
    WrongPassword,
    LogOut,
    Verify,
    WrongCode,
    Confirm,
    ChoosePassword,
    FillIn,
    SetUpFactor,
    RemoveFactor,
    FoundOrg,
    LeaveOrg,
    // By the backend, or in the settings of the project.
    AskForPassword,
    ForgetProperty,
    Demand(Demand),
    Drop(Demand),
    Disable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Demand {
    Confirmation,
    Property,
    Factor,
    Org,
}

/// What is true of the user, the session and the project, as the model has it.
#[derive(Clone, Debug, Default)]
struct Model {
    is_in: bool,
    waits_for_code: bool,
    is_confirmed: bool,
    must_change_password: bool,
    has_property: bool,
    has_factor: bool,
    has_org: bool,
    demands: Vec<Demand>,
}

impl Model {
    fn demands(&self, demand: Demand) -> bool {
        self.demands.contains(&demand)
    }

    /// The table, from the first row that holds.
    fn step(&self) -> LoginStep {
        let rows = [
            (!self.is_in, LoginStep::LoginRequired),
            (self.waits_for_code, LoginStep::TwoFactorRequired),
            (
                self.demands(Demand::Confirmation) && !self.is_confirmed,
                LoginStep::ConfirmEmailRequired,
            ),
            (self.must_change_password, LoginStep::UpdatePasswordRequired),
            (
                self.demands(Demand::Property) && !self.has_property,
                LoginStep::UserMetadataRequired,
            ),
            (
                self.demands(Demand::Factor) && !self.has_factor,
                LoginStep::TwoFactorEnablementRequired,
            ),
            (
                self.demands(Demand::Org) && !self.has_org,
                LoginStep::OrgCreationRequired,
            ),
        ];
        let row = rows.iter().find(|(holds, _)| *holds);
        row.map_or(LoginStep::Finished, |(_, step)| *step)
    }

    /// Returns the code of the refusal of what needs a confirmed address.
    fn refusal(&self) -> Option<Code> {
        match self.step() {
            LoginStep::LoginRequired | LoginStep::TwoFactorRequired => Some(Code::NotLoggedIn),
            LoginStep::ConfirmEmailRequired => Some(Code::EmailNotConfirmed),
            _ => None,
        }
    }
}

/// The emulator, walked through the same way.
struct World {
    store: Store,
    user_id: UserId,
    session: String,
    password: String,
    model: Model,
}

const EMAIL: &str = "alice@acme.example";

impl World {
    fn new() -> Self {
        let mut store = Store::default();
        store.project.clock.freeze(1_900_000_000);
        let mut user = store.new_user(EMAIL.to_owned());
        user.account.password = store.hashed(Some(&"first".into()));
        user.metadata.has_password = true;
        let user_id = store.insert_user(user);
        store.send_confirmation(&user_id);
        Self {
            store,
            user_id,
            session: String::new(),
            password: "first".to_owned(),
            model: Model::default(),
        }
    }

    /// Returns the code of the user's app, which is another one each time.
    fn code(&mut self) -> String {
        let now = self.store.now();
        self.store.project.clock.freeze(now + 30);
        let user = self.store.users.get(&self.user_id).unwrap();
        let Some(SecondFactor::Totp { secret, .. }) = &user.account.second_factor else {
            return "000000".to_owned();
        };
        totp::code(&totp::key(secret.expose()).unwrap(), now + 30)
    }

    fn act(&mut self, act: Act) {
        let before = self.store.snapshot();
        let refused = self.try_act(act);
        assert_eq!(
            self.store.login_step(&self.session),
            self.model.step(),
            "{act:?} {:?}",
            self.model
        );
        // Wrong codes and passwords are counted.
        let counts = matches!(act, Act::WrongCode | Act::WrongPassword | Act::Verify);
        if refused.is_some() && !counts {
            assert_eq!(self.store.snapshot(), before, "{act:?} was refused");
        }
    }

    /// Does it in both worlds, and returns the code of the refusal, which the model foresees.
    fn try_act(&mut self, act: Act) -> Option<Code> {
        let session = self.session.clone();
        let foreseen = self.model.refusal();
        let (store, model) = (&mut self.store, &mut self.model);
        let code = match act {
            Act::LogIn => {
                let entered = log_in(store, EMAIL, &self.password).unwrap();
                entered.refresh_token.expose().clone_into(&mut self.session);
                (model.is_in, model.waits_for_code) = (true, model.has_factor);
                return None;
            }
            Act::WrongPassword => {
                // Never ten times in a row.
                let code = log_in(store, EMAIL, "wrong").unwrap_err().code;
                store
                    .users
                    .get_mut(&self.user_id)
                    .unwrap()
                    .account
                    .failed_logins = 0;
                assert_eq!(code, Code::UserNotFound);
                return Some(code);
            }
            Act::LogOut => {
                store.end_session(&session);
                (model.is_in, model.waits_for_code) = (false, false);
                return None;
            }
            Act::Verify => {
                let waits = model.is_in && model.waits_for_code;
                let code = self.code();
                let verified = verify_second_factor(&mut self.store, &session, &code);
                assert_eq!(verified.is_ok(), waits);
                self.model.waits_for_code &= !waits;
                return verified.err().map(|refusal| refusal.code);
            }
            Act::WrongCode => {
                let refused = verify_second_factor(store, &session, "x").unwrap_err().code;
                let mut user = store.users.get_mut(&self.user_id).unwrap();
                user.account.wrong_codes = 0;
                let waits = model.is_in && model.waits_for_code;
                let code = match waits {
                    true => Code::InvalidRequestFields,
                    false => Code::InvalidMfaCookie,
                };
                assert_eq!(refused, code);
                return Some(refused);
            }
            Act::Confirm => {
                let mut tokens = store.login_state.links.keys();
                let token = tokens.next().cloned().unwrap_or_default();
                if confirm_email(store, &token).is_ok() {
                    model.is_confirmed = true;
                }
                return None;
            }
            Act::AskForPassword => {
                let mut user = store.users.get_mut(&self.user_id).unwrap();
                user.metadata.update_password_required = true;
                model.must_change_password = true;
                return None;
            }
            Act::ForgetProperty => {
                let mut user = store.users.get_mut(&self.user_id).unwrap();
                user.metadata.properties = None;
                model.has_property = false;
                return None;
            }
            Act::Demand(demand) | Act::Drop(demand) => {
                let is_on = matches!(act, Act::Demand(_));
                model.demands.retain(|it| *it != demand);
                model.demands.extend(is_on.then_some(demand));
                let settings = &mut store.project.settings;
                match demand {
                    Demand::Confirmation => settings.require_email_confirmation = is_on,
                    Demand::Factor => settings.all_users_must_setup_2fa = is_on,
                    Demand::Org => settings.users_must_be_in_an_organization = is_on,
                    Demand::Property => {
                        let property =
                            json!({ "name": "p", "display_name": "P", "field_type": "Text" });
                        let list = if is_on { json!([property]) } else { json!([]) };
                        let properties = json!({ "custom_properties": list });
                        settings.user_properties = serde_json::from_value(properties).unwrap();
                    }
                }
                return None;
            }
            Act::Disable => {
                // Disabling ends all sessions; the user is enabled again at once.
                store.drop_sessions(&self.user_id);
                (model.is_in, model.waits_for_code) = (false, false);
                return None;
            }
            Act::ChoosePassword => {
                let new = format!("{}x", self.password);
                let done =
                    update_password(store, &session, Some(&self.password), &new.as_str().into());
                if done.is_ok() {
                    self.password = new;
                    model.must_change_password = false;
                }
                done.err().map(|refusal| refusal.code)
            }
            Act::FillIn => {
                let properties = Map::from_iter([("p".to_owned(), json!("x"))]);
                let change = ProfileChange {
                    properties,
                    ..ProfileChange::default()
                };
                let done = update_metadata(store, &session, change);
                model.has_property |= done.is_ok();
                done.err().map(|refusal| refusal.code)
            }
            Act::SetUpFactor => {
                let status = security_status(store, &session);
                let done = status.and_then(|status| match status {
                    SecurityStatus::Disabled { secret, .. } => {
                        let key = totp::key(secret.expose()).unwrap();
                        let code = totp::code(&key, store.now());
                        enable_second_factor(store, &session, &code)
                    }
                    SecurityStatus::Enabled { .. } => Ok(()),
                });
                model.has_factor |= done.is_ok();
                done.err().map(|refusal| refusal.code)
            }
            Act::RemoveFactor => {
                if foreseen.is_none() && !model.has_factor {
                    return None;
                }
                let done = disable_second_factor(store, &session);
                model.has_factor &= done.is_err();
                done.err().map(|refusal| refusal.code)
            }
            Act::FoundOrg => {
                let new = NewOrg {
                    name: "Acme".to_owned(),
                    autojoin_by_domain: false,
                    restrict_to_domain: false,
                };
                let done = create_own_org(store, &session, new);
                model.has_org |= done.is_ok();
                done.err().map(|refusal| refusal.code)
            }
            Act::LeaveOrg => {
                // The only owner cannot leave, so that the organization is deleted.
                let orgs: Vec<_> = store.orgs.keys().cloned().collect();
                for org_id in orgs {
                    assert!(remove_member(store, &session, &org_id, &self.user_id).is_err());
                    store.orgs.remove(&org_id);
                    let mut user = store.users.get_mut(&self.user_id).unwrap();
                    user.memberships.clear();
                }
                model.has_org = false;
                return None;
            }
        };
        assert_eq!(code, foreseen, "{act:?} {:?}", self.model);
        code
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let demand = prop_oneof![
        Just(Demand::Confirmation),
        Just(Demand::Property),
        Just(Demand::Factor),
        Just(Demand::Org),
    ];
    let act = prop_oneof![
        4 => Just(Act::LogIn),
        1 => Just(Act::WrongPassword),
        1 => Just(Act::LogOut),
        3 => Just(Act::Verify),
        1 => Just(Act::WrongCode),
        1 => Just(Act::Confirm),
        2 => Just(Act::ChoosePassword),
        2 => Just(Act::FillIn),
        2 => Just(Act::SetUpFactor),
        1 => Just(Act::RemoveFactor),
        2 => Just(Act::FoundOrg),
        1 => Just(Act::LeaveOrg),
        1 => Just(Act::AskForPassword),
        1 => Just(Act::ForgetProperty),
        4 => demand.clone().prop_map(Act::Demand),
        1 => demand.prop_map(Act::Drop),
        1 => Just(Act::Disable),
    ];
    proptest::collection::vec(act, 1..60)
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn a_login_takes_the_steps_of_the_table(acts in acts()) {
        let mut world = World::new();
        for act in acts {
            world.act(act);
        }
    }
}

#[test]
fn one_login_goes_through_every_step() {
    let mut world = World::new();
    for demand in [
        Demand::Confirmation,
        Demand::Property,
        Demand::Factor,
        Demand::Org,
    ] {
        world.act(Act::Demand(demand));
    }
    world.act(Act::AskForPassword);
    for (act, step) in [
        (Act::LogIn, LoginStep::ConfirmEmailRequired),
        (Act::Confirm, LoginStep::UpdatePasswordRequired),
        (Act::ChoosePassword, LoginStep::UserMetadataRequired),
        (Act::FillIn, LoginStep::TwoFactorEnablementRequired),
        (Act::SetUpFactor, LoginStep::OrgCreationRequired),
        (Act::FoundOrg, LoginStep::Finished),
        (Act::LogOut, LoginStep::LoginRequired),
        (Act::LogIn, LoginStep::TwoFactorRequired),
        (Act::Verify, LoginStep::Finished),
        (Act::RemoveFactor, LoginStep::TwoFactorEnablementRequired),
    ] {
        world.act(act);
        assert_eq!(world.model.step(), step, "{act:?}");
    }
    resend_confirmation(&mut world.store, &world.session).unwrap_err();
}
