//! A group of operations, and the list of its rows.

/// Declares a group of operations, or a part of one: the rows and the list of them.
///
/// The list exists twice: `OPERATIONS` as data, and `Rows` as types, for a visitor that needs the
/// types of request and response. Whatever concerns every operation is derived from one of them.
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
            /// The operations of the group, part by part.
            pub(crate) const GROUP: $crate::endpoint::Group =
                $crate::endpoint::Group::new(&[OPERATIONS $($(, $part::OPERATIONS)+)?]);

            pub(crate) fn new(client: &'a $crate::client::Client) -> Self {
                Self(client)
            }

            /// Visits every operation of the group.
            #[cfg(feature = "emulator")]
            pub(crate) fn visit<V: GroupRows>(visitor: &mut V) {
                visit_rows(visitor);
                $($($part::visit_rows(visitor);)+)?
            }
        }

        /// A visitor of every operation of the group.
        #[cfg(feature = "emulator")]
        pub(crate) trait GroupRows: Rows $($(+ $part::Rows)+)? {}

        #[cfg(feature = "emulator")]
        impl<V: Rows $($(+ $part::Rows)+)?> GroupRows for V {}

        $crate::api::declare::endpoints! { $vis part of $Group; $($rows)* }
    };
    (
        $vis:vis part of $Group:ident;
        $(
            $(#[$meta:meta])*
            $class:ident $method:ident $template:literal $(| $also:ident $also_template:literal)*
            $name:ident: $Type:ident ($($required:tt)*) $({ $($optional:tt)* })?
            -> $Response:ty | $Refusal:ty
            $(, keyed_by($list:ident, $key:ident))?
            $(, status $status:literal)?
            $(, text $text:literal)?;
        )*
    ) => {
        /// The operations that are declared here.
        pub(crate) const OPERATIONS: &[$crate::endpoint::Operation] =
            &[$($crate::endpoint::Operation::new(
                (
                    <$Type as $crate::endpoint::Endpoint>::GROUP,
                    <$Type as $crate::endpoint::Endpoint>::NAME,
                ),
                <$Type as $crate::endpoint::Endpoint>::METHOD,
                <$Type as $crate::endpoint::Endpoint>::TEMPLATE,
                <$Type as $crate::endpoint::Endpoint>::ALTERNATIVE_ROUTES,
            )),*];

        /// A visitor of every operation that is declared here.
        #[cfg(feature = "emulator")]
        pub(crate) trait Rows: $($crate::endpoint::Visit<$Type> +)* {}

        #[cfg(feature = "emulator")]
        impl<V: $($crate::endpoint::Visit<$Type> +)*> Rows for V {}

        #[cfg(feature = "emulator")]
        pub(crate) fn visit_rows<V: Rows>(_visitor: &mut V) {
            $($crate::endpoint::Visit::<$Type>::visit(_visitor);)*
        }

        $(
            $crate::api::declare::row! {
                $vis $Group;
                $(#[$meta])*
                $class $method $template $(| $also $also_template)*
                $name: $Type ($($required)*) { $($($optional)*)? }
                -> $Response | $Refusal
                $(, keyed_by($list, $key))? $(, status $status)? $(, text $text)?;
            }
        )*
    };
}

pub(crate) use endpoints;
