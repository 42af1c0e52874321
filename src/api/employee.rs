//! Employees: the members of your own team, who can impersonate users.

use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, response::entity},
    words::ids::EmployeeId,
};

endpoints! {
    /// Fetches employees: the members of your own team in PropelAuth's dashboard.
    ///
    /// ```no_run
    /// use actix_web_propelauth::{PropelAuth, User};
    ///
    /// async fn log_impersonation(
    ///     auth: &PropelAuth,
    ///     user: &User,
    /// ) -> Result<(), Box<dyn std::error::Error>> {
    ///     if let Some(id) = &user.impersonator_user_id {
    ///         let employee = auth.employee().fetch_employee_by_id(id).await?;
    ///         println!("{} acts as {}", employee.email, user.email);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub group EmployeeApi;

    /// Fetches one employee by id, such as the one who impersonates a user.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such employee.
    Read GET "/api/backend/v1/employee/{employee_id}"
    fetch_employee_by_id: FetchEmployeeById(employee_id: EmployeeId) -> Employee | NotFound;
}

entity! {
    /// An employee: a member of your own team.
    #[derive(PartialEq, Eq)]
    pub struct Employee {
        required {
            /// The email address.
            email: String,
        }
    }
}
