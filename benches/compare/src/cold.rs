//! The cost of a token that nobody has seen before, in one process, in turns.

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use actix_web_propelauth::testing::{self, DEV_PUBLIC_KEY_PEM, HasAccessToken, TestUser};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::peers::{Claims, by_hand, official};

pub const WAYS: [&str; 5] = ["rsa", "ours_cold", "ours_warm", "jsonwebtoken", "official"];

const ROUNDS: usize = 400;
const TOKENS: u32 = 20;

/// Returns the microseconds that a token takes in each round, by name.
pub fn measure(user: &TestUser) -> BTreeMap<&'static str, Vec<f64>> {
    let token = user.access_token();
    let header = format!("Bearer {token}");
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let der = pem::parse(DEV_PUBLIC_KEY_PEM).unwrap().into_contents();
    let rsa = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).unwrap();
    let ours = testing::propel_auth_builder()
        .token_cache_bytes(0)
        .build()
        .unwrap();
    let warm = testing::propel_auth();
    let official = official();
    let (key, validation) = by_hand();

    let ways: [Box<dyn Fn()>; 5] = [
        Box::new(|| {
            rsa.verify_sig(black_box(message.as_bytes()), &signature)
                .unwrap()
        }),
        Box::new(|| {
            drop(
                ours.validate_access_token_and_get_user(black_box(&*header))
                    .unwrap(),
            )
        }),
        Box::new(|| {
            drop(
                warm.validate_access_token_and_get_user(black_box(&*header))
                    .unwrap(),
            )
        }),
        Box::new(|| {
            drop(jsonwebtoken::decode::<Claims>(black_box(&token), &key, &validation).unwrap())
        }),
        Box::new(|| {
            drop(
                official
                    .verify()
                    .validate_authorization_header(black_box(&header))
                    .ok()
                    .unwrap(),
            )
        }),
    ];
    let mut times: BTreeMap<_, Vec<f64>> = BTreeMap::new();
    for _ in 0..ROUNDS {
        for (name, way) in WAYS.into_iter().zip(&ways) {
            let start = Instant::now();
            (0..TOKENS).for_each(|_| way());
            let time = start.elapsed().as_secs_f64() * 1e6 / f64::from(TOKENS);
            times.entry(name).or_default().push(time);
        }
    }
    times
}
