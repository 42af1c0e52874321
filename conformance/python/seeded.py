"""The operations of propelauth-py whose success needs what no operation sets up: against an
emulator that was started with the snapshot of ../state.py.

    seeded.py sync|async
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
import urllib.request

from propelauth_py import StepUpMfaGrantType, init_base_async_auth, init_base_auth
from propelauth_py.types import user_insights as insights

from table import Table, equal, failure, statuses

logging.disable(logging.CRITICAL)  # the failures are asked for

IS_ASYNC = sys.argv[1] == "async"
API_KEY = os.environ["PROPELAUTH_API_KEY"]

# As in ../state.py.
ALICE = "a11ce000-0000-4000-8000-000000000001"
BOB = "b0b00000-0000-4000-8000-000000000002"
CAROL = "ca201000-0000-4000-8000-000000000003"
ACME = "acce0000-0000-4000-8000-000000000001"
GLOBEX = "910be000-0000-4000-8000-000000000002"
EMPLOYEE = "e3910000-0000-4000-8000-000000000001"
ENGINEERS = "59000000-0000-4000-8000-000000000001"
PHONE = "f0e00000-0000-4000-8000-000000000001"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

t = Table("propelauth-py 4.4.0, from a snapshot" + (", async" if IS_ASYNC else ""))
loop = asyncio.new_event_loop()
init = init_base_async_auth if IS_ASYNC else init_base_auth
auth = init(os.environ["CONFORMANCE_AUTH_URL"], API_KEY)


def call(name, /, *args, **kwargs):
    result = getattr(auth, name)(*args, **kwargs)
    return loop.run_until_complete(result) if asyncio.iscoroutine(result) else result


def fails(name, /, *args, **kwargs):
    return failure(lambda: call(name, *args, **kwargs))


def sms():
    """What was sent to phones, which the SDK has no method for."""
    request = urllib.request.Request(
        os.environ["CONFORMANCE_EMULATOR_URL"] + "/propelauth-dev/sms",
        headers={"Authorization": f"Bearer {API_KEY}"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def totp():
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(SECRET), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


with t.case("fetch_user_signup_query_params", "some"):
    params = call("fetch_user_signup_query_params_by_user_id", ALICE)
    equal(params.user_signup_query_parameters, {"utm & x": "ü+1"})

# Tokens of other providers

with t.case("fetch_user_oauth_tokens", "success"):
    tokens = call("fetch_user_oauth_tokens", ALICE)
    equal(set(tokens), {"google", "github"})
    google = tokens["google"]
    equal((google.access_token, google.refresh_token), ("google access", "google refresh"))
    equal((google.token_provider, google.authorized_scopes), ("google", ["openid", "email"]))
    assert google.token_expiration > time.time(), google
with t.case("fetch_fresh_token_from_provider", "success"):
    token = call("fetch_fresh_token_from_provider", ALICE, "google")
    equal((token.access_token, token.token_provider), ("google access", "google"))
with t.case("fetch_fresh_token_from_provider", "expired"):
    token = call("fetch_fresh_token_from_provider", ALICE, "github")
    assert token.access_token != "github access", token
    assert token.token_expiration > time.time(), token
    equal(call("fetch_user_oauth_tokens", ALICE)["github"], token)
with t.case("fetch_fresh_token_from_provider", "another provider"):
    equal(call("fetch_fresh_token_from_provider", ALICE, "slack"), None)

# Second factors

ONCE, TIMED = StepUpMfaGrantType.ONE_TIME_USE, StepUpMfaGrantType.TIME_BASED
challenge = grant = code = ""
with t.case("fetch_user_mfa_methods", "phone"):
    setup = call("fetch_user_mfa_methods", ALICE).mfa_setup
    phone = setup.phone_numbers[0]
    equal((phone.mfa_phone_id, phone.mfa_phone_number_suffix), (PHONE, "1234"))
with t.case("send_sms_mfa_code", "success"):
    challenge = call("send_sms_mfa_code", "pay & go", ALICE, PHONE, ONCE, 60).challenge_id
    sent = sms()
    equal([(it["to"], it["user_id"]) for it in sent], [("+1 555 010 1234", ALICE)])
    code = sent[0]["code"]
with t.case("send_sms_mfa_code", "another user's phone"):
    fails("send_sms_mfa_code", "pay & go", CAROL, PHONE, ONCE, 60)
    equal((statuses, len(sms())), ([400], 1))
with t.case("verify_sms_challenge", "wrong code"):
    fails("verify_sms_challenge", challenge, ALICE, f"{(int(code) + 1) % 1_000_000:06}")
    equal(statuses, [400])
with t.case("verify_sms_challenge", "success"):
    grant = call("verify_sms_challenge", challenge, ALICE, code).step_up_grant
    equal(call("verify_step_up_grant", "another", ALICE, grant), False)
    equal(call("verify_step_up_grant", "pay & go", ALICE, grant), True)
    equal(call("verify_step_up_grant", "pay & go", ALICE, grant), False)
with t.case("verify_sms_challenge", "used"):
    fails("verify_sms_challenge", challenge, ALICE, code)
    equal(statuses, [400])
with t.case("verify_step_up_totp_challenge", "success"):
    now = totp()
    grant = call("verify_step_up_totp_challenge", "pay", BOB, now, TIMED, 60).step_up_grant
    for _ in range(2):
        equal(call("verify_step_up_grant", "pay", BOB, grant), True)
    fails("verify_step_up_totp_challenge", "pay", BOB, now, TIMED, 60)

# Employees and SCIM

with t.case("fetch_employee_by_id", "success"):
    equal(call("fetch_employee_by_id", EMPLOYEE).email, "team@example.com")
with t.case("fetch_org_scim_groups", "success"):
    page = call("fetch_org_scim_groups", ACME, page_size=1)
    group = page.groups[0]
    equal((len(page.groups), page.total_groups), (1, 2))
    equal((group.group_id, group.display_name), (ENGINEERS, "Engineers & 日本"))
    equal(group.external_id_from_idp, "00g/1")
    page = call("fetch_org_scim_groups", ACME, page_size=1, page_number=1)
    equal([(it.display_name, it.external_id_from_idp) for it in page.groups], [("Owners", None)])
with t.case("fetch_org_scim_groups", "of a user"):
    page = call("fetch_org_scim_groups", ACME, user_id=BOB)
    equal([it.group_id for it in page.groups], [ENGINEERS])
with t.case("fetch_scim_group", "success"):
    group = call("fetch_scim_group", ACME, ENGINEERS)
    equal((group.group_id, group.display_name), (ENGINEERS, "Engineers & 日本"))
    equal([it.user_id for it in group.members], [BOB, ALICE])  # by creation
    group = call("fetch_scim_group", ACME, ENGINEERS, members_page_size=1, members_page_number=1)
    equal([it.user_id for it in group.members], [ALICE])
with t.case("fetch_scim_group", "of another organization"):
    fails("fetch_scim_group", GLOBEX, ENGINEERS)
    equal(statuses, [404])

# Role mappings

with t.case("fetch_custom_role_mappings", "one"):
    mappings = call("fetch_custom_role_mappings").custom_role_mappings
    told = [(it.custom_role_mapping_name, it.num_orgs_subscribed) for it in mappings]
    equal(told, [("Paid & Plan", 0)])
with t.case("subscribe_org_to_role_mapping", "success"):
    equal(call("subscribe_org_to_role_mapping", ACME, "Paid & Plan"), True)
    equal(call("fetch_org", ACME).custom_role_mapping_name, "Paid & Plan")
    mappings = call("fetch_custom_role_mappings").custom_role_mappings
    equal([it.num_orgs_subscribed for it in mappings], [1])
    user = call("fetch_user_metadata_by_user_id", ALICE, include_orgs=True)
    info = user.org_id_to_org_info[ACME]
    equal(info.user_permissions, ["can_export"])
    equal(info.user_inherited_roles_plus_current_role, ["Owner", "Member"])

# Reports and charts

for name, interval, expected in [
    ("fetch_user_top_inviter_report", insights.TopInviterReportInterval.SIXTY_DAYS,
     [(ALICE, {"num_invites": 3}), (BOB, {"num_invites": 1})]),
    ("fetch_user_champion_report", insights.ChampionReportInterval.NINETY_DAYS,
     [(ALICE, {"days_active": 3}), (BOB, {"days_active": 2})]),
    ("fetch_user_churn_report", insights.ChurnReportInterval.FOURTEEN_DAYS,
     [(CAROL, {"days_inactive": 100})]),
    ("fetch_user_reengagement_report", insights.ReengagementReportInterval.MONTHLY,
     [(BOB, {"days_inactive": 48})]),
    ("fetch_org_churn_report", insights.ChurnReportInterval.SEVEN_DAYS,
     [(GLOBEX, {"days_inactive": 100})]),
    ("fetch_org_reengagement_report", insights.ReengagementReportInterval.WEEKLY,
     [(ACME, {"days_inactive": 47})]),
    ("fetch_org_growth_report", insights.GrowthReportInterval.THIRTY_DAYS,
     [(ACME, {"num_users_gained": 1, "growth_rate": 1.0})]),
    ("fetch_org_attrition_report", insights.AttritionReportInterval.THIRTY_DAYS,
     [(GLOBEX, {"num_users_lost": 1, "attrition_rate": 0.5})]),
]:
    with t.case(name, "rows"):
        report = call(name, report_interval=interval)
        is_of_users = "user" in name
        rows = report.user_reports if is_of_users else report.org_reports
        ids = [row.user_id if is_of_users else row.org_id for row in rows]
        equal([(it, row.extra_properties) for it, row in zip(ids, rows)], expected)
        equal((report.total_count, report.has_more_results), (len(expected), False))
        equal({row.report_id for row in rows}, {rows[0].report_id})
        if is_of_users:
            found = call("fetch_user_metadata_by_user_id", ids[0])
            row = rows[0]
            equal((row.email, row.first_name), (found.email, found.first_name))
            equal((row.user_created_at, row.last_active_at), (found.created_at, found.last_active_at))
            role = "Member" if ids[0] == BOB else "Owner"
            equal([it["user_role"] for it in row.org_data], [role])
        else:
            equal((rows[0].name, rows[0].num_users), {ACME: ("Acme", 2), GLOBEX: ("Globex", 1)}[ids[0]])
with t.case("fetch_user_top_inviter_report", "pages"):
    report = call("fetch_user_top_inviter_report", page_size=1, page_number=0)
    equal(([it.user_id for it in report.user_reports], report.has_more_results), ([ALICE], True))
    report = call("fetch_user_top_inviter_report", page_size=1, page_number=1)
    equal(([it.user_id for it in report.user_reports], report.has_more_results), ([BOB], False))


def day_of(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).date()


def chart(metric, day):
    before = day - datetime.timedelta(days=1)
    daily = insights.ChartMetricCadence.DAILY
    points = call("fetch_chart_metric_data", metric, daily, before, day).metrics
    equal([point.date for point in points], [before.isoformat(), day.isoformat()])
    assert all(point.cadence_completed for point in points), points
    return [point.result for point in points]


with t.case("fetch_chart_metric_data", "signups, orgs created"):
    # Each was created a day after the next.
    created = day_of(call("fetch_user_metadata_by_user_id", ALICE).created_at)
    equal(chart(insights.ChartMetric.SIGNUPS, created), [1, 1])
    equal(chart(insights.ChartMetric.SIGNUPS, created + datetime.timedelta(days=1)), [1, 0])
    equal(chart(insights.ChartMetric.ORGS_CREATED, created), [1, 1])
with t.case("fetch_chart_metric_data", "active users and orgs"):
    gone = day_of(call("fetch_user_metadata_by_user_id", CAROL).last_active_at)
    equal(chart(insights.ChartMetric.ACTIVE_USERS, gone), [0, 1])
    seen = day_of(call("fetch_user_metadata_by_user_id", BOB).last_active_at)
    equal(chart(insights.ChartMetric.ACTIVE_USERS, seen), [1, 2])
    equal(chart(insights.ChartMetric.ACTIVE_ORGS, seen), [1, 1])
with t.case("fetch_chart_metric_data", "end before start"):
    day = datetime.date(2026, 1, 1)
    before = day - datetime.timedelta(days=1)
    fails("fetch_chart_metric_data", insights.ChartMetric.SIGNUPS, None, day, before)
    equal(statuses, [400])

t.finish()
