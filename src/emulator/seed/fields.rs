//! Every field of a seed, but for those of the project.

use super::project_fields::PROJECT;
use super::shape::{
    Field, Object,
    Shape::{
        AnyObject, Boolean, Integer, List, ListOrNames, Object as One, Secret, Text, Texts, Uuid,
    },
};

pub(super) const SEED: Object = Object {
    what: "a seed",
    one_of: &[],
    fields: &[
        Field::optional(
            "$schema",
            Text,
            "The place of the JSON schema, for editors. It has no effect.",
        ),
        Field::optional("project", One(&PROJECT), "The settings of the project."),
        Field::optional(
            "roles",
            ListOrNames(&ROLE),
            "The roles, highest first. By default, Owner, Admin and Member.",
        ),
        Field::optional(
            "role_mappings",
            List(&ROLE_MAPPING),
            "Custom role mappings: roles that replace the project's in the organizations that are subscribed to them.",
        ),
        Field::optional(
            "employees",
            List(&EMPLOYEE),
            "The project's own team, whose members can impersonate users.",
        ),
        Field::optional("users", List(&USER), "The users."),
        Field::optional("orgs", List(&ORG), "The organizations."),
        Field::optional(
            "api_keys",
            List(&API_KEY),
            "API keys of end users and organizations.",
        ),
        Field::optional(
            "webhooks",
            List(&WEBHOOK),
            "Webhook endpoints, to which events are sent.",
        ),
        Field::optional(
            "oauth_clients",
            List(&OAUTH_CLIENT),
            "Clients of OAuth 2: applications that log users in with OAuth 2 or OpenID Connect.",
        ),
    ],
};

const ROLE: Object = Object {
    what: "a role",
    one_of: &[],
    fields: &[
        Field::required("name", Text, "The name."),
        Field::optional(
            "permissions",
            Texts,
            "The permissions. Roles do not inherit the permissions of other roles. By default, none.",
        ),
        Field::optional(
            "can_invite",
            Boolean,
            "Whether members invite others. By default, all but the last role do. Without a hierarchy of roles, this and all that follows is true by default of the first role only.",
        ),
        Field::optional(
            "can_change_roles",
            Boolean,
            "Whether members change the roles of others. By default, all but the last role do.",
        ),
        Field::optional(
            "can_remove_users",
            Boolean,
            "Whether members remove others. By default, all but the last role do.",
        ),
        Field::optional(
            "can_view_other_members",
            Boolean,
            "Whether members see others and invitations. By default, `true` for all roles.",
        ),
        Field::optional(
            "can_manage_api_keys",
            Boolean,
            "Whether members manage the API keys of the organization. By default, the first role does.",
        ),
        Field::optional(
            "can_setup_saml",
            Boolean,
            "Whether members set up single sign-on. By default, the first role does.",
        ),
        Field::optional(
            "can_delete_org",
            Boolean,
            "Whether members delete the organization. By default, the first role does.",
        ),
        Field::optional(
            "can_edit_org_access",
            Boolean,
            "Whether members change who can join, and whether a second factor is needed. By default, the first role does.",
        ),
        Field::optional(
            "can_update_org_metadata",
            Boolean,
            "Whether members rename the organization. By default, the first role does.",
        ),
        Field::optional(
            "roles_can_manage",
            Texts,
            "The roles that members give and take, if the project allows several. By default, all for the first role, and none for others.",
        ),
        Field::optional(
            "is_internal",
            Boolean,
            "Whether members neither give the role nor see who has it. By default, `false`.",
        ),
        Field::optional(
            "disabled",
            Boolean,
            "Whether members do not give the role. By default, `false`.",
        ),
    ],
};

const ROLE_MAPPING: Object = Object {
    what: "a role mapping",
    one_of: &[],
    fields: &[
        Field::required(
            "name",
            Text,
            "The name, for `custom_role_mapping_name` of an organization.",
        ),
        Field::required("roles", ListOrNames(&ROLE), "The roles, highest first."),
        Field::optional(
            "multiple_roles_per_user",
            Boolean,
            "Whether a user can have several of these roles. By default, as in the project.",
        ),
    ],
};

const EMPLOYEE: Object = Object {
    what: "an employee",
    one_of: &[],
    fields: &[Field::required("email", Text, "The email address.")],
};

pub(super) const USER: Object = Object {
    what: "a user",
    one_of: &[],
    fields: &[
        Field::required("email", Text, "The email address."),
        Field::optional(
            "user_id",
            Uuid,
            "The id. By default, it is derived from the email address, and is the same in every run.",
        ),
        Field::optional(
            "password",
            Secret,
            "The password. By default, the user has none.",
        ),
        Field::optional(
            "password_hash",
            Secret,
            "A bcrypt or argon2 hash in place of `password`. It is stored, and matches no password.",
        ),
        Field::optional("username", Text, "The username."),
        Field::optional("first_name", Text, "The first name."),
        Field::optional("last_name", Text, "The last name."),
        Field::optional("picture_url", Text, "The URL of the picture."),
        Field::optional("properties", AnyObject, "The custom properties."),
        Field::optional("metadata", AnyObject, "The metadata."),
        Field::optional(
            "legacy_user_id",
            Text,
            "The id in the system that the user was migrated from.",
        ),
        Field::optional(
            "email_confirmed",
            Boolean,
            "Whether the email address is confirmed. By default, `false`.",
        ),
        Field::optional(
            "send_email_to_confirm_email_address",
            Boolean,
            "Whether an email asks the user to confirm the address. By default, `false`: seeded users did not sign up.",
        ),
        Field::optional(
            "ask_user_to_update_password_on_login",
            Boolean,
            "Whether the user must choose a new password at the first login. By default, `false`.",
        ),
        Field::optional(
            "ignore_domain_restrictions",
            Boolean,
            "Whether `signup_domain_blocklist` does not apply to the user. By default, `false`.",
        ),
        Field::optional(
            "enabled",
            Boolean,
            "Whether the user can log in. By default, `true`.",
        ),
        Field::optional(
            "locked",
            Boolean,
            "Whether the account is locked after too many wrong passwords. By default, `false`.",
        ),
        Field::optional(
            "can_create_orgs",
            Boolean,
            "Whether the user can create organizations. By default, `false`.",
        ),
        Field::optional(
            "totp_secret",
            Secret,
            "The secret of the user's authenticator app, in base32. By default, the user has none.",
        ),
        Field::optional(
            "mfa_phones",
            List(&PHONE),
            "The phones that are a second factor. By default, none.",
        ),
    ],
};

const PHONE: Object = Object {
    what: "a phone",
    one_of: &[],
    fields: &[
        Field::required("number", Text, "The number."),
        Field::optional("mfa_phone_id", Uuid, "The id. By default, a generated one."),
    ],
};

pub(super) const ORG: Object = Object {
    what: "an organization",
    one_of: &[],
    fields: &[
        Field::required("name", Text, "The name."),
        Field::optional(
            "org_id",
            Uuid,
            "The id. By default, it is derived from the name, and is the same in every run.",
        ),
        Field::optional("metadata", AnyObject, "The metadata."),
        Field::optional("domain", Text, "The email domain."),
        Field::optional("extra_domains", Texts, "Additional email domains."),
        Field::optional(
            "enable_auto_joining_by_domain",
            Boolean,
            "Whether users whose email address is in the domain can join without an invitation. By default, `false`.",
        ),
        Field::optional(
            "members_must_have_matching_domain",
            Boolean,
            "Whether only users whose email address is in the domain can be members. By default, `false`.",
        ),
        Field::optional(
            "max_users",
            Integer(0),
            "The maximum number of members. By default, unlimited.",
        ),
        Field::optional(
            "custom_role_mapping_name",
            Text,
            "The role mapping. By default, the project's roles apply.",
        ),
        Field::optional(
            "legacy_org_id",
            Text,
            "The id in the system that the organization was migrated from.",
        ),
        Field::optional(
            "can_setup_saml",
            Boolean,
            "Whether members can set up SAML. By default, `false`.",
        ),
        Field::optional(
            "require_2fa_by",
            Text,
            "When members start to need a second factor, as ISO 8601 text such as `2030-01-31T00:00:00Z`. By default, never.",
        ),
        Field::optional("members", List(&MEMBER), "The members."),
        Field::optional(
            "invites",
            List(&INVITE),
            "Invitations that are not accepted yet.",
        ),
    ],
};

const MEMBER: Object = Object {
    what: "a member",
    one_of: &["email", "user_id"],
    fields: &[
        Field::optional("email", Text, "The email address of the user."),
        Field::optional("user_id", Text, "The id of the user, in place of `email`."),
        Field::required("role", Text, "The role."),
        Field::optional(
            "additional_roles",
            Texts,
            "Further roles, if the project allows several. By default, none.",
        ),
    ],
};

const INVITE: Object = Object {
    what: "an invitation",
    one_of: &[],
    fields: &[
        Field::required("email", Text, "The email address that is invited."),
        Field::required("role", Text, "The role."),
        Field::optional(
            "additional_roles",
            Texts,
            "Further roles, if the project allows several. By default, none.",
        ),
    ],
};

const API_KEY: Object = Object {
    what: "an API key",
    one_of: &[],
    fields: &[
        Field::optional(
            "token",
            Secret,
            "The text that is sent to validate the key. 96 hexadecimal digits are a key of PropelAuth, any other text is an imported key. By default, a generated key.",
        ),
        Field::optional(
            "email",
            Text,
            "The email address of the user that owns the key.",
        ),
        Field::optional("user_id", Text, "The id of the user, in place of `email`."),
        Field::optional(
            "org",
            Text,
            "The name of the organization that owns the key.",
        ),
        Field::optional(
            "org_id",
            Text,
            "The id of the organization, in place of `org`.",
        ),
        Field::optional("display_name", Text, "The display name."),
        Field::optional(
            "metadata",
            AnyObject,
            "The metadata, which every validation returns.",
        ),
        Field::optional(
            "expires_at_seconds",
            Integer(0),
            "When the key expires, as a Unix timestamp in seconds. By default, never.",
        ),
    ],
};

const WEBHOOK: Object = Object {
    what: "a webhook",
    one_of: &[],
    fields: &[
        Field::required(
            "url",
            Text,
            "The `http` URL, on this machine or in a private network.",
        ),
        Field::optional(
            "secret",
            Secret,
            "The secret that signs what is sent: `whsec_` and base64. By default, the published development secret.",
        ),
        Field::optional(
            "event_types",
            Texts,
            "The types of events that are sent, such as `user.disabled`. By default, all.",
        ),
        Field::optional(
            "standard_headers",
            Boolean,
            "Whether the headers begin with `webhook-`, and not with `svix-`. By default, `false`.",
        ),
        Field::optional(
            "disabled",
            Boolean,
            "Whether nothing is sent until the endpoint is enabled. By default, `false`.",
        ),
    ],
};

const OAUTH_CLIENT: Object = Object {
    what: "an OAuth client",
    one_of: &[],
    fields: &[
        Field::required(
            "redirect_uris",
            Texts,
            "Where codes may be sent. `*` stands for one label of a host name.",
        ),
        Field::optional(
            "client_id",
            Text,
            "The id. By default, one that depends on the redirect URIs.",
        ),
        Field::optional(
            "client_secret",
            Secret,
            "The secret. By default, one that depends on the id.",
        ),
        Field::optional(
            "name",
            Text,
            "The name, which people see. By default, the id.",
        ),
    ],
};
