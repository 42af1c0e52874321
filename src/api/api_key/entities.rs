//! What the backend API tells about API keys.

use serde_json::{Map, Value};

use crate::{
    api::{SerializableSecret, UserMetadata},
    endpoint::{page::page, response::entity},
    id::{ApiKeyId, OrgId, UserId},
    org_member_info::OrgMemberInfo,
};

entity! {
    /// An API key without its token.
    #[derive(PartialEq, Eq)]
    pub struct ApiKey {
        required {
            /// The id of the key: 32 hexadecimal digits.
            api_key_id: ApiKeyId,
        }
        tolerant {
            /// When the key was created, in seconds since 1970 (unix time).
            created_at: i64,
            /// When the key expires, in seconds since 1970 (unix time); `None` is never.
            expires_at_seconds: Option<i64>,
            /// The metadata that a validation tells.
            metadata: Option<Map<String, Value>>,
            /// The user that the key belongs to.
            user_id: Option<UserId>,
            /// The organization that the key belongs to.
            org_id: Option<OrgId>,
            /// The name for people.
            display_name: Option<String>,
        }
    }
}

entity! {
    /// A page of API keys.
    #[derive(PartialEq, Eq)]
    pub struct ApiKeysPage {
        required {
            /// The keys of this page.
            api_keys: Vec<ApiKey>,
        }
        tolerant {
            /// How many keys there are on all pages.
            total_api_keys: u64,
            /// Which page this is, 0 being the first.
            current_page: u32,
            /// How many keys a page has at most.
            page_size: u32,
            /// Tells whether there is a page after this one.
            has_more_results: bool,
        }
    }
}

entity! {
    /// An API key that was just created.
    pub struct CreatedApiKey {
        required {
            /// The id of the new key.
            api_key_id: ApiKeyId,
            /// What its holder sends: 96 hexadecimal digits. It cannot be fetched again.
            api_key_token: SerializableSecret,
        }
    }
}

entity! {
    /// An API key that was just imported.
    #[derive(PartialEq, Eq)]
    pub struct ImportedApiKey {
        required {
            /// The id of the key: another text than what its holder sends.
            api_key_id: ApiKeyId,
        }
    }
}

entity! {
    /// How often API keys were used.
    #[derive(PartialEq, Eq)]
    pub struct ApiKeyUsage {
        required {
            /// The number of validations that succeeded.
            count: u64,
        }
    }
}

entity! {
    /// Whose a valid API key is.
    #[derive(PartialEq)]
    pub struct ApiKeyValidation {
        required {}
        tolerant {
            /// The metadata of the key.
            metadata: Option<Map<String, Value>>,
            /// The user that the key belongs to, with the organizations of the user.
            user: Option<UserMetadata>,
            /// The organization that the key belongs to.
            org: Option<ApiKeyOrg>,
            /// What the user is in the organization, where the key belongs to both.
            user_in_org: Option<OrgMemberInfo>,
            /// The id of the user.
            user_id: Option<UserId>,
            /// The id of the organization.
            org_id: Option<OrgId>,
        }
    }
}

entity! {
    /// Whose a valid personal API key is.
    #[derive(PartialEq)]
    #[serde(try_from = "ApiKeyValidation")]
    pub struct PersonalApiKeyValidation {
        required {
            /// The user that the key belongs to, with the organizations of the user.
            user: UserMetadata,
            /// The metadata of the key.
            metadata: Option<Map<String, Value>>,
        }
    }
}

entity! {
    /// Which organization's a valid API key is.
    #[derive(PartialEq)]
    #[serde(try_from = "ApiKeyValidation")]
    pub struct OrgApiKeyValidation {
        required {
            /// The organization that the key belongs to.
            org: ApiKeyOrg,
            /// The metadata of the key.
            metadata: Option<Map<String, Value>>,
            /// The user that the key belongs to as well, if there is one.
            user: Option<UserMetadata>,
            /// What that user is in the organization.
            user_in_org: Option<OrgMemberInfo>,
        }
    }
}

entity! {
    /// An organization, as the validation of an API key tells it.
    #[derive(PartialEq, Eq)]
    pub struct ApiKeyOrg {
        required {
            /// The id of the organization.
            org_id: OrgId,
        }
        tolerant {
            /// The name, as people wrote it. Names are not unique.
            org_name: String,
            /// Tells whether the members may set up SAML.
            can_setup_saml: bool,
            /// How many members there may be; `None` is no limit.
            max_users: Option<u32>,
            /// The organization's own metadata.
            metadata: Map<String, Value>,
            /// Tells whether SAML is set up.
            is_saml_configured: bool,
            /// The id that the organization had in the system that it was migrated from.
            legacy_org_id: Option<String>,
            /// The role mapping, where it is not the project's default.
            custom_role_mapping_name: Option<String>,
        }
    }
}

impl TryFrom<ApiKeyValidation> for PersonalApiKeyValidation {
    type Error = &'static str;

    fn try_from(validation: ApiKeyValidation) -> Result<Self, Self::Error> {
        match (validation.user, validation.org) {
            (Some(user), None) => Ok(Self {
                user,
                metadata: validation.metadata,
            }),
            _ => Err("the API key is not a personal one"),
        }
    }
}

impl TryFrom<ApiKeyValidation> for OrgApiKeyValidation {
    type Error = &'static str;

    fn try_from(validation: ApiKeyValidation) -> Result<Self, Self::Error> {
        match validation.org {
            Some(org) => Ok(Self {
                org,
                metadata: validation.metadata,
                user: validation.user,
                user_in_org: validation.user_in_org,
            }),
            None => Err("the API key is not one of an organization"),
        }
    }
}

page!(ApiKeysPage {
    api_keys: ApiKey,
    total: total_api_keys,
    more: has_more_results
});
