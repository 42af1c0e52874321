//! A `PropelAuth` for the emulator.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{
    emulator::control::Emulator,
    propel_auth::{InitError, PropelAuth, PropelAuthBuilder},
};

impl Emulator {
    /// Returns a [`PropelAuth`] that is connected to this emulator.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    ///
    /// let auth = emulator.propel_auth().await?;
    /// let user = auth.user().fetch_user_metadata_by_user_id(&alice).await?;
    /// assert_eq!(user.email, "alice@example.com");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It uses the emulator's clock, so that tokens expire if [`advance_clock`](Self::advance_clock) says so.
    ///
    /// The verifier key is fetched from the emulator, so that it can be fetched again after
    /// [`rotate_signing_key`](Self::rotate_signing_key).
    ///
    /// # Errors
    ///
    /// Returns an [`InitError`] if the emulator's thread has ended.
    pub async fn propel_auth(&self) -> Result<PropelAuth, InitError> {
        self.propel_auth_builder().fetch_and_init().await
    }

    /// Returns a builder with the auth URL, the API key, the issuer and the clock of this emulator, for
    /// tests that change further settings.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::builder()
    ///     .issuer("https://auth.localhost")
    ///     .start()
    ///     .await?;
    /// let auth = emulator
    ///     .propel_auth_builder()
    ///     .leeway(Duration::from_secs(5))
    ///     .verifier_key(emulator.verifier_key())
    ///     .build()?; // with a verifier key, nothing is fetched
    /// # Ok(())
    /// # }
    /// ```
    pub fn propel_auth_builder(&self) -> PropelAuthBuilder {
        let shared = Arc::clone(&self.shared);
        PropelAuth::builder(self.auth_url(), self.api_key())
            .emulator()
            .issuer(self.issuer())
            .clock(move || time(shared.lock_store().now()))
    }
}

/// Returns the time of a Unix timestamp in seconds.
pub(super) fn time(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::emulator::Emulator;

    #[actix_web::test]
    async fn propel_auth_is_connected_to_its_emulator() {
        let emulator = Emulator::builder()
            .issuer("https://auth.localhost")
            .api_key("another-key")
            .start()
            .await
            .unwrap();
        let other = Emulator::start().await.unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let auth = emulator.propel_auth().await.unwrap();
        let user = auth.user().fetch_user_metadata_by_user_id(&alice).await;
        assert_eq!(user.unwrap().user_id, *alice.id());

        let header = |token: String| format!("Bearer {token}");
        let own = header(alice.log_in().unwrap());
        let user = auth.validate_access_token_and_get_user(own.as_str());
        assert_eq!(user.unwrap().user_id, *alice.id());
        let bob = other.create_user("bob@example.com").unwrap();
        let foreign = header(bob.log_in().unwrap());
        assert!(
            auth.validate_access_token_and_get_user(foreign.as_str())
                .is_err()
        );
    }

    #[actix_web::test]
    async fn propel_auth_uses_the_clock_of_its_emulator() {
        let emulator = Emulator::start().await.unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let auth = emulator.propel_auth().await.unwrap();
        let is_valid = |token: &str| {
            let header = format!("Bearer {token}");
            auth.validate_access_token_and_get_user(header.as_str())
                .is_ok()
        };
        for start in [1_700_000_000, -1_700_000_000, 4_000_000_000] {
            emulator.freeze_clock(start);
            let token = alice.log_in().unwrap();
            assert!(is_valid(&token));
            emulator.advance_clock(Duration::from_secs(30 * 60 - 1));
            assert!(is_valid(&token));
            emulator.advance_clock(Duration::from_secs(1));
            assert!(!is_valid(&token), "also if it is cached");
        }
        emulator.resume_clock();
        assert!(is_valid(&alice.log_in().unwrap()));
    }

    #[actix_web::test]
    async fn propel_auth_follows_a_rotation_of_the_signing_key() {
        let emulator = Emulator::start().await.unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let auth = emulator
            .propel_auth_builder()
            .key_refresh_interval(Duration::ZERO)
            .fetch_and_init()
            .await
            .unwrap();
        emulator.rotate_signing_key();
        assert!(auth.refresh_verifier_key().await);
        let header = format!("Bearer {}", alice.log_in().unwrap());
        assert!(
            auth.validate_access_token_and_get_user(header.as_str())
                .is_ok()
        );
    }
}
