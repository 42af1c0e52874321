//! What is done with organizations, their members, invitations and connections.

use crate::emulator::pages::dashboard::action::{
    Action, Input,
    Kind::{Choice, Email, Json, Lines, Number, Password},
};

const ID: Input = Input::text("org_id", "Organization id").required();
const MEMBER: Input = Input::text("user_id", "User id").required();
const ROLE: Input = Input::new("role", "Role", Choice).required();
const MORE_ROLES: Input = Input::new("additional_roles", "Additional roles", Lines)
    .hint("One a line, if users can have several roles.");

/// Creates an operation about one organization, without further fields.
const fn of_org(
    name: &'static str,
    path: &'static str,
    button: &'static str,
    done: &'static str,
) -> Action {
    Action::new(name, ("POST", path), button, done).inputs(&[ID])
}

pub(super) const ACTIONS: &[Action] = &[
    Action::new(
        "create_org",
        ("POST", "operations/create_org"),
        "Create the organization",
        "The organization was created.",
    )
    .inputs(&[
        Input::text("name", "Name").required(),
        Input::text("domain", "Email domain"),
        Input::flag(
            "enable_auto_joining_by_domain",
            "Users of the domain can join without an invitation",
        ),
        Input::flag(
            "members_must_have_matching_domain",
            "Only users of the domain can be members",
        ),
        Input::new("max_users", "Maximum number of members", Number),
        Input::new("custom_role_mapping_name", "Role mapping", Choice),
        Input::text("legacy_org_id", "Legacy organization id"),
    ]),
    Action::new(
        "update_org",
        ("POST", "operations/update_org"),
        "Save",
        "The organization was changed.",
    )
    .inputs(&[
        ID,
        Input::text("name", "Name"),
        Input::text("domain", "Email domain"),
        Input::new("extra_domains", "Further email domains", Lines).hint("One a line."),
        Input::flag(
            "autojoin_by_domain",
            "Users of the domain can join without an invitation",
        ),
        Input::flag(
            "restrict_to_domain",
            "Only users of the domain can be members",
        ),
        Input::flag("can_setup_saml", "Members can set up single sign-on"),
        Input::new("max_users", "Maximum number of members", Number),
        Input::text("require_2fa_by", "Second factor required from")
            .hint("A time such as 2027-01-01T00:00:00Z."),
        Input::text("legacy_org_id", "Legacy organization id"),
        Input::new("metadata", "Metadata", Json).hint("A JSON object. It replaces what was there."),
    ]),
    Action::new(
        "subscribe_org_to_role_mapping",
        ("POST", "operations/subscribe_org_to_role_mapping"),
        "Use this role mapping",
        "The organization has other roles now.",
    )
    .inputs(&[
        ID,
        Input::new("custom_role_mapping_name", "Role mapping", Choice).required(),
    ]),
    of_org(
        "delete_org",
        "operations/delete_org",
        "Delete the organization",
        "The organization was deleted.",
    )
    .ends(),
    Action::new(
        "add_user_to_org",
        ("POST", "operations/add_user_to_org"),
        "Add a member",
        "The user is a member now.",
    )
    .inputs(&[ID, MEMBER, ROLE, MORE_ROLES]),
    Action::new(
        "change_user_role_in_org",
        ("POST", "operations/change_user_role_in_org"),
        "Change the role",
        "The role was changed. Access tokens that were issued before have the old one.",
    )
    .inputs(&[ID, MEMBER, ROLE, MORE_ROLES]),
    Action::new(
        "remove_user_from_org",
        ("POST", "operations/remove_user_from_org"),
        "Remove",
        "The user is no member any more.",
    )
    .inputs(&[ID, MEMBER])
    .dangerous(),
    Action::new(
        "invite_user_to_org",
        ("POST", "operations/invite_user_to_org"),
        "Invite",
        "The invitation is in the outbox.",
    )
    .inputs(&[
        ID,
        Input::new("email", "Email", Email).required(),
        ROLE,
        MORE_ROLES,
    ]),
    Action::new(
        "revoke_pending_org_invite",
        ("POST", "operations/revoke_pending_org_invite"),
        "Revoke",
        "The invitation was revoked.",
    )
    .inputs(&[ID, Input::text("invitee_email", "Email").required()])
    .dangerous(),
    Action::new(
        "accept_invite",
        ("POST", "orgs/{org_id}/accept-invite"),
        "Accept",
        "The invitation was accepted, as by the recipient.",
    )
    .inputs(&[Input::new("email", "Email", Email).required()]),
    of_org(
        "allow_org_to_setup_saml_connection",
        "operations/allow_org_to_setup_saml_connection",
        "Allow to set up single sign-on",
        "Members can set up single sign-on.",
    ),
    of_org(
        "disallow_org_to_setup_saml_connection",
        "operations/disallow_org_to_setup_saml_connection",
        "Forbid to set up single sign-on",
        "Members cannot set up single sign-on.",
    ),
    of_org(
        "create_org_saml_connection_link",
        "operations/create_org_saml_connection_link",
        "Create a link for setting it up",
        "Anyone who has this link can set up single sign-on, until it expires.",
    )
    .shows_result(),
    Action::new(
        "set_saml_idp_metadata",
        ("POST", "operations/set_saml_idp_metadata"),
        "Set up SAML",
        "The SAML connection was set up.",
    )
    .inputs(&[
        ID,
        Input::text("idp_entity_id", "Entity id").required(),
        Input::text("idp_sso_url", "URL for single sign-on").required(),
        Input::text("idp_certificate", "Certificate").required(),
        Input::new("provider", "Product", Choice).required(),
    ]),
    Action::new(
        "set_oidc_idp_metadata",
        ("POST", "operations/set_oidc_idp_metadata"),
        "Set up OpenID Connect",
        "The OpenID Connect connection was set up.",
    )
    .inputs(&[
        ID,
        Input::text("client_id", "Client id").required(),
        Input::new("client_secret", "Client secret", Password).required(),
        Input::flag("uses_pkce", "With PKCE"),
        Input::new("idp_type", "Provider", Choice).required(),
        Input::text("auth_url", "Authorization URL")
            .hint("For the provider Generic, as the next two."),
        Input::text("token_url", "Token URL"),
        Input::text("userinfo_url", "User info URL"),
        Input::text("okta_sso_domain", "Okta domain").hint("For Okta, such as acme.okta.com."),
        Input::text("entra_tenant_id", "Entra tenant id").hint("For Azure."),
    ]),
    of_org(
        "saml_go_live",
        "operations/saml_go_live",
        "Go live",
        "Members log in with their identity provider.",
    ),
    of_org(
        "delete_saml_connection",
        "operations/delete_saml_connection",
        "Remove the connection",
        "The connection was removed.",
    )
    .dangerous(),
    of_org(
        "add_scim_key",
        "orgs/{org_id}/scim-keys",
        "Add a SCIM key",
        "The SCIM key was added.",
    ),
    Action::new(
        "revoke_scim_key",
        ("DELETE", "scim-keys/{scim_key_id}"),
        "Revoke",
        "The SCIM key was revoked.",
    )
    .dangerous(),
];
