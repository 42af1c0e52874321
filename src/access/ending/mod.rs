//! The end of a caller's access, for connections that outlive their request.
//!
//! A guard checks the request that opens a WebSocket or a stream, and not what comes after it.
//! [`access_ending`] is a future that goes on checking, [`watched`] what it looks at, and [`access_ended`] the reason
//! that it resolves to. [`callers`] has the methods that return it.
//!
//! | what happens | by default | where memberships are fetched |
//! | --- | --- | --- |
//! | a mark that an account shows, of a token | ends it | is asked about; ends it if what it needs is gone |
//! | a mark that no account shows, such as a logout | ends it | ends it |
//! | any mark of an API key | ends it | ends it: the text of the key is not kept |
//! | no answer within a second | | ends it |
//! | the token expires, or the fleet is out of reach | ends it | ends it |
//!
//! It is woken by marks ([`freshness`](super::freshness)) and by a timer. Where memberships are fetched after a change,
//! [`asking`] asks what was taken away, and [`kept`] says what has to stay.

pub(in crate::access) mod access_ended;
pub(in crate::access) mod access_ending;
mod asking;
mod callers;
mod kept;
mod watched;
