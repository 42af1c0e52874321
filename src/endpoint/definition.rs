//! [`Endpoint`]: the definition of an operation, shared by the client and the emulator.

use actix_web::http::Method;

use super::{
    codec::EncodeRequest, path_conflicts::PathConflicts, refusal::Refusal, response::Response,
};

/// An operation of the backend API, implemented by the type of its request.
///
/// Its constants can be used to log or to count calls by operation:
///
/// ```
/// use actix_web_propelauth::api::{Endpoint, FetchUserMetadataByUserId};
///
/// assert_eq!(FetchUserMetadataByUserId::NAME, "fetch_user_metadata_by_user_id");
/// assert_eq!(FetchUserMetadataByUserId::METHOD, "GET");
/// assert!(FetchUserMetadataByUserId::TEMPLATE.starts_with("/api/backend/v1/user/{user_id}"));
/// ```
///
/// The trait is sealed: only this crate can implement it.
pub trait Endpoint: EncodeRequest + 'static {
    /// The response: an entity, or `()`.
    type Response: Response;
    /// The refusals of this operation, beyond the failures that all operations share.
    type Refusal: Refusal;

    /// The name of the group's type, such as `UserApi`.
    const GROUP: &'static str;
    /// The name of the operation: that of its client method.
    const NAME: &'static str;
    /// The HTTP method.
    const METHOD: Method;
    /// The path template: `{field}` is a segment, `{?field}` a query parameter.
    const TEMPLATE: &'static str;
    /// Further methods and paths under which PropelAuth serves the same operation.
    const ALTERNATIVE_ROUTES: &'static [(Method, &'static str)];
    /// The names of the required arguments.
    const REQUIRED: &'static [&'static str];
    /// The names of the optional arguments.
    const OPTIONAL: &'static [&'static str];
    /// How safe the operation is to retry.
    const RETRY_CLASS: RetryClass;
    /// The status of success.
    const STATUS: u16 = 200;
    /// The body of a success, if it is a fixed text and not JSON.
    const TEXT: Option<&'static str> = None;

    /// Returns the paths of all operations, with which an argument in the path must not conflict.
    #[doc(hidden)]
    fn path_conflicts() -> &'static PathConflicts;

    /// Returns the response in the form that depends on the request, such as a map by what was
    /// requested.
    #[must_use]
    fn complete(&self, response: Self::Response) -> Self::Response {
        response
    }
}

/// How safe a request is to retry.
///
/// | failure | retried |
/// | --- | --- |
/// | the request was not sent: no address, no connection | all |
/// | the connection broke; 408, 429 | `Read`, `Idempotent` |
/// | 502, 503, 504 | `Read`, `Idempotent`, `Validate` |
/// | the response was late or cut off; 500 | `Read` |
/// | anything else, such as a refusal or a certificate that is not trusted | none |
///
/// [`max_retries`](crate::PropelAuthBuilder::max_retries) has the pauses and limits.
///
/// ```
/// use actix_web_propelauth::api::{CreateUser, DeleteUser, Endpoint, RetryClass};
///
/// assert_eq!(CreateUser::RETRY_CLASS, RetryClass::Create);
/// assert_eq!(DeleteUser::RETRY_CLASS, RetryClass::Idempotent);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryClass {
    /// The request changes nothing.
    Read,
    /// Repeating the request changes nothing more.
    Idempotent,
    /// Repeating the request may create a duplicate or send a second email.
    Create,
    /// The request changes nothing but counts against the rate limit of an API key. It is retried at
    /// most once.
    Validate,
}

/// Visits each endpoint of a group.
///
/// A group's `visit` requires this trait for each of its rows, so that a visitor that lacks one does
/// not compile.
#[cfg(feature = "emulator")]
pub(crate) trait Visit<E: Endpoint> {
    fn visit(&mut self);
}
