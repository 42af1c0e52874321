//! Webhooks: PropelAuth says what changed, and the signature proves that it was PropelAuth.
//!
//! PropelAuth sends webhooks through [Svix](https://docs.svix.com/receiving/introduction): a POST request with
//! a JSON object, whose type is in `event_type`, and with three headers that sign it. Copy the signing secret of
//! the endpoint from PropelAuth's dashboard into `PROPELAUTH_WEBHOOK_SECRET`.
//!
//! [`PropelAuth::webhooks`](crate::PropelAuth::webhooks) is a ready-made service. It verifies, sets
//! [marks](crate::freshness) so that tokens from before a change are denied, drops deliveries that were handled
//! before, and calls the application. [`Webhook`] as an argument of a handler only verifies and reads, and
//! [`WebhookVerifier::verify`] does so outside of actix-web.
//!
//! ```
//! use actix_web::{App, web};
//! use actix_web_propelauth::{
//!     PropelAuth, User,
//!     webhook::{Webhook, WebhookEvent, WebhookSecretError, WebhookVerifier},
//! };
//!
//! async fn whoami(user: User) -> String {
//!     user.email.clone()
//! }
//!
//! # fn example(auth: PropelAuth) -> Result<(), WebhookSecretError> {
//! let verifier = WebhookVerifier::from_env()?;
//! let webhooks = auth.webhooks(verifier).on_event(async |webhook: Webhook| {
//!     if let WebhookEvent::UserDeleted(event) = &webhook.event {
//!         println!("delete the data of {}", event.user_id);
//!     }
//! });
//! // The sender has no access token: what requires one is around the other routes only.
//! let app = App::new()
//!     .service(webhooks)
//!     .service(web::scope("/api").route("/whoami", web::get().to(whoami)).wrap(auth.require_user()));
//! # Ok(())
//! # }
//! ```
//!
//! # Responses
//!
//! Every response to a request that is not accepted has a body that says no more than its status.
//! [`WebhookError`] has the exact reason, which is logged with its [code](WebhookError::code).
//!
//! | status | if |
//! | --- | --- |
//! | 204 | the webhook was handled, or had been handled before |
//! | 400 | a header is missing, occurs twice or is malformed, the timestamp is too old or too new, no signature is right, or the body is not an event |
//! | 405 | the method is not POST |
//! | 408 | the body has not arrived within 5 seconds |
//! | 413 | the body is larger than [256 KiB](WebhookVerifier::max_body_bytes) |
//! | 415 | the request has a `Content-Encoding`: a few bytes could decompress to gigabytes before they are verified |
//! | 500 | the application returned an error, or is misconfigured |
//! | 503 | the fleet did not get the marks, the application took too long, or the same delivery is being handled |
//!
//! Svix sends a webhook again if the response is not 2xx, within about 28 hours. It waits 15 seconds for one.
//!
//! # Marks
//!
//! Svix may deliver late. A mark is therefore of the time of the delivery or of now, whichever is later: a token
//! that was issued between change and delivery is refreshed once in vain.
//!
//! | event | marks |
//! | --- | --- |
//! | `user.deleted`, `user.disabled`, `user.enabled` | the user, and the user's API keys |
//! | `user.locked`, `user.logged_out` | the user |
//! | `user.added_to_org`, `user.removed_from_org`, `user.role_changed_within_org`, `user.added_to_scim_group`, `user.removed_from_scim_group` | the user in the organization, and the API keys of both |
//! | `org.deleted`, `org.updated`, `org.scim_group_updated`, `org.scim_group_deleted` | all members of the organization, and its API keys |
//! | `user.deleted_personal_api_key` | the user's API keys |
//! | `org.api_key_deleted` | the organization's API keys |
//!
//! The others mark nothing: they are about a profile, about how users log in, or about what gives no access.
//! `user.updated` is one of them, because an application that changes metadata with each request would deny
//! the next one. Call [`mark_stale`](crate::PropelAuth::mark_stale) in `on_event` if your application decides by
//! what is in it. The same holds for types that this version does not know.
//!
//! An event of the table that cannot be read, because a field is missing, marks whom it names: the user, or else
//! the organization, or else everyone.

mod body;
mod declare;
mod deliver;
mod error;
mod event;
mod explanations;
mod extract;
mod fields;
mod headers;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
pub(crate) mod invariants;
mod log;
mod marks;
mod outcome;
mod secret;
mod seen;
mod service;
mod signature;
#[cfg(test)]
mod tests;
mod verifier;
mod warnings;

pub use self::{
    error::WebhookError,
    event::{
        OrgApiKeyDeleted, OrgCreated, OrgDeleted, OrgSamlRemoved, OrgSamlSetup, OrgSamlWentLive,
        OrgScimGroupCreated, OrgScimGroupDeleted, OrgScimGroupUpdated, OrgScimKeyCreated,
        OrgScimKeyRevoked, OrgUpdated, UnknownEvent, UserAddedToOrg, UserAddedToScimGroup,
        UserCreated, UserDeleted, UserDeletedPersonalApiKey, UserDisabled, UserEnabled,
        UserImpersonated, UserInvitedToOrg, UserLocked, UserLoggedOut, UserLogin,
        UserRemovedFromOrg, UserRemovedFromScimGroup, UserRoleChangedWithinOrg,
        UserSendMfaPhoneCode, UserUpdated, WebhookEvent,
    },
    outcome::WebhookOutcome,
    secret::WebhookSecretError,
    service::WebhookService,
    verifier::{Webhook, WebhookVerifier},
};
pub(crate) use self::{explanations::EXPLANATIONS, seen::Seen};
#[cfg(any(feature = "test-util", test))]
pub(crate) use self::{secret::SigningKey, signature::sign};
