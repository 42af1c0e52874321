//! API keys of end users and organizations: their lives, and whose they are.

mod entities;
mod refusals;
mod token;

use serde_json::{Map, Value};

pub use self::{
    entities::{
        ApiKey, ApiKeyOrg, ApiKeyUsage, ApiKeyValidation, ApiKeysPage, CreatedApiKey,
        ImportedApiKey, OrgApiKeyValidation, PersonalApiKeyValidation,
    },
    refusals::{
        ApiKeyOwner, ApiKeyRateLimit, ValidateApiKeyRefusal, ValidateOrgApiKeyRefusal,
        ValidatePersonalApiKeyRefusal,
    },
    token::ApiKeyToken,
};
use crate::{
    api::declare::endpoints,
    endpoint::{Never, NotFound, SerializableSecret},
    id::{ApiKeyId, OrgId, UserId},
    wire_enum::wire_enum,
};

endpoints! {
    /// Creates, changes and validates the API keys of end users and organizations.
    ///
    /// Not to be confused with the integration API key, which is the backend's own.
    pub group ApiKeyApi;

    /// Fetches one API key by id, whether it has expired or not; the key's token is not in it.
    #[doc(alias = "get_api_key")]
    Read GET "/api/backend/v1/end_user_api_keys/{api_key_id}"
    fetch_api_key: FetchApiKey(api_key_id: ApiKeyId) -> ApiKey | NotFound;

    /// Fetches a page of the API keys that have not expired.
    #[doc(alias = "fetch_active_api_keys")]
    Read GET "/api/backend/v1/end_user_api_keys"
    fetch_current_api_keys: FetchCurrentApiKeys() {
        /// Keeps to the keys of an organization. By default it does not.
        org_id: OrgId,
        /// Keeps to the keys of a user. By default it does not.
        user_id: UserId,
        /// Keeps to the keys of the user with this e-mail address. By default it does not.
        user_email: String,
        /// Sets how many keys a page has, 1 to 100. By default it is 10.
        page_size: u32,
        /// Sets which page it is, 0 being the first. By default it is 0.
        page_number: u32,
        /// Keeps to one type of key. By default it does not.
        api_key_type: ApiKeyType,
    } -> ApiKeysPage | Never;

    /// Fetches a page of the API keys that have expired.
    #[doc(alias = "fetch_expired_api_keys")]
    Read GET "/api/backend/v1/end_user_api_keys/archived"
    fetch_archived_api_keys: FetchArchivedApiKeys() {
        /// Keeps to the keys of an organization. By default it does not.
        org_id: OrgId,
        /// Keeps to the keys of a user. By default it does not.
        user_id: UserId,
        /// Keeps to the keys of the user with this e-mail address. By default it does not.
        user_email: String,
        /// Sets how many keys a page has, 1 to 100. By default it is 10.
        page_size: u32,
        /// Sets which page it is, 0 being the first. By default it is 0.
        page_number: u32,
        /// Keeps to one type of key. By default it does not.
        api_key_type: ApiKeyType,
    } -> ApiKeysPage | Never;

    /// Creates an API key, and tells its token this one time.
    ///
    /// With a user it is that user's personal key, with an organization the organization's, with
    /// both that of a member of it, and with neither it is generic: nobody's. A user or
    /// organization that does not exist is [`Error::BadRequest`](crate::Error::BadRequest).
    Create POST "/api/backend/v1/end_user_api_keys"
    create_api_key: CreateApiKey() {
        /// Makes it a key of an organization. By default it is not.
        org_id: OrgId,
        /// Makes it a key of a user. By default it is not.
        user_id: UserId,
        /// Sets when it expires, in seconds since 1970 (unix time). By default it never does.
        expires_at_seconds: i64,
        /// Sets the metadata that a validation tells. By default there is none.
        metadata: Map<String, Value>,
        /// Sets a name for people. By default there is none.
        display_name: String,
    } -> CreatedApiKey | Never;

    /// Changes an API key: what is not given stays as it is.
    Idempotent PATCH "/api/backend/v1/end_user_api_keys/{api_key_id}"
    update_api_key: UpdateApiKey(api_key_id: ApiKeyId) {
        /// Sets when it expires, in seconds since 1970 (unix time).
        expires_at_seconds: i64,
        /// Replaces the metadata.
        metadata: Map<String, Value>,
        /// Takes the expiry away, if `true`; it then wins over `expires_at_seconds`.
        set_to_never_expire: bool,
    } -> () | NotFound, saying "";

    /// Deletes an API key, which is no longer valid from then on.
    Idempotent DELETE "/api/backend/v1/end_user_api_keys/{api_key_id}"
    delete_api_key: DeleteApiKey(api_key_id: ApiKeyId) -> () | NotFound;

    /// Validates an API key of any type and tells whose it is.
    ///
    /// A leading `Bearer ` is taken off the token, in upper or lower case, so that the value of
    /// an `Authorization` header will do.
    ///
    /// A key that does not exist or has expired is
    /// [`ValidateApiKeyRefusal::NotFound`], text that cannot be a key
    /// [`Error::BadRequest`](crate::Error::BadRequest). A key that is used too often is
    /// [`ValidateApiKeyRefusal::RateLimited`], which is its owner's doing, whereas
    /// [`Error::RateLimited`](crate::Error::RateLimited) is the backend's own.
    Validate POST "/api/backend/v1/end_user_api_keys/validate"
    validate_api_key: ValidateApiKey(api_key_token: ApiKeyToken)
    -> ApiKeyValidation | ValidateApiKeyRefusal;

    /// Validates an API key that must be a personal one: a user's, and no organization's.
    ///
    /// It is [`validate_api_key`](Self::validate_api_key) and a look at whose the key is;
    /// another type of key is [`ValidatePersonalApiKeyRefusal::NotPersonal`].
    Validate POST "/api/backend/v1/end_user_api_keys/validate"
    validate_personal_api_key: ValidatePersonalApiKey(api_key_token: ApiKeyToken)
    -> PersonalApiKeyValidation | ValidatePersonalApiKeyRefusal;

    /// Validates an API key that must be an organization's, be it also one of a member of it.
    ///
    /// It is [`validate_api_key`](Self::validate_api_key) and a look at whose the key is;
    /// another type of key is [`ValidateOrgApiKeyRefusal::NotOfOrg`].
    Validate POST "/api/backend/v1/end_user_api_keys/validate"
    validate_org_api_key: ValidateOrgApiKey(api_key_token: ApiKeyToken)
    -> OrgApiKeyValidation | ValidateOrgApiKeyRefusal;

    /// Validates an API key that was imported, and so may be any text.
    ///
    /// A leading `Bearer ` is taken off, as by [`validate_api_key`](Self::validate_api_key).
    Validate POST "/api/backend/v1/end_user_api_keys/validate_imported"
    validate_imported_api_key: ValidateImportedApiKey(api_key_token: ApiKeyToken)
    -> ApiKeyValidation | ValidateApiKeyRefusal;

    /// Imports an API key from another system; its holder goes on using the same text.
    ///
    /// Whose it is, is told as to [`create_api_key`](Self::create_api_key).
    Create POST "/api/backend/v1/end_user_api_keys/import"
    import_api_key: ImportApiKey(imported_api_key: SerializableSecret) {
        /// Makes it a key of an organization. By default it is not.
        org_id: OrgId,
        /// Makes it a key of a user. By default it is not.
        user_id: UserId,
        /// Sets when it expires, in seconds since 1970 (unix time). By default it never does.
        expires_at_seconds: i64,
        /// Sets the metadata that a validation tells. By default there is none.
        metadata: Map<String, Value>,
        /// Sets a name for people. By default there is none.
        display_name: String,
    } -> ImportedApiKey | Never;

    /// Fetches how many validations succeeded on a day, given as `YYYY-MM-DD` in UTC.
    Read GET "/api/backend/v1/end_user_api_keys/usage"
    fetch_api_key_usage: FetchApiKeyUsage(date: String) {
        /// Counts the keys of an organization only. By default it does not.
        org_id: OrgId,
        /// Counts the keys of a user only. By default it does not.
        user_id: UserId,
        /// Counts one key only. By default it does not.
        api_key_id: ApiKeyId,
    } -> ApiKeyUsage | NotFound;
}

wire_enum! {
    /// Whose an API key is, as lists of keys are narrowed down.
    ///
    /// PropelAuth does not document which texts it takes: `From<&str>` makes any other.
    pub enum ApiKeyType {
        /// A user's own.
        Personal = "Personal",
        /// An organization's, or that of a member of it.
        Org = "Org",
        /// Nobody's.
        Generic = "Generic",
    }
}
