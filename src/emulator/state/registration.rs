//! Creating users and employees, and the emails that ask them to confirm their addresses.

use std::collections::BTreeMap;

use crate::{
    api::{Employee, SerializableSecret, UserMetadata},
    emulator::state::{
        Account, EmailKind, EmulatedEmail, LinkPurpose, Password, Store, UserRecord, case_fold,
        is_email,
    },
    words::ids::{EmployeeId, UserId},
};

impl Store {
    pub(crate) fn hashed(&mut self, password: Option<&SerializableSecret>) -> Option<Password> {
        password.map(|password| Password::new(password, self.ids.hex(2)))
    }

    /// Creates a user with nothing but an email address, to be completed and inserted.
    pub(crate) fn new_user(&mut self, email: String) -> UserRecord {
        let now = self.now();
        let number = self.login_state.users_created;
        self.login_state.users_created = number.saturating_add(1);
        let user_id = UserId::from(self.ids.uuid_of(&["user", &case_fold(&email)]));
        UserRecord {
            metadata: UserMetadata {
                user_id,
                email,
                email_confirmed: false,
                has_password: false,
                username: None,
                first_name: None,
                last_name: None,
                picture_url: None,
                locked: false,
                enabled: true,
                mfa_enabled: false,
                can_create_orgs: false,
                update_password_required: false,
                created_at: now,
                last_active_at: now,
                legacy_user_id: None,
                impersonator_user_id: None,
                metadata: None,
                properties: None,
                org_id_to_org_info: None,
            },
            memberships: BTreeMap::new(),
            account: Account {
                number,
                ..Account::default()
            },
        }
    }

    pub(crate) fn insert_user(&mut self, user: UserRecord) -> UserId {
        let user_id = user.metadata.user_id.clone();
        self.users.insert(user_id.clone(), user);
        user_id
    }

    /// Adds an employee, or returns the reason if the email address is invalid.
    pub(crate) fn add_employee(&mut self, email: &str) -> Result<EmployeeId, &'static str> {
        if !is_email(email) {
            return Err("not a valid email address");
        }
        let employee_id = EmployeeId::from(self.ids.uuid_of(&["employee", &case_fold(email)]));
        let employee = Employee {
            email: email.to_owned(),
        };
        self.employees.insert(employee_id.clone(), employee);
        Ok(employee_id)
    }

    /// Sends a confirmation email at the first login, unless one was sent before.
    pub(crate) fn send_first_confirmation(&mut self, user_id: &UserId) {
        let user = self.users.get(user_id);
        let needs_email = user.is_some_and(|user| {
            !user.metadata.email_confirmed && user.account.confirmations_sent.is_empty()
        });
        if needs_email {
            self.send_confirmation(user_id);
        }
    }

    /// Sends an email that concerns no organization.
    pub(crate) fn send_email(
        &mut self,
        to: String,
        kind: EmailKind,
        user_id: Option<UserId>,
        link: String,
    ) {
        let sent_at = self.now();
        self.login_state.emails.push(EmulatedEmail {
            to,
            user_id,
            org_id: None,
            role: None,
            kind,
            sent_at,
            link: Some(link),
        });
    }

    /// Sends the email that asks to confirm the requested address, or else the current one.
    pub(crate) fn send_confirmation(&mut self, user_id: &UserId) {
        let now = self.now();
        let Some(mut user) = self.users.get_mut(user_id) else {
            return;
        };
        user.account.confirmations_sent.push(now);
        let (to, kind) = match user.account.pending_email.clone() {
            Some(email) => (email, EmailKind::ConfirmNewEmail),
            None => (user.metadata.email.clone(), EmailKind::ConfirmEmail),
        };
        drop(user);
        let link = self.new_email_link(LinkPurpose::ConfirmEmail {
            user_id: user_id.clone(),
            email: to.clone(),
        });
        self.send_email(to, kind, Some(user_id.clone()), link);
    }
}
