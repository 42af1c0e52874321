//! Which test drives which operation: client, HTTP, emulator, state, and back, with strings as odd
//! as can be.

use std::{collections::BTreeSet, fs, path::Path};

/// Operation, file in this folder, test.
const TESTS: &[(&str, &str, &str)] = &[
    (
        "create_access_token",
        "api",
        "a_token_has_the_claims_that_propelauth_puts_into_it",
    ),
    (
        "create_api_key",
        "hostile",
        "archived_keys_keep_their_metadata",
    ),
    (
        "delete_api_key",
        "hostile",
        "archived_keys_keep_their_metadata",
    ),
    (
        "fetch_api_key",
        "api_key/kinds",
        "a_key_of_each_type_is_created_fetched_and_validated",
    ),
    (
        "fetch_api_key_usage",
        "api_key/refused",
        "wrong_arguments_are_named",
    ),
    (
        "fetch_archived_api_keys",
        "hostile",
        "archived_keys_keep_their_metadata",
    ),
    (
        "fetch_current_api_keys",
        "api_key/lives",
        "keys_are_listed_by_owner_type_and_page",
    ),
    (
        "import_api_key",
        "api_key/kinds",
        "an_imported_key_is_any_text",
    ),
    ("update_api_key", "api_key/lives", "a_key_is_changed"),
    (
        "validate_api_key",
        "api_key/kinds",
        "a_key_of_each_type_is_created_fetched_and_validated",
    ),
    (
        "validate_imported_api_key",
        "api_key/kinds",
        "an_imported_key_is_any_text",
    ),
    (
        "validate_org_api_key",
        "api_key/kinds",
        "a_key_of_each_type_is_created_fetched_and_validated",
    ),
    (
        "validate_personal_api_key",
        "api_key/kinds",
        "a_key_of_each_type_is_created_fetched_and_validated",
    ),
    (
        "fetch_employee_by_id",
        "tokens",
        "an_employee_impersonates_a_user",
    ),
    ("fetch_user_mfa_methods", "hostile", "odd_ids_are_not_found"),
    ("send_sms_mfa_code", "mfa", "a_code_by_sms_gives_a_grant"),
    ("verify_sms_challenge", "mfa", "a_code_by_sms_gives_a_grant"),
    (
        "verify_step_up_grant",
        "mfa",
        "a_code_of_an_app_gives_a_grant_once",
    ),
    (
        "verify_step_up_totp_challenge",
        "mfa",
        "a_code_of_an_app_gives_a_grant_once",
    ),
    (
        "add_user_to_org",
        "tokens",
        "what_is_said_of_a_user_and_an_org_is_said_in_the_next_token",
    ),
    (
        "change_user_role_in_org",
        "tokens",
        "roles_and_permissions_are_those_of_now",
    ),
    (
        "create_org",
        "tokens",
        "what_is_said_of_a_user_and_an_org_is_said_in_the_next_token",
    ),
    ("delete_org", "hostile", "odd_ids_are_not_found"),
    (
        "fetch_custom_role_mappings",
        "org/role_mappings",
        "a_subscription_shows_in_the_next_token",
    ),
    (
        "fetch_org",
        "org/role_mappings",
        "a_subscription_shows_in_the_next_token",
    ),
    (
        "fetch_orgs_by_query",
        "org/orgs",
        "orgs_are_listed_in_pages_and_by_what_they_are",
    ),
    (
        "fetch_pending_invites",
        "org/invites",
        "an_invitation_is_sent_listed_and_revoked",
    ),
    (
        "fetch_users_in_org",
        "org/members",
        "members_are_listed_in_pages_and_by_role",
    ),
    (
        "invite_user_to_org",
        "org/invites",
        "an_invitation_is_sent_listed_and_revoked",
    ),
    (
        "invite_user_to_org_by_user_id",
        "org/invites",
        "an_invitation_that_cannot_be_is_refused",
    ),
    ("remove_user_from_org", "hostile", "reports_keep_odd_names"),
    (
        "revoke_pending_org_invite",
        "org/invites",
        "an_invitation_is_sent_listed_and_revoked",
    ),
    (
        "subscribe_org_to_role_mapping",
        "tokens",
        "roles_and_permissions_are_those_of_now",
    ),
    (
        "update_org",
        "tokens",
        "what_is_said_of_a_user_and_an_org_is_said_in_the_next_token",
    ),
    (
        "allow_org_to_setup_saml_connection",
        "hostile",
        "odd_ids_are_not_found",
    ),
    (
        "create_org_saml_connection_link",
        "saml",
        "a_link_works_for_as_long_as_it_was_told",
    ),
    (
        "delete_saml_connection",
        "saml",
        "a_connection_is_set_up_tested_used_and_deleted",
    ),
    (
        "disallow_org_to_setup_saml_connection",
        "hostile",
        "odd_ids_are_not_found",
    ),
    ("fetch_saml_sp_metadata", "hostile", "odd_ids_are_not_found"),
    (
        "saml_go_live",
        "saml",
        "a_connection_is_set_up_tested_used_and_deleted",
    ),
    (
        "set_oidc_idp_metadata",
        "saml",
        "a_connection_is_set_up_tested_used_and_deleted",
    ),
    (
        "set_saml_idp_metadata",
        "saml",
        "a_connection_is_set_up_tested_used_and_deleted",
    ),
    (
        "fetch_org_scim_groups",
        "scim",
        "groups_and_members_are_listed_in_pages",
    ),
    (
        "fetch_scim_group",
        "scim",
        "groups_and_members_are_listed_in_pages",
    ),
    ("clear_user_password", "hostile", "odd_ids_are_not_found"),
    (
        "create_user",
        "tokens",
        "what_is_said_of_a_user_and_an_org_is_said_in_the_next_token",
    ),
    (
        "delete_user",
        "mfa",
        "a_grant_that_is_good_for_a_time_is_good_until_then",
    ),
    (
        "disable_user",
        "tokens",
        "who_is_disabled_or_deleted_gets_no_token",
    ),
    ("disable_user_2fa", "hostile", "odd_ids_are_not_found"),
    (
        "disable_user_can_create_orgs",
        "hostile",
        "odd_ids_are_not_found",
    ),
    (
        "enable_user",
        "tokens",
        "who_is_disabled_or_deleted_gets_no_token",
    ),
    (
        "enable_user_can_create_orgs",
        "hostile",
        "odd_ids_are_not_found",
    ),
    (
        "fetch_batch_user_metadata_by_emails",
        "user_fetch",
        "a_batch_is_a_map_of_what_was_asked_for",
    ),
    (
        "fetch_batch_user_metadata_by_user_ids",
        "user_fetch",
        "a_batch_is_a_map_of_what_was_asked_for",
    ),
    (
        "fetch_batch_user_metadata_by_usernames",
        "user_fetch",
        "a_batch_is_a_map_of_what_was_asked_for",
    ),
    (
        "fetch_fresh_token_from_provider",
        "user_fetch",
        "what_a_signup_and_other_providers_left_is_told",
    ),
    (
        "fetch_user_metadata_by_email",
        "user_fetch",
        "a_user_is_found_by_address_and_name_whatever_their_case",
    ),
    (
        "fetch_user_metadata_by_user_id",
        "api",
        "a_user_is_created_and_fetched",
    ),
    (
        "fetch_user_metadata_by_username",
        "user_fetch",
        "a_user_is_found_by_address_and_name_whatever_their_case",
    ),
    (
        "fetch_user_oauth_tokens",
        "user_fetch",
        "what_a_signup_and_other_providers_left_is_told",
    ),
    (
        "fetch_user_signup_query_params",
        "user_fetch",
        "what_a_signup_and_other_providers_left_is_told",
    ),
    (
        "fetch_users_by_query",
        "user_fetch",
        "a_query_is_sorted_searched_and_cut",
    ),
    (
        "logout_all_user_sessions",
        "hostile",
        "odd_ids_are_not_found",
    ),
    (
        "update_user_email",
        "tokens",
        "what_is_said_of_a_user_and_an_org_is_said_in_the_next_token",
    ),
    (
        "update_user_metadata",
        "tokens",
        "what_is_said_of_a_user_and_an_org_is_said_in_the_next_token",
    ),
    ("update_user_password", "hostile", "odd_ids_are_not_found"),
    (
        "fetch_chart_metric_data",
        "user_insights/wire",
        "wrong_arguments_are_named",
    ),
    (
        "fetch_org_attrition_report",
        "hostile",
        "reports_keep_odd_names",
    ),
    (
        "fetch_org_churn_report",
        "hostile",
        "reports_keep_odd_names",
    ),
    (
        "fetch_org_growth_report",
        "hostile",
        "reports_keep_odd_names",
    ),
    (
        "fetch_org_reengagement_report",
        "hostile",
        "reports_keep_odd_names",
    ),
    (
        "fetch_user_champion_report",
        "hostile",
        "reports_keep_odd_names",
    ),
    (
        "fetch_user_churn_report",
        "hostile",
        "reports_keep_odd_names",
    ),
    (
        "fetch_user_reengagement_report",
        "hostile",
        "reports_keep_odd_names",
    ),
    (
        "fetch_user_top_inviter_report",
        "user_insights/reports",
        "the_top_inviters_are_those_who_invited_most",
    ),
    (
        "fetch_token_verification_metadata",
        "emulator",
        "the_key_is_served_under_both_names_at_both_paths",
    ),
    (
        "create_magic_link",
        "user/enter",
        "a_magic_link_logs_in_whom_it_says",
    ),
    (
        "migrate_user_from_external_source",
        "user/enter",
        "a_user_is_brought_from_elsewhere",
    ),
    (
        "migrate_user_password",
        "user/change",
        "passwords_are_set_cleared_and_never_kept_as_they_are",
    ),
    (
        "resend_email_confirmation",
        "user/change",
        "confirmations_are_sent_while_they_make_sense_and_not_too_often",
    ),
];

#[test]
fn every_operation_has_a_test() {
    let supported = include_str!("../../SUPPORTED.md").lines();
    let rows = supported.filter_map(|line| line.strip_prefix("| `")?.split('`').nth(2));
    let rows: Vec<&str> = rows.collect();
    let listed: Vec<&str> = TESTS.iter().map(|(operation, ..)| *operation).collect();
    assert_eq!(rows.len(), 80);
    let unique = |all: &[&'static str]| all.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(unique(&listed), unique(&rows));
    assert_eq!(listed.len(), rows.len(), "one is listed twice");
}

#[test]
fn every_test_that_is_listed_calls_its_operation() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for (operation, file, test) in TESTS {
        let text = fs::read_to_string(folder.join(format!("{file}.rs"))).unwrap();
        let text = text.replace('\r', "");
        let start = text.find(&format!("\nasync fn {test}("));
        let body = &text[start.unwrap_or_else(|| panic!("{file} has no {test}"))..];
        let body = &body[..body.find("\n}\n").unwrap()];
        // The key is fetched by PropelAuth itself, and `is_good` is short for a grant.
        let call = match *operation {
            "fetch_token_verification_metadata" => "token_verification_metadata",
            "verify_step_up_grant" => "is_good(",
            operation => operation,
        };
        assert!(body.contains(call), "{test} does not call {operation}");
    }
}
