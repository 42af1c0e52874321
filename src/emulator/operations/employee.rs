//! The members of the project's own team.

use crate::{
    api::{Employee, FetchEmployeeById, NotFound},
    emulator::{
        operations::handle::{Handle, Rejection},
        state::Store,
    },
};

impl Handle<FetchEmployeeById> for Store {
    fn handle(&mut self, request: FetchEmployeeById) -> Result<Employee, Rejection<NotFound>> {
        let employee = self.employees.get(&request.employee_id);
        employee
            .cloned()
            .ok_or_else(|| Rejection::missing("employee", &request.employee_id))
    }
}
