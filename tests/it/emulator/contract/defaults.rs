//! The defaults that the two source documents of this crate name: the references of PropelAuth's
//! libraries for the Django Rest Framework (D) and for Next.js API routes (N).
//!
//! A row is a field: what the documents say it is by default, what the client sends where it was
//! not set, and what the emulator does where it is absent and where it is given.

use std::collections::BTreeSet;

use actix_web_propelauth::{
    api::{CreateOrg, CreateUser},
    emulator::Emulator,
};
use serde_json::{Map, Value, json};

use super::send;
use crate::{api::sdk_recordings::Captures, api::user::NOBODY};

/// The clock of every emulator here.
const NOW: i64 = 1_700_000_000;
const HASH: &str = "$2a$14$abc";

/// A documented default.
struct Row {
    operation: &'static str,
    /// The field's name on the wire.
    field: &'static str,
    /// Which documents have it.
    documents: &'static str,
    /// The default, or null where the documents say `None` or that the field is optional.
    default: Value,
    /// What the client sends where it was not set; null is nothing.
    sent: Value,
    /// What is seen of the field where it was absent.
    absent: Value,
    /// What is seen of it where it was given, by what was given.
    given: Vec<(Value, Value)>,
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |operation, field, documents, default: Value, sent, absent, given: &[_]| {
        rows.push(Row {
            operation,
            field,
            documents,
            default,
            sent,
            absent,
            given: given.to_vec(),
        });
    };
    let none = Value::Null;

    // Whether organizations are told.
    for operation in [
        "fetch_user_metadata_by_user_id",
        "fetch_user_metadata_by_email",
        "fetch_user_metadata_by_username",
        "fetch_batch_user_metadata_by_user_ids",
        "fetch_batch_user_metadata_by_emails",
        "fetch_batch_user_metadata_by_usernames",
        "fetch_users_by_query",
        "fetch_users_in_org",
    ] {
        let given = [(json!(false), json!(false)), (json!(true), json!(true))];
        let default = json!(false);
        row(
            operation,
            "include_orgs",
            "DN",
            default.clone(),
            none.clone(),
            default,
            &given,
        );
    }

    // Pages: how many, which, how many of them there are, and who is the first.
    for (operation, first, last) in [
        (
            "fetch_users_by_query",
            "user-00@example.com",
            "user-11@example.com",
        ),
        (
            "fetch_users_in_org",
            "user-00@example.com",
            "user-11@example.com",
        ),
        ("fetch_orgs_by_query", "org-11", "org-00"),
    ] {
        let page =
            |size: u32, number: u32, items: u32, first: &str| json!([size, number, items, first]);
        let absent = page(10, 0, 10, first);
        let of_two = page(2, 0, 2, first);
        let given = [(json!(10), absent.clone()), (json!(2), of_two)];
        row(
            operation,
            "page_size",
            "DN",
            json!(10),
            none.clone(),
            absent.clone(),
            &given,
        );
        let third = if operation == "fetch_orgs_by_query" {
            "org-01"
        } else {
            "user-10@example.com"
        };
        let given = [
            (json!(0), absent.clone()),
            (json!(1), page(10, 1, 2, third)),
        ];
        row(
            operation,
            "page_number",
            "DN",
            json!(0),
            none.clone(),
            absent.clone(),
            &given,
        );
        if operation != "fetch_users_in_org" {
            let given = [
                (json!("CREATED_AT_ASC"), absent.clone()),
                (json!("CREATED_AT_DESC"), page(10, 0, 10, last)),
            ];
            let default = json!("CREATED_AT_ASC");
            row(
                operation,
                "order_by",
                "DN",
                default,
                none.clone(),
                absent,
                &given,
            );
        }
    }
    let given = [(json!("user-0"), json!(10))];
    let operation = "fetch_users_by_query";
    row(
        operation,
        "email_or_username",
        "DN",
        none.clone(),
        none.clone(),
        json!(12),
        &given,
    );

    // Users.
    let no = json!(false);
    let switch = [(no.clone(), no.clone()), (json!(true), json!(true))];
    let text = [(json!("B"), json!("B"))];
    let operation = "create_user";
    row(
        operation,
        "email_confirmed",
        "DN",
        no.clone(),
        none.clone(),
        no.clone(),
        &switch,
    );
    row(
        operation,
        "send_email_to_confirm_email_address",
        "DN",
        json!(true),
        json!(true),
        json!(["ConfirmEmail"]),
        &[
            (json!(true), json!(["ConfirmEmail"])),
            (json!(false), json!([])),
        ],
    );
    let field = "ask_user_to_update_password_on_login";
    row(
        operation,
        field,
        "DN",
        no.clone(),
        none.clone(),
        no.clone(),
        &switch,
    );
    let given = [(json!("p"), json!(true))];
    row(
        operation,
        "password",
        "DN",
        none.clone(),
        none.clone(),
        no.clone(),
        &given,
    );
    for field in ["username", "first_name", "last_name"] {
        row(
            operation,
            field,
            "DN",
            none.clone(),
            none.clone(),
            none.clone(),
            &text,
        );
    }
    let operation = "update_user_metadata";
    for (field, kept) in [
        ("username", "user-00"),
        ("first_name", "First"),
        ("last_name", "Last"),
    ] {
        row(
            operation,
            field,
            "D",
            none.clone(),
            none.clone(),
            json!(kept),
            &text,
        );
    }
    let given = [
        (json!({ "b": 1 }), json!({ "b": 1 })),
        (json!({}), json!({})),
    ];
    row(
        operation,
        "metadata",
        "D",
        none.clone(),
        none.clone(),
        json!({ "a": 1 }),
        &given,
    );
    let operation = "update_user_password";
    row(
        operation,
        field_of_asking(),
        "D",
        no.clone(),
        none.clone(),
        no.clone(),
        &switch,
    );
    let operation = "migrate_user_from_external_source";
    row(
        operation,
        "existing_user_id",
        "D",
        none.clone(),
        none.clone(),
        none.clone(),
        &text,
    );
    let given = [(json!(HASH), json!(true))];
    row(
        operation,
        "existing_password_hash",
        "D",
        none.clone(),
        none.clone(),
        no.clone(),
        &given,
    );
    let given = [(json!("GEZDGNBVGY3TQOJQ"), json!(true))];
    let field = "existing_mfa_base32_encoded_secret";
    row(
        operation,
        field,
        "D",
        none.clone(),
        none.clone(),
        no.clone(),
        &given,
    );
    // The documents call it `ask_user_to_update_password_on_login`, as the libraries' arguments are
    // called, which send it under this name.
    let field = "update_password_required";
    row(
        operation,
        field,
        "D",
        no.clone(),
        none.clone(),
        no.clone(),
        &switch,
    );
    row(
        operation,
        "enabled",
        "D",
        none.clone(),
        none.clone(),
        json!(true),
        &switch,
    );
    for field in ["first_name", "last_name", "username"] {
        row(
            operation,
            field,
            "D",
            none.clone(),
            none.clone(),
            none.clone(),
            &text,
        );
    }

    // Links.
    let operation = "create_magic_link";
    let given = [(json!("https://a.example/"), json!("https://a.example/"))];
    row(
        operation,
        "redirect_to_url",
        "D",
        none.clone(),
        none.clone(),
        none.clone(),
        &given,
    );
    let given = [(json!(2), json!(2))];
    row(
        operation,
        "expires_in_hours",
        "D",
        none.clone(),
        none.clone(),
        json!(24),
        &given,
    );
    row(
        operation,
        "create_new_user_if_one_doesnt_exist",
        "D",
        json!(true),
        none.clone(),
        json!([200, true]),
        &[
            (json!(true), json!([200, true])),
            (json!(false), json!([400, false])),
        ],
    );

    // Organizations.
    let operation = "update_org";
    row(
        operation,
        "name",
        "D",
        none.clone(),
        none.clone(),
        json!("org-11"),
        &text,
    );
    let given = [(json!(false), json!(false)), (json!(true), json!(true))];
    row(
        operation,
        "can_setup_saml",
        "D",
        none.clone(),
        none.clone(),
        json!(true),
        &given,
    );
    let given = [
        (json!({ "b": 1 }), json!({ "b": 1 })),
        (json!({}), json!({})),
    ];
    row(
        operation,
        "metadata",
        "D",
        none.clone(),
        none.clone(),
        json!({ "a": 1 }),
        &given,
    );
    rows
}

fn field_of_asking() -> &'static str {
    "ask_user_to_update_password_on_login"
}

#[actix_web::test]
async fn documented_defaults_are_those_of_the_emulator() {
    for row in rows() {
        let Row {
            operation,
            field,
            documents,
            ..
        } = &row;
        let case = format!("{operation} {field} ({documents})");
        let absent = seen(operation, field, None).await;
        assert_eq!(absent, row.absent, "{case}, absent");
        // Null equals absent.
        if !is_query(operation, field) {
            let null = seen(operation, field, Some(Value::Null)).await;
            assert_eq!(null, row.absent, "{case}, null");
        }
        assert!(
            row.default.is_null() || row.given.iter().any(|(given, _)| *given == row.default),
            "{case}: the default itself is not given"
        );
        for (given, expected) in row.given.clone() {
            let is_default = given == row.default;
            let seen = seen(operation, field, Some(given.clone())).await;
            assert_eq!(seen, expected, "{case} = {given}");
            assert!(
                !is_default || seen == row.absent,
                "{case}: the default is another"
            );
        }
    }
}

#[actix_web::test]
async fn the_client_sends_no_other_default_than_the_documented() {
    let mut operations = BTreeSet::new();
    for row in rows() {
        let sent = sent(row.operation).await;
        let given = sent.get(row.field).cloned().unwrap_or_default();
        assert_eq!(given, row.sent, "{} {}", row.operation, row.field);
        assert!(row.sent.is_null() || row.sent == row.default);
        operations.insert(row.operation);
    }
    assert_eq!(operations.len(), 15);
    // What is set is sent as it was set.
    let sent = Captures::fields_sent(async |auth| {
        let call = auth.user().create_user("a@example.com");
        call.send_email_to_confirm_email_address(false).await
    });
    let field = "send_email_to_confirm_email_address";
    assert_eq!(sent.await[field], json!(false));
}

/// Without that e-mail, "the user will get a confirmation email when they first sign in".
#[actix_web::test]
async fn a_user_who_was_sent_no_confirmation_gets_it_at_the_first_login() {
    let emulator = Emulator::start().await.unwrap();
    let user = CreateUser::new("a@example.com").send_email_to_confirm_email_address(false);
    let user = emulator.create_user(user).unwrap();
    assert!(emulator.email_outbox().is_empty());
    user.log_in().unwrap();
    assert_eq!(emulator.email_outbox().len(), 1);
    user.log_in().unwrap();
    assert_eq!(emulator.email_outbox().len(), 1);
    let confirmed = CreateUser::new("b@example.com").email_confirmed(true);
    let confirmed = confirmed.send_email_to_confirm_email_address(true);
    emulator.create_user(confirmed).unwrap().log_in().unwrap();
    assert_eq!(emulator.email_outbox().len(), 1);
}

/// "By default, the available roles are Owner, Admin, or Member."
#[actix_web::test]
async fn roles_are_the_documented_ones_by_default() {
    let emulator = Emulator::start().await.unwrap();
    let (user, org) = (
        emulator.create_user("a@example.com").unwrap(),
        emulator.create_org("Acme").unwrap(),
    );
    emulator.add_user_to_org(&user, &org, "Owner").unwrap();
    let infos = user.metadata().unwrap().org_id_to_org_info.unwrap();
    let roles = &infos[&org].inherited_user_roles_plus_current_role;
    assert_eq!(*roles, ["Owner", "Admin", "Member"]);
}

/// Returns the fields that the client sends with nothing set but what is required.
async fn sent(operation: &str) -> Map<String, Value> {
    let operation = operation.to_owned();
    Captures::fields_sent(async move |auth| {
        let (user, org) = (auth.user(), auth.org());
        let emails = ["a@example.com"];
        match &*operation {
            "fetch_user_metadata_by_user_id" => {
                drop(user.fetch_user_metadata_by_user_id(NOBODY).await);
            }
            "fetch_user_metadata_by_email" => {
                drop(user.fetch_user_metadata_by_email("a@b.c").await);
            }
            "fetch_user_metadata_by_username" => {
                drop(user.fetch_user_metadata_by_username("a").await);
            }
            "fetch_batch_user_metadata_by_user_ids" => {
                drop(user.fetch_batch_user_metadata_by_user_ids([NOBODY]).await);
            }
            "fetch_batch_user_metadata_by_emails" => {
                drop(user.fetch_batch_user_metadata_by_emails(emails).await);
            }
            "fetch_batch_user_metadata_by_usernames" => {
                drop(user.fetch_batch_user_metadata_by_usernames(["a"]).await);
            }
            "fetch_users_by_query" => drop(user.fetch_users_by_query().await),
            "fetch_users_in_org" => drop(org.fetch_users_in_org(NOBODY).await),
            "fetch_orgs_by_query" => drop(org.fetch_orgs_by_query().await),
            "create_user" => drop(user.create_user("a@b.c").await),
            "update_user_metadata" => drop(user.update_user_metadata(NOBODY).await),
            "update_user_password" => drop(user.update_user_password(NOBODY, "p").await),
            "migrate_user_from_external_source" => {
                drop(user.migrate_user_from_external_source("a@b.c", true).await);
            }
            "create_magic_link" => drop(user.create_magic_link("a@b.c").await),
            "update_org" => drop(org.update_org(NOBODY).await),
            other => panic!("{other} has no call"),
        }
    })
    .await
}

fn is_query(operation: &str, field: &str) -> bool {
    let is_get = operation.starts_with("fetch_user_") || operation.starts_with("fetch_users_");
    is_get || field == "include_orgs"
}

/// Asks a new emulator for an operation, with a field or without it, and returns what is seen of
/// the field afterwards.
async fn seen(operation: &str, field: &str, given: Option<Value>) -> Value {
    let emulator = Emulator::builder().clock(|| NOW).start().await.unwrap();
    let mut org = String::new();
    for n in (0..12).rev() {
        let name = format!("org-{n:02}"); // sorted by name, they are the other way round
        org = emulator
            .create_org(CreateOrg::new(name))
            .unwrap()
            .into_string();
        if n == 11 {
            let body = json!({ "can_setup_saml": true, "metadata": { "a": 1 } }).to_string();
            send(&emulator, "PUT", &format!("/org/{org}"), &body).await;
        }
    }
    let mut alice = String::new();
    for n in 0..12 {
        let user = CreateUser::new(format!("user-{n:02}@example.com"))
            .email_confirmed(true)
            .username(format!("user-{n:02}"))
            .first_name("First")
            .last_name("Last");
        let user = emulator.create_user(user).unwrap();
        emulator.add_user_to_org(&user, &*org, "Member").unwrap();
        if n == 0 {
            alice = user.id().to_string();
            let body = json!({ "metadata": { "a": 1 } }).to_string();
            send(&emulator, "PUT", &format!("/user/{alice}"), &body).await;
        }
    }
    let first = send(&emulator, "POST", "/org/query", "{}").await.json();
    let first = first["orgs"][0]["org_id"].as_str().unwrap().to_owned();
    let new = "new@example.com";
    let (method, path, mut body) = match operation {
        "fetch_user_metadata_by_user_id" => ("GET", format!("/user/{alice}"), json!({})),
        "fetch_user_metadata_by_email" => (
            "GET",
            "/user/email".to_owned(),
            json!({ "email": "user-00@example.com" }),
        ),
        "fetch_user_metadata_by_username" => (
            "GET",
            "/user/username".to_owned(),
            json!({ "username": "user-00" }),
        ),
        "fetch_batch_user_metadata_by_user_ids" => (
            "POST",
            "/user/user_ids".to_owned(),
            json!({ "user_ids": [alice] }),
        ),
        "fetch_batch_user_metadata_by_emails" => (
            "POST",
            "/user/emails".to_owned(),
            json!({ "emails": ["user-00@example.com"] }),
        ),
        "fetch_batch_user_metadata_by_usernames" => (
            "POST",
            "/user/usernames".to_owned(),
            json!({ "usernames": ["user-00"] }),
        ),
        "fetch_users_by_query" => ("GET", "/user/query".to_owned(), json!({})),
        "fetch_users_in_org" => ("GET", format!("/user/org/{org}"), json!({})),
        "fetch_orgs_by_query" => ("POST", "/org/query".to_owned(), json!({})),
        "create_user" => ("POST", "/user/".to_owned(), json!({ "email": new })),
        "update_user_metadata" => ("PUT", format!("/user/{alice}"), json!({})),
        "update_user_password" => (
            "PUT",
            format!("/user/{alice}/password"),
            json!({ "password": "p" }),
        ),
        "migrate_user_from_external_source" => {
            let body = json!({ "email": new, "email_confirmed": true });
            ("POST", "/migrate_user/".to_owned(), body)
        }
        "create_magic_link" => ("POST", "/magic_link".to_owned(), json!({ "email": new })),
        "update_org" => ("PUT", format!("/org/{first}"), json!({})),
        other => panic!("{other} is not asked for"),
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(given) = given {
        if is_query(operation, field) {
            let text = given
                .as_str()
                .map_or_else(|| given.to_string(), str::to_owned);
            query.append_pair(field, &text);
        } else {
            body[field] = given;
        }
    }
    let body = if method == "GET" {
        for (name, value) in body.as_object().unwrap() {
            query.append_pair(name, value.as_str().unwrap());
        }
        String::new()
    } else {
        body.to_string()
    };
    let path = format!("{path}?{}", query.finish());
    let answer = send(&emulator, method, &path, &body).await;
    if field == "create_new_user_if_one_doesnt_exist" {
        let link = emulator.magic_links().pop();
        return json!([answer.status, link.is_some_and(|link| link.creates_user)]);
    }
    assert_eq!(answer.status, 200, "{operation} {field} {answer:?}");
    look(&emulator, operation, field, &answer.text, &alice, &first)
}

/// Looks at what came of a request.
fn look(
    emulator: &Emulator,
    operation: &str,
    field: &str,
    reply: &str,
    alice: &str,
    org: &str,
) -> Value {
    let reply: Value = serde_json::from_str(reply).unwrap_or_default();
    let items = reply.get("users").or(reply.get("orgs"));
    match (operation, field) {
        (_, "include_orgs") => {
            let items = items.unwrap_or(&reply);
            let user = items.get(0).unwrap_or(items);
            assert!(user["email"].is_string(), "{reply}");
            json!(user.get("org_id_to_org_info").is_some())
        }
        (_, "email_or_username") => reply["total_users"].clone(),
        (_, "page_size" | "page_number" | "order_by") => {
            let items = items.unwrap().as_array().unwrap();
            let first = items[0].get("email").unwrap_or(&items[0]["name"]);
            json!([
                reply["page_size"],
                reply["current_page"],
                items.len(),
                first
            ])
        }
        ("create_user", "send_email_to_confirm_email_address") => {
            let emails = emulator.email_outbox().into_iter();
            emails.map(|it| json!(format!("{:?}", it.kind))).collect()
        }
        ("create_magic_link", _) => {
            let link = emulator.magic_links().pop().unwrap();
            match field {
                "redirect_to_url" => json!(link.redirect_to_url),
                _ => json!((link.expires_at - NOW) / 3600),
            }
        }
        ("update_org", _) => json!(emulator.org(org).unwrap())[field].clone(),
        (_, _) => {
            let user_id = reply["user_id"].as_str().unwrap_or(alice);
            let name = match field {
                "ask_user_to_update_password_on_login" => "update_password_required",
                "password" | "existing_password_hash" => "has_password",
                "existing_mfa_base32_encoded_secret" => "mfa_enabled",
                "existing_user_id" => "legacy_user_id",
                field => field,
            };
            let user = json!(emulator.user_metadata(user_id).unwrap());
            user.get(name).cloned().unwrap_or_default()
        }
    }
}
