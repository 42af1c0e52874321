//! How a user logged in, as far as a token says.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};

use crate::{
    id::OrgId,
    strict::{Skipped, strict_object},
    wire_enum::wire_enum,
};

wire_enum! {
    /// Where a user of social login comes from.
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

    /// Where a user of SAML login comes from.
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
        /// Microsoft Entra, once Azure AD.
        Azure = "Azure",
        /// Duo.
        Duo = "Duo",
        /// Any other SAML identity provider.
        Generic = "Generic",
    }
}

/// How a user logged in.
///
/// PropelAuth leaves it out of tokens unless the project asks for it; then it is
/// [`Unknown`](Self::Unknown). What this version does not know is kept as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginMethod {
    /// With a password.
    Password,
    /// With a link that was sent by e-mail.
    MagicLink,
    /// With an account elsewhere.
    #[non_exhaustive]
    SocialSso {
        /// Whose account, where the token says.
        provider: Option<SocialLoginProvider>,
    },
    /// With the link that confirms an e-mail address.
    EmailConfirmationLink,
    /// With the organization's own identity provider.
    #[non_exhaustive]
    SamlSso {
        /// Which product that is, where the token says.
        provider: Option<SamlLoginProvider>,
        /// Whose it is, where the token says.
        org_id: Option<OrgId>,
    },
    /// Not at all: one of your own team acts as this user.
    Impersonation,
    /// Not at all: the token was made through the backend API.
    GeneratedFromBackendApi,
    /// The token does not say.
    #[default]
    Unknown,
    /// In a way that this version does not name.
    #[non_exhaustive]
    Other {
        /// The name of the way.
        login_method: String,
        /// What the token gave as provider.
        provider: Option<String>,
        /// What the token gave as organization.
        org_id: Option<OrgId>,
    },
}

strict_object! {
    /// The claim `login_method`.
    #[derive(Default)]
    struct Wire {
        login_method: String,
        provider: Option<String> = or_default,
        org_id: Option<OrgId> = or_default,
    }
}

impl LoginMethod {
    /// Returns the text that stands for this way on the wire.
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

    pub(super) fn provider(&self) -> Option<&str> {
        match self {
            Self::SocialSso { provider } => provider.as_ref().map(SocialLoginProvider::as_str),
            Self::SamlSso { provider, .. } => provider.as_ref().map(SamlLoginProvider::as_str),
            Self::Other { provider, .. } => provider.as_deref(),
            _ => None,
        }
    }

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

/// Reads the object that PropelAuth sends, and the bare name that some libraries accept.
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
    fn c11_every_login_method_survives_the_trip() {
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
    fn every_name_has_its_variant_and_is_what_is_printed() {
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
    fn a_bare_name_is_read_and_a_list_is_not() {
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
