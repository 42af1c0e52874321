//! Operations of the backend API, called by their names.

use serde_json::{Map, Value};

use crate::emulator::{
    control::{Emulator, EmulatorError},
    http::{CallRejection, Shared},
    state::json_document::nearest,
};

impl Emulator {
    /// Calls an operation of the backend API by its name, such as `disable_user`, with its fields as one JSON
    /// object. Returns what it returns over HTTP, or `null` if that is nothing.
    ///
    /// `SUPPORTED.md` lists the operations. `POST /propelauth-dev/operations/{name}` and the dashboard do
    /// the same.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    /// use serde_json::json;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// emulator.call_operation("disable_user", json!({ "user_id": alice.id() }))?;
    /// assert!(!alice.metadata().unwrap().enabled);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if there is no such operation, if the fields are not a JSON object,
    /// or if the operation rejects them.
    pub fn call_operation(
        &self,
        name: &str,
        fields: impl Into<Value>,
    ) -> Result<Value, EmulatorError> {
        let fields = match fields.into() {
            Value::Object(fields) => fields,
            Value::Null => Map::new(),
            _ => return Err(EmulatorError::rejected("the fields are not a JSON object")),
        };
        call(&self.shared, name, fields)
            .map_err(|rejection| EmulatorError::Rejected(rejection.reason))
    }
}

/// Calls an operation.
pub(super) fn call(
    shared: &Shared,
    name: &str,
    fields: Map<String, Value>,
) -> Result<Value, CallRejection> {
    let called = shared.routes.call(&shared.store, name, fields);
    called.unwrap_or_else(|| {
        let known: Vec<&str> = shared.routes.list().map(|(name, ..)| name).collect();
        let near = nearest(name, &known, 3);
        let meant = match near.is_empty() {
            true => String::new(),
            false => format!(", did you mean {}?", near.join(" or ")),
        };
        Err(CallRejection {
            status: 400,
            reason: format!(
                "there is no operation {name:?}{meant} SUPPORTED.md lists all operations"
            ),
        })
    })
}
