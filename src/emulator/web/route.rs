//! Rows of routes, and finding the row of a request.
//!
//! Known differences to PropelAuth: `csrf-header` in docs/differences.md.

use std::borrow::Cow;

use actix_web::http::Method;
use percent_encoding::percent_decode_str;

use super::{Reply, WebRequest};
use crate::emulator::state::Store;

/// A row: what is asked, how, by whom, and the function that answers.
#[derive(Clone, Copy)]
pub(crate) struct Route<F: 'static> {
    pub(crate) info: RouteInfo,
    pub(crate) run: F,
}

/// A row that is answered from the state alone.
pub(crate) type StateRoute = Route<fn(&mut Store, &WebRequest) -> Reply>;

/// What is known of a row without calling it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RouteInfo {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    /// The path, with its fields in braces.
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    /// What it does or returns, as a phrase.
    pub(crate) about: &'static str,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Web pages of allowed origins, by CORS, and all that is no web page.
    Frontend,
    /// The same, with the header `X-CSRF-Token`, which no form can send.
    FrontendWithCsrfHeader,
    /// Backends with the integration API key.
    Backend,
    /// Browsers that go there, and clients of OAuth. What may be asked from where is checked by the row itself.
    Public,
}

impl Access {
    /// Returns `true` if web pages of other origins than the emulator's may ask.
    pub(crate) fn is_cross_origin(self) -> bool {
        matches!(self, Self::Frontend | Self::FrontendWithCsrfHeader)
    }
}

impl<F> Route<F> {
    pub(crate) const fn new(
        name: &'static str,
        (method, path): (&'static str, &'static str),
        access: Access,
        about: &'static str,
        run: F,
    ) -> Self {
        Self {
            info: RouteInfo {
                name,
                method,
                path,
                access,
                about,
            },
            run,
        }
    }
}

/// Lists of rows, of each face. A literal segment of a path wins over a field.
pub(crate) struct Table<F: 'static>(&'static [&'static [&'static [Route<F>]]]);

/// A row that was found, and the fields in the path.
pub(crate) type Found<F> = (&'static Route<F>, Vec<(&'static str, String)>);

impl<F> Table<F> {
    pub(crate) const fn new(lists: &'static [&'static [&'static [Route<F>]]]) -> Self {
        Self(lists)
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &'static Route<F>> + use<F> {
        let lists = self.0.iter().flat_map(|lists| lists.iter());
        lists.flat_map(|list| list.iter())
    }

    /// Returns the rows at a path, the most literal first.
    pub(crate) fn at(&self, path: &str) -> Vec<Found<F>> {
        let mut found: Vec<_> = self
            .rows()
            .filter_map(|row| Some((row, matched(row.info.path, path)?)))
            .collect();
        found.sort_by_key(|(_, fields)| fields.len());
        found
    }

    /// Returns the row of a method and a path. HEAD is answered as GET is.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Option<Found<F>> {
        let method = match *method {
            Method::HEAD => "GET",
            _ => method.as_str(),
        };
        let mut rows = self.at(path).into_iter();
        rows.find(|(row, _)| row.info.method == method)
    }
}

/// Returns the fields in a path, percent-decoded, or `None` if it is not one of the template.
fn matched(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut given = path.split('/');
    let mut fields = Vec::new();
    for segment in template.split('/') {
        let text = percent_decode_str(given.next()?);
        let text: Cow<'_, str> = text.decode_utf8().ok()?;
        match segment
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(name) if !text.is_empty() => fields.push((name, text.into_owned())),
            Some(_) => return None,
            None if segment == text => {}
            None => return None,
        }
    }
    given.next().is_none().then_some(fields)
}

#[cfg(test)]
mod tests {
    use actix_web::http::Method;

    use super::{Access, Route, Table};

    static ROWS: &[Route<u32>] = &[
        Route::new("user", ("GET", "/user/{id}"), Access::Public, "", 1),
        Route::new("me", ("GET", "/user/me"), Access::Public, "", 2),
        Route::new("change", ("POST", "/user/{id}"), Access::Public, "", 3),
        Route::new("part", ("GET", "/user/{id}/{part}"), Access::Public, "", 4),
    ];

    static FACES: &[&[&[Route<u32>]]] = &[&[ROWS]];

    #[test]
    fn rows_are_found_by_method_and_path() {
        let table = Table::new(FACES);
        for (method, path, run, fields) in [
            (Method::GET, "/user/me", 2, vec![]),
            (Method::HEAD, "/user/%6De", 2, vec![]),
            (
                Method::GET,
                "/user/a%2Fb",
                1,
                vec![("id", "a/b".to_owned())],
            ),
            (Method::POST, "/user/me", 3, vec![("id", "me".to_owned())]),
        ] {
            let (row, found) = table.find(&method, path).unwrap();
            assert_eq!((row.run, found), (run, fields), "{path}");
        }
        for path in [
            "/user",
            "/user/",
            "/user//a",
            "/user/a/",
            "/",
            "",
            "/user/%ff",
            "/User/me",
        ] {
            assert!(table.find(&Method::GET, path).is_none(), "{path}");
        }
        assert!(table.find(&Method::DELETE, "/user/me").is_none());
        assert_eq!(table.at("/user/me").len(), 3);
    }
}
