//! Creating magic links.

use crate::{
    api::{CreateMagicLink, MagicLink, Never},
    emulator::{
        operations::{
            handler::{Handler, Rejection},
            user::check::{Check, invalid_email_message},
        },
        state::{EmulatedMagicLink, Store, case_fold, is_email},
    },
    endpoint::field_errors::quoted,
};

/// The default time until a link expires, in hours.
const LINK_HOURS: u32 = 24;

impl Handler<CreateMagicLink> for Store {
    fn handle(&mut self, request: CreateMagicLink) -> Result<MagicLink, Rejection<Never>> {
        let creates_user = request.create_new_user_if_one_doesnt_exist.unwrap_or(true);
        let hours = request.expires_in_hours.unwrap_or(LINK_HOURS);
        let mut check = Check::new(self, None);
        if !is_email(&request.email) {
            check.add("email", &invalid_email_message(&request.email));
        } else if self.users.by_email(&request.email).is_none() {
            if creates_user {
                check.email("email", &request.email);
            } else {
                let reason = format!("No user has the email {}", quoted(&request.email));
                check.add("email", &reason);
            }
        }
        check.url("redirect_to_url", request.redirect_to_url.as_deref());
        if hours == 0 {
            check.add("expires_in_hours", "Must be at least 1");
        }
        check.finish().map_err(Rejection::Fields)?;

        let names = ["magic link", &case_fold(&request.email)];
        let token = self.ids.hex_of(&names, 2);
        let url = format!(
            "{}/api/fe/v2/login/magic?t={token}",
            self.project.pages_url()
        );
        let settings = &self.project.settings;
        let link = EmulatedMagicLink {
            url: url.clone(),
            email: request.email,
            redirect_to_url: request.redirect_to_url,
            expires_at: self.now().saturating_add(i64::from(hours) * 60 * 60),
            creates_user,
            expires_after_first_use: (request.expire_after_first_use)
                .unwrap_or(settings.magic_link_expire_after_first_use),
            requires_interstitial: (request.requires_interstitial)
                .unwrap_or(settings.magic_link_requires_interstitial),
            user_signup_query_parameters: request.user_signup_query_parameters.unwrap_or_default(),
            uses: 0,
        };
        self.login_state.magic_links.insert(token, link);
        Ok(MagicLink { url: url.into() })
    }
}
