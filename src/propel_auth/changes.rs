//! What the calls of this handle change, so that tokens and API keys from before it do not speak once the
//! response is there.
//!
//! | a call that | marks |
//! |---|---|
//! | disables, deletes or logs out a user | the user |
//! | removes or re-roles a member | the user in this organization |
//! | adds a member | the keys of the user: what a token lacks is no danger, and it may be of this second |
//! | deletes an organization, or changes its roles | all members of the organization |
//! | deletes or changes an API key | all keys: the id of a key does not say whose it is |
//!
//! A call whose outcome is unknown marks as well.

use std::any::Any;

use crate::{
    api::{
        AddUserToOrg, ChangeUserRoleInOrg, DeleteApiKey, DeleteOrg, DeleteUser, DisableUser,
        LogoutAllUserSessions, RemoveUserFromOrg, SubscribeOrgToRoleMapping, UpdateApiKey,
        UpdateOrg,
    },
    words::subject::Subject,
};

/// Declares what each request changes, and lists their operations.
macro_rules! changes {
    ($($Request:ident($request:pat) => $subject:expr;)*) => {
        /// Returns what a request of the backend API changes, if that is noticed.
        pub(super) fn of(request: &dyn Any) -> Option<Subject> {
            $(if let Some($request) = request.downcast_ref::<$Request>() {
                return $subject;
            })*
            None
        }

        /// The names of the operations.
        #[cfg(test)]
        const NAMES: &[&str] = &[$(<$Request as crate::endpoint::Endpoint>::NAME),*];
    };
}

changes! {
    DisableUser(it) => Some(Subject::User(it.user_id.clone()));
    DeleteUser(it) => Some(Subject::User(it.user_id.clone()));
    LogoutAllUserSessions(it) => Some(Subject::User(it.user_id.clone()));
    AddUserToOrg(it) => Some(Subject::KeysOfUser(it.user_id.clone()));
    ChangeUserRoleInOrg(it) => Some(Subject::Member(it.user_id.clone(), it.org_id.clone()));
    RemoveUserFromOrg(it) => Some(Subject::Member(it.user_id.clone(), it.org_id.clone()));
    DeleteOrg(it) => Some(Subject::Org(it.org_id.clone()));
    SubscribeOrgToRoleMapping(it) => Some(Subject::Org(it.org_id.clone()));
    UpdateOrg(it) => {
        let changes_roles = it.custom_role_mapping_name.is_some();
        changes_roles.then(|| Subject::Org(it.org_id.clone()))
    };
    DeleteApiKey(_) => Some(Subject::AllKeys);
    UpdateApiKey(_) => Some(Subject::AllKeys);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use actix_web::http::Method;

    use super::NAMES;
    use crate::api::operations::GROUPS;

    /// The operations that are not a `GET` and change nothing that a token or an API key stands for.
    const OTHERS: &[&str] = &[
        "allow_org_to_setup_saml_connection",
        "clear_user_password",
        "create_access_token",
        "create_api_key",
        "create_magic_link",
        "create_org",
        "create_org_saml_connection_link",
        "create_user",
        "delete_saml_connection",
        "disable_user_2fa",
        "disable_user_can_create_orgs",
        "disallow_org_to_setup_saml_connection",
        "enable_user",
        "enable_user_can_create_orgs",
        "fetch_batch_user_metadata_by_emails",
        "fetch_batch_user_metadata_by_user_ids",
        "fetch_batch_user_metadata_by_usernames",
        "fetch_orgs_by_query",
        "import_api_key",
        "invite_user_to_org",
        "invite_user_to_org_by_user_id",
        "migrate_user_from_external_source",
        "migrate_user_password",
        "resend_email_confirmation",
        "revoke_pending_org_invite",
        "saml_go_live",
        "send_sms_mfa_code",
        "set_oidc_idp_metadata",
        "set_saml_idp_metadata",
        "update_user_email",
        "update_user_metadata",
        "update_user_password",
        "validate_api_key",
        "validate_imported_api_key",
        "validate_org_api_key",
        "validate_personal_api_key",
        "verify_sms_challenge",
        "verify_step_up_grant",
        "verify_step_up_totp_challenge",
    ];

    /// A new operation has to be put into one of the two lists.
    #[test]
    fn each_operation_that_may_write_is_in_one_of_the_lists() {
        let operations = GROUPS.iter().flat_map(|group| group.operations());
        let writes = operations.filter(|it| {
            it.routes()
                .next()
                .is_some_and(|(method, _)| *method != Method::GET)
        });
        let writes: BTreeSet<_> = writes.map(|it| it.name).collect();
        let listed: Vec<_> = NAMES.iter().chain(OTHERS).copied().collect();
        let is_listed: BTreeSet<_> = listed.iter().copied().collect();
        let missing: Vec<_> = writes.difference(&is_listed).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert_eq!(
            is_listed.difference(&writes).collect::<Vec<_>>(),
            Vec::<&&str>::new()
        );
        assert_eq!(listed.len(), is_listed.len(), "an operation is in both");
    }
}
