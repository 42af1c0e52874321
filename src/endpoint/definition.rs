//! What both sides of the wire know of one operation.

use actix_web::http::Method;

use super::{
    codec::EncodeRequest, path_conflicts::PathConflicts, refusal::Refusal, response::Response,
};

/// One operation of the backend API: its request is the type that implements this.
///
/// The trait is implemented by this crate only.
pub trait Endpoint: EncodeRequest + 'static {
    /// What the operation answers.
    type Response: Response;
    /// What the operation may refuse for, beyond the failures that all operations share.
    type Refusal: Refusal;

    /// The name of the group's type, such as `UserApi`.
    const GROUP: &'static str;
    /// The name of the operation: that of its client method.
    const NAME: &'static str;
    /// The HTTP method.
    const METHOD: Method;
    /// The path, `{field}` for a segment and `{?field}` for a query parameter.
    const TEMPLATE: &'static str;
    /// Further methods and paths under which PropelAuth serves the same operation.
    const ALTERNATIVE_ROUTES: &'static [(Method, &'static str)];
    /// The arguments that every request has.
    const REQUIRED: &'static [&'static str];
    /// The arguments that a request may leave out.
    const OPTIONAL: &'static [&'static str];
    /// What sending it twice would do.
    const RETRY_CLASS: RetryClass;
    /// The status of success.
    const STATUS: u16 = 200;
    /// The text that success is answered by, where that is no JSON.
    const TEXT: Option<&'static str> = None;

    /// Returns the paths of all operations, which an argument must not be mistaken for.
    #[doc(hidden)]
    fn path_conflicts() -> &'static PathConflicts;

    /// Brings a reply into the form that depends on the request.
    #[must_use]
    fn complete(&self, reply: Self::Response) -> Self::Response {
        reply
    }
}

/// What sending a request twice does, which decides when it may be retried.
///
/// | what happened | sent again |
/// | --- | --- |
/// | nothing was sent: no address, no connection | all |
/// | the connection broke; 408, 429 | `Read`, `Idempotent` |
/// | 502, 503, 504 | `Read`, `Idempotent`, `Validate` |
/// | the reply was late or cut off; 500 | `Read` |
/// | anything else, such as a refusal or a certificate that is not trusted | none |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryClass {
    /// It changes nothing.
    Read,
    /// The second time changes nothing more.
    Idempotent,
    /// The second time may create another thing or send another e-mail.
    Create,
    /// It changes nothing, but each call counts against somebody's quota. It is sent again once
    /// at most.
    Validate,
}

/// Is shown every endpoint of a group, one after the other.
///
/// A group's `visit` asks for this trait for each of its rows, so that a visitor which lacks one
/// does not compile.
#[cfg(feature = "emulator")]
pub(crate) trait Visit<E: Endpoint> {
    fn visit(&mut self);
}
