//! Every request that the emulator answers, for what must hold for all of them.

use crate::emulator::{
    control::commands::COMMANDS,
    http::{Shared, WEB_ROUTES},
    web::Access,
};

/// A request that has a row.
#[derive(Clone, Debug)]
pub(crate) struct KnownRequest {
    pub(crate) method: String,
    /// The path, with its fields in braces.
    pub(crate) path: String,
    /// What it does or returns, as a phrase. Empty for an operation, whose name says it.
    #[cfg_attr(not(test), allow(dead_code))]
    pub(crate) about: &'static str,
    pub(crate) face: Face,
}

/// Which part of the emulator answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    /// The backend API.
    Operation,
    /// What frontends, servers for them, and clients of OAuth ask.
    Web(Access),
    /// Pages for people, and their forms.
    #[cfg(feature = "pages")]
    Page,
    /// The emulator's own requests.
    Control,
}

/// Returns all of them.
pub(crate) fn all_requests(shared: &Shared) -> Vec<KnownRequest> {
    let operations = shared.routes.list().map(|(_, method, path)| KnownRequest {
        method: method.to_string(),
        path: path.to_owned(),
        about: "",
        face: Face::Operation,
    });
    let web = WEB_ROUTES.rows().map(|row| KnownRequest {
        method: row.info.method.to_owned(),
        path: row.info.path.to_owned(),
        about: row.info.about,
        face: Face::Web(row.info.access),
    });
    let own = COMMANDS.iter().map(|command| KnownRequest {
        method: command.method.to_owned(),
        path: format!("/propelauth-dev/{}", command.path),
        about: command.about,
        face: Face::Control,
    });
    let all = operations.chain(web).chain(own);
    #[cfg(feature = "pages")]
    let all = all.chain(crate::emulator::pages::rows().map(|info| KnownRequest {
        method: info.method.to_owned(),
        path: info.path.to_owned(),
        about: info.about,
        face: Face::Page,
    }));
    all.collect()
}
