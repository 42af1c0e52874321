//! Emulators that others than this machine can reach.

use std::net::{IpAddr, Ipv6Addr};

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::builder::{API_KEY, EmulatorBuilder};

/// The minimum length of the integration API key, in bytes.
const MIN_KEY: usize = 16;

impl EmulatorBuilder {
    /// Lets others than this machine reach the emulator, at this address of the machine, such as
    /// [`Ipv4Addr::UNSPECIFIED`](std::net::Ipv4Addr::UNSPECIFIED) for all of its addresses. By default, only this
    /// machine reaches it.
    ///
    /// An emulator is for test data, in a network of your own such as that of a few containers: passwords and
    /// tokens cross it without encryption. What is published protects nothing there. So an exposed emulator
    ///
    /// - must have an [`api_key`](Self::api_key) of its own, with at least 16 characters. It requires the key for
    ///   the dashboard and for requests under `/propelauth-dev/` as well, except for `/propelauth-dev/health`. A
    ///   browser asks for it, as the password of any user;
    /// - generates the keys that sign its tokens, and the secret that signs its webhooks. A snapshot contains the
    ///   signing key;
    /// - generates tokens, codes and API keys that do not follow from [`id_seed`](Self::id_seed);
    /// - responds only to requests for this machine's names, for the address, and for the names that
    ///   [`allow_host`](Self::allow_host) adds.
    ///
    /// ```
    /// use std::net::Ipv4Addr;
    ///
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let key = std::env::var("EMULATOR_KEY").unwrap_or("9f86d081884c7d65-example".to_owned());
    /// let emulator = Emulator::builder()
    ///     .expose(Ipv4Addr::UNSPECIFIED)
    ///     .allow_host("emulator")
    ///     .api_key(key)
    ///     .start()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn expose(mut self, address: impl Into<IpAddr>) -> Self {
        self.exposure.get_or_insert_default().address = Some(address.into());
        self
    }

    /// Adds a host name, without a port, by which others ask an [exposed](Self::expose) emulator, such as the name
    /// of its container. May be called more than once.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        let exposure = self.exposure.get_or_insert_default();
        exposure.hosts.push(name.into());
        self
    }

    /// Completes the settings of an exposed emulator, or returns what is missing.
    pub(super) fn check_exposure(&mut self) -> Result<(), String> {
        let Some(exposure) = &mut self.exposure else {
            return Ok(());
        };
        let Some(address) = exposure.address else {
            return Err(
                "a host name is allowed, but the emulator is not exposed: choose the address with \
                 `--expose` or `.expose(…)`, or leave the host name out"
                    .to_owned(),
            );
        };
        let key = self.api_key.expose();
        if key == API_KEY || key.len() < MIN_KEY {
            return Err(format!(
                "an exposed emulator needs an integration API key of its own, with at least {MIN_KEY} \
                 characters, because it lets its owner become any user: choose one with \
                 `--api-key-file`, `--api-key` or `.api_key(…)`, such as the output of `openssl rand -hex 32`"
            ));
        }
        if let Some(name) = exposure.hosts.iter().find(|name| !is_host(name)) {
            return Err(format!(
                "the allowed host {name:?} is no host name: write it without scheme, port and path, \
                 such as `emulator`"
            ));
        }
        if !address.is_unspecified() {
            exposure.hosts.push(match address {
                IpAddr::V4(address) => address.to_string(),
                IpAddr::V6(address) => format!("[{address}]"),
            });
        }
        let mut secret = [0; 24];
        rand::fill(&mut secret).map_err(|_| "there are no random numbers".to_owned())?;
        self.project.webhook_secret = format!("whsec_{}", STANDARD.encode(secret)).into();
        self.project.is_exposed = true;
        Ok(())
    }
}

/// Returns `true` for names and IPv4 addresses, and for IPv6 addresses in brackets.
fn is_host(name: &str) -> bool {
    let address = name.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    match address {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            let is_usual = |it: u8| it.is_ascii_alphanumeric() || b"-._".contains(&it);
            !name.is_empty() && name.bytes().all(is_usual)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use super::super::builder::API_KEY;
    use crate::emulator::Emulator;

    const KEY: &str = "0123456789abcdef";

    #[test]
    fn an_exposed_emulator_needs_a_key_of_its_own() {
        let check = |key: &str| {
            let builder = Emulator::builder().expose(Ipv4Addr::UNSPECIFIED);
            builder.api_key(key).check_exposure()
        };
        assert_eq!(check(KEY), Ok(()));
        for key in [API_KEY, "", "0123456789abcde"] {
            let why = check(key).unwrap_err();
            assert!(why.contains("--api-key-file"), "{why}");
            assert!(key.is_empty() || !why.contains(key), "{why}");
        }
        let published = Emulator::builder().expose(Ipv4Addr::UNSPECIFIED);
        assert!({ published }.check_exposure().is_err());
    }

    #[test]
    fn allowed_hosts_are_names() {
        let check = |name: &str| {
            let builder = Emulator::builder().api_key(KEY).allow_host(name);
            builder.expose(Ipv4Addr::UNSPECIFIED).check_exposure()
        };
        for name in ["emulator", "a.b-c_d", "10.0.0.7", "[::1]"] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        for name in ["", "a:1", "http://a", "a/b", "*", "a b", "::1", "[x]", "ä"] {
            assert!(check(name).is_err(), "{name}");
        }
        let alone = Emulator::builder().api_key(KEY).allow_host("emulator");
        assert!({ alone }.check_exposure().is_err(), "it says nothing alone");
    }

    #[test]
    fn the_address_is_a_name_of_the_emulator_and_all_addresses_are_none() {
        for (address, name) in [
            (IpAddr::from(Ipv4Addr::new(10, 0, 0, 7)), Some("10.0.0.7")),
            (Ipv6Addr::LOCALHOST.into(), Some("[::1]")),
            (Ipv4Addr::UNSPECIFIED.into(), None),
            (Ipv6Addr::UNSPECIFIED.into(), None),
        ] {
            let mut builder = Emulator::builder().api_key(KEY).expose(address);
            builder.check_exposure().unwrap();
            let hosts = builder.exposure.unwrap().hosts;
            assert_eq!(hosts.first().map(String::as_str), name, "{address}");
        }
    }
}
