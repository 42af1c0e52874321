//! Several PropelAuth environments in one application: which of them a request is for.
//!
//! [`selection`] chooses, by the [`issuer`] that the token names, the [`host`] of the request or its [`path`].
//! Everything after it is of the environment that was chosen, and of no other: the choice says only who judges
//! a request. It accepts none.
//!
//! | chosen by | what a caller could try | why it is worth nothing |
//! | --- | --- | --- |
//! | issuer | a token that names another issuer than the one that signed it | the environment of that issuer verifies the signature |
//! | issuer | two issuers in one token, or one in an inner object | the verifier denies a token with two, and reads the outer one |
//! | host | `X-Forwarded-Host`, two headers `Host`, a target with another host | the first is not read, and the others are denied |
//! | path | `//eu`, `/./eu`, `/us/../eu` | denied, because middleware inside may read them as `/eu` |
//! | path | `/%65u`, `/eu%2Fx`, `/eu;x` | the path is decoded as for routes: the first is `/eu`, and the others are not |
//!
//! A middleware finds its check for a request here ([`selection::Selection::for_request`]) before it does anything
//! else, so that nothing of one environment is used for a request of another: not its settings for the wording of
//! responses, nor its cache, marks or API keys. A result in the extensions counts only for the environment that it is
//! from (`request/cached_result.rs`), so that middlewares of several environments can be nested.

pub(in crate::access) mod host;
pub(in crate::access) mod issuer;
pub(in crate::access) mod path;
pub(in crate::access) mod project;
pub(in crate::access) mod selection;
