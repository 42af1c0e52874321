//! The form in which operations are declared: a group, then one row per operation.
//!
//! ```text
//! /// Fetches one user by id.
//! Read GET "/api/backend/v1/user/{user_id}{?include_orgs}"
//! fetch_user_metadata_by_user_id: FetchUserMetadataByUserId(user_id: UserId) {
//!     /// Sets whether to fetch the organizations of the user as well. By default, `false`.
//!     include_orgs: bool,
//! } -> UserMetadata | NotFound;
//! ```
//!
//! A row reads, in this order:
//!
//! | part | in the example | meaning |
//! | --- | --- | --- |
//! | documentation | `/// Fetches …` | of the client method |
//! | retry class | `Read` | a variant of [`RetryClass`](crate::endpoint::RetryClass) |
//! | method, template | `GET "/api/…"` | the request line; `{field}` is a segment, `{?field}` a query parameter |
//! | alternative routes | | `\| POST "/api/…"`, any number: only the emulator serves them |
//! | name | `fetch_user_…` | the client method |
//! | request | `FetchUser…` | the type of the request |
//! | required arguments | `(user_id: UserId)` | one of the three forms below |
//! | optional arguments | `{ include_orgs: bool, }` | each a setter with its documentation; may be left out. `= value` is sent unless the argument is set |
//! | response | `UserMetadata` | an `entity!`, or `()` |
//! | refusal | `NotFound` | a `refusals!` table, or `Never` |
//! | extras | | see below |
//!
//! What the template does not place travels in the query of a GET and in the JSON body of any
//! other request. Types are written as plain names, such as `String` or `List<UserId>`; a type
//! whose name ends in `Id` is an id, which the emulator compares in lower case.
//!
//! | form of required arguments | when |
//! | --- | --- |
//! | `(field: Type, …)` | up to three: they are the arguments of the method |
//! | `(args Name { /// doc` `field: Type, … })` | more: callers construct the struct `Name`, which names each |
//! | `(from Name { field: Type, … })` | fields that depend on each other: `Name` is written by hand and converted by `From`; optional arguments then have no setters |
//!
//! | extra | meaning |
//! | --- | --- |
//! | `, keyed_by(list, part)` | the response is a map of users, keyed by the values of the argument `list`, which the `part` of a user matches |
//! | `, status 204` | success has this status, not 200 |
//! | `, text "…"` | the emulator answers success with this text, not with JSON |
//!
//! Extras stand in this order. A long group is spread over submodules: `pub group UserApi: fetch,
//! change;` names them, and each begins with `pub part of UserApi;`.
//!
//! Each macro makes one thing: [`endpoints`] the group and the list of its rows, [`row`] the
//! [`Endpoint`](crate::endpoint::Endpoint), [`request`] its type, [`setters`] the optional
//! arguments, [`client_method`] the client method, and [`argument`] the type of one argument.

mod argument;
mod client_method;
mod group;
mod request;
mod row;
mod setters;
#[cfg(feature = "emulator")]
#[cfg(test)] // on its own line, where clippy looks for it
mod tests;

#[cfg(feature = "emulator")]
pub(crate) use self::argument::is_id;
pub(crate) use self::{
    argument::argument, client_method::client_method, group::endpoints, request::request, row::row,
    setters::setters,
};
