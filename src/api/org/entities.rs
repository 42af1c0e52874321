//! What the backend API tells of organizations.

use serde_json::{Map, Value};

use crate::{
    endpoint::{page::page, response::entity},
    id::OrgId,
    wire_enum::wire_enum,
};

wire_enum! {
    /// In what order organizations are listed.
    pub enum OrgOrderBy {
        /// The oldest first.
        CreatedAtAsc = "CREATED_AT_ASC",
        /// The youngest first.
        CreatedAtDesc = "CREATED_AT_DESC",
        /// By name.
        Name = "NAME",
    }
}

entity! {
    /// An organization, as the backend API tells it.
    #[derive(PartialEq)]
    pub struct Organization {
        required {
            /// The id of the organization.
            org_id: OrgId,
            /// The name, as people wrote it. Names are not unique.
            name: String,
        }
        tolerant {
            /// The name in the form that URLs use: lower case, hyphens for spaces.
            url_safe_org_slug: String,
            /// Tells whether the members may set up SAML.
            can_setup_saml: bool,
            /// Tells whether SAML is set up.
            is_saml_configured: bool,
            /// Tells whether SAML is set up, but is not used for logins yet.
            is_saml_in_test_mode: bool,
            /// How many members there may be; `None` is no limit.
            max_users: Option<u32>,
            /// The organization's own metadata.
            #[serde(skip_serializing_if = "Option::is_none")] // null is not taken by every library
            metadata: Option<Map<String, Value>>,
            /// The e-mail domain.
            domain: Option<String>,
            /// Further e-mail domains.
            extra_domains: Vec<String>,
            /// Tells whether everybody may join whose e-mail address has the domain.
            domain_autojoin: bool,
            /// Tells whether everybody is kept out whose e-mail address has another domain.
            domain_restrict: bool,
            /// The role mapping, where it is not the project's default.
            custom_role_mapping_name: Option<String>,
            /// The id that the organization had in the system that it was migrated from.
            legacy_org_id: Option<String>,
            /// Tells whether members must choose a new password from time to time.
            password_rotation_enabled: bool,
            /// How many old passwords may not be used again.
            password_rotation_history_size: u32,
            /// How many days a password lasts.
            password_rotation_period: u32,
            /// Tells whether the members belong to this organization alone.
            isolated: bool,
        }
    }
}

entity! {
    /// An organization in a list: less than [`Organization`] tells.
    #[derive(PartialEq)]
    pub struct OrgBasic {
        required {
            /// The id of the organization.
            org_id: OrgId,
            /// The name, as people wrote it. Names are not unique.
            name: String,
        }
        tolerant {
            /// How many members there may be; `None` is no limit.
            max_users: Option<u32>,
            /// Tells whether SAML is set up.
            is_saml_configured: bool,
            /// The id that the organization had in the system that it was migrated from.
            legacy_org_id: Option<String>,
            /// The organization's own metadata.
            #[serde(skip_serializing_if = "Option::is_none")] // null is not taken by every library
            metadata: Option<Map<String, Value>>,
            /// The role mapping, where it is not the project's default.
            custom_role_mapping_name: Option<String>,
            /// When the organization was created, in seconds since 1970 (unix time).
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
            /// Which page this is, from 0.
            current_page: u32,
            /// How many organizations a page has.
            page_size: u32,
            /// Tells whether there is a page after this one.
            has_more_results: bool,
        }
    }
}

entity! {
    /// An organization that was just created.
    #[derive(PartialEq, Eq)]
    pub struct CreatedOrg {
        required {
            /// The id of the new organization.
            org_id: OrgId,
        }
        tolerant {
            /// Its name.
            name: String,
        }
    }
}

entity! {
    /// The role mappings of a project, besides its default.
    #[derive(PartialEq, Eq)]
    pub struct CustomRoleMappings {
        required {
            /// Each of them.
            custom_role_mappings: Vec<CustomRoleMapping>,
        }
    }
}

entity! {
    /// A role mapping: roles and permissions under a name, for the organizations subscribed to it.
    #[derive(PartialEq, Eq)]
    pub struct CustomRoleMapping {
        required {
            /// The name.
            custom_role_mapping_name: String,
        }
        tolerant {
            /// How many organizations are subscribed to it.
            num_orgs_subscribed: u64,
        }
    }
}

page!(OrgsPage {
    orgs: OrgBasic,
    total: total_orgs,
    more: has_more_results
});
