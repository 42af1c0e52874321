//! Pages of a list, by number and size.

use super::{dispatch::Rejection, org::count};
use crate::api::FieldErrors;

/// What was asked for: which page, and how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paging {
    pub(super) size: u32,
    pub(super) number: u32,
}

/// One page of a list, and what is said of it.
#[derive(Debug)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) total: u64,
    pub(super) size: u32,
    pub(super) number: u32,
    pub(super) has_more: bool,
}

impl Paging {
    /// Reads the two arguments, of which the first has a range.
    pub(super) fn new<R>(
        field: &str,
        size: Option<u32>,
        number: Option<u32>,
    ) -> Result<Self, Rejection<R>> {
        let size = size.unwrap_or(10);
        if !(1..=100).contains(&size) {
            return Err(Rejection::Fields(FieldErrors::one(
                field,
                "Must be from 1 to 100",
            )));
        }
        let number = number.unwrap_or(0);
        Ok(Self { size, number })
    }

    /// Takes the page out of the whole list.
    pub(super) fn of<T>(self, all: Vec<T>) -> Page<T> {
        let Self { size, number } = self;
        let total = count(all.len());
        let start = u64::from(size) * u64::from(number);
        let end = start + u64::from(size);
        let skipped = usize::try_from(start).unwrap_or(usize::MAX);
        let taken = usize::try_from(size).unwrap_or(usize::MAX);
        Page {
            items: all.into_iter().skip(skipped).take(taken).collect(),
            total,
            size,
            number,
            has_more: end < total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Paging;
    use crate::api::Never;

    #[test]
    fn pages_cover_a_list() {
        let page = |size, number| {
            let paging = Paging::new::<Never>("page_size", size, number).unwrap();
            let page = paging.of((0..25).collect());
            (page.items, page.total, page.has_more)
        };
        assert_eq!(page(None, None), ((0..10).collect(), 25, true));
        assert_eq!(page(Some(10), Some(2)), ((20..25).collect(), 25, false));
        assert_eq!(page(Some(25), Some(0)), ((0..25).collect(), 25, false));
        assert_eq!(page(Some(5), Some(4)), ((20..25).collect(), 25, false));
        assert_eq!(page(Some(100), Some(u32::MAX)), (vec![], 25, false));
        for size in [0, 101, u32::MAX] {
            assert!(Paging::new::<Never>("page_size", Some(size), None).is_err());
        }
    }
}
