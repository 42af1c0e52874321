//! Paging through lists.

use crate::api::FieldErrors;

const DEFAULT_SIZE: u32 = 10;
const MAX_SIZE: u32 = 100;

/// The page that a request asks for.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    pub(crate) size: u32,
    pub(crate) number: u32,
}

/// One page of a list, and the numbers that describe the whole list.
pub(crate) struct PageSlice<T> {
    pub(crate) items: Vec<T>,
    pub(crate) total: u64,
    pub(crate) has_more: bool,
}

impl Page {
    /// Creates a page from the arguments of a request, and adds an error if the size is out of range.
    pub(crate) fn new(errors: &mut FieldErrors, size: Option<u32>, number: Option<u32>) -> Self {
        let size = size.unwrap_or(DEFAULT_SIZE);
        if !(1..=MAX_SIZE).contains(&size) {
            errors.add(
                "page_size",
                format!("Must be from 1 to {MAX_SIZE}, not {size}"),
            );
        }
        let number = number.unwrap_or(0);
        Self { size, number }
    }

    /// Returns this page of a list.
    pub(crate) fn slice<T>(self, all: Vec<T>) -> PageSlice<T> {
        let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let total = u64::try_from(all.len()).unwrap_or(u64::MAX);
        let start = u64::from(self.size) * u64::from(self.number);
        PageSlice {
            items: all
                .into_iter()
                .skip(count(start))
                .take(count(u64::from(self.size)))
                .collect(),
            total,
            has_more: start + u64::from(self.size) < total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;
    use crate::api::FieldErrors;

    #[test]
    fn pages_cover_a_list_once() {
        for (size, number, items, has_more) in [
            (2, 0, vec![0, 1], true),
            (2, 2, vec![4], false),
            (5, 0, vec![0, 1, 2, 3, 4], false),
            (100, u32::MAX, vec![], false),
        ] {
            let mut errors = FieldErrors::default();
            let page = Page::new(&mut errors, Some(size), Some(number));
            let part = page.slice((0..5).collect());
            assert!(errors.is_empty());
            assert_eq!(
                (part.items, part.total, part.has_more),
                (items, 5, has_more)
            );
        }
    }

    #[test]
    fn a_size_out_of_range_is_noted() {
        for size in [0, 101, u32::MAX] {
            let mut errors = FieldErrors::default();
            Page::new(&mut errors, Some(size), None);
            assert_eq!(errors.get("page_size").len(), 1, "{size}");
        }
    }
}
