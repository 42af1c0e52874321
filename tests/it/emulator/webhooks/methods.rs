//! A table of the methods of the emulator and its handles, and the events that each causes.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use actix_web_propelauth::{
    api::{CreateAccessToken, CreateApiKey, ImportApiKey, InviteUserToOrg, UpdateOrg},
    emulator::{
        EmulatedOrg, EmulatedUser, Emulator, Fault, NewOauthClient, RoleMapping, TokenOptions,
    },
};
use serde_json::json;

use super::{operations::World, types_since};

/// What a method is called with.
struct Called<'a> {
    emulator: &'a Emulator,
    alice: EmulatedUser,
    bob: EmulatedUser,
    acme: EmulatedOrg,
    world: &'a World,
}

/// A method, its events, and a call of it.
type Row = (&'static str, &'static [&'static str], fn(&Called<'_>));

/// Methods that change something. A new one has to be added here.
const METHODS: &[Row] = &[
    (
        "accept_invite",
        &["user.added_to_org", "user.created"],
        |it| {
            it.emulator
                .accept_invite("new@example.com", &it.acme)
                .unwrap();
        },
    ),
    ("access_token", &["user.login"], |it| {
        it.emulator.access_token(&it.alice).unwrap();
    }),
    ("add_employee", &[], |it| {
        it.emulator.add_employee("e@example.com").unwrap();
    }),
    ("add_mfa_phone", &["user.updated"], |it| {
        let carol = it.emulator.create_user("carol@example.com").unwrap();
        it.emulator.add_mfa_phone(&carol, "1").unwrap();
    }),
    ("add_oauth_client", &[], |it| {
        let client = NewOauthClient::new(["http://localhost:3000/cb"]);
        it.emulator.add_oauth_client(client.client_id("a")).unwrap();
        it.emulator.remove_oauth_client("a").unwrap();
    }),
    ("add_oauth_token", &[], |it| {
        it.emulator.add_oauth_token(&it.bob, "google", &[]).unwrap();
    }),
    ("add_scim_group", &["org.scim_group_created"], |it| {
        it.emulator.add_scim_group(&it.acme, "All").unwrap();
    }),
    ("add_scim_key", &["org.scim_key_created"], |it| {
        it.emulator.add_scim_key(&it.acme).unwrap();
    }),
    ("add_user_to_org", &["user.added_to_org"], |it| {
        it.emulator
            .add_user_to_org(&it.bob, &it.acme, "Member")
            .unwrap();
    }),
    ("EmulatedOrg::add_user", &["user.added_to_org"], |it| {
        it.acme.add_user(&it.bob, "Member").unwrap();
    }),
    ("advance_clock", &[], |it| {
        it.emulator.advance_clock(Duration::from_secs(1));
    }),
    ("apply_seed", &["user.created"], |it| {
        let seed = json!({ "users": [{ "email": "seed@example.com" }] });
        it.emulator.apply_seed(seed).unwrap();
    }),
    (
        "change_user_role_in_org",
        &["user.role_changed_within_org"],
        |it| {
            it.emulator
                .change_user_role_in_org(&it.alice, &it.acme, "Member")
                .unwrap();
        },
    ),
    (
        "EmulatedOrg::change_user_role",
        &["user.role_changed_within_org"],
        |it| {
            it.acme.change_user_role(&it.alice, "Member").unwrap();
        },
    ),
    ("confirm_email", &["user.updated"], |it| {
        it.emulator.confirm_email(&it.alice).unwrap();
    }),
    ("create_access_token", &[], |it| {
        let request = CreateAccessToken::new(&it.alice, 5);
        it.emulator.create_access_token(request).unwrap();
    }),
    ("create_api_key", &[], |it| {
        it.emulator.create_api_key(CreateApiKey::new()).unwrap();
    }),
    ("create_org", &["org.created"], |it| {
        it.emulator.create_org("Beta").unwrap();
    }),
    ("create_token", &[], |it| {
        let options = TokenOptions::new(it.alice.id().as_str());
        it.emulator.create_token(&options).unwrap();
    }),
    ("create_user", &["user.created"], |it| {
        it.emulator.create_user("carol@example.com").unwrap();
    }),
    ("EmulatedOrg::delete", &["org.deleted"], |it| {
        it.acme.delete().unwrap();
    }),
    ("delete_org", &["org.deleted"], |it| {
        it.emulator.delete_org(&it.acme).unwrap();
    }),
    ("expire_api_key", &[], |it| {
        it.emulator
            .expire_api_key(it.world.id("api_key_id"))
            .unwrap();
    }),
    ("freeze_clock", &[], |it| it.emulator.freeze_clock(1)),
    ("impersonate", &["user.impersonated"], |it| {
        it.emulator
            .impersonate(it.world.id("employee_id"), &it.alice)
            .unwrap();
    }),
    ("import_api_key", &[], |it| {
        it.emulator.import_api_key(ImportApiKey::new("k")).unwrap();
    }),
    ("inject_fault", &[], |it| {
        it.emulator
            .inject_fault(Fault::on("*").status(500))
            .unwrap();
    }),
    ("invite_user_as", &["user.invited_to_org"], |it| {
        let invite = InviteUserToOrg::new("dora@example.com", it.acme.id(), "Member");
        it.emulator.invite_user_as(&it.alice, invite).unwrap();
    }),
    ("lock_user", &["user.locked"], |it| {
        it.emulator.lock_user(&it.alice).unwrap();
    }),
    ("EmulatedUser::log_in", &["user.login"], |it| {
        drop(it.alice.log_in().unwrap());
    }),
    ("EmulatedUser::log_in_to_org", &["user.login"], |it| {
        it.alice.log_in_to_org(&it.acme).unwrap();
    }),
    ("EmulatedUser::start_session", &["user.login"], |it| {
        it.alice.start_session().unwrap();
    }),
    ("end_session", &["user.logged_out", "user.login"], |it| {
        it.alice.start_session().unwrap();
        let session = it.emulator.sessions().pop().unwrap();
        it.emulator.end_session(&session.session_id).unwrap();
    }),
    (
        "end_all_sessions",
        &["user.logged_out", "user.login"],
        |it| {
            it.alice.start_session().unwrap();
            it.emulator.end_all_sessions();
        },
    ),
    ("record_activity", &[], |it| {
        it.emulator.record_activity(&it.alice).unwrap();
    }),
    ("record_invite", &[], |it| {
        it.emulator.record_invite(&it.alice).unwrap();
    }),
    ("remove_scim_group", &["org.scim_group_deleted"], |it| {
        assert!(it.emulator.remove_scim_group(it.world.id("group_id")));
    }),
    (
        "remove_user_from_org",
        &["user.removed_from_org", "user.removed_from_scim_group"],
        |it| {
            it.emulator
                .remove_user_from_org(&it.alice, &it.acme)
                .unwrap();
        },
    ),
    (
        "EmulatedOrg::remove_user",
        &["user.removed_from_org", "user.removed_from_scim_group"],
        |it| it.acme.remove_user(&it.alice).unwrap(),
    ),
    ("EmulatedOrg::rename", &["org.updated"], |it| {
        it.acme.rename("New").unwrap();
    }),
    ("rename_scim_group", &["org.scim_group_updated"], |it| {
        it.emulator
            .rename_scim_group(it.world.id("group_id"), "New")
            .unwrap();
    }),
    (
        "reset_to_seed",
        &[
            "org.deleted",
            "user.created",
            "user.deleted",
            "user.deleted",
        ],
        |it| {
            let seed = json!({ "users": [{ "email": "seed@example.com" }] });
            it.emulator.reset_to_seed(seed).unwrap();
        },
    ),
    ("resume_clock", &[], |it| it.emulator.resume_clock()),
    ("rotate_signing_key", &[], |it| {
        it.emulator.rotate_signing_key();
    }),
    ("send_webhook", &["org.x"], |it| {
        it.emulator.send_webhook("org.x", json!({})).unwrap();
    }),
    ("set_custom_role_mapping", &[], |it| {
        it.emulator
            .set_custom_role_mapping("M", RoleMapping::new(["R"]))
            .unwrap();
    }),
    (
        "set_default_role_mapping",
        &["user.role_changed_within_org"],
        |it| {
            it.emulator
                .set_default_role_mapping(RoleMapping::new(["Boss"]))
                .unwrap();
        },
    ),
    (
        "set_scim_group_members",
        &["user.removed_from_scim_group"],
        |it| {
            it.emulator
                .set_scim_group_members(it.world.id("group_id"), [""; 0])
                .unwrap();
        },
    ),
    ("set_signup_query_parameters", &[], |it| {
        let parameters = [("a".to_owned(), "b".to_owned())];
        it.emulator
            .set_signup_query_parameters(&it.alice, parameters)
            .unwrap();
    }),
    ("set_up_totp", &["user.updated"], |it| {
        let carol = it.emulator.create_user("carol@example.com").unwrap();
        it.emulator.set_up_totp(&carol).unwrap();
    }),
    ("update_org", &["org.updated"], |it| {
        it.emulator
            .update_org(UpdateOrg::new(it.acme.id()).max_users(7))
            .unwrap();
    }),
    ("unlock_user", &["user.updated"], |it| {
        it.emulator.lock_user(&it.alice).unwrap();
        it.emulator.unlock_user(&it.alice).unwrap();
    }),
];

/// Methods that change nothing that PropelAuth has an event for, or the whole state; and those that have
/// tests of their own in `control_methods`, because they need more than a call.
const OTHERS: &str = "
    EmulatedOrg::id EmulatedOrg::metadata EmulatedOrg::role_of EmulatedUser::id
    EmulatedUser::mcp_token EmulatedUser::mcp_token_for_org EmulatedUser::metadata add_webhook api_key auth_url broken_tokens builder call_operation clear_faults clear_requests
    email_outbox employees emulated_org explain_token enable_webhook end_user_api_key faults hold_webhooks issuer
    load_snapshot log_in_with_password magic_links mcp_introspection_credentials now oauth_clients
    open_magic_link org org_requires_2fa_by
    pages_url pending_invites project_settings propel_auth propel_auth_builder rate_limit_api_key release_webhooks
    remove_custom_role_mapping remove_oauth_client remove_snapshot remove_webhook replay_webhook requests reset restore revoke_scim_key saml_connection_link_org
    save_snapshot session_count sessions set_project_settings set_webhook_faults sms_outbox snapshot snapshot_names start
    totp_code unlimit_api_key user_metadata verifier_key wait_for_webhooks webhook_deliveries
    webhook_faults webhook_messages webhook_secret webhooks
";

/// Returns the public methods of the emulator and its handles, as the source has them.
fn methods() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/emulator/control");
    let files = |folder: &Path| {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let mut methods = BTreeSet::new();
    for path in files(&folder).chain(files(&folder.join("tokens"))) {
        if path.extension().is_none_or(|it| it != "rs") {
            continue;
        }
        let mut prefix = None;
        for line in fs::read_to_string(path).unwrap().lines() {
            match line {
                "impl Emulator {" => prefix = Some(""),
                "impl EmulatedOrg {" => prefix = Some("EmulatedOrg::"),
                "impl EmulatedUser {" => prefix = Some("EmulatedUser::"),
                "}" => prefix = None,
                _ => {}
            }
            let declared = line.strip_prefix("    pub ");
            let declared = declared.map(|it| it.strip_prefix("async ").unwrap_or(it));
            let declared = declared.and_then(|it| it.strip_prefix("fn "));
            if let (Some(prefix), Some(declared)) = (prefix, declared) {
                let name = declared.split(['(', '<']).next().unwrap();
                methods.insert(format!("{prefix}{name}"));
            }
        }
    }
    methods
}

#[actix_web::test]
async fn each_method_causes_the_events_that_the_table_says_and_each_is_in_the_table() {
    let listed = METHODS
        .iter()
        .map(|row| row.0)
        .chain(OTHERS.split_whitespace());
    let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
    assert_eq!(
        listed,
        methods(),
        "a method is missing in this file, or is no longer there"
    );

    let world = World::new().await;
    let (emulator, snapshot) = (&world.emulator, world.emulator.snapshot());
    let role_mapping = || RoleMapping::new(["Owner", "Admin", "Member"]);
    for (name, expected, call) in METHODS {
        emulator.restore(snapshot.clone()).unwrap();
        let called = Called {
            emulator,
            alice: world.alice.clone(),
            bob: world.bob.clone(),
            acme: emulator.emulated_org(world.id("org_id")),
            world: &world,
        };
        let before = emulator.webhook_messages().len();
        call(&called);
        let mut types = types_since(emulator, before);
        // What some calls need is created first.
        if ["add_mfa_phone", "set_up_totp"].contains(name) {
            types.retain(|it| it != "user.created");
        }
        if *name == "unlock_user" {
            types.retain(|it| it != "user.locked");
        }
        assert_eq!(types, *expected, "{name}");
        emulator.clear_faults();
        emulator.resume_clock();
        emulator.set_default_role_mapping(role_mapping()).unwrap();
    }
}
