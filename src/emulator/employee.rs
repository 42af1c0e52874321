//! The members of the project's own team.

use super::{
    Emulator, EmulatorError,
    dispatch::{Handle, Rejection},
    store::Store,
    user::is_email,
    user_handle::LIFETIME,
    uuid::canonical,
};
use crate::{
    api::{Employee, FetchEmployeeById, NotFound},
    id::{EmployeeId, UserId},
};

impl Handle<FetchEmployeeById> for Store {
    fn handle(&mut self, request: FetchEmployeeById) -> Result<Employee, Rejection<NotFound>> {
        let employee = self.employees.get(&request.employee_id);
        employee
            .cloned()
            .ok_or_else(|| Rejection::missing("employee", &request.employee_id))
    }
}

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
        let employee_id = EmployeeId::from(store.ids.uuid());
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
