//! Rows of pages: what is asked, how a page is reached, and the function that answers.

use crate::emulator::{
    http::Shared,
    pages::visit::Visit,
    state::Store,
    web::{Access, Reply, Route},
};

/// A row of a page, or of a form of one.
pub(crate) type PageRoute = Route<Page>;

/// What the row of a page has beyond that of other requests.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    pub(super) run: Run,
    /// How the page is reached, or `None` for a form.
    pub(super) reach: Option<Reach>,
}

/// The function that answers.
#[derive(Clone, Copy)]
pub(super) enum Run {
    /// From the state, which is locked.
    State(fn(&mut Store, &Visit<'_>) -> Reply),
    /// From everything that the server has, of which nothing is locked.
    Server(fn(&Shared, &Visit<'_>) -> Reply),
}

/// How a page is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Without a login.
    Anyone,
    /// As any user.
    User,
    /// As a member of an organization, whose id is the field `{org_id}` of the path, if it has one.
    Member,
    /// By the developer. A field of the path is the id of a user or an organization.
    Developer,
    /// By a link that was sent, or in the middle of a login.
    Link,
}

impl Page {
    /// Creates the row of a page. The title is a phrase in title case.
    pub(crate) const fn at(
        path: &'static str,
        title: &'static str,
        reach: Reach,
        run: fn(&mut Store, &Visit<'_>) -> Reply,
    ) -> PageRoute {
        row("page", ("GET", path), title, Some(reach), Run::State(run))
    }

    /// Creates the row of a form.
    pub(crate) const fn form(
        path: &'static str,
        about: &'static str,
        run: fn(&mut Store, &Visit<'_>) -> Reply,
    ) -> PageRoute {
        row("form", ("POST", path), about, None, Run::State(run))
    }

    /// Creates the row of a page about the server.
    pub(crate) const fn of_server(
        path: &'static str,
        title: &'static str,
        reach: Reach,
        run: fn(&Shared, &Visit<'_>) -> Reply,
    ) -> PageRoute {
        row("page", ("GET", path), title, Some(reach), Run::Server(run))
    }

    /// Creates the row of a form about the server.
    pub(crate) const fn server_form(
        path: &'static str,
        about: &'static str,
        run: fn(&Shared, &Visit<'_>) -> Reply,
    ) -> PageRoute {
        row("form", ("POST", path), about, None, Run::Server(run))
    }
}

const fn row(
    name: &'static str,
    request: (&'static str, &'static str),
    about: &'static str,
    reach: Option<Reach>,
    run: Run,
) -> PageRoute {
    Route::new(name, request, Access::Public, about, Page { run, reach })
}
