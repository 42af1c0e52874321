//! The form in which operations are declared: a group, then a row for each operation.
//!
//! ```text
//! /// Fetches one user by id.
//! Read GET "/api/backend/v1/user/{user_id}{?include_orgs}"
//! fetch_user_metadata_by_user_id: FetchUserMetadataByUserId(user_id: UserId) {
//!     /// Also fetches the organizations of the user; by default it does not.
//!     include_orgs: bool,
//! } -> UserMetadata | NotFound;
//! ```
//!
//! A row reads: what sending it twice does ([`RetryClass`](super::RetryClass)), method, template, further
//! wire forms (`| GET "…"`), client method, request type, required arguments, optional ones,
//! reply, refusal. What the template does not place travels in the query of a GET and in the
//! JSON body of anything else. More than three required arguments are written
//! `(args NameOfTheirStruct { /// doc` `field: Type, … })`, since nobody can tell five strings in
//! a row apart. Where the wire's fields depend on each other, `(from Arguments { field: Type, … })`
//! names a type that is written by hand and turned into the request by `From`; the fields that
//! the row calls optional then have no setters. After the refusal may come `, keyed by list as part`, for a map of users whose
//! keys are to be what the list asked for, `, answered 204`, where success is not a 200, and
//! `, saying "…"`, where it is answered by text. An optional argument that ends in `= value` is sent
//! with that value where it was not set.
//!
//! A long group is spread over submodules: `pub group UserApi: fetch, change;` names them, and
//! each says `pub part of UserApi;` before its rows.

/// Declares a group of operations: their requests, their client methods and their wire.
macro_rules! endpoints {
    (
        $(#[$gmeta:meta])*
        $vis:vis group $Group:ident $(: $($part:ident),+)?;
        $($rows:tt)*
    ) => {
        $(#[$gmeta])*
        #[derive(Clone, Copy, Debug)]
        $vis struct $Group<'a>(&'a $crate::client::Client);

        impl<'a> $Group<'a> {
            pub(crate) fn new(client: &'a $crate::client::Client) -> Self {
                Self(client)
            }

            /// The paths of the operations, those of each part apart.
            pub(crate) const TEMPLATES: &'static [&'static [&'static str]] =
                &[TEMPLATES $($(, $part::TEMPLATES)+)?];

            /// Shows every operation of the group to the visitor.
            #[cfg(feature = "emulator")]
            pub(crate) fn visit<V: Rows $($(+ $part::Rows)+)?>(visitor: &mut V) {
                visit_rows(visitor);
                $($($part::visit_rows(visitor);)+)?
            }
        }

        $crate::api::declare::endpoints! { $vis part of $Group; $($rows)* }
    };
    (
        $vis:vis part of $Group:ident;
        $(
            $(#[$meta:meta])*
            $class:ident $method:ident $template:literal $(| $also:ident $also_template:literal)*
            $name:ident: $Type:ident ($($required:tt)*) $({ $($optional:tt)* })?
            -> $Response:ty | $Refusal:ty $(, keyed by $asked:ident as $key:ident)? $(, answered $status:literal)?
            $(, saying $text:literal)?;
        )*
    ) => {
        /// The paths of the operations that are declared here, in all their forms.
        pub(crate) const TEMPLATES: &[&str] = &[$($template, $($also_template,)*)*];

        /// Is shown every operation that is declared here.
        #[cfg(feature = "emulator")]
        pub(crate) trait Rows: $($crate::endpoint::Visit<$Type> +)* {}

        #[cfg(feature = "emulator")]
        impl<V: $($crate::endpoint::Visit<$Type> +)*> Rows for V {}

        #[cfg(feature = "emulator")]
        pub(crate) fn visit_rows<V: Rows>(_visitor: &mut V) {
            $($crate::endpoint::Visit::<$Type>::visit(_visitor);)*
        }

        $(
            $crate::api::declare::endpoint! {
                { $vis $Group $name $Type }
                { $(#[$meta])* }
                { concat!("`", stringify!($method), " ", $template, "`") }
                ($($required)*) { $($($optional)*)? }
            }

            impl $crate::endpoint::Endpoint for $Type {
                type Response = $Response;
                type Refusal = $Refusal;

                const GROUP: &'static str = stringify!($Group);
                const NAME: &'static str = stringify!($name);
                const METHOD: actix_web::http::Method = actix_web::http::Method::$method;
                const TEMPLATE: &'static str = $template;
                const ALSO: &'static [(actix_web::http::Method, &'static str)] =
                    &[$((actix_web::http::Method::$also, $also_template)),*];
                const REQUIRED: &'static [&'static str] = Self::REQUIRED_FIELDS;
                const OPTIONAL: &'static [&'static str] = Self::OPTIONAL_FIELDS;
                const RETRY_CLASS: $crate::endpoint::RetryClass = $crate::endpoint::RetryClass::$class;
                $(const STATUS: u16 = $status;)?
                $(const TEXT: Option<&'static str> = Some($text);)?

                fn path_conflicts() -> &'static $crate::endpoint::PathConflicts {
                    &$crate::api::operations::PATHS
                }

                $(#[inline]
                fn complete(&self, reply: $Response) -> $Response {
                    $crate::api::user::keyed_by(&self.$asked, &reply, $crate::api::user::$key)
                })?
            }

            const _: () = {
                use $crate::endpoint::{Endpoint, template::check};
                check($template, $Type::REQUIRED, $Type::OPTIONAL);
                $(check($also_template, $Type::REQUIRED, $Type::OPTIONAL);)*
            };
        )*
    };
}

/// Declares one operation's request, its setters, and the client method that takes its arguments.
macro_rules! endpoint {
    // Up to three required arguments are the arguments of `new` and of the client method.
    (
        { $vis:vis $Group:ident $name:ident $Type:ident }
        { $(#[$meta:meta])* }
        { $line:expr }
        ($($field:ident: $ty:ident $(<$($of:ty),+>)?),* $(,)?) { $($optional:tt)* }
    ) => {
        $crate::api::declare::endpoint! {
            @request { $vis $Group $name $Type }
            ($($field: $ty $(<$($of),+>)?),*) { $($optional)* }
        }
        $crate::api::declare::endpoint! { @setters { $vis $Group $name $Type } { $($optional)* } }

        impl $Type {
            /// Makes the request; what is optional has setters.
            #[must_use]
            #[allow(clippy::new_without_default)] // for a request that needs nothing
            $vis fn new(
                $($field: $crate::api::declare::argument!($ty $(<$($of),+>)?)),*
            ) -> Self {
                Self::build($($field.into()),*)
            }
        }

        impl<'a> $Group<'a> {
            $(#[$meta])*
            ///
            #[doc = $line]
            $vis fn $name(
                self,
                $($field: $crate::api::declare::argument!($ty $(<$($of),+>)?)),*
            ) -> $crate::call::Call<'a, $Type> {
                $crate::call::Call::new(self.0, $Type::new($($field),*))
            }
        }
    };
    // More come in a struct, so that each is named where it is given.
    (
        { $vis:vis $Group:ident $name:ident $Type:ident }
        { $(#[$meta:meta])* }
        { $line:expr }
        (args $Args:ident { $($(#[$fmeta:meta])* $field:ident: $ty:ty),* $(,)? })
        { $($optional:tt)* }
    ) => {
        $crate::api::declare::endpoint! {
            @request { $vis $Group $name $Type } ($($field: $ty),*) { $($optional)* }
        }
        $crate::api::declare::endpoint! { @setters { $vis $Group $name $Type } { $($optional)* } }

        #[doc = concat!("The required arguments of [`", stringify!($Group), "::", stringify!($name), "`].")]
        #[derive(Clone, Debug)]
        #[allow(clippy::exhaustive_structs)] // it is written out where it is used
        $vis struct $Args {
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        impl $Type {
            /// Makes the request; what is optional has setters.
            #[must_use]
            $vis fn new(args: $Args) -> Self {
                Self::build($(args.$field),*)
            }
        }

        impl<'a> $Group<'a> {
            $(#[$meta])*
            ///
            #[doc = $line]
            $vis fn $name(self, args: $Args) -> $crate::call::Call<'a, $Type> {
                $crate::call::Call::new(self.0, $Type::new(args))
            }
        }
    };
    // Fields that depend on each other are made from a type that keeps them together.
    (
        { $vis:vis $Group:ident $name:ident $Type:ident }
        { $(#[$meta:meta])* }
        { $line:expr }
        (from $Args:ident { $($field:ident: $ty:ty),* $(,)? })
        { $($optional:tt)* }
    ) => {
        $crate::api::declare::endpoint! {
            @request { $vis $Group $name $Type } ($($field: $ty),*) { $($optional)* }
        }

        impl $Type {
            /// Makes the request.
            #[must_use]
            $vis fn new(args: $Args) -> Self {
                args.into()
            }
        }

        impl<'a> $Group<'a> {
            $(#[$meta])*
            ///
            #[doc = $line]
            $vis fn $name(self, args: $Args) -> $crate::call::Call<'a, $Type> {
                $crate::call::Call::new(self.0, $Type::new(args))
            }
        }
    };
    (
        @request { $vis:vis $Group:ident $name:ident $Type:ident }
        ($($field:ident: $ty:ty),*)
        { $($(#[$ometa:meta])* $opt:ident: $oty:ident $(<$($of:ty),+>)? $(= $default:literal)?),* $(,)? }
    ) => {
        #[doc = concat!("The request of [`", stringify!($Group), "::", stringify!($name), "`].")]
        #[derive(Clone, Debug)]
        #[cfg_attr(feature = "emulator", derive(serde::Serialize, serde::Deserialize))]
        #[non_exhaustive]
        $vis struct $Type {
            $(pub(crate) $field: $ty,)*
            $(
                #[cfg_attr(
                    feature = "emulator",
                    serde(default, skip_serializing_if = "Option::is_none")
                )]
                pub(crate) $opt: Option<$oty $(<$($of),+>)?>,
            )*
        }

        impl $crate::endpoint::codec::EncodeRequest for $Type {
            #[inline]
            fn fields(&self) -> Result<$crate::endpoint::Fields, $crate::endpoint::InvalidArgument> {
                const COUNT: usize = $Type::REQUIRED_FIELDS.len() + $Type::OPTIONAL_FIELDS.len();
                #[allow(unused_mut)] // there are requests without a field
                let mut fields = $crate::endpoint::Fields::with_capacity(COUNT);
                $(fields.set(stringify!($field), &self.$field)?;)*
                $($(fields.set(stringify!($opt), &$default)?;)?)*
                $(if let Some(value) = &self.$opt {
                    fields.set(stringify!($opt), value)?;
                })*
                Ok(fields)
            }
        }

        impl $Type {
            const REQUIRED_FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];
            const OPTIONAL_FIELDS: &'static [&'static str] = &[$(stringify!($opt)),*];

            #[allow(clippy::too_many_arguments)] // callers name them by way of `new`
            fn build($($field: $ty),*) -> Self {
                Self { $($field,)* $($opt: None,)* }
            }
        }
    };
    (@setters { $vis:vis $Group:ident $name:ident $Type:ident } {}) => {};
    (
        @setters { $vis:vis $Group:ident $name:ident $Type:ident }
        { $($(#[$ometa:meta])* $opt:ident: $oty:ident $(<$($of:ty),+>)? $(= $default:literal)?),+ $(,)? }
    ) => {
        impl $Type {
            $(
                $(#[$ometa])*
                #[must_use]
                $vis fn $opt(
                    mut self,
                    $opt: $crate::api::declare::argument!($oty $(<$($of),+>)?),
                ) -> Self {
                    self.$opt = Some($opt.into());
                    self
                }
            )+
        }

        #[doc = concat!("Optional arguments of [`", stringify!($Group), "::", stringify!($name), "`].")]
        impl $crate::call::Call<'_, $Type> {
            $(
                $(#[$ometa])*
                $vis fn $opt(
                    mut self,
                    $opt: $crate::api::declare::argument!($oty $(<$($of),+>)?),
                ) -> Self {
                    self.request.$opt = Some($opt.into());
                    self
                }
            )+
        }
    };
}

/// Says what a setter takes: a number or boolean itself, as a literal would else have no type,
/// and of any other type whatever it can be made from.
macro_rules! argument {
    (bool) => { bool };
    (u32) => { u32 };
    (u64) => { u64 };
    (i64) => { i64 };
    ($ty:ident $(<$($of:ty),+>)?) => { impl Into<$ty $(<$($of),+>)?> };
}

pub(crate) use {argument, endpoint, endpoints};

#[cfg(feature = "emulator")]
#[cfg(test)] // on its own line, where clippy looks for it
mod tests;
