//! The macro that turns the table of events into types and their reading.

/// Declares [`WebhookEvent`](super::WebhookEvent) and a struct for each of its variants.
///
/// A row is `Name = "type" { field: Type, … }`. A field that is not an `Option` is required. It is called as in
/// JSON, or has a list of names there: `user_id: UserId = ["removed_user_id", "user_id"]`.
macro_rules! events {
    ($(
        $(#[$doc:meta])*
        $name:ident = $word:literal {
            $($(#[$fdoc:meta])* $field:ident: $ty:ty $(= $names:expr)?,)*
        }
    )*) => {
        /// What happened. PropelAuth has 29 types of events, and may add some.
        ///
        /// Each variant has a struct of the same name, with the fields that are known. Fields that are documented
        /// nowhere are optional. What an event has beyond them is in its `other_fields`.
        ///
        /// ```
        /// use actix_web_propelauth::webhook::WebhookEvent;
        ///
        /// fn describe(event: &WebhookEvent) -> String {
        ///     match event {
        ///         WebhookEvent::UserDisabled(event) => format!("{} was disabled", event.user_id),
        ///         other => other.event_type().to_owned(),
        ///     }
        /// }
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum WebhookEvent {
            $($(#[$doc])* $name($name),)*
            /// A type that this version does not know, or an event of a known type that lacks a field.
            Unknown(UnknownEvent),
        }

        $(
            $(#[$doc])*
            #[doc = concat!("\n\nThe type is `", $word, "`.")]
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub struct $name {
                $($(#[$fdoc])* pub $field: $ty,)*
                other: Map<String, Value>,
            }

            impl $name {
                fn read(mut fields: Map<String, Value>) -> Result<Self, (String, Map<String, Value>)> {
                    let all = fields.clone();
                    $(let $field = match take::<$ty>(&mut fields, $crate::webhook::declare::events!(@names $field $($names)?)) {
                        Ok(value) => value,
                        Err(problem) => return Err((problem, all)),
                    };)*
                    drop(all);
                    Ok(Self { $($field,)* other: fields })
                }

                /// Returns the fields that this version does not know.
                #[must_use]
                pub fn other_fields(&self) -> &Map<String, Value> {
                    &self.other
                }
            }
        )*

        impl WebhookEvent {
            /// Returns the type, such as `user.created`.
            #[must_use]
            pub fn event_type(&self) -> &str {
                match self {
                    $(Self::$name(_) => $word,)*
                    Self::Unknown(event) => &event.event_type,
                }
            }

            fn of(event_type: String, fields: Map<String, Value>) -> Self {
                let (problem, fields) = match event_type.as_str() {
                    $($word => match $name::read(fields) {
                        Ok(event) => return Self::$name(event),
                        Err((problem, fields)) => (Some(problem), fields),
                    },)*
                    _ => (None, fields),
                };
                Self::Unknown(UnknownEvent { event_type, fields, problem })
            }
        }

        #[cfg(test)]
        pub(super) const TYPES: &[&str] = &[$($word),*];
    };
    (@names $field:ident) => { &[stringify!($field)] };
    (@names $field:ident $names:expr) => { &$names };
}

pub(super) use events;
