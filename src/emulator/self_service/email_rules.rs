//! Which email addresses may sign up.

use crate::emulator::state::{Settings, Store, ascii_domain};

/// What the project says to an address that signs up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmailVerdict {
    Allowed,
    /// It belongs to a person and not to a company.
    Personal,
    /// Its domain is blocked, or not one of those that are allowed.
    Blocked,
}

/// Returns the verdict on an address. A list of allowed domains replaces the other two rules.
pub(crate) fn judge_email(store: &Store, email: &str) -> EmailVerdict {
    let settings: &Settings = &store.project.settings;
    let domain = domain_of(email);
    let allowed = &settings.signup_domain_allowlist;
    if !allowed.is_empty() {
        return match allowed.iter().any(|it| ascii_domain(it) == domain) {
            true => EmailVerdict::Allowed,
            false => EmailVerdict::Blocked,
        };
    }
    if store.is_domain_blocked(email) {
        return EmailVerdict::Blocked;
    }
    match settings.allow_users_to_signup_with_personal_email || !is_personal(&domain) {
        true => EmailVerdict::Allowed,
        false => EmailVerdict::Personal,
    }
}

/// Returns the domain of an address, in the form in which domains are compared.
pub(crate) fn domain_of(email: &str) -> String {
    ascii_domain(email.rsplit('@').next().unwrap_or_default())
}

/// Returns `true` for the domains of well-known email providers. PropelAuth's own list is not public.
pub(crate) fn is_personal(domain: &str) -> bool {
    PROVIDERS.binary_search(&domain).is_ok()
}

/// In the order of the alphabet.
const PROVIDERS: &[&str] = &[
    "126.com",
    "163.com",
    "aol.com",
    "comcast.net",
    "fastmail.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.fr",
    "icloud.com",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "tutanota.com",
    "web.de",
    "yahoo.co.in",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yahoo.fr",
    "yandex.com",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
];

#[cfg(test)]
mod tests {
    use super::{EmailVerdict, PROVIDERS, is_personal, judge_email};
    use crate::emulator::state::Store;

    #[test]
    fn providers_are_found() {
        assert!(PROVIDERS.is_sorted());
        for domain in PROVIDERS {
            assert!(is_personal(domain), "{domain}");
        }
        for domain in ["", "acme.com", "mail.acme.com", "gmail.com.acme.com"] {
            assert!(!is_personal(domain), "{domain}");
        }
    }

    #[test]
    fn an_allowlist_replaces_the_other_rules() {
        let mut store = Store::default();
        store.project.blocked_domains = vec!["spam.example".to_owned()];
        store
            .project
            .settings
            .allow_users_to_signup_with_personal_email = false;
        for (email, verdict) in [
            ("a@acme.com", EmailVerdict::Allowed),
            ("a@SPAM.example", EmailVerdict::Blocked),
            ("a@spam.example.", EmailVerdict::Blocked),
            ("a@GMail.com", EmailVerdict::Personal),
        ] {
            assert_eq!(judge_email(&store, email), verdict, "{email}");
        }
        let allowed = vec!["Gmail.com".to_owned(), "spam.example".to_owned()];
        store.project.settings.signup_domain_allowlist = allowed;
        for (email, verdict) in [
            ("a@acme.com", EmailVerdict::Blocked),
            ("a@spam.example", EmailVerdict::Allowed),
            ("a@gmail.com", EmailVerdict::Allowed),
            ("a@x.gmail.com", EmailVerdict::Blocked),
        ] {
            assert_eq!(judge_email(&store, email), verdict, "{email}");
        }
    }
}
