//! The setters of optional arguments, on the request and on the call.

/// Declares the setters of an operation's optional arguments.
macro_rules! setters {
    // The type that such a request is made from sets them.
    ($vis:vis $Group:ident $name:ident $Type:ident (from $($required:tt)*) { $($optional:tt)* }) => {};
    ($vis:vis $Group:ident $name:ident $Type:ident ($($required:tt)*) {}) => {};
    (
        $vis:vis $Group:ident $name:ident $Type:ident ($($required:tt)*)
        { $($(#[$meta:meta])* $opt:ident: $ty:ident $(<$($of:ty),+>)? $(= $default:literal)?),+ $(,)? }
    ) => {
        impl $Type {
            $(
                $(#[$meta])*
                #[must_use]
                $vis fn $opt(
                    mut self,
                    $opt: $crate::api::declare::argument!($ty $(<$($of),+>)?),
                ) -> Self {
                    self.$opt = Some($opt.into());
                    self
                }
            )+
        }

        #[doc = concat!("Optional arguments of [`", stringify!($Group), "::", stringify!($name), "`].")]
        impl $crate::call::Call<'_, $Type> {
            $(
                $(#[$meta])*
                $vis fn $opt(
                    mut self,
                    $opt: $crate::api::declare::argument!($ty $(<$($of),+>)?),
                ) -> Self {
                    self.request.$opt = Some($opt.into());
                    self
                }
            )+
        }
    };
}

pub(crate) use setters;
