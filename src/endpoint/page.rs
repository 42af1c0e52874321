//! [`Page`]: responses that are one page of a list.

use super::{definition::Endpoint, response::Response};

/// One page of a list. [`Call::stream`](crate::Call::stream) turns all pages into a stream.
///
/// Code that shows pages can be generic over the list:
///
/// ```
/// use actix_web_propelauth::api::Page;
///
/// fn footer<P: Page>(page: &P) -> String {
///     match (page.total(), page.has_more()) {
///         (Some(total), _) => format!("{total} in total"),
///         (None, Some(true)) => "more on the next page".to_owned(),
///         (None, _) => String::new(),
///     }
/// }
/// ```
///
/// The trait is sealed: only this crate can implement it.
pub trait Page: Response {
    /// The items of the list.
    type Item: 'static;

    /// The name of the argument for the number of the page, which starts at 0.
    const PAGE_ARGUMENT: &'static str;

    /// Returns the number of items of the whole list, if the page has it.
    fn total(&self) -> Option<u64>;

    /// Returns whether another page follows, if the page says so.
    fn has_more(&self) -> Option<bool>;

    /// Returns the items.
    fn into_items(self) -> Vec<Self::Item>;
}

/// Declares that an entity is a page: the field with the items, the argument for the number of the
/// page, and the fields with the total and with whether more pages follow.
///
/// ```text
/// page!(UsersPage { users: UserMetadata, total: total_users, more: has_more_results });
/// page!(ScimGroupsPage { groups: ScimGroupSummary, total: total_groups });
/// page!(ScimGroup { members: ScimGroupMember, number: "members_page_number" });
/// ```
macro_rules! page {
    (
        $Page:ty {
            $items:ident: $Item:ty
            $(, number: $number:literal)?
            $(, total: $total:ident)?
            $(, more: $more:ident)?
            $(,)?
        }
    ) => {
        impl $crate::endpoint::page::Page for $Page {
            type Item = $Item;

            const PAGE_ARGUMENT: &'static str =
                $crate::endpoint::page::first(&[$($number,)? "page_number"]);

            fn total(&self) -> Option<u64> {
                let totals: &[Option<u64>] = &[$($crate::endpoint::page::count(self.$total))?];
                totals.first().copied().flatten()
            }

            fn has_more(&self) -> Option<bool> {
                let flags: &[bool] = &[$(self.$more)?];
                flags.first().copied()
            }

            fn into_items(self) -> Vec<$Item> {
                self.$items
            }
        }
    };
}

pub(crate) use page;

/// Returns the first of these names: the one that a declaration has, else the default.
pub(crate) const fn first(names: &[&'static str]) -> &'static str {
    match names {
        [name, ..] => name,
        [] => "page_number",
    }
}

/// Converts a total from any type of integer; a negative one is no total.
pub(crate) fn count(total: impl TryInto<u64>) -> Option<u64> {
    total.try_into().ok()
}

/// Returns, at compile time, whether an operation has an argument for the number of the page.
pub(crate) const fn is_paged<E: Endpoint<Response: Page>>() -> bool {
    super::template::contains(E::OPTIONAL, <E::Response as Page>::PAGE_ARGUMENT.as_bytes())
}
