//! Lists that come page by page.

use super::{definition::Endpoint, response::Response};

/// One page of a list; [`Call::stream`](crate::Call::stream) turns all of them into a stream.
///
/// The trait is implemented by this crate only.
pub trait Page: Response {
    /// What the list is of.
    type Item: 'static;

    /// The argument that says which page to fetch, counted from 0.
    const PAGE_ARGUMENT: &'static str;

    /// Returns how many items the whole list has, if the page says.
    fn total(&self) -> Option<u64>;

    /// Tells whether another page follows, if the page says.
    fn has_more(&self) -> Option<bool>;

    /// Returns the items.
    fn into_items(self) -> Vec<Self::Item>;
}

/// Declares that an entity is a page: which field has the items, which argument chooses the page,
/// and what else it says of the list.
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

pub(crate) const fn first(names: &[&'static str]) -> &'static str {
    match names {
        [name, ..] => name,
        [] => "page_number",
    }
}

/// Reads a total, whichever integer it came in.
pub(crate) fn count(total: impl TryInto<u64>) -> Option<u64> {
    total.try_into().ok()
}

/// Tells, at compile time, whether an operation takes the number of a page.
pub(crate) const fn is_paged<E: Endpoint<Response: Page>>() -> bool {
    super::template::contains(E::OPTIONAL, <E::Response as Page>::PAGE_ARGUMENT.as_bytes())
}
