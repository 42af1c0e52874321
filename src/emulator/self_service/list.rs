//! Pages of lists.

/// The page of a list that is asked for, and what it is searched for.
#[derive(Clone, Debug)]
pub(crate) struct ListPage {
    pub(crate) size: usize,
    /// The first page is 0.
    pub(crate) number: usize,
    pub(crate) search: String,
}

/// A page of a list.
#[derive(Debug)]
pub(crate) struct ListSlice<T> {
    pub(crate) items: Vec<T>,
    /// The number of items on all pages.
    pub(crate) total: usize,
    pub(crate) page: ListPage,
    pub(crate) has_more: bool,
}

pub(crate) const DEFAULT_SIZE: usize = 10;
pub(crate) const MAX_SIZE: usize = 100;

impl Default for ListPage {
    fn default() -> Self {
        Self {
            size: DEFAULT_SIZE,
            number: 0,
            search: String::new(),
        }
    }
}

impl ListPage {
    /// Returns `true` if a text contains what is searched for, in any case.
    pub(crate) fn finds(&self, text: &str) -> bool {
        let search = self.search.trim().to_lowercase();
        text.to_lowercase().contains(&search)
    }

    pub(crate) fn slice<T>(&self, all: Vec<T>) -> ListSlice<T> {
        let total = all.len();
        let start = self.size.saturating_mul(self.number);
        let items = all.into_iter().skip(start).take(self.size).collect();
        ListSlice {
            items,
            total,
            page: self.clone(),
            has_more: start.saturating_add(self.size) < total,
        }
    }
}
