"""Every permission class of propelauth-django-rest-framework on real views, asked with tokens of
a running emulator."""

import logging
import os

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["testserver"],
    INSTALLED_APPS=["rest_framework"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY="conformance",
)
django.setup()
logging.disable(logging.CRITICAL)  # the refusals are asked for

from django.urls import path  # noqa: E402
from propelauth_django_rest_framework import init_auth  # noqa: E402
from rest_framework.decorators import api_view, permission_classes  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from table import Table, equal  # noqa: E402

auth = init_auth(os.environ["CONFORMANCE_AUTH_URL"], os.environ["PROPELAUTH_API_KEY"])


def by_header(request):
    return request.headers.get("X-Org-Id")


PERMISSIONS = {
    "IsUserAuthenticated": auth.IsUserAuthenticated,
    "AllowAny": auth.AllowAny,
    "IsUserInOrg": auth.IsUserInOrg(),
    "IsUserInOrg/header": auth.IsUserInOrg(by_header),
    "IsUserInOrgWithRole": auth.IsUserInOrgWithRole("Admin"),
    "IsUserInOrgWithMinimumRole": auth.IsUserInOrgWithMinimumRole("Admin"),
    "IsUserInOrgWithPermission": auth.IsUserInOrgWithPermission("can_view_billing"),
    "IsUserInOrgWithAllPermissions": auth.IsUserInOrgWithAllPermissions(
        ["can_view_billing", "can_pay"]
    ),
}


def view(permission):
    @api_view(["GET"])
    @permission_classes([permission])
    def answer(request):
        user = request.propelauth_user
        org = getattr(request, "propelauth_org", None)
        return Response(
            {
                "email": user and user.email,
                "org": org and org.org_name,
                "role": org and org.user_assigned_role,
            }
        )

    return answer


urlpatterns = [path(name, view(permission)) for name, permission in PERMISSIONS.items()]

# Who is what in the one organization. Owner and Admin may see billing, only the Admin may pay.
acme = auth.create_org("Acme Inc").org_id
tokens, emails = {}, {}
for role in ["Owner", "Admin", "Member"]:
    email = f"drf-{role.lower()}@example.com"
    user_id = auth.create_user(email).user_id
    auth.add_user_to_org(user_id, acme, role)
    tokens[role] = auth.create_access_token(user_id, 10).access_token
    tokens[f"{role}, active"] = auth.create_access_token(user_id, 10, acme).access_token
    emails[role] = emails[f"{role}, active"] = email
stranger = auth.create_user("drf-stranger@example.com").user_id
tokens["stranger"] = auth.create_access_token(stranger, 10).access_token
emails["stranger"] = "drf-stranger@example.com"
tokens["forged"] = tokens["Admin"][:-8] + "AAAAAAAA"

ROLES = ["Owner", "Admin", "Member", "Owner, active", "Admin, active", "Member, active"]
t = Table("propelauth-django-rest-framework 4.4.0")


def ask(name, who, **headers):
    client = APIClient()
    if who is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens[who]}", **headers)
    return client.get(f"/{name}?org_id={acme}")


for name, roles in [
    ("IsUserInOrg", ["Owner", "Admin", "Member"]),
    ("IsUserInOrgWithRole", ["Admin"]),
    ("IsUserInOrgWithMinimumRole", ["Owner", "Admin"]),
    ("IsUserInOrgWithPermission", ["Owner", "Admin"]),
    ("IsUserInOrgWithAllPermissions", ["Admin"]),
]:
    for who in ROLES:
        role = who.split(",")[0]
        with t.case(name, who):
            response = ask(name, who)
            if role in roles:
                equal(response.status_code, 200)
                equal(response.json(), {"email": emails[who], "org": "Acme Inc", "role": role})
            else:
                equal(response.status_code, 403)
    for who, status in [("stranger", 403), ("forged", 401), (None, 401)]:
        with t.case(name, who or "no token"):
            equal(ask(name, who).status_code, status)
    with t.case(name, "no organization named"):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['Admin']}")
        equal(client.get(f"/{name}").status_code, 403)

with t.case("IsUserInOrg", "organization by a closure"):
    equal(ask("IsUserInOrg/header", "Member", HTTP_X_ORG_ID=acme).json()["role"], "Member")
    equal(ask("IsUserInOrg/header", "stranger", HTTP_X_ORG_ID=acme).status_code, 403)
for who, status in [("Member", 200), ("stranger", 200), ("forged", 401), (None, 401)]:
    with t.case("IsUserAuthenticated", who or "no token"):
        response = ask("IsUserAuthenticated", who)
        equal(response.status_code, status)
        if status == 200:
            equal(response.json()["email"], emails[who])
for who in ["Member", "forged", None]:
    with t.case("AllowAny", who or "no token"):
        response = ask("AllowAny", who)
        equal(response.status_code, 200)
        equal(response.json()["email"], emails.get(who))
with t.case("IsUserInOrgWithRole", "after a change of role"):
    user_id = auth.create_user("drf-changed@example.com").user_id
    auth.add_user_to_org(user_id, acme, "Member")
    tokens["changed"] = auth.create_access_token(user_id, 10).access_token
    equal(ask("IsUserInOrgWithRole", "changed").status_code, 403)
    auth.change_user_role_in_org(user_id, acme, "Admin")
    tokens["changed"] = auth.create_access_token(user_id, 10).access_token
    equal(ask("IsUserInOrgWithRole", "changed").status_code, 200)

t.finish()
