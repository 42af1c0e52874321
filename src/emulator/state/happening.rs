//! What happens without a change of a record, and still is a webhook event.

use crate::words::ids::{EmployeeId, OrgId, UserId};

/// Something that PropelAuth sends an event for, and that no record tells.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    LoggedIn {
        user_id: UserId,
        active_org_id: Option<OrgId>,
    },
    LoggedOut {
        user_id: UserId,
    },
    Impersonated {
        user_id: UserId,
        employee_id: EmployeeId,
    },
    Invited {
        /// `None` if the invited person has no account.
        user_id: Option<UserId>,
        email: String,
        org_id: OrgId,
        role: String,
    },
    PhoneCodeSent {
        user_id: UserId,
        phone_number: String,
    },
    ScimKeyCreated {
        org_id: OrgId,
        scim_key_id: String,
    },
    ScimKeyRevoked {
        org_id: OrgId,
        scim_key_id: String,
    },
}
