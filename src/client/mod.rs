//! The backend API's client: one cheap handle for all threads over awc, whose own client cannot
//! leave the thread it was made on.

mod attempts;
mod base;
mod call;
mod connect;
mod connection;
mod error;
mod exchange;
mod framing;
mod health;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
pub(crate) mod invariants;
mod items;
mod proxy;
mod response_error;
mod retry;
mod settings;
#[cfg(test)]
mod tests;
mod tls;
mod transport;
mod worker;

use std::{sync::Arc, time::Duration};

use crate::{
    api::{Endpoint, RetryClass},
    endpoint::{self, InvalidArgument, Parts},
};

use self::{attempts::Attempts, retry::Again, settings::Prepared};
pub use self::{
    call::Call,
    error::{AnyRefusal, DecodeError, Delivery, Error, OptionalExt},
    items::Items,
};
pub(crate) use self::{
    proxy::ProxySetting,
    settings::{ClientSettings, SettingsError},
};

/// A handle to PropelAuth's backend API; a clone is the same handle.
#[derive(Clone, Debug)]
pub(crate) struct Client(Arc<Prepared>);

impl Client {
    /// Checks the settings; connects to nothing.
    pub(crate) fn new(settings: ClientSettings) -> Result<Self, SettingsError> {
        Ok(Self(Arc::new(Prepared::new(settings)?)))
    }

    /// Prepares a call, which is sent when it is awaited.
    pub(crate) fn call<E: Endpoint>(&self, request: E) -> Call<'_, E> {
        Call {
            client: self,
            request,
            within: None,
        }
    }

    async fn send<E: Endpoint>(
        &self,
        request: &E,
        within: Option<Duration>,
    ) -> Result<E::Response, Error<E::Refusal>> {
        let parts = endpoint::encode(request)?;
        let reply = self.send_parts::<E>(&parts, within).await?;
        Ok(request.complete(reply))
    }

    async fn send_parts<E: Endpoint>(
        &self,
        parts: &Parts,
        within: Option<Duration>,
    ) -> Result<E::Response, Error<E::Refusal>> {
        let mut attempts = Attempts::new::<E>(&self.0, within);
        let mut is_truncated_again = false;
        loop {
            let exchange = attempts.exchange(parts).await.map_err(Error::widen)?;
            match exchange.read::<E>() {
                // Without a length nothing but the JSON shows that a body was cut off.
                Err(Error::Decode(error))
                    if error.ends_early()
                        && E::RETRY_CLASS == RetryClass::Read
                        && !exchange.body.is_empty()
                        && !is_truncated_again
                        && attempts.may_go_on(Again::TRUNCATED).await =>
                {
                    is_truncated_again = true;
                }
                result => return result,
            }
        }
    }
}

impl<R> From<InvalidArgument> for Error<R> {
    fn from(InvalidArgument { argument, reason }: InvalidArgument) -> Self {
        Self::InvalidArgument { argument, reason }
    }
}
