//! The members of the project's own team.

use crate::{
    api::Employee,
    emulator::{
        control::{Emulator, EmulatorError, emulated_user::LIFETIME},
        state::{case_fold, ids::canonical, is_email},
    },
    id::{EmployeeId, UserId},
};

impl Emulator {
    /// Adds a member of the project's own team, and returns the id.
    ///
    /// # Errors
    ///
    /// Fails when the address is no address.
    pub fn add_employee(&self, email: impl Into<String>) -> Result<EmployeeId, EmulatorError> {
        let email = email.into();
        if !is_email(&email) {
            return Err(EmulatorError::Rejected("no e-mail address".to_owned()));
        }
        let mut store = self.store();
        let employee_id = EmployeeId::from(store.ids.uuid_of(&["employee", &case_fold(&email)]));
        let employee = Employee { email };
        store.employees.insert(employee_id.clone(), employee);
        Ok(employee_id)
    }

    /// Signs the access token that a member of the project's own team has who impersonates a
    /// user, good for 30 minutes.
    ///
    /// It says who impersonates. The user does not count as active, nor as logged in.
    ///
    /// # Errors
    ///
    /// Fails when there is no such employee or user, and when the user is disabled.
    pub fn impersonate(
        &self,
        employee_id: impl Into<EmployeeId>,
        user_id: impl Into<UserId>,
    ) -> Result<String, EmulatorError> {
        let store = self.store();
        store
            .impersonation_token(&canonical(employee_id), &canonical(user_id), LIFETIME)
            .map_err(EmulatorError::Rejected)
    }
}
