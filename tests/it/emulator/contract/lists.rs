//! Every list has one order, by creation unless another was asked for, and its pages neither
//! overlap nor leave anything out: also where everything was created within the same second.

use actix_web_propelauth::{
    api::{CreateApiKey, CreateUser, InviteUserToOrg},
    emulator::{Emulator, NewScimGroup},
};
use serde_json::Value;

use super::send;

const COUNT: usize = 23;

/// Reads a list by pages of a size, and returns the field of each item.
async fn read(
    emulator: &Emulator,
    path: &str,
    list: &str,
    field: &str,
    size: usize,
) -> Vec<String> {
    let mut all = Vec::new();
    let prefix = if list == "members" { "members_" } else { "" };
    for number in 0.. {
        let sign = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{sign}{prefix}page_size={size}&{prefix}page_number={number}");
        let page = send(emulator, "GET", &path, "").await.json();
        let items = page[list].as_array().unwrap();
        if items.is_empty() {
            break;
        }
        all.extend(items.iter().map(|item| text(&item[field])));
        if let Some(has_more) = page["has_more_results"].as_bool() {
            assert_eq!(has_more, all.len() < COUNT, "{path}");
        }
    }
    all
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn lists_are_ordered_and_their_pages_cover_them_once() {
    // All within one second, and named so that no other order is that of creation.
    let emulator = Emulator::builder().clock(|| 1_000).start().await.unwrap();
    let name = |n: usize| format!("{:02}-{n:02}", (n * 7) % COUNT);
    let mut users = Vec::new();
    let acme = emulator.create_org(&*name(0)).unwrap();
    let mut orgs = vec![name(0)];
    for n in 0..COUNT {
        let user =
            CreateUser::new(format!("{}@example.com", name(n))).username(name(COUNT - 1 - n));
        users.push(emulator.create_user(user).unwrap());
        if n > 0 {
            let org = emulator.create_org(&*name(n)).unwrap();
            emulator.add_user_to_org(&users[0], &org, "Owner").unwrap();
            orgs.push(name(n));
        }
    }
    // They join in the opposite order, which is not what counts.
    for user in users.iter().rev() {
        emulator.add_user_to_org(user, &acme, "Member").unwrap();
    }
    let (mut keys, mut invites, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..COUNT {
        let key = CreateApiKey::new().user_id(&users[n]);
        keys.push(
            emulator
                .create_api_key(key)
                .unwrap()
                .api_key_id
                .into_string(),
        );
        let email = format!("{}@new.example", name(n));
        emulator
            .invite_user_as(&users[0], InviteUserToOrg::new(&*email, &acme, "Member"))
            .unwrap();
        invites.push(email);
        let group = NewScimGroup::new(&*name(n)).members(&users);
        groups.push(emulator.add_scim_group(&acme, group).unwrap().into_string());
    }
    let ids: Vec<String> = users.iter().map(|user| user.id().to_string()).collect();
    let reversed = |list: &[String]| list.iter().rev().cloned().collect::<Vec<_>>();
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    let emails: Vec<String> = (0..COUNT)
        .map(|n| format!("{}@example.com", name(n)))
        .collect();
    let usernames: Vec<String> = (0..COUNT).map(name).collect();
    let group = format!("/scim/{acme}/groups/{}", groups[0]);
    let (members, of_org) = (format!("/user/org/{acme}"), format!("/scim/{acme}/groups"));
    for (path, list, field, expected) in [
        ("/user/query", "users", "user_id", ids.clone()),
        (
            "/user/query?order_by=CREATED_AT_ASC",
            "users",
            "user_id",
            ids.clone(),
        ),
        (
            "/user/query?order_by=CREATED_AT_DESC",
            "users",
            "user_id",
            reversed(&ids),
        ),
        (
            "/user/query?order_by=LAST_ACTIVE_AT_ASC",
            "users",
            "user_id",
            ids.clone(),
        ),
        (
            "/user/query?order_by=LAST_ACTIVE_AT_DESC",
            "users",
            "user_id",
            reversed(&ids),
        ),
        (
            "/user/query?order_by=EMAIL",
            "users",
            "email",
            sorted(&emails),
        ),
        (
            "/user/query?order_by=USERNAME",
            "users",
            "username",
            sorted(&usernames),
        ),
        ("/org/query", "orgs", "name", orgs.clone()),
        (
            "/org/query?order_by=CREATED_AT_DESC",
            "orgs",
            "name",
            reversed(&orgs),
        ),
        ("/org/query?order_by=NAME", "orgs", "name", sorted(&orgs)),
        (&*members, "users", "user_id", ids.clone()),
        (&*group, "members", "user_id", ids.clone()),
        (&*of_org, "groups", "group_id", groups.clone()),
        (
            "/pending_org_invites",
            "invites",
            "invitee_email",
            invites.clone(),
        ),
        ("/end_user_api_keys", "api_keys", "api_key_id", keys.clone()),
    ] {
        for size in [1, 5, COUNT, 100] {
            let read = read(&emulator, path, list, field, size).await;
            assert_eq!(read, expected, "{path} by {size}");
        }
    }
    // As many days of activity each, and as many new members; the first has more of these.
    for (path, list, field, expected) in [
        ("/user_report/champion", "user_reports", "user_id", &ids),
        ("/org_report/growth", "org_reports", "name", &orgs),
    ] {
        for size in [1, 5, 100] {
            let read = read(&emulator, path, list, field, size).await;
            assert_eq!(read, *expected, "{path} by {size}");
        }
    }
    for key in &keys {
        emulator.expire_api_key(&**key).unwrap();
    }
    let archived = "/end_user_api_keys/archived";
    let read = read(&emulator, archived, "api_keys", "api_key_id", 4).await;
    assert_eq!(read, keys);
}
