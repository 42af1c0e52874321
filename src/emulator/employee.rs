//! The members of the project's own team.

use super::{
    Emulator, EmulatorError,
    dispatch::{Handle, Rejection},
    store::Store,
    user::is_email,
};
use crate::{
    api::{Employee, FetchEmployeeById, NotFound},
    id::EmployeeId,
};

impl Handle<FetchEmployeeById> for Store {
    fn handle(&mut self, request: FetchEmployeeById) -> Result<Employee, Rejection<NotFound>> {
        let employee = self.employees.get(&request.employee_id);
        employee
            .cloned()
            .ok_or(Rejection::Refused(NotFound::NotFound))
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
}
