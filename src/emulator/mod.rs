//! An in-process PropelAuth for development and tests.
//!
//! It serves the backend API on loopback, keeps its state in memory, and signs access tokens with
//! a development key that everybody can read. It protects nothing: not for production.
//!
//! ```
//! use actix_web_propelauth::{PropelAuth, emulator::Emulator};
//!
//! # #[actix_web::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::start().await?;
//! let alice = emulator.create_user("alice@example.com")?;
//! let acme = emulator.create_org("Acme Inc")?;
//! emulator.add_user_to_org(&alice, &acme, "Admin")?;
//!
//! let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key())
//!     .emulator()
//!     .fetch_and_init()
//!     .await?;
//! let user = auth.user().fetch_user_metadata_by_user_id(&alice).await?;
//! assert_eq!(user.email, "alice@example.com");
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod control;
mod http;
mod operations;
#[cfg(feature = "cli")]
mod proxy;
mod state;

pub use self::{
    control::{EmulatedOrg, EmulatedUser, Emulator, EmulatorBuilder, EmulatorError, NewScimGroup},
    state::{EmailKind, EmulatedEmail, EmulatedMagicLink, EmulatedSms, RoleMapping},
};
