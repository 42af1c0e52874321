//! The emulator in a browser: hosted pages, on which people log in and manage accounts and
//! organizations.
//!
//! Every page is a row with a function that returns HTML, and works without JavaScript. A form is a POST
//! to a row, which is run only after `form_check` has found that one of these pages sent it.

mod answer;
mod assets;
mod dashboard;
mod form_check;
mod hosted;
mod layout;
mod list;
mod no_page;
mod parts;
mod policy;
mod return_to;
mod row;
mod visit;

#[cfg(any(test, all(fuzzing, feature = "test-util")))]
pub(crate) use self::answer::rows;
pub(crate) use self::{answer::answer, list::list};
