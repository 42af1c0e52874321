//! One row: an operation as an [`Endpoint`](crate::endpoint::Endpoint).

/// Declares one operation: its request, its setters, its client method and its `Endpoint`.
macro_rules! row {
    (
        $vis:vis $Group:ident;
        $(#[$meta:meta])*
        $class:ident $method:ident $template:literal $(| $also:ident $also_template:literal)*
        $name:ident: $Type:ident ($($required:tt)*) { $($optional:tt)* }
        -> $Response:ty | $Refusal:ty
        $(, keyed_by($list:ident, $key:ident))?
        $(, status $status:literal)?
        $(, text $text:literal)?;
    ) => {
        $crate::api::declare::request! {
            $vis $Group $name $Type ($($required)*) { $($optional)* }
        }
        $crate::api::declare::setters! {
            $vis $Group $name $Type ($($required)*) { $($optional)* }
        }
        $crate::api::declare::client_method! {
            $vis $Group { $(#[$meta])* } $method $template $name $Type ($($required)*)
        }

        impl $crate::endpoint::Endpoint for $Type {
            type Response = $Response;
            type Refusal = $Refusal;

            const GROUP: &'static str = stringify!($Group);
            const NAME: &'static str = stringify!($name);
            const METHOD: actix_web::http::Method = actix_web::http::Method::$method;
            const TEMPLATE: &'static str = $template;
            const ALTERNATIVE_ROUTES: &'static [(actix_web::http::Method, &'static str)] =
                &[$((actix_web::http::Method::$also, $also_template)),*];
            const REQUIRED: &'static [&'static str] = Self::REQUIRED_FIELDS;
            const OPTIONAL: &'static [&'static str] = Self::OPTIONAL_FIELDS;
            const RETRY_CLASS: $crate::endpoint::RetryClass =
                $crate::endpoint::RetryClass::$class;
            $(const STATUS: u16 = $status;)?
            $(const TEXT: Option<&'static str> = Some($text);)?

            fn path_conflicts() -> &'static $crate::endpoint::PathConflicts {
                &$crate::api::operations::PATHS
            }

            $(#[inline]
            fn complete(&self, response: $Response) -> $Response {
                $crate::api::user::keyed_by(&self.$list, &response, $crate::api::user::$key)
            })?
        }

        // A template that is malformed, or names a field that the row does not have, is an error
        // at compile time.
        const _: () = {
            use $crate::endpoint::{Endpoint, template::check};
            check($template, $Type::REQUIRED, $Type::OPTIONAL);
            $(check($also_template, $Type::REQUIRED, $Type::OPTIONAL);)*
        };
    };
}

pub(crate) use row;
