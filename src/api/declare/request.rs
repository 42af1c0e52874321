//! The type of a request: its fields, its constructor, and how it is encoded and decoded.

/// Declares the type of a request, from its required and optional arguments.
macro_rules! request {
    // Up to three required arguments are the arguments of `new`.
    (
        $vis:vis $Group:ident $name:ident $Type:ident
        ($($field:ident: $ty:ident $(<$($of:ty),+>)?),* $(,)?) { $($optional:tt)* }
    ) => {
        $crate::api::declare::request! {
            @fields $vis $Group $name $Type
            ($($field: $ty $(<$($of),+>)?),*) { $($optional)* }
        }

        impl $Type {
            #[doc = $crate::api::declare::request!(@new $($optional)*)]
            #[must_use]
            #[allow(clippy::new_without_default)] // for a request without required arguments
            $vis fn new(
                $($field: $crate::api::declare::argument!($ty $(<$($of),+>)?)),*
            ) -> Self {
                Self::build($($field.into()),*)
            }
        }
    };
    // More come in a struct, so that the caller names each.
    (
        $vis:vis $Group:ident $name:ident $Type:ident
        (args $Args:ident { $($(#[$fmeta:meta])* $field:ident: $ty:ty),* $(,)? })
        { $($optional:tt)* }
    ) => {
        $crate::api::declare::request! {
            @fields $vis $Group $name $Type ($($field: $ty),*) { $($optional)* }
        }

        #[doc = concat!("The required arguments of [`", stringify!($Group), "::", stringify!($name), "`].")]
        #[derive(Clone, Debug)]
        #[allow(clippy::exhaustive_structs)] // callers construct it
        $vis struct $Args {
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        impl $Type {
            #[doc = $crate::api::declare::request!(@new $($optional)*)]
            #[must_use]
            $vis fn new(args: $Args) -> Self {
                Self::build($(args.$field),*)
            }
        }
    };
    // Fields that depend on each other are converted from a type that keeps them consistent.
    (
        $vis:vis $Group:ident $name:ident $Type:ident
        (from $Args:ident { $($field:ident: $ty:ty),* $(,)? })
        { $($optional:tt)* }
    ) => {
        $crate::api::declare::request! {
            @fields $vis $Group $name $Type ($($field: $ty),*) { $($optional)* }
        }

        impl $Type {
            /// Creates the request.
            #[must_use]
            $vis fn new(args: $Args) -> Self {
                args.into()
            }
        }
    };
    (
        @fields $vis:vis $Group:ident $name:ident $Type:ident
        ($($field:ident: $ty:ty),*)
        { $($(#[$ometa:meta])* $opt:ident: $oty:ty $(= $default:literal)?),* $(,)? }
    ) => {
        #[doc = concat!("The request of [`", stringify!($Group), "::", stringify!($name), "`].")]
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        $vis struct $Type {
            $(pub(crate) $field: $ty,)*
            $(pub(crate) $opt: Option<$oty>,)*
        }

        impl $Type {
            const REQUIRED_FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];
            const OPTIONAL_FIELDS: &'static [&'static str] = &[$(stringify!($opt)),*];

            #[allow(clippy::too_many_arguments)] // only `new` calls it, which names them
            fn build($($field: $ty),*) -> Self {
                Self { $($field,)* $($opt: None,)* }
            }
        }

        impl $crate::endpoint::codec::EncodeRequest for $Type {
            #[inline]
            fn fields(&self) -> Result<$crate::endpoint::Fields, $crate::endpoint::InvalidArgument> {
                const COUNT: usize = $Type::REQUIRED_FIELDS.len() + $Type::OPTIONAL_FIELDS.len();
                #[allow(unused_mut)] // some requests have no fields
                let mut fields = $crate::endpoint::Fields::with_capacity(COUNT);
                $(fields.set(stringify!($field), &self.$field)?;)*
                $($(fields.set(stringify!($opt), &$default)?;)?)*
                $(if let Some(value) = &self.$opt {
                    fields.set(stringify!($opt), value)?;
                })*
                Ok(fields)
            }
        }

        #[cfg(feature = "emulator")]
        impl $crate::endpoint::codec::DecodeRequest for $Type {
            fn decode(
                _fields: &mut $crate::endpoint::ReceivedFields,
            ) -> Result<Self, $crate::endpoint::FieldErrors> {
                Ok(Self {
                    $($field: _fields.required(
                        stringify!($field),
                        const { $crate::api::declare::is_id(stringify!($ty)) },
                    )?,)*
                    $($opt: _fields.optional(
                        stringify!($opt),
                        const { $crate::api::declare::is_id(stringify!($oty)) },
                    )?,)*
                })
            }
        }
    };
    (@new) => { "Creates the request." };
    (@new $($optional:tt)+) => { "Creates the request. Optional arguments have setters." };
}

pub(crate) use request;
