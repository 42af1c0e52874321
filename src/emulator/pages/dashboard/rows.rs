//! The rows of the dashboard: all screens, and the one form that all actions share.

use super::{run::run, shown};
use crate::emulator::pages::row::{Page, PageRoute};

static FORMS: &[PageRoute] = &[Page::server_form(
    "/dashboard/do/{action}",
    "does what a form of the dashboard asks for",
    run,
)];

pub(in crate::emulator::pages) static ROWS: &[&[PageRoute]] = &[shown::PAGES, FORMS];
