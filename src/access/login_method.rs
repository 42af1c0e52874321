//! The login method of a user: the claim `login_method`.
//!
//! PropelAuth adds providers and methods over time. A value that this version does not know must
//! not make a valid token invalid, so unknown values are kept as text.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};

use crate::words::{
    ids::OrgId,
    open_string_enum::open_string_enum,
    strict_json::{Skipped, strict_json_object},
};

open_string_enum! {
    /// The provider of a social login.
    ///
    /// ```
    /// use actix_web_propelauth::SocialLoginProvider;
    ///
    /// let provider = SocialLoginProvider::from("GitHub".to_owned());
    /// assert_eq!(provider, SocialLoginProvider::GitHub);
    /// // A provider that this version does not know keeps its name.
    /// assert_eq!(SocialLoginProvider::from("Apple".to_owned()).as_str(), "Apple");
    /// ```
    pub enum SocialLoginProvider {
        /// Google.
        Google = "Google",
        /// GitHub.
        GitHub = "GitHub",
        /// Microsoft.
        Microsoft = "Microsoft",
        /// Slack.
        Slack = "Slack",
        /// LinkedIn.
        LinkedIn = "LinkedIn",
        /// Salesforce.
        Salesforce = "Salesforce",
        /// Xero.
        Xero = "Xero",
        /// QuickBooks Online.
        QuickBooksOnline = "QuickBooks Online",
    }

    /// The identity provider of a SAML login.
    ///
    /// ```
    /// use actix_web_propelauth::SamlLoginProvider;
    ///
    /// let provider = SamlLoginProvider::from("Okta".to_owned());
    /// assert_eq!(provider, SamlLoginProvider::Okta);
    /// assert_eq!(SamlLoginProvider::from("Keycloak".to_owned()).as_str(), "Keycloak");
    /// ```
    pub enum SamlLoginProvider {
        /// Google Workspace.
        Google = "Google",
        /// Rippling.
        Rippling = "Rippling",
        /// OneLogin.
        OneLogin = "OneLogin",
        /// JumpCloud.
        JumpCloud = "JumpCloud",
        /// Okta.
        Okta = "Okta",
        /// Microsoft Entra ID, formerly Azure AD.
        Azure = "Azure",
        /// Duo.
        Duo = "Duo",
        /// Any other SAML identity provider.
        Generic = "Generic",
    }
}

/// The login method of a user.
///
/// PropelAuth puts the login method into tokens only if the project is set up to; without it, the
/// value is [`Unknown`](Self::Unknown). A method that this version does not know is
/// [`Other`](Self::Other), with the texts as they are in the token.
///
/// ```
/// use actix_web_propelauth::{LoginMethod, User};
///
/// /// Asks users who logged in with a password for a second factor.
/// fn needs_second_factor(user: &User) -> bool {
///     matches!(user.login_method, LoginMethod::Password)
/// }
///
/// /// Allows only logins through the organization's own identity provider.
/// fn is_sso(user: &User) -> bool {
///     matches!(user.login_method, LoginMethod::SamlSso { .. })
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginMethod {
    /// A password.
    Password,
    /// A link that was sent by email.
    MagicLink,
    /// An account of another service, such as Google or GitHub.
    #[non_exhaustive]
    SocialSso {
        /// The service, if the token names it.
        provider: Option<SocialLoginProvider>,
    },
    /// The link that confirms an email address.
    EmailConfirmationLink,
    /// The organization's own identity provider.
    #[non_exhaustive]
    SamlSso {
        /// The product, if the token names it.
        provider: Option<SamlLoginProvider>,
        /// The organization whose identity provider it is, if the token names it.
        org_id: Option<OrgId>,
    },
    /// Impersonation by an employee: the user did not log in. The employee's id is in
    /// [`impersonator_user_id`](crate::UserClaims::impersonator_user_id).
    Impersonation,
    /// The token was created through the backend API, and the user did not log in.
    GeneratedFromBackendApi,
    /// The token does not name the login method.
    #[default]
    Unknown,
    /// A login method that this version does not know.
    #[non_exhaustive]
    Other {
        /// The name of the login method.
        login_method: String,
        /// The provider, if the token names one.
        provider: Option<String>,
        /// The organization, if the token names one.
        org_id: Option<OrgId>,
    },
}

strict_json_object! {
    /// The claim `login_method`, before its name is matched with the known ones.
    #[derive(Default)]
    struct Wire {
        login_method: String,
        provider: Option<String> = or_default,
        org_id: Option<OrgId> = or_default,
    }
}

impl LoginMethod {
    /// Returns the name that tokens have for this login method.
    ///
    /// ```
    /// use actix_web_propelauth::LoginMethod;
    ///
    /// assert_eq!(LoginMethod::MagicLink.as_str(), "magic_link");
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Password => "password",
            Self::MagicLink => "magic_link",
            Self::SocialSso { .. } => "social_sso",
            Self::EmailConfirmationLink => "email_confirmation_link",
            Self::SamlSso { .. } => "saml_sso",
            Self::Impersonation => "impersonation",
            Self::GeneratedFromBackendApi => "generated_from_backend_api",
            Self::Unknown => "unknown",
            Self::Other { login_method, .. } => login_method,
        }
    }

    /// Returns the name of the provider, as tokens have it.
    pub(super) fn provider(&self) -> Option<&str> {
        match self {
            Self::SocialSso { provider } => provider.as_ref().map(SocialLoginProvider::as_str),
            Self::SamlSso { provider, .. } => provider.as_ref().map(SamlLoginProvider::as_str),
            Self::Other { provider, .. } => provider.as_deref(),
            _ => None,
        }
    }

    /// Returns the organization whose identity provider the user logged in with.
    pub(super) fn org_id(&self) -> Option<&OrgId> {
        match self {
            Self::SamlSso { org_id, .. } | Self::Other { org_id, .. } => org_id.as_ref(),
            _ => None,
        }
    }
}

impl From<Wire> for LoginMethod {
    fn from(wire: Wire) -> Self {
        match wire.login_method.as_str() {
            "password" => Self::Password,
            "magic_link" => Self::MagicLink,
            "social_sso" => Self::SocialSso {
                provider: wire.provider.map(Into::into),
            },
            "email_confirmation_link" => Self::EmailConfirmationLink,
            "saml_sso" => Self::SamlSso {
                provider: wire.provider.map(Into::into),
                org_id: wire.org_id,
            },
            "impersonation" => Self::Impersonation,
            "generated_from_backend_api" => Self::GeneratedFromBackendApi,
            "unknown" | "" => Self::Unknown,
            _ => Self::Other {
                login_method: wire.login_method,
                provider: wire.provider,
                org_id: wire.org_id,
            },
        }
    }
}

impl fmt::Display for LoginMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for LoginMethod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("login_method", self.as_str())?;
        if let Some(provider) = self.provider() {
            map.serialize_entry("provider", provider)?;
        }
        if let Some(org_id) = self.org_id() {
            map.serialize_entry("org_id", org_id)?;
        }
        map.end()
    }
}

/// Reads the object that PropelAuth sends, and the bare name that some official SDKs accept.
impl<'de> Deserialize<'de> for LoginMethod {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectOrName;

        impl<'de> de::Visitor<'de> for ObjectOrName {
            type Value = Wire;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a login method")
            }

            fn visit_str<E>(self, name: &str) -> Result<Wire, E> {
                Ok(Wire {
                    login_method: name.to_owned(),
                    ..Wire::default()
                })
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Wire, A::Error> {
                Wire::deserialize(de::value::MapAccessDeserializer::new(map))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Wire, A::Error> {
                while seq.next_element::<Skipped>()?.is_some() {}
                Err(de::Error::custom("a login method cannot be a list"))
            }
        }

        deserializer.deserialize_any(ObjectOrName).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::LoginMethod;

    #[test]
    fn every_login_method_round_trips_through_json() {
        for json in [
            r#"{"login_method":"password"}"#,
            r#"{"login_method":"magic_link"}"#,
            r#"{"login_method":"social_sso","provider":"QuickBooks Online"}"#,
            r#"{"login_method":"social_sso","provider":"Apple"}"#,
            r#"{"login_method":"social_sso"}"#,
            r#"{"login_method":"email_confirmation_link"}"#,
            r#"{"login_method":"saml_sso","provider":"Okta","org_id":"1189c444"}"#,
            r#"{"login_method":"saml_sso","provider":"Keycloak"}"#,
            r#"{"login_method":"impersonation"}"#,
            r#"{"login_method":"generated_from_backend_api"}"#,
            r#"{"login_method":"unknown"}"#,
            r#"{"login_method":"passkey","provider":"Yubico","org_id":"1189c444"}"#,
        ] {
            let method: LoginMethod = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&method).unwrap(), json);
        }
    }

    #[test]
    fn every_login_method_is_read_and_displayed_by_its_name() {
        for (name, expected) in [
            ("password", LoginMethod::Password),
            ("magic_link", LoginMethod::MagicLink),
            ("social_sso", LoginMethod::SocialSso { provider: None }),
            (
                "email_confirmation_link",
                LoginMethod::EmailConfirmationLink,
            ),
            (
                "saml_sso",
                LoginMethod::SamlSso {
                    provider: None,
                    org_id: None,
                },
            ),
            ("impersonation", LoginMethod::Impersonation),
            (
                "generated_from_backend_api",
                LoginMethod::GeneratedFromBackendApi,
            ),
            ("unknown", LoginMethod::Unknown),
            (
                "passkey",
                LoginMethod::Other {
                    login_method: "passkey".to_owned(),
                    provider: None,
                    org_id: None,
                },
            ),
        ] {
            let read: LoginMethod = serde_json::from_str(&format!("{name:?}")).unwrap();
            assert_eq!(read, expected);
            assert_eq!(read.to_string(), name);
        }
        let read: LoginMethod = serde_json::from_str(r#""""#).unwrap();
        assert_eq!(read, LoginMethod::Unknown);
    }

    #[test]
    fn a_bare_name_is_accepted_and_a_list_is_rejected() {
        assert_eq!(
            serde_json::from_str::<LoginMethod>(r#""password""#).unwrap(),
            LoginMethod::Password
        );
        for json in [
            "[]",
            r#"["password"]"#,
            "1",
            "true",
            r#"{"provider":"Okta"}"#,
        ] {
            let error = serde_json::from_str::<LoginMethod>(json).unwrap_err();
            assert!(error.to_string().contains("login"), "{json}: {error}");
        }
    }
}
