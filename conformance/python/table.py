"""Cases, what became of each, and the table of them."""

import json
import os
import sys
import traceback
from contextlib import contextmanager

import httpx
import requests

# The statuses of the replies that the SDK saw during the case at hand.
statuses = []

_send = requests.Session.send
_send_async = httpx.AsyncClient.send


def _recording(self, request, **options):
    response = _send(self, request, **options)
    statuses.append(response.status_code)
    return response


async def _recording_async(self, request, **options):
    response = await _send_async(self, request, **options)
    statuses.append(response.status_code)
    return response


requests.Session.send = _recording
httpx.AsyncClient.send = _recording_async


class Table:
    """The cases of one SDK."""

    def __init__(self, sdk):
        self.sdk = sdk
        self.rows = []

    @contextmanager
    def case(self, operation, what):
        """Runs a case; whatever goes wrong in it is its result and stops nothing else."""
        statuses.clear()
        result, reason = "ok", ""
        try:
            yield
        except Exception as error:  # noqa: BLE001
            result = "FAIL"
            where = traceback.extract_tb(error.__traceback__)
            line = next((f.lineno for f in reversed(where) if "python/" in f.filename), 0)
            reason = f"{type(error).__name__}: {error} (line {line}, statuses {statuses})"
            if hasattr(error, "field_to_errors"):
                reason += f" {error.field_to_errors}"
        if 501 in statuses:
            result, reason = "not served yet", ""
        self.rows.append((operation, what, result, reason))

    def finish(self, every_operation=()):
        """Prints the table and leaves the counts for the caller."""
        seen = {operation for operation, _, _, _ in self.rows}
        for operation in every_operation:
            if operation not in seen:
                self.rows.append((operation, "", "FAIL", "there is no case for it"))
        print(f"\n{self.sdk}")
        for operation, what, result, reason in self.rows:
            print(f"  {result:14}  {operation:40} {what}{'  ' + reason if reason else ''}")
        count = lambda wanted: sum(result == wanted for _, _, result, _ in self.rows)
        counts = {"passed": count("ok"), "failed": count("FAIL"), "missing": count("not served yet")}
        print(f"{self.sdk}: {counts}")
        with open(os.environ["CONFORMANCE_COUNTS"], "a", encoding="utf-8") as file:
            file.write(json.dumps(counts) + "\n")
        sys.stdout.flush()


def failure(call):
    """Returns what a call raises, which it must."""
    try:
        result = call()
    except Exception as error:  # noqa: BLE001
        return error
    raise AssertionError(f"expected a failure, got {result!r}")


def equal(left, right):
    assert left == right, f"{left!r} is not {right!r}"


def named(error, *names):
    assert type(error).__name__ in names, f"expected {names}, got {type(error).__name__}: {error}"
