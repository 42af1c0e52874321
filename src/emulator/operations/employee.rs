//! Fetching employees: members of the project's own team.

use crate::{
    api::{Employee, FetchEmployeeById, NotFound},
    emulator::{
        operations::handler::{Handler, Rejection},
        state::Store,
    },
};

impl Handler<FetchEmployeeById> for Store {
    fn handle(&mut self, request: FetchEmployeeById) -> Result<Employee, Rejection<NotFound>> {
        let employee = self.employees.get(&request.employee_id);
        employee
            .cloned()
            .ok_or_else(|| Rejection::missing("employee", &request.employee_id))
    }
}
