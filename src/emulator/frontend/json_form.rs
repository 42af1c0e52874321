//! Reading a JSON body field by field, so that each mistake is told at its field.

use serde_json::{Map, Value};

use crate::emulator::{
    self_service::{Code, Fields, Refusal},
    web::WebRequest,
};

/// The members of a body, and what is wrong with them. Unknown members are ignored.
pub(super) struct JsonForm {
    members: Map<String, Value>,
    mistakes: Fields,
}

impl JsonForm {
    /// Reads the body. An empty one is an empty object.
    ///
    /// What is no object at all is an `unexpected_error`, the only code that every method of the frontend
    /// libraries knows.
    pub(super) fn read(request: &WebRequest) -> Result<Self, Refusal> {
        match request.json() {
            Ok(Value::Object(members)) => Ok(Self {
                members,
                mistakes: Fields::default(),
            }),
            _ => Err(Refusal::new(
                Code::UnexpectedError,
                "The request is not a JSON object",
            )),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    fn wrong<T: Default>(&mut self, name: &str, what: &str) -> T {
        let mistake = format!("This is {what}");
        self.mistakes.add(name, "invalid_type", mistake);
        T::default()
    }

    /// Takes a text that must be there.
    pub(super) fn text(&mut self, name: &str) -> String {
        self.optional_text(name).unwrap_or_else(|| {
            self.mistakes.add(name, "required", "This is required");
            String::new()
        })
    }

    pub(super) fn optional_text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text),
            _ => Some(self.wrong(name, "a text")),
        }
    }

    /// Takes a text for a method that knows no mistakes of fields. Anything else counts as empty.
    pub(super) fn text_or_empty(&mut self, name: &str) -> String {
        match self.take(name) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        }
    }

    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(flag) => Some(flag),
            _ => Some(self.wrong(name, "true or false")),
        }
    }

    pub(super) fn object(&mut self, name: &str) -> Map<String, Value> {
        match self.take(name) {
            None => Map::new(),
            Some(Value::Object(object)) => object,
            Some(_) => self.wrong(name, "an object"),
        }
    }

    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        let items = match self.take(name) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => return self.wrong(name, "a list of texts"),
        };
        let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
        let texts: Option<Vec<String>> = texts.collect();
        texts.unwrap_or_else(|| self.wrong(name, "a list of texts"))
    }

    /// Returns `true` if there is a member of this name, also if it is null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Refuses the request if a member was wrong.
    pub(super) fn check(self) -> Result<(), Refusal> {
        self.mistakes.check()
    }
}
