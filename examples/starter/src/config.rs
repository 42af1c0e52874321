//! Settings from the environment. `.env.example` lists the variables.

use std::{env, fmt, net::SocketAddr};

use actix_web_propelauth::{InitError, PropelAuth, PropelAuthBuilder};

/// The settings of the service.
pub struct Config {
    /// Where to listen: `LISTEN_ADDRESS`. By default, `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// The browser app that may call: `FRONTEND_ORIGIN`. By default, `http://localhost:3000`.
    pub frontend_origin: String,
    /// The project of PropelAuth, by the variables of `PropelAuth::from_env`.
    pub propel_auth: PropelAuthBuilder,
}

/// A setting that is missing or malformed.
#[derive(Debug)]
pub enum ConfigError {
    ListenAddress(String),
    PropelAuth(InitError),
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// Returns a [`ConfigError`] that names the variable if one is missing or malformed.
    pub fn from_env() -> Result<Self, ConfigError> {
        let or = |name, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
        let listen = or("LISTEN_ADDRESS", "127.0.0.1:8080");
        Ok(Self {
            listen: listen
                .parse()
                .map_err(|_| ConfigError::ListenAddress(listen))?,
            frontend_origin: or("FRONTEND_ORIGIN", "http://localhost:3000"),
            propel_auth: PropelAuth::builder_from_env().map_err(ConfigError::PropelAuth)?,
        })
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ListenAddress(text) => {
                write!(
                    f,
                    "LISTEN_ADDRESS is {text:?}; expected an address and a port, such as 127.0.0.1:8080"
                )
            }
            Self::PropelAuth(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ConfigError {}
