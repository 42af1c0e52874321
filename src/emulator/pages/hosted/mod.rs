//! Hosted pages: what people do for themselves, file for file.

mod account;
mod consent;
mod frame;
mod log_in_as;
mod login;
mod next_step;

use crate::emulator::pages::row::PageRoute;

/// All rows, theme by theme.
pub(super) static PAGES: &[&[PageRoute]] = &[
    login::PAGES,
    log_in_as::PAGES,
    account::PAGES,
    consent::PAGES,
];
