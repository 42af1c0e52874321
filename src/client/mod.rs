//! The backend API's client: one cheap handle for all threads over awc, whose own client cannot
//! leave the thread it was made on.

mod call;
mod error;
mod exchange;
mod response_error;
mod settings;
#[cfg(test)]
mod tests;
mod tls;
mod transport;

use std::sync::Arc;

use crate::api::{
    Endpoint,
    wire::{self, Parts, Unsendable},
};

pub(crate) use self::settings::{ClientSettings, SettingsError};
pub use self::{
    call::Call,
    error::{DecodeError, Error, Found, Sent},
};
use self::{exchange::Exchange, settings::Prepared};

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
        }
    }

    async fn send<E: Endpoint>(&self, request: &E) -> Result<E::Reply, Error<E::Refusal>> {
        let parts = wire::encode(request).map_err(|Unsendable { argument, reason }| {
            Error::InvalidRequest { argument, reason }
        })?;
        let exchange = self.exchange::<E>(&parts).await.map_err(Error::widen)?;
        tracing::debug!(
            method = E::METHOD.as_str(),
            endpoint = E::TEMPLATE,
            status = exchange.status.as_u16(),
            "PropelAuth answered"
        );
        exchange.read::<E>().map(|reply| request.complete(reply))
    }

    // One attempt. What may be sent again, and after which failure, depends on `E::CLASS`; the
    // loop that does so belongs here, where the request is bytes and the reply not yet read.
    async fn exchange<E: Endpoint>(&self, parts: &Parts) -> Result<Exchange, Error> {
        let result = transport::send_once(&self.0, parts).await;
        if let Err(error) = &result {
            tracing::debug!(
                method = E::METHOD.as_str(),
                endpoint = E::TEMPLATE,
                class = ?E::CLASS,
                %error,
                "PropelAuth could not be asked"
            );
        }
        result
    }
}
