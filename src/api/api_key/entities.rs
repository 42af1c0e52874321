//! API keys and their validations as the backend API returns them.

use serde_json::{Map, Value};

use crate::{
    api::{SerializableSecret, UserMetadata},
    endpoint::{page::page, response::entity},
    words::{
        ids::{ApiKeyId, OrgId, UserId},
        org_member_info::OrgMemberInfo,
    },
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
            /// When the key was created, as a Unix timestamp in seconds.
            created_at: i64,
            /// When the key expires, as a Unix timestamp in seconds; `None` if it does not expire.
            expires_at_seconds: Option<i64>,
            /// The metadata, which every validation of the key returns.
            metadata: Option<Map<String, Value>>,
            /// The id of the user that owns the key.
            user_id: Option<UserId>,
            /// The id of the organization that owns the key.
            org_id: Option<OrgId>,
            /// The display name.
            display_name: Option<String>,
        }
    }
}

entity! {
    /// One page of API keys.
    #[derive(PartialEq, Eq)]
    pub struct ApiKeysPage {
        required {
            /// The keys on this page.
            api_keys: Vec<ApiKey>,
        }
        tolerant {
            /// The number of keys on all pages.
            total_api_keys: u64,
            /// The page number, starting at 0.
            current_page: u32,
            /// The maximum number of keys per page.
            page_size: u32,
            /// Whether another page follows.
            has_more_results: bool,
        }
    }
}

entity! {
    /// A new API key.
    pub struct CreatedApiKey {
        required {
            /// The id of the key.
            api_key_id: ApiKeyId,
            /// The token that the owner sends: 96 hexadecimal digits. It cannot be fetched later.
            api_key_token: SerializableSecret,
        }
    }
}

entity! {
    /// An imported API key.
    #[derive(PartialEq, Eq)]
    pub struct ImportedApiKey {
        required {
            /// The id of the key, which is not the token that its owner sends.
            api_key_id: ApiKeyId,
        }
    }
}

entity! {
    /// The usage of API keys on one day.
    #[derive(PartialEq, Eq)]
    pub struct ApiKeyUsage {
        required {
            /// The number of successful validations.
            count: u64,
        }
    }
}

entity! {
    /// The owner of a valid API key.
    #[derive(PartialEq)]
    pub struct ApiKeyValidation {
        required {}
        tolerant {
            /// The metadata of the key.
            metadata: Option<Map<String, Value>>,
            /// The user that owns the key, with the organizations of the user.
            user: Option<UserMetadata>,
            /// The organization that owns the key.
            org: Option<ApiKeyOrg>,
            /// The membership of the user in the organization, if the key has both.
            user_in_org: Option<OrgMemberInfo>,
            /// The id of the user.
            user_id: Option<UserId>,
            /// The id of the organization.
            org_id: Option<OrgId>,
        }
    }
}

entity! {
    /// The owner of a valid personal API key.
    #[derive(PartialEq)]
    #[serde(try_from = "ApiKeyValidation")]
    pub struct PersonalApiKeyValidation {
        required {
            /// The user that owns the key, with the organizations of the user.
            user: UserMetadata,
            /// The metadata of the key.
            metadata: Option<Map<String, Value>>,
        }
    }
}

entity! {
    /// The owner of a valid API key of an organization.
    #[derive(PartialEq)]
    #[serde(try_from = "ApiKeyValidation")]
    pub struct OrgApiKeyValidation {
        required {
            /// The organization that owns the key.
            org: ApiKeyOrg,
            /// The metadata of the key.
            metadata: Option<Map<String, Value>>,
            /// The member who uses the key, if it has one.
            user: Option<UserMetadata>,
            /// The membership of that user in the organization.
            user_in_org: Option<OrgMemberInfo>,
        }
    }
}

entity! {
    /// An organization, as the validation of an API key returns it.
    #[derive(PartialEq, Eq)]
    pub struct ApiKeyOrg {
        required {
            /// The id of the organization.
            org_id: OrgId,
        }
        tolerant {
            /// The name. Names are not unique.
            org_name: String,
            /// Whether the members can set up SAML.
            can_setup_saml: bool,
            /// The maximum number of members; `None` is unlimited.
            max_users: Option<u32>,
            /// The metadata of the organization.
            metadata: Map<String, Value>,
            /// Whether SAML is set up.
            is_saml_configured: bool,
            /// The id that the organization had in the system that it was migrated from.
            legacy_org_id: Option<String>,
            /// The custom role mapping, if the organization has one.
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
            _ => Err("the API key is not personal"),
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
            None => Err("the API key is not owned by an organization"),
        }
    }
}

page!(ApiKeysPage {
    api_keys: ApiKey,
    total: total_api_keys,
    more: has_more_results
});
