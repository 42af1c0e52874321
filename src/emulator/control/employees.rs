//! Employees: members of the project's own team, who can impersonate users.

use crate::{
    emulator::{
        control::{Emulator, EmulatorError},
        state::{Happening, Store, TOKEN_LIFETIME, ids::canonical},
    },
    words::ids::{EmployeeId, UserId},
};

impl Emulator {
    /// Adds an employee and returns the employee's id.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the email address is invalid.
    pub fn add_employee(&self, email: impl Into<String>) -> Result<EmployeeId, EmulatorError> {
        self.store()
            .add_employee(&email.into())
            .map_err(EmulatorError::rejected)
    }

    /// Returns the access token of an employee who impersonates a user, valid for 30 minutes.
    ///
    /// The token contains the employee's id. The user does not become active or logged in.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// let support = emulator.add_employee("support@example.com")?;
    /// let header = format!("Bearer {}", emulator.impersonate(&support, &alice)?);
    ///
    /// let auth = emulator.propel_auth().await?;
    /// let user = auth.validate_access_token_and_get_user(header.as_str())?;
    /// assert!(user.is_impersonated());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the employee or the user does not exist, or if the
    /// user is disabled.
    pub fn impersonate(
        &self,
        employee_id: impl Into<EmployeeId>,
        user_id: impl Into<UserId>,
    ) -> Result<String, EmulatorError> {
        impersonate(
            &mut self.store(),
            canonical(employee_id),
            canonical(user_id),
        )
    }

    /// Returns the id and the email address of each employee.
    #[must_use]
    pub fn employees(&self) -> Vec<(EmployeeId, String)> {
        let store = self.store();
        let employees = store.employees.iter();
        employees
            .map(|(id, employee)| (id.clone(), employee.email.clone()))
            .collect()
    }
}

/// Returns the access token of an employee who impersonates a user.
pub(super) fn impersonate(
    store: &mut Store,
    employee_id: EmployeeId,
    user_id: UserId,
) -> Result<String, EmulatorError> {
    let token = store
        .impersonation_token(&employee_id, &user_id, TOKEN_LIFETIME)
        .map_err(EmulatorError::Rejected)?;
    store.happenings.push(Happening::Impersonated {
        user_id,
        employee_id,
    });
    Ok(token)
}
