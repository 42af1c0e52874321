//! The members of an organization, and its invitations.

use maud::{Markup, html};

use super::{
    frame::done,
    org_frame::{OrgPage, heading, org_layout, org_page},
    roles::{read_roles, roles_field},
};
use crate::emulator::{
    pages::{
        parts::{Field, Problems, button_form, form, pager, search},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service::{self, InviteRow, ListPage, OrgMemberRow, Refusal},
    state::{Ability, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at(
        "/org/members/{org_id}",
        "Members",
        Reach::Member,
        |store, visit| page(store, visit, 200, &Problems::default()),
    ),
    Page::form("/org/members/{org_id}/invite", "invites someone", invite),
    Page::form(
        "/org/members/{org_id}/revoke",
        "withdraws an invitation",
        revoke,
    ),
    Page::form(
        "/org/members/{org_id}/role",
        "changes the role of a member",
        change_role,
    ),
    Page::form("/org/members/{org_id}/remove", "removes a member", remove),
];

fn page(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    let org = match org_page(store, visit) {
        Ok(org) => org,
        Err(elsewhere) => return elsewhere,
    };
    let org_id = org.org.org_id.as_str();
    let session = visit.session();
    let asked = ListPage {
        number: visit.parameter("page").parse().unwrap_or(0),
        search: visit.parameter("search"),
        ..ListPage::default()
    };
    let members = match self_service::org_members(store, session, org_id, &asked) {
        Ok(members) => members,
        Err(refusal) => return super::frame::refused(store, visit, refusal),
    };
    let all = ListPage {
        size: self_service::MAX_SIZE,
        ..ListPage::default()
    };
    let pending = self_service::pending_invites(store, session, org_id, &all);
    let expired = self_service::expired_invites(store, session, org_id, &all);
    let pending = pending.map(|it| it.items).unwrap_or_default();
    let expired = expired.map(|it| it.items).unwrap_or_default();
    let path = own_path(visit);
    let content = html! {
        (heading(store, visit, &org))
        (problems.summary())
        (done(visit))
        section.card aria-labelledby="members-title" {
            h2 #members-title { "Members" }
            (search(&path, &asked.search, "Find a member by email address", "members"))
            div #members {
                (table(store, visit, &org, &members.items, problems))
                (pager(&path, &asked.search, asked.number, members.has_more, members.total))
            }
        }
        @if org.may(store, Ability::Invite) {
            section.card aria-labelledby="invite-title" {
                h2 #invite-title { "Invite someone" }
                (invite_form(store, visit, &org, problems))
            }
        }
        @if !pending.is_empty() || !expired.is_empty() {
            section.card aria-labelledby="invitations" {
                h2 #invitations { "Invitations" }
                (invitations(store, visit, &org, &pending, &expired))
            }
        }
    };
    org_layout(store, visit, &org, "Members")
        .htmx()
        .status(status)
        .reply(&store.project.settings, &content)
}

/// Returns the path of the page, also while a form of it is answered.
fn own_path(visit: &Visit<'_>) -> String {
    format!("/org/members/{}", visit.request.segment("org_id"))
}

fn action(store: &Store, visit: &Visit<'_>, what: &str) -> String {
    visit.keep_return_to(
        &format!("{}/{what}", own_path(visit)),
        &store.project.settings,
    )
}

fn table(
    store: &Store,
    visit: &Visit<'_>,
    org: &OrgPage<'_>,
    members: &[OrgMemberRow],
    problems: &Problems,
) -> Markup {
    html! {
        @if members.is_empty() { p.lead { "No member has such an email address." } }
        @else {
            div.table {
                table {
                    caption.hidden { "Members of " (org.org.name) }
                    thead {
                        tr {
                            th scope="col" { "Email address" }
                            th scope="col" { "Role" }
                            th scope="col" { "Second factor" }
                            th scope="col" { "Actions" }
                        }
                    }
                    tbody {
                        @for (number, member) in members.iter().enumerate() {
                            (member_row(store, visit, org, number, member, problems))
                        }
                    }
                }
            }
        }
    }
}

fn member_row(
    store: &Store,
    visit: &Visit<'_>,
    org: &OrgPage<'_>,
    number: usize,
    member: &OrgMemberRow,
    problems: &Problems,
) -> Markup {
    let is_me = member.user_id == org.user.metadata.user_id;
    let user_id = member.user_id.as_str();
    let roles = (member.role.as_str(), member.additional_roles.as_slice());
    let prefix = format!("member-{number}");
    let change = html! {
        input type="hidden" name="user_id" value=(user_id);
        (roles_field(store, org, &prefix, &member.possible_roles, roles, problems))
        button.small { "Save" span.hidden { " the role of " (member.email) } }
    };
    let word = if is_me { "Leave" } else { "Remove" };
    html! {
        tr {
            th scope="row" {
                (member.email) " "
                @if is_me { span.tag { "you" } }
                @if !member.is_enabled { span.tag.bad { "disabled" } }
            }
            td {
                span.tag { (member.role) }
                @for role in &member.additional_roles { " " span.tag { (role) } }
                @if !member.possible_roles.is_empty() {
                    details {
                        summary { "Change" span.hidden { " the role of " (member.email) } }
                        (form(visit, &action(store, visit, "role"), &change))
                    }
                }
            }
            td data-label="Second factor" { @if member.is_2fa_enabled { "on" } @else { "off" } }
            td {
                @if member.can_be_deleted {
                    (button_form(
                        visit,
                        &action(store, visit, "remove"),
                        &[("user_id", user_id)],
                        &html! { button.small.danger { (word) span.hidden { " " (member.email) } } },
                    ))
                }
            }
        }
    }
}

fn invite_form(store: &Store, visit: &Visit<'_>, org: &OrgPage<'_>, problems: &Problems) -> Markup {
    let roles = store.roles_of(&org.org.org_id);
    let possible = roles.manageable(org.membership);
    let lowest = possible.last().cloned().unwrap_or_default();
    let typed = visit.field("email");
    let fields = html! {
        (Field::new("email", "Email").kind("email").value(&typed).show(problems))
        (roles_field(store, org, "invite", &possible, (&lowest, &[]), problems))
        button { "Send the invitation" }
    };
    form(visit, &action(store, visit, "invite"), &fields)
}

fn invitations(
    store: &Store,
    visit: &Visit<'_>,
    org: &OrgPage<'_>,
    pending: &[InviteRow],
    expired: &[InviteRow],
) -> Markup {
    let may_revoke = org.may(store, Ability::Invite);
    let rows = pending.iter().map(|invite| (invite, false));
    let rows = rows.chain(expired.iter().map(|invite| (invite, true)));
    html! {
        div.table {
            table {
                caption.hidden { "Invitations to " (org.org.name) }
                thead {
                    tr {
                        th scope="col" { "Email address" }
                        th scope="col" { "Role" }
                        th scope="col" { "State" }
                        th scope="col" { "Actions" }
                    }
                }
                tbody {
                    @for (invite, has_expired) in rows {
                        tr {
                            th scope="row" { (invite.email) }
                            td {
                                span.tag { (invite.role) }
                                @for role in &invite.additional_roles { " " span.tag { (role) } }
                            }
                            td {
                                @if has_expired { span.tag.warn { "expired" } }
                                @else { span.tag.good { "pending" } }
                            }
                            td {
                                @if may_revoke {
                                    (button_form(
                                        visit,
                                        &action(store, visit, "revoke"),
                                        &[("email", &invite.email)],
                                        &html! {
                                            button.small.danger {
                                                "Withdraw" span.hidden { " the invitation of " (invite.email) }
                                            }
                                        },
                                    ))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn invite(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let org_id = visit.request.segment("org_id");
    let email = visit.field("email");
    let invited =
        self_service::invite_member(store, visit.session(), org_id, &email, read_roles(visit));
    answer(store, visit, "invite", invited)
}

fn revoke(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let org_id = visit.request.segment("org_id");
    let revoked =
        self_service::revoke_invite(store, visit.session(), org_id, &visit.field("email"));
    answer(store, visit, "removed", revoked)
}

fn change_role(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let org_id = visit.request.segment("org_id");
    let user_id = visit.field("user_id");
    let roles = read_roles(visit);
    let changed = self_service::change_member_role(store, visit.session(), org_id, &user_id, roles);
    answer(store, visit, "role", changed)
}

fn remove(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let org_id = visit.request.segment("org_id");
    let user_id = visit.field("user_id");
    let removed = self_service::remove_member(store, visit.session(), org_id, &user_id);
    let session = store.session(visit.session());
    let has_left = session.is_some_and(|session| session.user_id.as_str() == user_id);
    if has_left && removed.is_ok() {
        return Reply::redirect(visit.keep_return_to("/org", &store.project.settings));
    }
    answer(store, visit, "removed", removed)
}

fn answer(store: &Store, visit: &Visit<'_>, what: &str, result: Result<(), Refusal>) -> Reply {
    match result {
        Ok(()) => {
            let path = format!("{}?done={what}", own_path(visit));
            Reply::redirect(visit.keep_return_to(&path, &store.project.settings))
        }
        Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
    }
}
