//! API keys of end users and organizations.

mod entities;
mod refusals;
mod token;

use serde_json::{Map, Value};

pub use self::{entities::*, refusals::*, token::*};
use crate::{
    api::declare::endpoints,
    endpoint::{Never, NotFound, SerializableSecret},
    words::{
        ids::{ApiKeyId, OrgId, UserId},
        open_string_enum::open_string_enum,
    },
};

endpoints! {
    /// Operations on the API keys of end users and organizations.
    ///
    /// Not to be confused with the integration API key, which authenticates your own backend.
    ///
    /// ```no_run
    /// use actix_web_propelauth::{Error, OrgId, PropelAuth, api::ValidateOrgApiKeyRefusal};
    ///
    /// /// Returns the organization that an API key belongs to.
    /// async fn authenticate(
    ///     auth: &PropelAuth,
    ///     header: &str,
    /// ) -> Result<Option<OrgId>, Error<ValidateOrgApiKeyRefusal>> {
    ///     match auth.api_key().validate_org_api_key(header).await {
    ///         Ok(validation) => Ok(Some(validation.org.org_id)),
    ///         Err(error) if error.is_not_found() => Ok(None),
    ///         Err(error) => Err(error),
    ///     }
    /// }
    /// ```
    pub group ApiKeyApi;

    /// Fetches one API key by id, even if it has expired. The response does not have its token.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such key.
    #[doc(alias = "get_api_key")]
    Read GET "/api/backend/v1/end_user_api_keys/{api_key_id}"
    fetch_api_key: FetchApiKey(api_key_id: ApiKeyId) -> ApiKey | NotFound;

    /// Fetches one page of the API keys that have not expired.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    #[doc(alias = "fetch_active_api_keys")]
    Read GET "/api/backend/v1/end_user_api_keys"
    fetch_current_api_keys: FetchCurrentApiKeys() {
        /// Only returns keys of this organization.
        org_id: OrgId,
        /// Only returns keys of this user.
        user_id: UserId,
        /// Only returns keys of the user with this email address.
        user_email: String,
        /// Sets the number of keys per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
        /// Only returns keys of this type.
        api_key_type: ApiKeyType,
    } -> ApiKeysPage | Never;

    /// Fetches one page of the API keys that have expired.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    #[doc(alias = "fetch_expired_api_keys")]
    Read GET "/api/backend/v1/end_user_api_keys/archived"
    fetch_archived_api_keys: FetchArchivedApiKeys() {
        /// Only returns keys of this organization.
        org_id: OrgId,
        /// Only returns keys of this user.
        user_id: UserId,
        /// Only returns keys of the user with this email address.
        user_email: String,
        /// Sets the number of keys per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
        /// Only returns keys of this type.
        api_key_type: ApiKeyType,
    } -> ApiKeysPage | Never;

    /// Creates an API key. Its token is returned only here and cannot be fetched later.
    ///
    /// | arguments | owner |
    /// | --- | --- |
    /// | `user_id` | the user: a *personal* key |
    /// | `org_id` | the organization |
    /// | both | the organization, with the member who uses it |
    /// | neither | none: a *generic* key |
    ///
    /// # Errors
    ///
    /// Returns [`Error::BadRequest`](crate::Error::BadRequest) if the user or the organization
    /// does not exist, or the user is not a member of it.
    Create POST "/api/backend/v1/end_user_api_keys"
    create_api_key: CreateApiKey() {
        /// Sets the organization that owns the key.
        org_id: OrgId,
        /// Sets the user that owns the key.
        user_id: UserId,
        /// Sets when the key expires, as a Unix timestamp in seconds. By default, never.
        expires_at_seconds: i64,
        /// Sets the metadata, which every validation of the key returns.
        metadata: Map<String, Value>,
        /// Sets the display name.
        display_name: String,
    } -> CreatedApiKey | Never;

    /// Changes an API key. Fields that are not set are left unchanged.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such key.
    Idempotent PATCH "/api/backend/v1/end_user_api_keys/{api_key_id}"
    update_api_key: UpdateApiKey(api_key_id: ApiKeyId) {
        /// Sets when the key expires, as a Unix timestamp in seconds.
        expires_at_seconds: i64,
        /// Replaces the metadata.
        metadata: Map<String, Value>,
        /// Removes the expiry if `true`, which takes precedence over `expires_at_seconds`.
        set_to_never_expire: bool,
    } -> () | NotFound, text "";

    /// Deletes an API key, which makes it invalid at once.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such key.
    Idempotent DELETE "/api/backend/v1/end_user_api_keys/{api_key_id}"
    delete_api_key: DeleteApiKey(api_key_id: ApiKeyId) -> () | NotFound;

    /// Validates an API key of any type and returns its owner.
    ///
    /// A leading `Bearer ` is removed from the token, ignoring case, so that the value of an
    /// `Authorization` header can be passed on as it is.
    ///
    /// # Errors
    ///
    /// Returns [`ValidateApiKeyRefusal::NotFound`] if the key does not exist or has expired,
    /// [`ValidateApiKeyRefusal::RateLimited`] if its owner uses it too often, which is not
    /// [`Error::RateLimited`](crate::Error::RateLimited), the limit of your own backend, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) if the text cannot be a key.
    Validate POST "/api/backend/v1/end_user_api_keys/validate"
    validate_api_key: ValidateApiKey(api_key_token: ApiKeyToken)
    -> ApiKeyValidation | ValidateApiKeyRefusal;

    /// Validates an API key and requires that it is personal: owned by a user alone.
    ///
    /// The request is that of [`validate_api_key`](Self::validate_api_key).
    ///
    /// # Errors
    ///
    /// Returns [`ValidatePersonalApiKeyRefusal::NotPersonal`] if the key is of another type, and
    /// otherwise the same errors as [`validate_api_key`](Self::validate_api_key).
    Validate POST "/api/backend/v1/end_user_api_keys/validate"
    validate_personal_api_key: ValidatePersonalApiKey(api_key_token: ApiKeyToken)
    -> PersonalApiKeyValidation | ValidatePersonalApiKeyRefusal;

    /// Validates an API key and requires that it is owned by an organization, with or without a
    /// member.
    ///
    /// The request is that of [`validate_api_key`](Self::validate_api_key).
    ///
    /// # Errors
    ///
    /// Returns [`ValidateOrgApiKeyRefusal::NotOfOrg`] if the key is of another type, and
    /// otherwise the same errors as [`validate_api_key`](Self::validate_api_key).
    Validate POST "/api/backend/v1/end_user_api_keys/validate"
    validate_org_api_key: ValidateOrgApiKey(api_key_token: ApiKeyToken)
    -> OrgApiKeyValidation | ValidateOrgApiKeyRefusal;

    /// Validates an API key that was imported, whose token can be any text.
    ///
    /// A leading `Bearer ` is removed, as by [`validate_api_key`](Self::validate_api_key).
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`validate_api_key`](Self::validate_api_key).
    Validate POST "/api/backend/v1/end_user_api_keys/validate_imported"
    validate_imported_api_key: ValidateImportedApiKey(api_key_token: ApiKeyToken)
    -> ApiKeyValidation | ValidateApiKeyRefusal;

    /// Imports an API key from another system. Its owner continues to use the same token.
    ///
    /// The owner is set as in [`create_api_key`](Self::create_api_key).
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`create_api_key`](Self::create_api_key).
    Create POST "/api/backend/v1/end_user_api_keys/import"
    import_api_key: ImportApiKey(imported_api_key: SerializableSecret) {
        /// Sets the organization that owns the key.
        org_id: OrgId,
        /// Sets the user that owns the key.
        user_id: UserId,
        /// Sets when the key expires, as a Unix timestamp in seconds. By default, never.
        expires_at_seconds: i64,
        /// Sets the metadata, which every validation of the key returns.
        metadata: Map<String, Value>,
        /// Sets the display name.
        display_name: String,
    } -> ImportedApiKey | Never;

    /// Fetches the number of successful validations on one day, given as `YYYY-MM-DD` in UTC.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such key, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) if the date is not valid.
    Read GET "/api/backend/v1/end_user_api_keys/usage"
    fetch_api_key_usage: FetchApiKeyUsage(date: String) {
        /// Only counts keys of this organization.
        org_id: OrgId,
        /// Only counts keys of this user.
        user_id: UserId,
        /// Only counts this key.
        api_key_id: ApiKeyId,
    } -> ApiKeyUsage | NotFound;
}

open_string_enum! {
    /// The type of an API key, as a filter of lists.
    ///
    /// PropelAuth does not document the values that it accepts; `From<&str>` creates any other.
    pub enum ApiKeyType {
        /// Owned by a user.
        Personal = "Personal",
        /// Owned by an organization, with or without a member.
        Org = "Org",
        /// Owned by no user or organization.
        Generic = "Generic",
    }
}
