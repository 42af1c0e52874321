//! Why a user is refused something, in a form that every face can show.
//!
//! Known differences to PropelAuth: `error-messages` in docs/differences.md.

/// The reason, by the names that PropelAuth's frontend libraries know.
///
/// A method of those libraries knows a few of them only, and throws at any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    InvalidRequestFields,
    BadRequest,
    NotFound,
    UserNotFound,
    OrgNotFound,
    UnexpectedError,
    NotLoggedIn,
    ActionForbidden,
    ActionDisabled,
    EmailNotConfirmed,
    AccountLocked,
    ConfirmationEmailSent,
    IncorrectPassword,
    ActionAlreadyComplete,
    OrgMaxUsersLimitExceeded,
    UserMaxOrgsLimitExceeded,
    PersonalDomainError,
    AccountDisabled,
    EmailAlreadyConfirmed,
    RateLimitExceeded,
    InvalidMfaCookie,
    AccountMfaLocked,
    IncorrectMfa,
    DomainNotAllowed,
    AmbiguousResults,
}

impl Code {
    /// Returns the text of `error_code`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequestFields => "invalid_request_fields",
            Self::BadRequest => "bad_request",
            Self::NotFound => "not_found",
            Self::UserNotFound => "user_not_found",
            Self::OrgNotFound => "org_not_found",
            Self::UnexpectedError => "unexpected_error",
            Self::NotLoggedIn => "not_logged_in",
            Self::ActionForbidden => "action_forbidden",
            Self::ActionDisabled => "action_disabled",
            Self::EmailNotConfirmed => "email_not_confirmed",
            Self::AccountLocked => "account_locked",
            Self::ConfirmationEmailSent => "confirmation_email_sent",
            Self::IncorrectPassword => "incorrect_password",
            Self::ActionAlreadyComplete => "action_already_complete",
            Self::OrgMaxUsersLimitExceeded => "org_max_users_limit_exceeded",
            Self::UserMaxOrgsLimitExceeded => "user_max_orgs_limit_exceeded",
            Self::PersonalDomainError => "personal_domain_error",
            Self::AccountDisabled => "account_disabled",
            Self::EmailAlreadyConfirmed => "email_already_confirmed",
            Self::RateLimitExceeded => "rate_limit_exceeded",
            Self::InvalidMfaCookie => "invalid_mfa_cookie",
            Self::AccountMfaLocked => "account_mfa_locked",
            Self::IncorrectMfa => "incorrect_mfa_code",
            Self::DomainNotAllowed => "domain_not_allowed",
            Self::AmbiguousResults => "ambiguous_results",
        }
    }

    /// Returns the status of the response over HTTP.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::NotLoggedIn | Self::InvalidMfaCookie => 401,
            Self::ActionForbidden | Self::EmailNotConfirmed => 403,
            Self::NotFound | Self::UserNotFound | Self::OrgNotFound => 404,
            Self::RateLimitExceeded | Self::ConfirmationEmailSent => 429,
            _ => 400,
        }
    }
}

/// Why a user is refused something. Nothing was changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    /// A sentence for the user. It is empty if the fields have the reasons.
    pub(crate) message: String,
    pub(crate) fields: Vec<FieldRefusal>,
}

/// What is wrong with one field of a form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FieldRefusal {
    pub(crate) field: String,
    /// A word for programs.
    pub(crate) code: &'static str,
    /// A sentence for the user.
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            fields: Vec::new(),
        }
    }

    /// Creates a refusal because of one field.
    pub(crate) fn field(
        field: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        let mut fields = Fields::default();
        fields.add(field, code, message);
        fields.refusal()
    }

    /// Returns what is wrong with a field.
    #[cfg(test)]
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        let found = self.fields.iter().find(|it| it.field == field);
        found.map(|it| it.message.as_str())
    }
}

/// What is wrong with the fields of a form, at most one mistake of each.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<FieldRefusal>);

impl Fields {
    /// Adds a mistake, unless the field has one already.
    pub(crate) fn add(
        &mut self,
        field: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        let field = field.into();
        if !self.0.iter().any(|it| it.field == field) {
            self.0.push(FieldRefusal {
                field,
                code,
                message: message.into(),
            });
        }
    }

    /// Returns the refusal, unless no field has a mistake.
    pub(crate) fn check(self) -> Result<(), Refusal> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(self.refusal()),
        }
    }

    fn refusal(self) -> Refusal {
        Refusal {
            code: Code::InvalidRequestFields,
            message: String::new(),
            fields: self.0,
        }
    }
}
