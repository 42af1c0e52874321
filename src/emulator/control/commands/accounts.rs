//! What a user, or PropelAuth's dashboard, does with one account, beyond the operations of the backend API.

use serde::Deserialize;
use serde_json::{Value, json};

use super::command::{Command, CommandError, Context};
use crate::{
    emulator::control::{employees, mfa, users},
    endpoint::canonical,
    words::ids::EmployeeId,
};

pub(super) const COMMANDS: &[Command] = &[
    Command::new(
        "POST",
        "users/{id}/confirm-email",
        "confirms the email address of a user",
        confirm_email,
    ),
    Command::new("POST", "users/{id}/lock", "locks a user", lock),
    Command::new("POST", "users/{id}/unlock", "unlocks a user", unlock),
    Command::new(
        "POST",
        "users/{id}/totp",
        "sets up an authenticator app, and returns its secret",
        set_up_totp,
    ),
    Command::new(
        "GET",
        "users/{id}/totp",
        "the code that the authenticator app of a user shows",
        totp_code,
    ),
    Command::new(
        "POST",
        "users/{id}/phones",
        "adds a phone as second factor",
        add_phone,
    ),
    Command::new(
        "POST",
        "users/{id}/impersonate",
        "creates the token of an employee who impersonates a user",
        impersonate,
    ),
    Command::new("GET", "employees", "the employees", list_employees),
    Command::new("POST", "employees", "adds an employee", add_employee),
];

fn confirm_email(context: &Context<'_>) -> Result<Value, CommandError> {
    users::confirm_email(&mut context.shared.lock_store(), &context.id())?;
    Ok(json!({}))
}

fn lock(context: &Context<'_>) -> Result<Value, CommandError> {
    users::set_locked(&mut context.shared.lock_store(), &context.id(), true)?;
    Ok(json!({}))
}

fn unlock(context: &Context<'_>) -> Result<Value, CommandError> {
    users::set_locked(&mut context.shared.lock_store(), &context.id(), false)?;
    Ok(json!({}))
}

fn set_up_totp(context: &Context<'_>) -> Result<Value, CommandError> {
    let secret = mfa::set_up_totp(&mut context.shared.lock_store(), &context.id())?;
    Ok(json!({ "secret": secret }))
}

fn totp_code(context: &Context<'_>) -> Result<Value, CommandError> {
    let code = mfa::totp_code(&context.shared.lock_store(), &context.id())?;
    Ok(json!({ "code": code }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddPhone {
    phone_number: String,
}

fn add_phone(context: &Context<'_>) -> Result<Value, CommandError> {
    let AddPhone { phone_number } = context.arguments()?;
    let mut store = context.shared.lock_store();
    let id = mfa::add_phone(&mut store, &context.id(), phone_number)?;
    Ok(json!({ "mfa_phone_id": id }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Impersonate {
    employee_id: EmployeeId,
}

fn impersonate(context: &Context<'_>) -> Result<Value, CommandError> {
    let Impersonate { employee_id } = context.arguments()?;
    let employee_id = EmployeeId::from(canonical(employee_id.into_string()));
    let mut store = context.shared.lock_store();
    let token = employees::impersonate(&mut store, employee_id, context.id())?;
    Ok(json!({ "access_token": token }))
}

fn list_employees(context: &Context<'_>) -> Result<Value, CommandError> {
    let store = context.shared.lock_store();
    let employees = store.employees.iter();
    let employees = employees.map(|(id, it)| json!({ "employee_id": id, "email": it.email }));
    Ok(employees.collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddEmployee {
    email: String,
}

fn add_employee(context: &Context<'_>) -> Result<Value, CommandError> {
    let AddEmployee { email } = context.arguments()?;
    let added = context.shared.lock_store().add_employee(&email);
    let employee_id = added.map_err(|why| CommandError::rejected(why.to_owned()))?;
    Ok(json!({ "employee_id": employee_id }))
}
