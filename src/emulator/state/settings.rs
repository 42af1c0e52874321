//! The settings of the project that concern browsers: how people log in and sign up, what they may do
//! for themselves, and where frontends are.
//!
//! They have the names of PropelAuth's Terraform provider. Those that also concern the backend API are
//! in [`Project`](crate::emulator::state::Project).
//!
//! Known differences to PropelAuth: `settings` in docs/differences.md.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::emulator::state::{ApiKeyConfig, KeyRateLimit, UserProperties};

/// Settings under their names in a seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    // Logging in
    pub(crate) has_password_login: bool,
    pub(crate) has_passwordless_login: bool,
    pub(crate) all_users_must_setup_2fa: bool,
    /// In seconds.
    pub(crate) user_autologout_seconds: i64,
    pub(crate) user_autologout_type: AutologoutType,
    pub(crate) magic_link_expire_after_first_use: bool,
    pub(crate) magic_link_requires_interstitial: bool,
    pub(crate) require_email_confirmation: bool,
    // Signing up
    pub(crate) allow_public_signups: bool,
    pub(crate) signup_domain_allowlist: Vec<String>,
    pub(crate) allow_users_to_signup_with_personal_email: bool,
    // What people may do for themselves
    pub(crate) users_can_change_email: bool,
    pub(crate) users_can_delete_own_account: bool,
    pub(crate) users_can_create_orgs: bool,
    pub(crate) users_can_delete_their_own_orgs: bool,
    pub(crate) users_must_be_in_an_organization: bool,
    pub(crate) allow_autojoin_by_domain: bool,
    pub(crate) orgs_can_require_2fa: bool,
    pub(crate) orgs_can_setup_saml: bool,
    /// The word for an organization on pages.
    pub(crate) orgs_metaname: String,
    pub(crate) user_properties: UserProperties,
    // Roles
    /// The role of users who join without an invitation, or `None` for the last one.
    pub(crate) default_role: Option<String>,
    /// The role of users who create an organization, or `None` for the first one.
    pub(crate) default_owner_role: Option<String>,
    // API keys
    pub(crate) personal_api_keys_enabled: bool,
    pub(crate) org_api_keys_enabled: bool,
    pub(crate) invalidate_org_api_key_upon_user_removal: bool,
    pub(crate) api_key_config: ApiKeyConfig,
    /// For all personal keys of a user together.
    pub(crate) personal_api_key_rate_limit: Option<KeyRateLimit>,
    /// For all keys of an organization together.
    pub(crate) org_api_key_rate_limit: Option<KeyRateLimit>,
    // MCP clients
    /// The scopes that they may ask for, or none for any.
    pub(crate) mcp_scopes: Vec<String>,
    pub(crate) mcp_dynamic_client_registration: bool,
    // Frontends
    pub(crate) application_url: String,
    pub(crate) login_redirect_path: String,
    pub(crate) logout_redirect_path: String,
    pub(crate) additional_fe_locations: Vec<FrontendLocation>,
    /// A name of the emulator's own.
    pub(crate) session_cookie_same_site: SameSite,
}

/// What the time until a logout is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AutologoutType {
    AfterInactivity,
    AfterLogin,
}

/// The attribute `SameSite` of the session's cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SameSite {
    Lax,
    /// Comes with `Secure`, without which browsers refuse it.
    None,
}

/// Another place from which frontends may call the emulator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrontendLocation {
    /// An origin, or a host name, for which both schemes are allowed.
    pub(crate) domain: String,
    #[serde(default)]
    pub(crate) allow_any_subdomain: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            has_password_login: true,
            has_passwordless_login: false,
            all_users_must_setup_2fa: false,
            user_autologout_seconds: 14 * 24 * 60 * 60,
            user_autologout_type: AutologoutType::AfterInactivity,
            magic_link_expire_after_first_use: false,
            magic_link_requires_interstitial: false,
            require_email_confirmation: false,
            allow_public_signups: true,
            signup_domain_allowlist: Vec::new(),
            allow_users_to_signup_with_personal_email: true,
            users_can_change_email: true,
            users_can_delete_own_account: false,
            users_can_create_orgs: true,
            users_can_delete_their_own_orgs: false,
            users_must_be_in_an_organization: false,
            allow_autojoin_by_domain: true,
            orgs_can_require_2fa: false,
            orgs_can_setup_saml: false,
            orgs_metaname: "Organization".to_owned(),
            user_properties: UserProperties::default(),
            default_role: None,
            default_owner_role: None,
            personal_api_keys_enabled: false,
            org_api_keys_enabled: false,
            invalidate_org_api_key_upon_user_removal: false,
            api_key_config: ApiKeyConfig::default(),
            personal_api_key_rate_limit: None,
            org_api_key_rate_limit: None,
            mcp_scopes: Vec::new(),
            mcp_dynamic_client_registration: true,
            application_url: "http://localhost:3000".to_owned(),
            login_redirect_path: "/".to_owned(),
            logout_redirect_path: "/".to_owned(),
            additional_fe_locations: Vec::new(),
            session_cookie_same_site: SameSite::Lax,
        }
    }
}

impl Settings {
    /// Returns `true` for the places of frontends: the application, further locations, and, as in the
    /// test environments of PropelAuth, this machine with any port.
    pub(crate) fn is_frontend(&self, url: &Url) -> bool {
        if !["http", "https"].contains(&url.scheme()) {
            return false;
        }
        let application = Url::parse(&self.application_url).ok();
        is_this_machine(url)
            || application.is_some_and(|application| application.origin() == url.origin())
            || self.additional_fe_locations.iter().any(|it| it.has(url))
    }

    /// Returns `true` if a web page of this origin may call the emulator with the user's session.
    pub(crate) fn is_origin_allowed(&self, origin: &str) -> bool {
        // An origin is compared as browsers write it, so that nothing else passes.
        Url::parse(origin)
            .is_ok_and(|url| url.origin().ascii_serialization() == origin && self.is_frontend(&url))
    }

    /// Returns the URL of the application after a login.
    #[cfg_attr(not(feature = "pages"), allow(dead_code))] // what only pages use
    pub(crate) fn login_redirect_url(&self) -> String {
        join(&self.application_url, &self.login_redirect_path)
    }

    /// Returns the URL of the application after a logout.
    pub(crate) fn logout_redirect_url(&self) -> String {
        join(&self.application_url, &self.logout_redirect_path)
    }

    /// Returns the reason if a setting is invalid.
    pub(crate) fn check(&self) -> Result<(), String> {
        // RFC 6749, 3.3.
        let is_fit = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        let mut scopes = self.mcp_scopes.iter();
        if let Some(scope) = scopes.find(|it| it.is_empty() || !it.bytes().all(is_fit)) {
            return Err(format!(
                "the MCP scope {scope:?} is not one word of visible ASCII without quotes and backslashes"
            ));
        }
        let application = Url::parse(&self.application_url);
        if !application.is_ok_and(|url| is_web_origin(&url)) {
            let url = &self.application_url;
            return Err(format!(
                "the application URL {url:?} is not an http or https URL without query and fragment: \
                 write http://localhost:3000, for example"
            ));
        }
        for (name, path) in [
            ("login_redirect_path", &self.login_redirect_path),
            ("logout_redirect_path", &self.logout_redirect_path),
        ] {
            // Two slashes, or one and a backslash, begin a URL of another host.
            if !path.starts_with('/') || path.starts_with("//") || path.starts_with("/\\") {
                return Err(format!(
                    "the {name} {path:?} is not a path: write it with one slash at its beginning"
                ));
            }
        }
        if self.user_autologout_seconds <= 0 {
            return Err("the user_autologout_seconds are not positive".to_owned());
        }
        self.user_properties.check_settings()?;
        self.api_key_config.check()?;
        let mut locations = self.additional_fe_locations.iter();
        match locations.find(|location| location.parts().is_none()) {
            Some(location) => Err(format!(
                "the domain {:?} in additional_fe_locations is neither an origin nor a host name: \
                 write https://app.example.com or app.example.com",
                location.domain
            )),
            None => Ok(()),
        }
    }
}

impl FrontendLocation {
    /// Returns `true` if a URL is at this location.
    fn has(&self, url: &Url) -> bool {
        let (Some((scheme, host, port)), Some(name)) = (self.parts(), url.host_str()) else {
            return false;
        };
        let is_subdomain = || {
            let rest = name.strip_suffix(host.as_str());
            rest.is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
        };
        scheme.is_none_or(|scheme| scheme == url.scheme())
            && port.is_none_or(|port| Some(port) == url.port_or_known_default())
            && (name == host || self.allow_any_subdomain && is_subdomain())
    }

    /// Returns the scheme and port, if they matter, and the host.
    fn parts(&self) -> Option<(Option<String>, String, Option<u16>)> {
        if self.domain.contains("://") {
            let url = Url::parse(&self.domain).ok().filter(is_web_origin)?;
            let host = url.host_str()?.to_owned();
            return Some((
                Some(url.scheme().to_owned()),
                host,
                url.port_or_known_default(),
            ));
        }
        let url = Url::parse(&format!("http://{}", self.domain)).ok();
        let url = url.filter(|url| is_web_origin(url) && url.path() == "/")?;
        Some((None, url.host_str()?.to_owned(), url.port()))
    }
}

/// Returns `true` for http and https URLs with a host and without credentials, query and fragment.
fn is_web_origin(url: &Url) -> bool {
    ["http", "https"].contains(&url.scheme())
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

/// Returns `true` for loopback addresses and the names that resolve to them (RFC 6761, 6.3).
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn join(url: &str, path: &str) -> String {
    format!("{}{path}", url.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::{FrontendLocation, Settings};

    fn settings(domain: &str, allow_any_subdomain: bool) -> Settings {
        Settings {
            application_url: "https://app.example.com".to_owned(),
            additional_fe_locations: vec![FrontendLocation {
                domain: domain.to_owned(),
                allow_any_subdomain,
            }],
            ..Settings::default()
        }
    }

    #[test]
    fn origins_are_allowed_to_the_letter() {
        for (domain, subdomains, origin, is_allowed) in [
            ("x.dev", false, "http://localhost:3000", true),
            ("x.dev", false, "http://127.0.0.1", true),
            ("x.dev", false, "http://[::1]:8080", true),
            ("x.dev", false, "http://app.localhost:1", true),
            ("x.dev", false, "https://app.example.com", true),
            ("x.dev", false, "https://x.dev", true),
            ("x.dev", false, "http://x.dev:8080", true),
            ("x.dev:8080", false, "http://x.dev", false),
            ("https://x.dev", false, "http://x.dev", false),
            ("https://x.dev", false, "https://x.dev:444", false),
            ("x.dev", false, "https://a.x.dev", false),
            ("x.dev", true, "https://a.x.dev", true),
            ("x.dev", true, "https://a.b.x.dev", true),
            ("x.dev", true, "https://ax.dev", false),
            ("x.dev", true, "https://x.dev.evil.example", false),
            ("x.dev", false, "http://app.example.com", false),
            ("x.dev", false, "https://app.example.com:444", false),
            ("x.dev", false, "https://app.example.com.", false),
            ("x.dev", false, "https://app.example.com/", false),
            ("x.dev", false, "https://u@app.example.com", false),
            ("x.dev", false, "HTTPS://app.example.com", false),
            ("x.dev", false, "http://localhost.evil.example", false),
            ("x.dev", false, "http://evillocalhost", false),
            ("x.dev", false, "ftp://localhost", false),
            ("x.dev", false, "null", false),
            ("x.dev", false, "*", false),
            ("x.dev", false, "", false),
        ] {
            let settings = settings(domain, subdomains);
            assert_eq!(settings.check(), Ok(()));
            assert_eq!(
                settings.is_origin_allowed(origin),
                is_allowed,
                "{domain} {origin}"
            );
        }
    }

    #[test]
    fn invalid_settings_are_named() {
        for domain in [
            "",
            "a b",
            "https://",
            "ftp://x.dev",
            "x.dev/path",
            "u@x.dev",
        ] {
            let why = settings(domain, false).check().unwrap_err();
            assert!(why.contains("additional_fe_locations"), "{why}");
        }
        for path in ["", "x", "//evil.example", "/\\evil.example"] {
            let settings = Settings {
                login_redirect_path: path.to_owned(),
                ..Settings::default()
            };
            let why = settings.check().unwrap_err();
            assert!(why.contains("login_redirect_path"), "{why}");
        }
        for url in ["", "localhost", "ftp://x", "http://x?y", "http://u:p@x"] {
            let settings = Settings {
                application_url: url.to_owned(),
                ..Settings::default()
            };
            assert!(settings.check().is_err(), "{url}");
        }
        assert_eq!(Settings::default().check(), Ok(()));
    }
}
