//! The client method of an operation, with its documentation.

/// Declares the client method of an operation, which takes the required arguments.
macro_rules! client_method {
    // Arguments in a struct, made by callers or by `From`.
    (
        $vis:vis $Group:ident { $(#[$meta:meta])* } $method:ident $template:literal
        $name:ident $Type:ident ($form:ident $Args:ident { $($fields:tt)* })
    ) => {
        impl<'a> $Group<'a> {
            $(#[$meta])*
            ///
            /// # Request
            ///
            #[doc = concat!("`", stringify!($method), " ", $template, "`")]
            $vis fn $name(self, args: $Args) -> $crate::call::Call<'a, $Type> {
                $crate::call::Call::new(self.0, $Type::new(args))
            }
        }
    };
    (
        $vis:vis $Group:ident { $(#[$meta:meta])* } $method:ident $template:literal
        $name:ident $Type:ident ($($field:ident: $ty:ident $(<$($of:ty),+>)?),* $(,)?)
    ) => {
        impl<'a> $Group<'a> {
            $(#[$meta])*
            ///
            /// # Request
            ///
            #[doc = concat!("`", stringify!($method), " ", $template, "`")]
            $vis fn $name(
                self,
                $($field: $crate::api::declare::argument!($ty $(<$($of),+>)?)),*
            ) -> $crate::call::Call<'a, $Type> {
                $crate::call::Call::new(self.0, $Type::new($($field),*))
            }
        }
    };
}

pub(crate) use client_method;
