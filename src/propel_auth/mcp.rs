//! Protected resources: the builder, and asking PropelAuth about tokens.

use std::{
    fmt, io,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::rt;
use tracing::{Instrument as _, Span, dispatcher, instrument::WithSubscriber as _};
use url::{Url, form_urlencoded};

use super::{
    dedicated_thread::{Job, gone},
    error::InitError,
    handle::PropelAuth,
    pasted_value::residue,
};
use crate::{
    access::{
        AskAboutToken, Description, IntrospectionReply, McpResource, NewSettings, ResourceUrl,
        Scopes, Settings, TokenFailure, TokenInQuestion, Tokens,
    },
    call::{Error, send_form},
    client::{Client, ClientSettings},
    words::secret::Secret,
};

/// Where PropelAuth answers questions about tokens.
const INTROSPECT: &str = "/oauth/2.1/introspect";
/// For how long a valid token is believed.
const DEFAULT_CACHE_FOR: Duration = Duration::from_secs(10);
/// The longest time for which one may be.
const LONGEST: Duration = Duration::from_secs(60);
/// The longest answer, in bytes. What is believed of one is kept.
const LONGEST_ANSWER: usize = 64 * 1024;

impl PropelAuth {
    /// Returns a builder for a protected resource: an MCP server, or any service that takes tokens of OAuth clients.
    ///
    /// `resource` is the address that clients know the server by, such as `https://api.example.com/mcp`. Tokens must
    /// be for exactly this resource: those for others, and those for none, are denied. `client_id` and `client_secret`
    /// are the introspection credentials, which the page MCP of PropelAuth's dashboard creates.
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use actix_web_propelauth::{Denied, InitError, McpCaller, PropelAuth};
    ///
    /// async fn mcp(caller: McpCaller, body: String) -> Result<String, Denied> {
    ///     if body.contains("delete_note") {
    ///         caller.require_scope("notes:write")?;
    ///     }
    ///     Ok(format!("done for {}", caller.user_id()))
    /// }
    ///
    /// # fn example(auth: PropelAuth, client_id: &str, client_secret: &str) -> Result<(), InitError> {
    /// let notes = auth
    ///     .mcp_resource("https://api.example.com/mcp", client_id, client_secret)
    ///     .scopes(["notes:read", "notes:write"])
    ///     .build()?;
    /// let app = App::new()
    ///     .service(notes.metadata())
    ///     .service(web::resource("/mcp").wrap(notes.require_scopes(["notes:read"])).post(mcp));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// PropelAuth is asked about each token that is not known, at `POST /oauth/2.1/introspect` of the auth URL. All requests
    /// with the same token wait for one call, and a valid one is believed for
    /// [seconds](McpResourceBuilder::cache_for). What the handle knows of changes voids it earlier:
    /// [marks](crate::freshness) about the user or the organization.
    pub fn mcp_resource(
        &self,
        resource: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> McpResourceBuilder {
        McpResourceBuilder {
            auth: self.clone(),
            resource: resource.into(),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            scopes: Scopes::default(),
            name: None,
            documentation: None,
            cache_for: DEFAULT_CACHE_FOR,
        }
    }
}

/// The settings of a protected resource.
///
/// [`PropelAuth::mcp_resource`] creates it.
#[must_use = "call `.build()`"]
pub struct McpResourceBuilder {
    auth: PropelAuth,
    resource: String,
    client_id: String,
    client_secret: Secret,
    scopes: Scopes,
    name: Option<String>,
    documentation: Option<String>,
    cache_for: Duration,
}

impl McpResourceBuilder {
    /// Sets the scopes that clients may ask for, as the metadata lists them. By default, none are listed.
    ///
    /// They are those of the page MCP in PropelAuth's dashboard. What a route requires is said by
    /// [`require_scopes`](McpResource::require_scopes) and [`McpCaller::require_scope`](crate::McpCaller::require_scope).
    ///
    /// # Panics
    ///
    /// Panics if one of them is no scope.
    #[track_caller]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Scopes::of_program(scopes);
        self
    }

    /// Sets the name of the resource for people, which clients may show. By default, there is none.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the URL of a page about the resource for developers. By default, there is none.
    pub fn documentation(mut self, url: impl Into<String>) -> Self {
        self.documentation = Some(url.into());
        self
    }

    /// Sets for how long what PropelAuth said of a valid token is believed, at most 60 seconds. By default, 10 seconds.
    /// Zero asks PropelAuth for every request.
    ///
    /// This bounds how long a revoked token still counts. A token that is not valid is denied for 2 seconds without
    /// asking again.
    ///
    /// # Panics
    ///
    /// Panics if the time is longer than 60 seconds.
    #[track_caller]
    pub fn cache_for(mut self, time: Duration) -> Self {
        assert!(
            time <= LONGEST,
            "what PropelAuth said of a token may be believed for at most 60 s, and {time:?} were given; a revoked \
             token stays valid for as long"
        );
        self.cache_for = time;
        self
    }

    /// Builds the protected resource. Does not connect.
    ///
    /// # Errors
    ///
    /// Returns an [`InitError`] if a setting is invalid. It says what to change.
    pub fn build(self) -> Result<McpResource, InitError> {
        let invalid = |name| move |problem: String| InitError::Setting { name, problem };
        let url = ResourceUrl::new(&self.resource).map_err(invalid("the MCP resource"))?;
        check_credential(&self.client_id).map_err(invalid("the introspection client id"))?;
        check_credential(self.client_secret.expose())
            .map_err(invalid("the introspection client secret"))?;
        let settings = Arc::clone(self.auth.authenticator().settings());
        let client = self.client(&settings)?;
        let weak = Arc::downgrade(&self.auth.0);
        let run = move |job| match weak.upgrade() {
            Some(inner) => inner.thread()?.run(job),
            None => Err(gone()),
        };
        let tokens = Tokens::new(
            Arc::clone(&settings),
            self.resource,
            self.cache_for,
            ask_about_token(client, run),
        );
        let description = Description {
            authorization_server: format!("{}/oauth/2.1", settings.auth_url),
            scopes: self.scopes,
            name: self.name,
            documentation: self.documentation,
        };
        // The handle is what calls PropelAuth, so that it has to live as long as the resource.
        let auth = self.auth;
        let new: NewSettings = Box::new(move |challenge| {
            let settings = auth.authenticator().settings();
            Arc::new(Settings::of_resource(settings, challenge))
        });
        Ok(McpResource::new(url, description, tokens, new))
    }

    /// Returns a client of the auth URL with the credentials, and otherwise with the options of the handle.
    fn client(&self, settings: &Settings) -> Result<Client, InitError> {
        let config = self.auth.0.client.config();
        let url = Url::parse(&settings.auth_url).map_err(|_| InitError::AuthUrl {
            url: settings.auth_url.clone(),
            reason: "it cannot be called".to_owned(),
        })?;
        let host = config.auth_host.to_str().unwrap_or_default().to_owned();
        let mut client = ClientSettings::new(url, host, self.client_secret.clone());
        client.oauth_client = Some(self.client_id.clone());
        client.options = config.options.clone();
        client.options.max_response_size = LONGEST_ANSWER;
        Client::new(client).map_err(|error| InitError::Client(error.into()))
    }
}

/// Returns what is wrong with an id or a secret that was copied from a dashboard.
fn check_credential(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("empty: the page MCP of the dashboard creates it".to_owned());
    }
    if let Some(residue) = residue(text) {
        return Err(residue.to_owned());
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("not one word of visible ASCII: copy it again from the dashboard".to_owned());
    }
    Ok(())
}

/// Returns the function that asks about tokens. The calls run on the dedicated thread, by `run`: a call belongs to the
/// thread that made it, and here requests of all threads wait for it.
fn ask_about_token(
    client: Client,
    run: impl Fn(Job) -> io::Result<()> + Send + Sync + 'static,
) -> AskAboutToken {
    Box::new(move |asked| {
        let client = client.clone();
        let (span, subscriber) = (Span::current(), dispatcher::get_default(Clone::clone));
        let job: Job = Box::new(move || {
            let work = answer(client, asked).instrument(span);
            rt::spawn(work.with_subscriber(subscriber));
        });
        // The job is dropped if it cannot run, and the token in it, which is then answered with 503.
        if let Err(error) = run(job) {
            tracing::error!(%error, "cannot start the thread that asks about tokens; requests to the protected resource are denied with 503");
        }
    })
}

/// Asks about a token when its turn has come.
async fn answer(client: Client, asked: TokenInQuestion) {
    let Some(turn) = asked.wait().await else {
        return;
    };
    // The waiting requests wait for as long as a call takes, and not for longer.
    let timeout = client.config().options.request_timeout;
    let deadline = Instant::now().checked_add(timeout.saturating_sub(turn.waited));
    let left = deadline.map_or(timeout, |at| at.saturating_duration_since(Instant::now()));
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", asked.text().expose())
        .append_pair("token_type_hint", "access_token")
        .finish();
    let name = "introspect_token";
    let call = send_form::<IntrospectionReply>(&client, name, INTROSPECT, form, left).await;
    let answer = call.map_err(|error| {
        tracing::debug!(%error, "PropelAuth did not say whether a token is active");
        match error {
            Error::InvalidApiKey => TokenFailure::Rejected,
            Error::UnexpectedStatus {
                status: 403 | 404, ..
            } => TokenFailure::Rejected,
            Error::RateLimited { retry_after, .. } => TokenFailure::RateLimited(retry_after),
            error => TokenFailure::Unreachable(error.retry_after()),
        }
    });
    drop(turn);
    asked.answer(answer);
}

impl fmt::Debug for McpResourceBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpResourceBuilder")
            .field("resource", &self.resource)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
