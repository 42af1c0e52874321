//! Organizations as the backend API returns them.

use serde_json::{Map, Value};

use crate::{
    endpoint::{page::page, response::entity},
    words::{ids::OrgId, open_string_enum::open_string_enum},
};

open_string_enum! {
    /// The order of a list of organizations.
    pub enum OrgOrderBy {
        /// By time of creation, oldest first.
        CreatedAtAsc = "CREATED_AT_ASC",
        /// By time of creation, newest first.
        CreatedAtDesc = "CREATED_AT_DESC",
        /// By name.
        Name = "NAME",
    }
}

entity! {
    /// An organization, with all that the backend API returns.
    #[derive(PartialEq)]
    pub struct Organization {
        required {
            /// The id of the organization.
            org_id: OrgId,
            /// The name. Names are not unique.
            name: String,
        }
        tolerant {
            /// The name in the form for URLs: lower case, with hyphens for spaces.
            url_safe_org_slug: String,
            /// Whether the members can set up SAML.
            can_setup_saml: bool,
            /// Whether SAML is set up.
            is_saml_configured: bool,
            /// Whether SAML is set up, but not used for logins yet.
            is_saml_in_test_mode: bool,
            /// The maximum number of members; `None` is unlimited.
            max_users: Option<u32>,
            /// The metadata of the organization.
            #[serde(skip_serializing_if = "Option::is_none")] // some libraries do not accept null
            metadata: Option<Map<String, Value>>,
            /// The email domain.
            domain: Option<String>,
            /// Additional email domains.
            extra_domains: Vec<String>,
            /// Whether users whose email address is in the domain can join without an invitation.
            domain_autojoin: bool,
            /// Whether only users whose email address is in the domain can be members.
            domain_restrict: bool,
            /// The custom role mapping, if the organization has one.
            custom_role_mapping_name: Option<String>,
            /// The id that the organization had in the system that it was migrated from.
            legacy_org_id: Option<String>,
            /// Whether members must choose a new password regularly.
            password_rotation_enabled: bool,
            /// The number of previous passwords that cannot be reused.
            password_rotation_history_size: u32,
            /// How long a password is valid, in days.
            password_rotation_period: u32,
            /// Whether the members belong to this organization only.
            isolated: bool,
        }
    }
}

entity! {
    /// An organization in a list, with fewer fields than [`Organization`].
    #[derive(PartialEq)]
    pub struct OrgBasic {
        required {
            /// The id of the organization.
            org_id: OrgId,
            /// The name. Names are not unique.
            name: String,
        }
        tolerant {
            /// The maximum number of members; `None` is unlimited.
            max_users: Option<u32>,
            /// Whether SAML is set up.
            is_saml_configured: bool,
            /// The id that the organization had in the system that it was migrated from.
            legacy_org_id: Option<String>,
            /// The metadata of the organization.
            #[serde(skip_serializing_if = "Option::is_none")] // some libraries do not accept null
            metadata: Option<Map<String, Value>>,
            /// The custom role mapping, if the organization has one.
            custom_role_mapping_name: Option<String>,
            /// When the organization was created, as a Unix timestamp in seconds.
            created_at: Option<i64>,
        }
    }
}

entity! {
    /// One page of organizations.
    #[derive(PartialEq)]
    pub struct OrgsPage {
        required {
            /// The organizations on this page.
            orgs: Vec<OrgBasic>,
        }
        tolerant {
            /// How many there are on all pages.
            total_orgs: u64,
            /// The page number, starting at 0.
            current_page: u32,
            /// The maximum number of organizations per page.
            page_size: u32,
            /// Whether another page follows.
            has_more_results: bool,
        }
    }
}

entity! {
    /// A new organization.
    #[derive(PartialEq, Eq)]
    pub struct CreatedOrg {
        required {
            /// The id of the organization.
            org_id: OrgId,
        }
        tolerant {
            /// The name.
            name: String,
        }
    }
}

entity! {
    /// The custom role mappings of a project.
    #[derive(PartialEq, Eq)]
    pub struct CustomRoleMappings {
        required {
            /// The role mappings.
            custom_role_mappings: Vec<CustomRoleMapping>,
        }
    }
}

entity! {
    /// A custom role mapping: a named set of roles and permissions that organizations subscribe to.
    #[derive(PartialEq, Eq)]
    pub struct CustomRoleMapping {
        required {
            /// The name.
            custom_role_mapping_name: String,
        }
        tolerant {
            /// The number of organizations that are subscribed to it.
            num_orgs_subscribed: u64,
        }
    }
}

page!(OrgsPage {
    orgs: OrgBasic,
    total: total_orgs,
    more: has_more_results
});
