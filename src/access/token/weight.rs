//! Estimates of the memory that a verified user occupies, for the limit of the token cache.
//!
//! The estimate follows the shape of the claims and not the length of the token, because eight bytes
//! of JSON such as `{"a":0}` become a map node of 632 bytes. With an estimate by length, a user with
//! chosen metadata could fill many times the memory that the cache is allowed. The estimate errs on
//! the high side, and `tests/memory.rs` compares it with what an allocator counts.

use std::{collections::BTreeMap, mem::size_of};

use serde_json::{Map, Number, Value};

use crate::{
    access::{login_method::LoginMethod, user::User, user_claims::UserClaims},
    words::{
        ids::OrgId,
        org_member_info::{OrgMember, OrgMemberInfo, OrgRoleStructure},
    },
};

/// Returns an estimate of the memory that a user occupies, in bytes.
pub(in crate::access) fn user(user: &User) -> usize {
    block(ARC_COUNTS + User::SHARED_SIZE) + claims(user) + orgs(user.stale_orgs())
}

/// Returns the bytes that are allocated for these claims, without the fields of the struct itself.
fn claims(claims: &UserClaims) -> usize {
    let optional = [
        &claims.first_name,
        &claims.last_name,
        &claims.username,
        &claims.legacy_user_id,
    ];
    text(&claims.user_id)
        + text(&claims.email)
        + optional
            .into_iter()
            .flatten()
            .map(|it| text(it))
            .sum::<usize>()
        + claims.impersonator_user_id.as_deref().map_or(0, text)
        + claims.active_org_id.as_deref().map_or(0, text)
        + map(&claims.properties)
        + map(&claims.metadata)
        + login_method(&claims.login_method)
        + orgs(&claims.org_id_to_org_member_info)
}

/// Returns the bytes of memberships by the ids of their organizations.
fn orgs(orgs: &BTreeMap<OrgId, OrgMemberInfo>) -> usize {
    let members = orgs.iter().map(|(id, org)| text(id) + member(org));
    tree_nodes(orgs.len(), size_of::<(OrgId, OrgMemberInfo)>()) + members.sum::<usize>()
}

/// Returns the bytes that an allocator occupies for a block: glibc's adds 8, rounds up to a multiple
/// of 16, and occupies at least 32. Other allocators are within a few bytes of that.
pub(super) fn block(bytes: usize) -> usize {
    match bytes {
        0 => 0,
        _ => (bytes + 8).next_multiple_of(16).max(32),
    }
}

/// The size of the two reference counts in front of the value of an `Arc`.
const ARC_COUNTS: usize = 2 * size_of::<usize>();

/// Returns the bytes of a membership, which is allocated separately.
pub(in crate::access) fn member(org: &OrgMember) -> usize {
    let structure = match &org.org_role_structure {
        OrgRoleStructure::Other(name) => text(name),
        _ => 0,
    };
    block(ARC_COUNTS + size_of::<OrgMember>())
        + text(&org.org_id)
        + text(&org.org_name)
        + text(&org.url_safe_org_name)
        + map(&org.org_metadata)
        + structure
        + text(&org.user_role)
        + texts(&org.inherited_user_roles_plus_current_role)
        + texts(&org.user_permissions)
        + texts(&org.additional_roles)
        + org.legacy_org_id.as_deref().map_or(0, text)
}

/// Returns the bytes of the texts of a login method.
fn login_method(method: &LoginMethod) -> usize {
    text(method.as_str())
        + method.provider().map_or(0, text)
        + method.org_id().map_or(0, |id| text(id))
}

/// Returns the bytes of a string. Strings from the parser have no spare capacity.
pub(in crate::access) fn text(text: &str) -> usize {
    block(text.len())
}

/// Returns the bytes of a list of strings, including its spare capacity.
fn texts(list: &Vec<String>) -> usize {
    block(list.capacity() * size_of::<String>()) + list.iter().map(|it| text(it)).sum::<usize>()
}

/// Returns the bytes that a JSON value allocates.
fn value(it: &Value) -> usize {
    match it {
        Value::Null | Value::Bool(_) => 0,
        Value::Number(it) => number(it),
        Value::String(it) => text(it),
        Value::Array(list) => {
            block(list.capacity() * size_of::<Value>()) + list.iter().map(value).sum::<usize>()
        }
        Value::Object(it) => map(it),
    }
}

/// Returns the bytes of a number. With serde_json's feature `arbitrary_precision`, which any crate of
/// a build can enable, a number is the text of its digits.
fn number(number: &Number) -> usize {
    if size_of::<Number>() < size_of::<String>() {
        0
    } else {
        text(&number.to_string())
    }
}

/// Returns the bytes of a map, whose type depends on serde_json's feature `preserve_order`.
pub(in crate::access) fn map(map: &Map<String, Value>) -> usize {
    let entry = size_of::<(String, Value)>();
    let own = if size_of::<Map<String, Value>>() == size_of::<BTreeMap<String, Value>>() {
        tree_nodes(map.len(), entry)
    } else {
        index(map.len(), entry)
    };
    own + map
        .iter()
        .map(|(key, it)| text(key) + value(it))
        .sum::<usize>()
}

/// Returns the bytes of the nodes of a `BTreeMap` that was filled by insertion.
///
/// A node has room for 11 entries and a few words, and an inner node also has 12 pointers. A map of
/// up to 11 entries is one leaf. In a larger map, each node except the root has at least 5 entries.
fn tree_nodes(len: usize, entry: usize) -> usize {
    let word = size_of::<usize>();
    let leaf = 11 * entry + 2 * word;
    match len {
        0 => 0,
        1..=11 => block(leaf),
        _ => (1 + (len - 1) / 5) * block(leaf) + (1 + len / 30) * 12 * word,
    }
}

/// Returns the bytes of the map that serde_json uses with `preserve_order`: a list of entries with
/// their hashes, and a table of indices, both with room to grow.
fn index(len: usize, entry: usize) -> usize {
    let word = size_of::<usize>();
    match len {
        0 => 0,
        _ => {
            let room = (2 * len).max(4);
            block(room * (entry + word)) + block(2 * room * (word + 1) + 16)
        }
    }
}
