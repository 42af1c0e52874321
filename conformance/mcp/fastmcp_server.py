"""A server of FastMCP with its provider for PropelAuth, pointed at the emulator.

    fastmcp_server.py AUTH_URL PORT
"""
import sys

from fastmcp import FastMCP
from fastmcp.server.auth.providers.propelauth import PropelAuthProvider
from fastmcp.server.dependencies import get_access_token

auth_url, port = sys.argv[1], int(sys.argv[2])
base = f"http://127.0.0.1:{port}"
auth = PropelAuthProvider(
    auth_url=auth_url,
    introspection_client_id="mcp-introspection",
    introspection_client_secret="mcp-introspection-secret",
    base_url=base,
    required_scopes=["notes:read"],
    resource=f"{base}/mcp",
)
server = FastMCP("notes", auth=auth)


@server.tool
def read_notes() -> str:
    return f"the notes of {get_access_token().claims['email']}"


server.run(transport="http", host="127.0.0.1", port=port, show_banner=False)
