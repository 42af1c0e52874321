"""Judges tokens with PyJWT. Reads lines of [token, audience or null] up to an empty one, and answers
them with one line of verdicts: {"user_id", "email"} or {"refused"}."""

import datetime
import json
import sys

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_public_key

task = json.loads(sys.argv[1])
key = load_pem_public_key(task["pem"].encode())


class Clock(datetime.datetime):
    """PyJWT takes no clock and asks the class that it imported."""

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(task["now"], tz)


assert jwt.api_jwt.datetime is datetime.datetime
jwt.api_jwt.datetime = Clock


def text(value):
    """Half a surrogate pair cannot be handed over, and anything but text is nobody's name."""
    if not isinstance(value, str):
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return None
    return value


def judge(line):
    token, audience = json.loads(line)
    options = {"require": ["exp", "iss"], "verify_aud": audience is not None}
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            issuer=task["issuer"],
            audience=audience,
            options=options,
        )
    except Exception as error:  # whatever it is, the token is not accepted
        reason = f"{type(error).__name__}: {error}"
        return {"refused": reason.encode(errors="replace").decode()}
    return {"user_id": text(claims.get("user_id")), "email": text(claims.get("email"))}


lines = []
for line in sys.stdin:
    if line != "\n":
        lines.append(line)
        continue
    print(json.dumps([judge(line) for line in lines]), flush=True)
    lines = []
