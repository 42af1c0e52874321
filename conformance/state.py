"""Prints a snapshot for `propelauth-dev --seed`: what no operation of the backend API sets up.

The tables that ask for it are python/seeded.py and node/seeded.cjs. Times are relative to now, as
reports look back from there.
"""

import json
import time

ALICE = "a11ce000-0000-4000-8000-000000000001"  # has a phone, logs in elsewhere, is always there
BOB = "b0b00000-0000-4000-8000-000000000002"  # has an authenticator app, and came back
CAROL = "ca201000-0000-4000-8000-000000000003"  # is gone, and all of Globex with her
ACME = "acce0000-0000-4000-8000-000000000001"
GLOBEX = "910be000-0000-4000-8000-000000000002"

DAY = 24 * 60 * 60
NOW = int(time.time())


def ago(days):
    """The time that many days ago; an hour earlier, so that the days are over."""
    return NOW - days * DAY - 60 * 60


def user(number, user_id, name, org_id, role, last_active, **account):
    metadata = {
        "user_id": user_id,
        "email": f"{name}@example.com",
        "email_confirmed": True,
        "enabled": True,
        "first_name": name.title(),
        "created_at": ago(200 + number),
        "last_active_at": ago(last_active),
        "mfa_enabled": "second_factor" in account,
    }
    return {
        "metadata": metadata,
        "memberships": {org_id: {"role": role}},
        "account": {"number": number, **account},
    }


def org(number, org_id, name):
    return {
        "org_id": org_id,
        "name": name,
        "url_safe_org_slug": name.lower(),
        "created_at": ago(200 + number),
        "number": number,
    }


def token(provider, expires):
    return {
        "access_token": f"{provider} access",
        "token_provider": provider,
        "refresh_token": f"{provider} refresh",
        "token_expiration": expires,
        "authorized_scopes": ["openid", "email"],
    }


def group(group_id, name, external_id, *members):
    return {
        "org_id": ACME,
        "group_id": group_id,
        "display_name": name,
        "external_id_from_idp": external_id,
        "members": members,
    }


alice = user(
    0,
    ALICE,
    "alice",
    ACME,
    "Owner",
    1,
    oauth_tokens={
        "google": token("google", NOW + DAY),
        "github": token("github", ago(1)),
    },
    second_factor={
        "Phones": [{"id": "f0e00000-0000-4000-8000-000000000001", "number": "+1 555 010 1234"}]
    },
    signup_query_parameters={"utm & x": "ü+1"},
)
bob = user(
    1,
    BOB,
    "bob",
    ACME,
    "Member",
    2,
    second_factor={"Totp": {"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "used_step": None}},
)
carol = user(2, CAROL, "carol", GLOBEX, "Owner", 100)

snapshot = {
    "version": 1,
    "users": {ALICE: alice, BOB: bob, CAROL: carol},
    "orgs": {ACME: org(0, ACME, "Acme"), GLOBEX: org(1, GLOBEX, "Globex")},
    "employees": {"e3910000-0000-4000-8000-000000000001": {"email": "team@example.com"}},
    "scim_groups": [
        group("59000000-0000-4000-8000-000000000001", "Engineers & 日本", "00g/1", ALICE, BOB),
        group("59000000-0000-4000-8000-000000000002", "Owners", None, ALICE),
    ],
    "history": {
        "active_days": {
            ALICE: [ago(days) // DAY for days in (3, 2, 1)],
            BOB: [ago(days) // DAY for days in (50, 2)],
            CAROL: [ago(100) // DAY],
        },
        "members": {ACME: [ALICE, BOB], GLOBEX: [CAROL]},
        "moves": [
            {"at": ago(10), "org_id": ACME, "joined": True},
            {"at": ago(5), "org_id": GLOBEX, "joined": False},
        ],
        "invites": [
            {"at": ago(days), "inviter": inviter}
            for days, inviter in [(70, ALICE), (9, ALICE), (8, ALICE), (7, ALICE), (6, BOB)]
        ],
    },
}
print(json.dumps(snapshot))
