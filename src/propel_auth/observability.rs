//! Builder setters for what an operator sees, and the gauges of a handle.

use super::builder::PropelAuthBuilder;
use crate::{
    client::{CallEvent, OnCall},
    observe::UserInSpans,
    words::secret::Secret,
};

/// Spans, metrics and events; see [`observe`](crate::observe).
impl PropelAuthBuilder {
    /// Sets a hook that is called once for each call of the backend API, when it has ended.
    ///
    /// It is also called for a call whose future was dropped, such as by a timeout of the application, and
    /// for the fetches of the verifier key. It is not called if nothing could be sent because an argument
    /// is invalid ([`Error::InvalidArgument`](crate::Error::InvalidArgument)). Each page of a
    /// [stream](crate::Call::stream) is a call.
    ///
    /// The hook runs on the thread of the call, before its result is returned: it must not block. If it
    /// panics, the call is not affected, and an error is logged. A second hook replaces the first.
    ///
    /// ```
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// let builder = PropelAuth::builder("https://auth.example.com", "key").on_call(|event| {
    ///     if !event.is_success() {
    ///         eprintln!("{} failed after {:?}: {:?}", event.operation, event.duration, event.error_code);
    ///     }
    /// });
    /// ```
    pub fn on_call(mut self, hook: impl Fn(&CallEvent) + Send + Sync + 'static) -> Self {
        self.client_options.on_call = Some(OnCall::new(hook));
        self
    }

    /// Sets how spans name users: by a pseudonym, by id, or not at all. By default, by a pseudonym.
    ///
    /// The choice holds for the spans of this crate and for those of the application that declare the
    /// fields, which [`observe`](crate::observe) lists.
    pub fn user_in_spans(mut self, user: UserInSpans) -> Self {
        self.user_in_spans = user;
        self
    }

    /// Sets the key of the hash that pseudonyms of users are made with. By default, a random one for
    /// each process.
    ///
    /// With the same key, all instances of a service give a user the same pseudonym, also after a restart.
    /// The key and a user id are enough to compute the pseudonym, so keep the key like a password. It must
    /// have at least 16 bytes.
    ///
    /// ```
    /// use actix_web_propelauth::{PropelAuth, Secret};
    ///
    /// fn example(pseudonym_key: Secret) {
    ///     let builder = PropelAuth::builder("https://auth.example.com", "key")
    ///         .pseudonym_key(pseudonym_key);
    /// }
    /// ```
    pub fn pseudonym_key(mut self, key: impl Into<Secret>) -> Self {
        self.pseudonym_key = Some(key.into());
        self
    }
}

#[cfg(feature = "metrics")]
impl super::handle::PropelAuth {
    /// Records the gauges with their current values: the size of the token cache, the age of the verifier
    /// key, and the circuit breakers.
    ///
    /// Gauges are also recorded when their value changes, except that the age of the key changes with time
    /// alone, and that a recorder which was installed later has missed changes. Call this before a scrape:
    ///
    /// ```
    /// use actix_web::web::ThinData;
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// async fn metrics(auth: ThinData<PropelAuth>) -> String {
    ///     auth.record_gauges();
    ///     // Return what your exporter renders.
    ///     # String::new()
    /// }
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
    pub fn record_gauges(&self) {
        self.0.authenticator.record_gauges();
        crate::observe::metrics::circuit_breakers();
    }
}
