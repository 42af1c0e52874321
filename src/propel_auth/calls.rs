//! Calls of the backend API: the groups of operations, and calls of any operation.

use actix_web::http::Method;

use super::handle::PropelAuth;
use crate::{
    api::{
        AccessTokenApi, ApiKeyApi, EmployeeApi, MfaApi, OrgApi, SamlApi, ScimApi, UserApi,
        UserInsightsApi, operations,
    },
    call::{Call, CustomCall},
    endpoint::Endpoint,
};

impl PropelAuth {
    /// Returns the user API: fetching, creating, changing and deleting users.
    #[must_use]
    pub fn user(&self) -> UserApi<'_> {
        UserApi::new(&self.0.client)
    }

    /// Returns the organization API: organizations, their members and invitations.
    #[must_use]
    pub fn org(&self) -> OrgApi<'_> {
        OrgApi::new(&self.0.client)
    }

    /// Returns the API of SAML and OIDC connections of organizations.
    #[must_use]
    pub fn saml(&self) -> SamlApi<'_> {
        SamlApi::new(&self.0.client)
    }

    /// Returns the SCIM API: groups that are synchronized from an identity provider.
    #[must_use]
    pub fn scim(&self) -> ScimApi<'_> {
        ScimApi::new(&self.0.client)
    }

    /// Returns the API that creates access tokens for users.
    #[must_use]
    pub fn access_token(&self) -> AccessTokenApi<'_> {
        AccessTokenApi::new(&self.0.client)
    }

    /// Returns the multi-factor authentication API: step-up challenges and their grants.
    #[must_use]
    pub fn mfa(&self) -> MfaApi<'_> {
        MfaApi::new(&self.0.client)
    }

    /// Returns the employee API: members of your own team.
    #[must_use]
    pub fn employee(&self) -> EmployeeApi<'_> {
        EmployeeApi::new(&self.0.client)
    }

    /// Returns the API of end users' and organizations' API keys.
    #[must_use]
    pub fn api_key(&self) -> ApiKeyApi<'_> {
        ApiKeyApi::new(&self.0.client)
    }

    /// Returns the user insights API: usage reports and charts.
    #[must_use]
    pub fn user_insights(&self) -> UserInsightsApi<'_> {
        UserInsightsApi::new(&self.0.client)
    }

    /// Sends a request value of any operation, such as a [`CreateUser`](crate::api::CreateUser).
    ///
    /// The groups, such as [`user`](Self::user), create the request from its arguments. Use this for
    /// requests that are stored, queued, compared, or sent by generic code.
    ///
    /// ```
    /// use actix_web_propelauth::{Error, PropelAuth, api::{CreateUser, Never}};
    ///
    /// # async fn example(auth: PropelAuth) -> Result<(), Error<Never>> {
    /// let request = CreateUser::new("alice@example.com").first_name("Alice");
    /// let created = auth.call(request).await?;
    /// println!("{}", created.user_id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn call<E: Endpoint>(&self, request: E) -> Call<'_, E> {
        Call::new(&self.0.client, request)
    }

    /// Creates a call of an operation that this version of the crate does not have, by its method and path.
    ///
    /// A field in braces, such as `{user_id}`, is a segment of the path whose value
    /// [`path_field`](CustomCall::path_field) sets, encoded and checked. The path is `&'static str` so that
    /// no value can be written into it unchecked, and so that it can be logged.
    ///
    /// ```
    /// use actix_web::http::Method;
    /// use actix_web_propelauth::{Error, PropelAuth, UserId};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Note {
    ///     text: String,
    /// }
    ///
    /// async fn add_note(auth: &PropelAuth, user_id: &UserId) -> Result<String, Error> {
    ///     let note: Note = auth
    ///         .request(Method::POST, "/api/backend/v1/user/{user_id}/notes")
    ///         .path_field("user_id", user_id)
    ///         .json(&serde_json::json!({ "text": "called" }))
    ///         .send()
    ///         .await?;
    ///     Ok(note.text)
    /// }
    /// ```
    ///
    /// The emulator answers an operation that it does not have with 501.
    ///
    /// Such a call sets no [mark](crate::freshness), as those of the groups do: it is not known what it changes. If it
    /// takes something away from a user, call [`mark_stale`](Self::mark_stale) after it.
    pub fn request(&self, method: Method, path: &'static str) -> CustomCall {
        CustomCall::new(self.0.client.clone(), method, path, &operations::PATHS)
    }
}
