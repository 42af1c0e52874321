"""Every operation of propelauth-py, against a running emulator.

    operations.py sync|async

The two halves of the SDK share a scenario: `call` runs a method to its end in both.
"""

import asyncio
import base64
import datetime
import hashlib
import hmac
import json
import logging
import os
import struct
import sys
import time

from propelauth_py import (
    SamlIdpMetadata,
    StepUpMfaGrantType,
    init_base_async_auth,
    init_base_auth,
)
from propelauth_py.api import OrgQueryOrderBy, UserQueryOrderBy
from propelauth_py.types import user_insights as insights
from propelauth_py.types.saml_types import SetOktaOidcMetadataRequest

import table
from table import Table, equal, failure, named

logging.disable(logging.CRITICAL)  # the failures are asked for

IS_ASYNC = sys.argv[1] == "async"
AUTH_URL = os.environ["CONFORMANCE_AUTH_URL"]
API_KEY = os.environ["PROPELAUTH_API_KEY"]
OPERATIONS = os.path.join(os.path.dirname(__file__), "..", "operations.txt")

NOBODY = "e9d3520f-836e-403c-82c2-09843517e1ce"  # an id that no user and no organization has
NO_KEY = "0123456789abcdef0123456789abcdef"
HOSTILE = "Zoë+O’B & 日本/?#=%25 \"'\\"

t = Table("propelauth-py 4.4.0, async" if IS_ASYNC else "propelauth-py 4.4.0")
loop = asyncio.new_event_loop()


def connect(key):
    init = init_base_async_auth if IS_ASYNC else init_base_auth
    return init(AUTH_URL, key)


def run(auth, name, /, *args, **kwargs):
    result = getattr(auth, name)(*args, **kwargs)
    return loop.run_until_complete(result) if asyncio.iscoroutine(result) else result


def call(name, /, *args, **kwargs):
    return run(auth, name, *args, **kwargs)


def fails(name, /, *args, **kwargs):
    return failure(lambda: call(name, *args, **kwargs))


def refused_fields(error, *fields):
    """Checks that the SDK was told which fields are wrong."""
    told = getattr(error, "field_to_errors", None)
    told = str(error) if told is None else told
    for field in fields:
        assert field in told, f"{field} is not told in {told}"


def totp(secret):
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


auth = None
with t.case("fetch_token_verification_metadata", "at start"):
    auth = connect(API_KEY)
with t.case("fetch_token_verification_metadata", "wrong key"):
    error = failure(lambda: connect("wrong"))
    equal(str(error), "integration_api_key is incorrect")

# Users: entering

alice = bob = migrated = org_id = NOBODY
with t.case("create_user", "every field"):
    created = call(
        "create_user",
        email="zoë+tag@example.com",
        email_confirmed=True,
        send_email_to_confirm_email_address=False,
        ask_user_to_update_password_on_login=True,
        password="p@ss wörd+& 1 long enough",
        username="zoë",
        first_name=HOSTILE,
        last_name="O’B & Co",
        properties={"favoriteSport": "value", "number": 7},
        ignore_domain_restrictions=True,
    )
    alice = created.user_id
    assert len(alice) == 36
with t.case("create_user", "as little as possible"):
    bob = call("create_user", email="bob@example.com").user_id
with t.case("create_user", "no address"):
    error = fails("create_user", email="no address")
    named(error, "CreateUserException")
    refused_fields(error, "email")
with t.case("create_user", "taken address"):
    error = fails("create_user", email="BOB@example.com")
    named(error, "CreateUserException")
    refused_fields(error, "email")
with t.case("create_user", "wrong key"):
    init = init_base_async_auth if IS_ASYNC else init_base_auth
    other = init(AUTH_URL, "wrong", auth.token_verification_metadata)
    error = failure(lambda: run(other, "create_user", email="eve@example.com"))
    named(error, "ValueError")
    equal(str(error), "integration_api_key is incorrect")

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
with t.case("migrate_user_from_external_source", "every field"):
    migrated = call(
        "migrate_user_from_external_source",
        email="old@example.com",
        email_confirmed=True,
        existing_user_id="507f & 1+",
        existing_password_hash="$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        existing_mfa_base32_encoded_secret=SECRET,
        ask_user_to_update_password_on_login=False,
        enabled=True,
        first_name="Zoë",
        last_name="Old",
        username="old",
        picture_url="https://example.com/x.png",
        properties={"p": "q"},
    ).user_id
    user = call("fetch_user_metadata_by_user_id", migrated)
    equal(user.legacy_user_id, "507f & 1+")
    equal(user.has_password, True)
with t.case("migrate_user_from_external_source", "taken address"):
    error = fails("migrate_user_from_external_source", "bob@example.com", True)
    named(error, "BadRequestException")
    refused_fields(error, "email")
with t.case("migrate_user_password", "success"):
    digest = "$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"
    equal(call("migrate_user_password", bob, digest), True)
    equal(call("fetch_user_metadata_by_user_id", bob).has_password, True)

# Users: reading

with t.case("fetch_user_metadata_by_user_id", "success"):
    user = call("fetch_user_metadata_by_user_id", alice)
    equal(user.email, "zoë+tag@example.com")
    equal(user.first_name, HOSTILE)
    equal(user.last_name, "O’B & Co")
    equal(user.username, "zoë")
    equal(user.email_confirmed, True)
    equal(user.has_password, True)
    equal(user.enabled, True)
    equal(user.properties, {"favoriteSport": "value", "number": 7})
    assert time.time() - 300 < user.created_at <= time.time() + 1, "not in seconds"
with t.case("fetch_user_metadata_by_user_id", "not found"):
    equal(call("fetch_user_metadata_by_user_id", NOBODY.replace("e9", "e8")), None)
    equal(call("fetch_user_metadata_by_user_id", "no id"), None)
with t.case("fetch_user_metadata_by_email", "success"):
    user = call("fetch_user_metadata_by_email", "zoë+tag@example.com", include_orgs=True)
    equal((user.user_id, user.org_id_to_org_info), (alice, {}))
with t.case("fetch_user_metadata_by_email", "not found"):
    equal(call("fetch_user_metadata_by_email", "nobody@example.com"), None)
with t.case("fetch_user_metadata_by_username", "success"):
    equal(call("fetch_user_metadata_by_username", "zoë").user_id, alice)
with t.case("fetch_user_metadata_by_username", "not found"):
    equal(call("fetch_user_metadata_by_username", HOSTILE), None)
with t.case("fetch_batch_user_metadata_by_user_ids", "one unknown"):
    users = call("fetch_batch_user_metadata_by_user_ids", [alice, NOBODY, bob])
    equal(set(users), {alice, bob})
    equal(users[bob]["email"], "bob@example.com")
with t.case("fetch_batch_user_metadata_by_emails", "one unknown"):
    users = call("fetch_batch_user_metadata_by_emails", ["bob@example.com", "nobody@example.com"])
    equal(set(users), {"bob@example.com"})
with t.case("fetch_batch_user_metadata_by_usernames", "one unknown"):
    users = call("fetch_batch_user_metadata_by_usernames", ["zoë", HOSTILE], include_orgs=True)
    equal(set(users), {"zoë"})
    equal(users["zoë"]["org_id_to_org_info"], {})
with t.case("fetch_users_by_query", "success"):
    page = call("fetch_users_by_query", page_size=2, order_by=UserQueryOrderBy.EMAIL)
    equal([user.email for user in page.users], ["bob@example.com", "old@example.com"])
    equal((page.current_page, page.page_size, page.has_more_results), (0, 2, True))
    equal(page.total_users, 3)
    page = call("fetch_users_by_query", page_size=2, page_number=1, order_by=UserQueryOrderBy.EMAIL)
    equal([user.user_id for user in page.users], [alice])
    equal(page.has_more_results, False)
    page = call("fetch_users_by_query", email_or_username="bob", include_orgs=True)
    equal([user.user_id for user in page.users], [bob])
    page = call("fetch_users_by_query", legacy_user_id="507f & 1+")
    equal([user.user_id for user in page.users], [migrated])
with t.case("fetch_users_by_query", "page too large"):
    error = fails("fetch_users_by_query", page_size=101)
    named(error, "ValueError", "BadRequestException")
    refused_fields(error, "page_size")
with t.case("fetch_user_signup_query_params", "success"):
    params = call("fetch_user_signup_query_params_by_user_id", bob)
    equal(params.user_signup_query_parameters, {})
with t.case("fetch_user_signup_query_params", "not found"):
    equal(call("fetch_user_signup_query_params_by_user_id", NOBODY), None)
with t.case("fetch_user_mfa_methods", "TOTP"):
    methods = call("fetch_user_mfa_methods", migrated)
    assert "Totp" in repr(methods), repr(methods)
with t.case("fetch_user_mfa_methods", "none"):
    equal(call("fetch_user_mfa_methods", bob).mfa_setup, None)
with t.case("fetch_user_mfa_methods", "not found"):
    equal(call("fetch_user_mfa_methods", NOBODY), None)
with t.case("fetch_user_oauth_tokens", "none"):
    assert not call("fetch_user_oauth_tokens", bob)
with t.case("fetch_user_oauth_tokens", "not found"):
    equal(call("fetch_user_oauth_tokens", NOBODY), None)
with t.case("fetch_fresh_token_from_provider", "none"):
    equal(call("fetch_fresh_token_from_provider", bob, "google"), None)

# Users: changes

with t.case("update_user_email", "success"):
    equal(call("update_user_email", bob, "bob+2@example.com", False), True)
    equal(call("fetch_user_metadata_by_user_id", bob).email, "bob+2@example.com")
with t.case("update_user_email", "no address"):
    error = fails("update_user_email", bob, "no address", False)
    named(error, "UpdateUserEmailException")
    refused_fields(error, "new_email")
with t.case("update_user_email", "not found"):
    equal(call("update_user_email", NOBODY, "x@example.com", False), False)
with t.case("update_user_metadata", "every field"):
    done = call(
        "update_user_metadata",
        bob,
        username="bób",
        first_name="Bób",
        last_name=HOSTILE,
        metadata={"k": {"n": [1, 2]}},
        properties={"p": "q"},
        picture_url="https://example.com/bob.png?a=1&b=2",
        update_password_required=True,
        legacy_user_id="legacy & 1+",
    )
    equal(done, True)
    user = call("fetch_user_metadata_by_user_id", bob)
    equal((user.username, user.first_name, user.last_name), ("bób", "Bób", HOSTILE))
    equal(user.metadata, {"k": {"n": [1, 2]}})
    equal(user.properties, {"p": "q"})
    equal(user.picture_url, "https://example.com/bob.png?a=1&b=2")
    equal(user.legacy_user_id, "legacy & 1+")
with t.case("update_user_metadata", "taken username"):
    error = fails("update_user_metadata", bob, username="zoë")
    named(error, "UpdateUserMetadataException")
    refused_fields(error, "username")
with t.case("update_user_metadata", "not found"):
    equal(call("update_user_metadata", NOBODY, first_name="x"), False)
with t.case("update_user_password", "success"):
    equal(call("update_user_password", bob, "a new pässword +&", True), True)
with t.case("update_user_password", "not found"):
    equal(call("update_user_password", NOBODY, "a new pässword +&"), False)
with t.case("clear_user_password", "success"):
    equal(call("clear_user_password", bob), True)
    equal(call("fetch_user_metadata_by_user_id", bob).has_password, False)
with t.case("clear_user_password", "not found"):
    equal(call("clear_user_password", NOBODY), False)
for name, field, value in [
    ("disable_user", "enabled", False),
    ("enable_user", "enabled", True),
    ("enable_user_can_create_orgs", "can_create_orgs", True),
    ("disable_user_can_create_orgs", "can_create_orgs", False),
]:
    with t.case(name, "success"):
        equal(call(name, bob), True)
        equal(getattr(call("fetch_user_metadata_by_user_id", bob), field), value)
    with t.case(name, "not found"):
        equal(call(name, NOBODY), False)
with t.case("logout_all_user_sessions", "success"):
    equal(call("logout_all_user_sessions", bob), True)
with t.case("logout_all_user_sessions", "not found"):
    equal(call("logout_all_user_sessions", NOBODY), False)
with t.case("resend_email_confirmation", "success"):
    carol = call("create_user", email="carol@example.com").user_id
    equal(call("resend_email_confirmation", carol), True)
with t.case("resend_email_confirmation", "not found"):
    equal(call("resend_email_confirmation", NOBODY), False)

with t.case("create_magic_link", "every field"):
    link = call(
        "create_magic_link",
        "new@example.com",
        redirect_to_url="https://app.example.com/r?x=1&y=ü",
        expires_in_hours=7,
        create_new_user_if_one_doesnt_exist=True,
        user_signup_query_parameters={"utm & x": "ü+1"},
        expire_after_first_use=True,
        requires_interstitial=True,
    )
    assert link.url.startswith("http"), link.url
with t.case("create_magic_link", "for nobody"):
    # By default, the link creates the user.
    assert call("create_magic_link", "nobody@example.com").url.startswith("http")
    named(
        fails(
            "create_magic_link",
            "nobody@example.com",
            create_new_user_if_one_doesnt_exist=False,
        ),
        "BadRequestException",
    )
with t.case("create_magic_link", "no address"):
    error = fails("create_magic_link", "no address")
    named(error, "BadRequestException")
    refused_fields(error, "email")

# Organizations

with t.case("create_org", "every field"):
    org = call(
        "create_org",
        HOSTILE,
        enable_auto_joining_by_domain=True,
        members_must_have_matching_domain=False,
        domain="example.com",
        max_users=50,
        legacy_org_id="legacy & 1+",
    )
    org_id = org.org_id
    equal(org.name, HOSTILE)
with t.case("create_org", "no name"):
    error = fails("create_org", "")
    named(error, "BadRequestException")
    refused_fields(error, "name")
with t.case("fetch_org", "success"):
    org = call("fetch_org", org_id)
    equal((org.org_id, org.name, org.max_users, org.domain), (org_id, HOSTILE, 50, "example.com"))
    equal((org.domain_autojoin, org.domain_restrict), (True, False))
    equal(org.legacy_org_id, "legacy & 1+")
with t.case("fetch_org", "not found"):
    equal(call("fetch_org", NOBODY), None)
with t.case("update_org", "every field"):
    done = call(
        "update_org_metadata",
        org_id,
        name="Acme Inc",
        can_setup_saml=True,
        metadata={"k": {"n": [1]}},
        max_users=60,
        can_join_on_email_domain_match=False,
        members_must_have_email_domain_match=False,
        domain="acme.example.com",
        require_2fa_by="2031-01-02T03:04:05Z",
        extra_domains=["a.example.com", "b.example.com"],
        password_rotation_enabled=True,
        password_rotation_history_size=3,
        password_rotation_period=90,
    )
    equal(done, True)
    org = call("fetch_org", org_id)
    equal((org.name, org.max_users, org.can_setup_saml), ("Acme Inc", 60, True))
    equal(org.metadata, {"k": {"n": [1]}})
    equal(org.domain, "acme.example.com")
    equal(org.extra_domains, ["a.example.com", "b.example.com"])
    equal(org.domain_autojoin, False)
with t.case("update_org", "not found"):
    equal(call("update_org_metadata", NOBODY, name="x"), False)
with t.case("fetch_orgs_by_query", "success"):
    call("create_org", "Beta LLC")
    page = call("fetch_org_by_query", page_size=1, order_by=OrgQueryOrderBy.NAME)
    equal([org.name for org in page.orgs], ["Acme Inc"])
    equal((page.total_orgs, page.current_page, page.page_size), (2, 0, 1))
    equal(page.has_more_results, True)
    page = call("fetch_org_by_query", name="beta")
    equal([org.name for org in page.orgs], ["Beta LLC"])
    page = call("fetch_org_by_query", legacy_org_id="legacy & 1+")
    equal([org.org_id for org in page.orgs], [org_id])
    page = call("fetch_org_by_query", domain="acme.example.com")
    equal([org.org_id for org in page.orgs], [org_id])
with t.case("fetch_custom_role_mappings", "success"):
    mappings = call("fetch_custom_role_mappings").custom_role_mappings
    assert isinstance(mappings, list), mappings
with t.case("subscribe_org_to_role_mapping", "unknown mapping"):
    error = fails("subscribe_org_to_role_mapping", org_id, "no such plan")
    named(error, "UpdateUserMetadataException")
    refused_fields(error, "custom_role_mapping_name")

with t.case("add_user_to_org", "success"):
    equal(call("add_user_to_org", alice, org_id, "Admin"), True)
    user = call("fetch_user_metadata_by_user_id", alice, include_orgs=True)
    info = user.org_id_to_org_info[org_id]
    equal(info.user_assigned_role, "Admin")
    equal(info.user_inherited_roles_plus_current_role, ["Admin", "Member"])
    equal(info.user_permissions, ["can_view_billing", "can_pay"])
with t.case("add_user_to_org", "unknown role"):
    error = fails("add_user_to_org", bob, org_id, "King")
    named(error, "BadRequestException")
    refused_fields(error, "role")
with t.case("add_user_to_org", "not found"):
    equal(call("add_user_to_org", NOBODY, org_id, "Member"), False)
with t.case("change_user_role_in_org", "success"):
    equal(call("add_user_to_org", bob, org_id, "Admin"), True)
    equal(call("change_user_role_in_org", bob, org_id, "Member"), True)
    user = call("fetch_user_metadata_by_user_id", bob, include_orgs=True)
    equal(user.org_id_to_org_info[org_id].user_assigned_role, "Member")
with t.case("change_user_role_in_org", "unknown role"):
    refused_fields(fails("change_user_role_in_org", bob, org_id, "King"), "role")
with t.case("change_user_role_in_org", "not found"):
    equal(call("change_user_role_in_org", NOBODY, org_id, "Member"), False)
with t.case("fetch_users_in_org", "success"):
    page = call("fetch_users_in_org", org_id, include_orgs=True)
    equal({user.user_id for user in page.users}, {alice, bob})
    equal((page.total_users, page.has_more_results), (2, False))
    page = call("fetch_users_in_org", org_id, role="Member")
    equal([user.user_id for user in page.users], [bob])
with t.case("remove_user_from_org", "success"):
    equal(call("remove_user_from_org", bob, org_id), True)
    equal(call("fetch_user_metadata_by_user_id", bob, include_orgs=True).org_id_to_org_info, {})
with t.case("remove_user_from_org", "not found"):
    equal(call("remove_user_from_org", NOBODY, org_id), False)

with t.case("invite_user_to_org", "success"):
    equal(call("invite_user_to_org", "invited@example.com", org_id, "Member"), True)
with t.case("invite_user_to_org", "no address"):
    error = fails("invite_user_to_org", "no address", org_id, "Member")
    named(error, "InviteUserToOrgException", "BadRequestException")
    refused_fields(error, "email")
with t.case("invite_user_to_org_by_user_id", "success"):
    equal(call("invite_user_to_org_by_user_id", bob, org_id, "Admin"), True)
with t.case("fetch_pending_invites", "success"):
    page = call("fetch_pending_invites", org_id=org_id)
    equal(page.total_invites, 2)
    invite = next(it for it in page.invites if it.invitee_email == "invited@example.com")
    equal((invite.org_id, invite.org_name, invite.role_in_org), (org_id, "Acme Inc", "Member"))
    equal(invite.expires_at - invite.created_at, 5 * 24 * 60 * 60)
with t.case("revoke_pending_org_invite", "success"):
    # It returns the body, whatever that is: deviations.md.
    call("revoke_pending_org_invite", org_id, "invited@example.com")
    equal(call("fetch_pending_invites", org_id=org_id).total_invites, 1)
with t.case("revoke_pending_org_invite", "not found"):
    fails("revoke_pending_org_invite", org_id, "nobody@example.com")
    equal(table.statuses, [404])

# Access tokens

with t.case("create_access_token", "success"):
    token = call("create_access_token", alice, 10).access_token
    user = auth.validate_access_token_and_get_user(f"Bearer {token}")
    equal((user.user_id, user.email), (alice, "zoë+tag@example.com"))
    equal(user.get_org(org_id).user_assigned_role, "Admin")
with t.case("create_access_token", "active organization"):
    token = call("create_access_token", alice, 10, active_org_id=org_id).access_token
    user = auth.validate_access_token_and_get_user(f"Bearer {token}")
    equal(user.get_active_org().org_id, org_id)
with t.case("create_access_token", "not found"):
    named(fails("create_access_token", NOBODY, 10), "UserNotFoundException")
with t.case("create_access_token", "not a member"):
    other = call("create_org", "Gamma").org_id
    error = fails("create_access_token", alice, 10, active_org_id=other)
    named(error, "BadRequestException")
    refused_fields(error, "active_org_id")
with t.case("create_access_token", "a changed token is refused"):
    token = call("create_access_token", alice, 10).access_token
    head, body, signature = token.split(".")
    changed = ".".join([head, body[:-4] + "AAAA", signature])
    error = failure(lambda: auth.validate_access_token_and_get_user(f"Bearer {changed}"))
    named(error, "UnauthorizedException")

# SAML, OIDC

with t.case("disallow_org_to_setup_saml_connection", "success"):
    equal(call("disallow_org_to_setup_saml_connection", org_id), True)
    equal(call("fetch_org", org_id).can_setup_saml, False)
with t.case("disallow_org_to_setup_saml_connection", "not found"):
    equal(call("disallow_org_to_setup_saml_connection", NOBODY), False)
with t.case("allow_org_to_setup_saml_connection", "success"):
    equal(call("allow_org_to_setup_saml_connection", org_id), True)
    equal(call("fetch_org", org_id).can_setup_saml, True)
with t.case("allow_org_to_setup_saml_connection", "not found"):
    equal(call("allow_org_to_setup_saml_connection", NOBODY), False)
with t.case("create_org_saml_connection_link", "success"):
    assert call("create_org_saml_connection_link", org_id, 3600)["url"].startswith("http")
with t.case("create_org_saml_connection_link", "not found"):
    fails("create_org_saml_connection_link", NOBODY)
    equal(table.statuses, [404])
with t.case("fetch_saml_sp_metadata", "success"):
    metadata = call("fetch_saml_sp_metadata", org_id)
    assert metadata.entity_id and metadata.acs_url and metadata.logout_url, metadata
with t.case("fetch_saml_sp_metadata", "not found"):
    equal(call("fetch_saml_sp_metadata", NOBODY), None)
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
with t.case("set_saml_idp_metadata", "success"):
    idp = SamlIdpMetadata("https://idp.example.com", "https://idp.example.com/sso", CERTIFICATE, "Okta")
    equal(call("set_saml_idp_metadata", org_id, idp), True)
with t.case("set_saml_idp_metadata", "unknown provider"):
    idp = SamlIdpMetadata("https://idp.example.com", "https://idp.example.com/sso", CERTIFICATE, "Nobody")
    error = fails("set_saml_idp_metadata", org_id, idp)
    named(error, "BadRequestException")
    refused_fields(error, "provider")
with t.case("saml_go_live", "success"):
    equal(call("saml_go_live", org_id), True)
    org = call("fetch_org", org_id)
    equal((org.is_saml_configured, org.is_saml_in_test_mode), (True, False))
with t.case("saml_go_live", "not found"):
    equal(call("saml_go_live", NOBODY), False)
with t.case("delete_saml_connection", "success"):
    equal(call("delete_saml_connection", org_id), True)
    equal(call("fetch_org", org_id).is_saml_configured, False)
with t.case("delete_saml_connection", "not found"):
    equal(call("delete_saml_connection", NOBODY), False)
with t.case("set_oidc_idp_metadata", "success"):
    request = SetOktaOidcMetadataRequest(
        org_id=org_id,
        client_id="cl & id+",
        client_secret="s3cr€t",
        uses_pkce=True,
        idp_type="Okta",
        okta_sso_domain="acme.okta.example.com",
    )
    equal(call("set_oidc_idp_metadata", request), True)

# End-user API keys

key_id, token = NO_KEY, NO_KEY * 3
with t.case("create_api_key", "of a user"):
    key = call(
        "create_api_key",
        user_id=alice,
        expires_at_seconds=int(time.time()) + 3600,
        metadata={"k": [1, "ü"]},
        display_name=HOSTILE,
    )
    key_id, token = key.api_key_id, key.api_key_token
    int(key_id, 16)
with t.case("create_api_key", "unknown user"):
    fails("create_api_key", user_id=NOBODY)
    assert table.statuses[0] in (400, 404), table.statuses
with t.case("fetch_api_key", "success"):
    key = call("fetch_api_key", key_id)
    equal((key.api_key_id, key.user_id, key.metadata), (key_id, alice, {"k": [1, "ü"]}))
    equal(key.display_name, HOSTILE)
with t.case("fetch_api_key", "unknown"):
    # The reply is null, which it does not expect: deviations.md.
    named(fails("fetch_api_key", NO_KEY), "AttributeError")
    equal(table.statuses, [200])
with t.case("validate_api_key", "success"):
    valid = call("validate_api_key", f"Bearer {token}")
    equal(valid.user.user_id, alice)
    equal(valid.metadata, {"k": [1, "ü"]})
with t.case("validate_api_key", "unknown"):
    named(fails("validate_api_key", NO_KEY * 3), "EndUserApiKeyNotFoundException")
with t.case("validate_personal_api_key", "success"):
    equal(call("validate_personal_api_key", token).user.user_id, alice)
with t.case("validate_personal_api_key", "unknown"):
    named(fails("validate_personal_api_key", NO_KEY * 3), "EndUserApiKeyNotFoundException")
with t.case("validate_org_api_key", "success"):
    key = call("create_api_key", org_id=org_id, user_id=alice)
    valid = call("validate_org_api_key", key.api_key_token)
    equal((valid.org.org_id, valid.user.user_id), (org_id, alice))
    equal(valid.user_in_org.user_assigned_role, "Admin")
with t.case("validate_org_api_key", "a personal key"):
    error = fails("validate_org_api_key", token)
    named(error, "EndUserApiKeyException")
    refused_fields(error, "api_key_token")
with t.case("import_api_key", "success"):
    imported = call(
        "import_api_key",
        "legacy key & ü+/=",
        user_id=alice,
        metadata={"k": "v"},
        display_name="Legacy",
    )
    int(imported.api_key_id, 16)
with t.case("validate_imported_api_key", "success"):
    valid = call("validate_imported_api_key", "bEaReR legacy key & ü+/=")
    equal((valid.user.user_id, valid.metadata), (alice, {"k": "v"}))
with t.case("validate_imported_api_key", "unknown"):
    error = fails("validate_imported_api_key", "another legacy key")
    named(error, "EndUserApiKeyNotFoundException")
with t.case("fetch_current_api_keys", "success"):
    page = call("fetch_current_api_keys", user_id=alice, page_size=1, page_number=0)
    equal((len(page.api_keys), page.current_page, page.page_size), (1, 0, 1))
    assert page.total_api_keys >= 2, page.total_api_keys
    equal(page.has_more_results, True)
with t.case("update_api_key", "success"):
    equal(call("update_api_key", key_id, metadata={"new": True}, set_to_never_expire=True), True)
    key = call("fetch_api_key", key_id)
    equal((key.metadata, key.expires_at_seconds), ({"new": True}, None))
with t.case("update_api_key", "not found"):
    named(fails("update_api_key", NO_KEY, metadata={"a": 1}), "EndUserApiKeyNotFoundException")
with t.case("fetch_api_key_usage", "success"):
    today = datetime.date.today().isoformat()
    if IS_ASYNC:
        assert call("fetch_api_key_usage", today, user_id=alice).count >= 0
    else:
        # It fails before it sends anything: deviations.md.
        named(fails("fetch_api_key_usage", today, user_id=alice), "AttributeError")
with t.case("delete_api_key", "success"):
    equal(call("delete_api_key", key_id), True)
    named(fails("validate_api_key", token), "EndUserApiKeyNotFoundException", "EndUserApiKeyException")
with t.case("delete_api_key", "not found"):
    named(fails("delete_api_key", NO_KEY), "EndUserApiKeyNotFoundException")
with t.case("fetch_archived_api_keys", "expired"):
    soon = int(time.time()) + 2
    key = call("create_api_key", user_id=alice, expires_at_seconds=soon)
    time.sleep(2.1)
    page = call("fetch_archived_api_keys", user_id=alice)
    assert key.api_key_id in [it.api_key_id for it in page.api_keys], page
    page = call("fetch_current_api_keys", user_id=alice)
    assert key.api_key_id not in [it.api_key_id for it in page.api_keys], page

# Step-up MFA

ONCE = StepUpMfaGrantType.ONE_TIME_USE
grant = "0" * 64
with t.case("verify_step_up_totp_challenge", "success"):
    answer = call("verify_step_up_totp_challenge", "pay", migrated, totp(SECRET), ONCE, 60)
    grant = answer.step_up_grant
with t.case("verify_step_up_totp_challenge", "wrong code"):
    error = fails("verify_step_up_totp_challenge", "pay", migrated, "abcdef", ONCE, 60)
    named(error, "IncorrectMfaCodeException", "BadRequestException")
with t.case("verify_step_up_totp_challenge", "no MFA"):
    error = fails("verify_step_up_totp_challenge", "pay", bob, "000000", ONCE, 60)
    named(error, "MfaNotEnabledException")
with t.case("verify_step_up_totp_challenge", "unknown user"):
    error = fails("verify_step_up_totp_challenge", "pay", NOBODY, "000000", ONCE, 60)
    named(error, "UserNotFoundException")
with t.case("verify_step_up_grant", "once"):
    equal(call("verify_step_up_grant", "pay", migrated, grant), True)
    equal(call("verify_step_up_grant", "pay", migrated, grant), False)
with t.case("verify_step_up_grant", "unknown"):
    equal(call("verify_step_up_grant", "pay", migrated, "f" * 64), False)
with t.case("send_sms_mfa_code", "no phone"):
    fails("send_sms_mfa_code", "pay", bob, NOBODY, ONCE, 60)
    assert table.statuses[0] in (400, 404), table.statuses
with t.case("verify_sms_challenge", "unknown challenge"):
    fails("verify_sms_challenge", NOBODY, bob, "000000")
    assert table.statuses[0] in (400, 404), table.statuses
with t.case("disable_user_2fa", "success"):
    equal(call("disable_user_2fa", migrated), True)
    equal(call("fetch_user_mfa_methods", migrated).mfa_setup, None)
with t.case("disable_user_2fa", "not found"):
    equal(call("disable_user_2fa", NOBODY), False)

# Employees, SCIM, reports

with t.case("fetch_employee_by_id", "not found"):
    equal(call("fetch_employee_by_id", NOBODY), None)
with t.case("fetch_org_scim_groups", "none"):
    page = call("fetch_org_scim_groups", org_id, page_size=5, page_number=0)
    equal((page.groups, page.page_number, page.page_size, page.total_groups), ([], 0, 5, 0))
with t.case("fetch_org_scim_groups", "not found"):
    error = fails("fetch_org_scim_groups", NOBODY)
    equal((str(error), table.statuses), ("Organization not found", [404]))
with t.case("fetch_scim_group", "not found"):
    fails("fetch_scim_group", org_id, NOBODY)
    equal(table.statuses, [404])
for name, interval in [
    ("fetch_user_top_inviter_report", insights.TopInviterReportInterval.SIXTY_DAYS),
    ("fetch_user_champion_report", insights.ChampionReportInterval.NINETY_DAYS),
    ("fetch_user_churn_report", insights.ChurnReportInterval.FOURTEEN_DAYS),
    ("fetch_user_reengagement_report", insights.ReengagementReportInterval.MONTHLY),
    ("fetch_org_churn_report", insights.ChurnReportInterval.SEVEN_DAYS),
    ("fetch_org_reengagement_report", insights.ReengagementReportInterval.WEEKLY),
    ("fetch_org_growth_report", insights.GrowthReportInterval.THIRTY_DAYS),
    ("fetch_org_attrition_report", insights.AttritionReportInterval.THIRTY_DAYS),
]:
    with t.case(name, "success"):
        report = call(name, report_interval=interval, page_size=5, page_number=0)
        records = report.user_reports if "user" in name else report.org_reports
        assert isinstance(records, list), records
        equal((report.current_page, report.page_size), (0, 5))
        assert abs(report.report_time - time.time()) < 3 * 24 * 3600, report.report_time
with t.case("fetch_chart_metric_data", "success"):
    chart = call(
        "fetch_chart_metric_data",
        insights.ChartMetric.ORGS_CREATED,
        insights.ChartMetricCadence.DAILY,
        datetime.date.today() - datetime.timedelta(days=2),
        datetime.date.today(),
    )
    equal(chart.chart_type, "OrgsCreated")
    assert "Daily" in str(chart.cadence), chart.cadence
    assert all(isinstance(point.result, int) for point in chart.metrics), chart

# Leaving

with t.case("delete_org", "success"):
    equal(call("delete_org", org_id), True)
    equal(call("fetch_org", org_id), None)
with t.case("delete_org", "not found"):
    equal(call("delete_org", NOBODY), False)
with t.case("delete_user", "success"):
    equal(call("delete_user", bob), True)
    equal(call("fetch_user_metadata_by_user_id", bob), None)
with t.case("delete_user", "not found"):
    equal(call("delete_user", NOBODY), False)

with open(OPERATIONS, encoding="utf-8") as file:
    t.finish(file.read().split())
