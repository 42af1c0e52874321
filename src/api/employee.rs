//! Your own team's members, who may impersonate users.

use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, response::entity},
    id::EmployeeId,
};

endpoints! {
    /// Fetches the members of your own team.
    pub group EmployeeApi;

    /// Fetches a member of your own team, such as the one who impersonates a user.
    Read GET "/api/backend/v1/employee/{employee_id}"
    fetch_employee_by_id: FetchEmployeeById(employee_id: EmployeeId) -> Employee | NotFound;
}

entity! {
    /// A member of your own team.
    #[derive(PartialEq, Eq)]
    pub struct Employee {
        required {
            /// The e-mail address.
            email: String,
        }
    }
}
