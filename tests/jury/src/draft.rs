//! A token in the making: JSON as text, so that every spelling of it can be made, and how it is
//! signed.

use std::sync::LazyLock;

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{
        RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding,
        RsaKeyPair,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{NOW, rng::Rng};
use actix_web_propelauth::testing::{DEV_PUBLIC_KEY_PEM, ISSUER};

/// The members of a JSON object: names and values as they are written, quotes included.
pub(crate) type Members = Vec<(String, String)>;

pub(crate) struct Draft {
    pub(crate) header: Members,
    pub(crate) claims: Members,
    /// What stands between the parts of the JSON.
    pub(crate) space: &'static str,
    /// Changes the JSON of a segment: 0 is the header, 1 the claims.
    pub(crate) json: [Option<Vec<u8>>; 2],
    pub(crate) signer: Signer,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Signer {
    Rs256,
    OtherKey,
    Rs384,
    Rs512,
    Ps256,
    /// With the public key as the secret.
    Hs256,
    Nobody,
}

static KEY: LazyLock<RsaKeyPair> =
    LazyLock::new(|| key(include_str!("../../../src/dev_keys/dev_private_key.pem")));
static OTHER_KEY: LazyLock<RsaKeyPair> =
    LazyLock::new(|| key(include_str!("../../../src/dev_keys/dev_private_key_2.pem")));

fn key(text: &str) -> RsaKeyPair {
    RsaKeyPair::from_der(pem::parse(text).unwrap().contents()).unwrap()
}

/// Writes text as JSON does.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

pub(crate) fn members(pairs: &[(&str, &str)]) -> Members {
    let own = |(name, value): &(&str, &str)| (quoted(name), (*value).to_owned());
    pairs.iter().map(own).collect()
}

const ORG: &str = r#"{"org_id":"O","org_name":"Acme Inc","url_safe_org_name":"acme-inc","org_metadata":{"plan":"pro"},"org_role_structure":"single_role_in_hierarchy","user_role":"Admin","inherited_user_roles_plus_current_role":["Admin","Member"],"user_permissions":["can_view_billing"],"additional_roles":[]}"#;

impl Draft {
    /// Makes a valid token, one of many.
    pub(crate) fn valid(rng: &mut Rng) -> Self {
        let header = match rng.below(4) {
            0 => members(&[("alg", r#""RS256""#)]),
            1 => members(&[("alg", r#""RS256""#), ("typ", r#""JWT""#)]),
            _ => members(&[("typ", r#""JWT""#), ("alg", r#""RS256""#)]),
        };
        let id = format!(
            "\"31c41c16-c281-44ae-9602-{:012x}\"",
            rng.next() & 0xffff_ffff
        );
        let exp = (NOW + 1 + rng.below(86_400) as u64).to_string();
        let iat = (NOW - rng.below(86_400) as u64).to_string();
        let email = quoted(rng.pick(&["a@b.c", "alice@example.com", "ünï@example.com", "a+b@c.d"]));
        let mut claims = members(&[
            ("sub", &id),
            ("iat", &iat),
            ("exp", &exp),
            ("iss", &quoted(ISSUER)),
            ("user_id", &id),
            ("email", &email),
        ]);
        let map = format!(r#"{{"O":{ORG}}}"#);
        let more = [
            ("first_name", r#""Buddy""#),
            ("username", r#""airbud3""#),
            (
                "properties",
                r#"{"favoriteSport":"value","n":[1,2.5,null,true]}"#,
            ),
            ("metadata", "{}"),
            ("legacy_user_id", r#""7""#),
            ("org_id_to_org_member_info", "{}"),
            ("org_id_to_org_member_info", map.as_str()),
            ("org_member_info", ORG),
            (
                "login_method",
                r#"{"login_method":"social_sso","provider":"Google"}"#,
            ),
            ("x", r#"{"y":[1]}"#),
        ];
        let at = rng.below(more.len());
        claims.extend(members(&more[at..=at]));
        for at in (1..claims.len()).rev() {
            claims.swap(at, rng.below(at + 1));
        }
        Self {
            header,
            claims,
            space: "",
            json: [None, None],
            signer: Signer::Rs256,
        }
    }

    /// Returns the header or the claims.
    pub(crate) fn part(&mut self, part: usize) -> &mut Members {
        if part == 0 {
            &mut self.header
        } else {
            &mut self.claims
        }
    }

    /// Sets a member in place, or adds it; an empty value removes it.
    pub(crate) fn set(&mut self, part: usize, name: &str, value: &str) {
        let (members, name) = (self.part(part), quoted(name));
        match members.iter_mut().find(|(known, _)| *known == name) {
            Some(_) if value.is_empty() => members.retain(|(known, _)| *known != name),
            Some(member) => value.clone_into(&mut member.1),
            None if value.is_empty() => {}
            None => members.push((name, value.to_owned())),
        }
    }

    /// Returns the JSON of a segment.
    pub(crate) fn json(&self, part: usize) -> Vec<u8> {
        if let Some(json) = &self.json[part] {
            return json.clone();
        }
        let (members, space) = (
            if part == 0 {
                &self.header
            } else {
                &self.claims
            },
            self.space,
        );
        let written: Vec<_> = members
            .iter()
            .map(|(name, value)| format!("{space}{name}{space}:{space}{value}{space}"))
            .collect();
        format!("{space}{{{}}}{space}", written.join(",")).into_bytes()
    }

    /// Returns the first two segments.
    pub(crate) fn signing_input(&self) -> String {
        let [header, claims] = [0, 1].map(|part| URL_SAFE_NO_PAD.encode(self.json(part)));
        format!("{header}.{claims}")
    }

    pub(crate) fn token(&self) -> String {
        self.signed(&self.signing_input())
    }

    /// Signs two segments, or what is left of them.
    pub(crate) fn signed(&self, input: &str) -> String {
        let signature = self.signer.sign(input.as_bytes());
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl Signer {
    fn sign(self, message: &[u8]) -> Vec<u8> {
        let rsa = |key: &RsaKeyPair, padding: &'static dyn RsaEncoding| {
            let mut signature = vec![0; key.public_modulus_len()];
            key.sign(padding, &SystemRandom::new(), message, &mut signature)
                .unwrap();
            signature
        };
        match self {
            Self::Rs256 => rsa(&KEY, &RSA_PKCS1_SHA256),
            Self::OtherKey => rsa(&OTHER_KEY, &RSA_PKCS1_SHA256),
            Self::Rs384 => rsa(&KEY, &RSA_PKCS1_SHA384),
            Self::Rs512 => rsa(&KEY, &RSA_PKCS1_SHA512),
            Self::Ps256 => rsa(&KEY, &RSA_PSS_SHA256),
            Self::Hs256 => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, DEV_PUBLIC_KEY_PEM.as_bytes());
                hmac::sign(&secret, message).as_ref().to_vec()
            }
            Self::Nobody => Vec::new(),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rs256 | Self::OtherKey => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Hs256 => "HS256",
            Self::Nobody => "none",
        }
    }
}
