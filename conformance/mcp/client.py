"""The official Python client against an MCP server: discovery, registration, login, consent, a tool, a step-up.

    client.py URL READ_TOOL [WRITE_TOOL]
"""
import asyncio
import sys
import urllib.parse

import httpx2
from mcp.client.auth import OAuthClientProvider
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

from walk import walk

REDIRECT = "http://127.0.0.1:39998/callback"


class Storage:
    tokens = client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


async def main(url, read_tool, write_tool):
    asked, answers, storage = [], [], Storage()

    async def redirect(to):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(to).query)
        asked.append(query)
        scopes = query.get("scope", [""])[0].split()
        answer = await asyncio.to_thread(walk, to, scopes)
        answers.append(urllib.parse.parse_qs(urllib.parse.urlsplit(answer).query))

    async def callback():
        answer = answers[-1]
        return AuthorizationCodeResult(code=answer["code"][0], state=answer["state"][0], iss=answer["iss"][0])

    metadata = OAuthClientMetadata(
        client_name="Python judge",
        redirect_uris=[REDIRECT],
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
        token_endpoint_auth_method="none",
    )
    auth = OAuthClientProvider(url, metadata, storage, redirect, callback)
    async with httpx2.AsyncClient(auth=auth, timeout=20) as http:
        async with Client(streamable_http_client(url, http_client=http)) as client:
            text = await call(client, read_tool)
            assert text == "the notes of alice@example.com", text
            assert [query["scope"] for query in asked] == [["notes:read"]], asked
            assert asked[0]["resource"] == [url], asked
            assert storage.tokens.scope == "notes:read", storage.tokens.scope
            print("Python: discovery, registration, login, consent, token, tool")
            if write_tool:
                text = await call(client, write_tool)
                assert text == "added", text
                assert sorted(asked[1]["scope"][0].split()) == ["notes:read", "notes:write"], asked
                assert storage.tokens.scope == "notes:read notes:write", storage.tokens.scope
                assert len(asked) == 2, asked
                print("Python: insufficient scope, step-up")


async def call(client, tool):
    result = await client.call_tool(tool, {})
    return result.content[0].text


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None))
