//! The backend API: what can be asked for, and what comes back.
//!
//! The operations are methods of the groups, such as [`UserApi`]; each takes what it needs, has
//! setters for the rest, and is sent by `.await`.

pub(crate) mod declare;
pub(crate) mod operations;

mod access_token;
mod api_key;
mod employee;
mod mfa;
mod org;
mod saml;
mod scim;
mod user;
mod user_insights;
mod verification;

#[cfg(feature = "emulator")]
pub(crate) use self::saml::OidcIdpType;
pub(crate) use self::verification::VerificationApi;
#[cfg(feature = "emulator")]
pub(crate) use self::verification::{FetchTokenVerificationMetadata, TokenVerificationMetadata};
pub use self::{
    access_token::{AccessToken, AccessTokenApi, CreateAccessToken, CreateAccessTokenRefusal},
    api_key::{
        ApiKey, ApiKeyApi, ApiKeyOrg, ApiKeyOwner, ApiKeyRateLimit, ApiKeyToken, ApiKeyType,
        ApiKeyUsage, ApiKeyValidation, ApiKeysPage, CreateApiKey, CreatedApiKey, DeleteApiKey,
        FetchApiKey, FetchApiKeyUsage, FetchArchivedApiKeys, FetchCurrentApiKeys, ImportApiKey,
        ImportedApiKey, OrgApiKeyValidation, PersonalApiKeyValidation, UpdateApiKey,
        ValidateApiKey, ValidateApiKeyRefusal, ValidateImportedApiKey, ValidateOrgApiKey,
        ValidateOrgApiKeyRefusal, ValidatePersonalApiKey, ValidatePersonalApiKeyRefusal,
    },
    employee::{Employee, EmployeeApi, FetchEmployeeById},
    mfa::{
        FetchUserMfaMethods, MfaApi, MfaPhone, MfaSetup, SendSmsMfaCode, SendSmsMfaCodeArgs,
        SendSmsMfaCodeRefusal, SmsChallenge, StepUpGrant, StepUpGrantType, UnknownGrant,
        UserMfaMethods, VerifySmsChallenge, VerifySmsChallengeRefusal, VerifyStepUpGrant,
        VerifyStepUpGrantRefusal, VerifyStepUpTotpChallenge, VerifyStepUpTotpChallengeArgs,
        VerifyTotpChallengeRefusal,
    },
    org::{
        AddUserToOrg, ChangeUserRoleInOrg, CreateOrg, CreatedOrg, CustomRoleMapping,
        CustomRoleMappings, DeleteOrg, FetchCustomRoleMappings, FetchOrg, FetchOrgsByQuery,
        FetchPendingInvites, FetchUsersInOrg, InviteUserToOrg, InviteUserToOrgByUserId, OrgApi,
        OrgBasic, OrgOrderBy, Organization, OrgsPage, PendingInvite, PendingInvitesPage,
        RemoveUserFromOrg, RevokePendingOrgInvite, SubscribeOrgToRoleMapping, UpdateOrg, UserInOrg,
        UsersInOrgPage,
    },
    saml::{
        AllowOrgToSetupSamlConnection, CreateOrgSamlConnectionLink, DeleteSamlConnection,
        DisallowOrgToSetupSamlConnection, FetchSamlSpMetadata, OidcIdp, OidcIdpMetadata, SamlApi,
        SamlConnectionLink, SamlGoLive, SamlIdpMetadata, SamlIdpProvider, SamlSpMetadata,
        SetOidcIdpMetadata, SetSamlIdpMetadata,
    },
    scim::{
        FetchOrgScimGroups, FetchScimGroup, ScimApi, ScimGroup, ScimGroupBasic, ScimGroupMember,
        ScimGroupsPage,
    },
    user::{
        ClearUserPassword, CreateMagicLink, CreateUser, CreatedUser, DeleteUser, DisableUser,
        DisableUser2fa, DisableUserCanCreateOrgs, EnableUser, EnableUserCanCreateOrgs,
        FetchBatchUserMetadataByEmails, FetchBatchUserMetadataByUserIds,
        FetchBatchUserMetadataByUsernames, FetchFreshTokenFromProvider, FetchUserMetadataByEmail,
        FetchUserMetadataByUserId, FetchUserMetadataByUsername, FetchUserOauthTokens,
        FetchUserSignupQueryParams, FetchUsersByQuery, LogoutAllUserSessions, MagicLink,
        MigrateUserFromExternalSource, MigrateUserPassword, ResendEmailConfirmation,
        ResendEmailConfirmationRefusal, SocialLoginToken, SocialLoginTokenProvider,
        UpdateUserEmail, UpdateUserMetadata, UpdateUserPassword, UserApi, UserFacing, UserMetadata,
        UserOrderBy, UserSignupQueryParams, UsersPage,
    },
    user_insights::{
        ChartCadence, ChartData, ChartMetric, ChartPoint, ChartType, ChurnInterval,
        FetchChartMetricData, FetchOrgAttritionReport, FetchOrgChurnReport, FetchOrgGrowthReport,
        FetchOrgReengagementReport, FetchUserChampionReport, FetchUserChurnReport,
        FetchUserReengagementReport, FetchUserTopInviterReport, OrgReport, OrgReportRow, OrgRole,
        ReengagementInterval, ReportInterval, UserInsightsApi, UserReport, UserReportRow,
    },
};
pub use crate::endpoint::{Endpoint, RetryClass};
pub use crate::endpoint::{
    FieldErrors, List, Never, NotFound, Page, Refusal, Response, SerializableSecret,
};
