//! An MCP server: a protected resource whose tokens are for it alone, and whose tools need scopes.
//!
//! ```text
//! cargo run --example mcp_server --features mcp,pages
//! ```
//!
//! Add the address that it prints to an MCP client, and log in as alice@example.com. With PropelAuth itself, `auth` is
//! `PropelAuth::from_env().await?`, and the credentials are those of the page MCP in its dashboard. Authorization is
//! the lines that end in `// authorization`.

#![allow(clippy::indexing_slicing)] // a member that a JSON value does not have is `null`
#![allow(clippy::print_stdout)] // printing is what this program is for

use std::net::TcpListener;

use actix_web::{App, HttpResponse, HttpServer, http::Method, web};
use actix_web_propelauth::{Denied, McpCaller, Requirement, emulator::Emulator};
use serde_json::{Value, json};
use support::{Outcome, get, request};

#[path = "support/mod.rs"]
mod support;

/// The newest revision of the protocol that has the messages below.
const REVISION: &str = "2025-11-25";

/// Answers one message of JSON-RPC: Streamable HTTP without streams and without sessions.
async fn mcp(caller: McpCaller, message: web::Json<Value>) -> Result<HttpResponse, Denied> {
    let (id, method) = (message.get("id"), message["method"].as_str());
    let (Some(id), Some(method)) = (id, method) else {
        return Ok(HttpResponse::Accepted().finish()); // a notification
    };
    let params = &message["params"];
    let result = match method {
        "initialize" => {
            let asked = params["protocolVersion"].as_str();
            let revision = asked.filter(|it| it.starts_with("2025-"));
            json!({
                "protocolVersion": revision.unwrap_or(REVISION),
                "capabilities": { "tools": {} },
                "serverInfo": { "name": "notes", "version": "1.0.0" },
            })
        }
        "ping" => json!({}),
        "tools/list" => json!({ "tools": TOOLS.map(describe) }),
        "tools/call" => {
            let text = call(&caller, params["name"].as_str().unwrap_or_default()).await?;
            json!({ "content": [{ "type": "text", "text": text }] })
        }
        _ => {
            let error = json!({ "code": -32601, "message": "Method not found" });
            let answer = json!({ "jsonrpc": "2.0", "id": id, "error": error });
            return Ok(HttpResponse::Ok().json(answer));
        }
    };
    let answer = json!({ "jsonrpc": "2.0", "id": id, "result": result });
    Ok(HttpResponse::Ok().json(answer))
}

const TOOLS: [(&str, &str); 3] = [
    ("read_notes", "Reads the notes of the user"),
    ("add_note", "Adds a note"),
    ("delete_notes", "Deletes the notes of the organization"),
];

fn describe((name, about): (&str, &str)) -> Value {
    json!({ "name": name, "description": about, "inputSchema": { "type": "object" } })
}

async fn call(caller: &McpCaller, tool: &str) -> Result<String, Denied> {
    match tool {
        "read_notes" => Ok(format!("the notes of {}", caller.email().unwrap_or("you"))),
        "add_note" => {
            caller.require_scope("notes:write")?; // authorization
            Ok("added".to_owned())
        }
        "delete_notes" => {
            // What the user lets the client do, and what the user may do, are two questions.
            caller.require_scope("notes:write")?;
            let admin = Requirement::minimum_role("Admin");
            let org = caller.authorize_live(&admin).await?;
            Ok(format!("deleted the notes of {}", org.org_name))
        }
        _ => Ok("there is no such tool".to_owned()),
    }
}

#[actix_web::main]
async fn main() -> Outcome {
    let scopes = ["notes:read", "notes:write"];
    let emulator = Emulator::builder().mcp_scopes(scopes).start().await?;
    let auth = emulator.propel_auth().await?;
    let (client_id, secret) = emulator.mcp_introspection_credentials();
    let alice = emulator.create_user("alice@example.com")?;
    let acme = emulator.create_org("Acme Inc")?;
    emulator.add_user_to_org(&alice, &acme, "Admin")?;

    let listener = TcpListener::bind(support::address())?;
    let url = format!("http://{}/mcp", listener.local_addr()?);
    let notes = auth.mcp_resource(&url, client_id, secret); // authorization
    let notes = notes.scopes(scopes).build()?; // authorization
    let server = HttpServer::new(move || {
        App::new()
            .service(notes.metadata()) // authorization
            .service(
                web::resource("/mcp")
                    .wrap(notes.require_scopes(["notes:read"])) // authorization
                    .post(mcp),
            )
    });
    let server = server.listen(listener)?;

    println!("MCP server: {url}");
    let (read, write) = (&scopes[..1], &scopes[..]);
    let reads = alice.mcp_token(&url, read.to_vec())?;
    let writes = alice.mcp_token(&url, write.to_vec())?;
    let in_acme = alice.mcp_token_for_org(&acme, &url, write.to_vec())?;
    let elsewhere = alice.mcp_token("https://other.example.com/mcp", write.to_vec())?;
    let metadata = "/.well-known/oauth-protected-resource/mcp";
    let challenge = |rest: &str| {
        let origin = url.trim_end_matches("/mcp");
        let text = format!(r#"Bearer realm="api"{rest}, resource_metadata="{origin}{metadata}""#);
        &*text.leak() // once
    };
    let post = |body: Value| {
        let request = request(Method::POST, "/mcp").header("content-type", "application/json");
        request.body(body.to_string())
    };
    let tool = |name: &str| {
        post(
            json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": name } }),
        )
    };
    let text = |text: &str| {
        let content = json!([{ "type": "text", "text": text }]);
        json!({ "jsonrpc": "2.0", "id": 1, "result": { "content": content } }).to_string()
    };
    let lacks = r#", error="insufficient_scope", scope="notes:read notes:write""#;
    let invalid = r#", error="invalid_token", scope="notes:read""#;
    let described = json!({
        "resource": url,
        "authorization_servers": [format!("{}/oauth/2.1", emulator.auth_url())],
        "scopes_supported": scopes,
        "bearer_methods_supported": ["header"],
    });
    let requests = [
        tool("read_notes")
            .denied(401)
            .answers_header("www-authenticate", challenge(r#", scope="notes:read""#)),
        get(metadata).answers(200, in_order(&described)),
        tool("read_notes")
            .token("reads", &reads)
            .answers(200, text("the notes of alice@example.com")),
        tool("add_note")
            .token("reads", &reads)
            .denied(403)
            .answers_header("www-authenticate", challenge(lacks)),
        tool("add_note")
            .token("writes", &writes)
            .answers(200, text("added")),
        tool("read_notes")
            .token("elsewhere", &elsewhere)
            .denied(401)
            .answers_header("www-authenticate", challenge(invalid)),
        // The token is for no organization, and no other scope would help.
        tool("delete_notes").token("writes", &writes).denied(403),
        tool("delete_notes")
            .token("in_acme", &in_acme)
            .answers(200, text("deleted the notes of Acme Inc")),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}

/// Writes the members in the order in which the crate does.
fn in_order(metadata: &Value) -> String {
    let names = [
        "resource",
        "authorization_servers",
        "scopes_supported",
        "bearer_methods_supported",
    ];
    let members = names.map(|name| format!("\"{name}\":{}", metadata[name]));
    format!("{{{}}}", members.join(","))
}
