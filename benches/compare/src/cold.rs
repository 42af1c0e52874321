//! The cost of a token that nobody has seen before, in one process, in turns.

use std::{hint::black_box, time::Instant};

use actix_web_propelauth::testing::{self, AccessToken, DEV_PUBLIC_KEY_PEM, TestUser};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    median,
    peers::{Claims, by_hand, official},
};

const ROUNDS: usize = 40;
const TOKENS: u32 = 200;

/// Returns the median microseconds a token takes, by name.
pub fn measure(user: &TestUser) -> Vec<(&'static str, f64)> {
    let token = user.access_token();
    let header = format!("Bearer {token}");
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let der = pem::parse(DEV_PUBLIC_KEY_PEM).unwrap().into_contents();
    let rsa = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).unwrap();
    let ours = testing::builder().token_cache_bytes(0).build().unwrap();
    let warm = testing::propel_auth();
    let official = official();
    let (key, validation) = by_hand();

    let ways: [(&str, Box<dyn Fn()>); 5] = [
        (
            "rsa",
            Box::new(|| {
                rsa.verify_sig(black_box(message.as_bytes()), &signature)
                    .unwrap()
            }),
        ),
        (
            "ours_cold",
            Box::new(|| {
                drop(
                    ours.validate_access_token_and_get_user(black_box(&*header))
                        .unwrap(),
                )
            }),
        ),
        (
            "ours_warm",
            Box::new(|| {
                drop(
                    warm.validate_access_token_and_get_user(black_box(&*header))
                        .unwrap(),
                )
            }),
        ),
        (
            "jsonwebtoken",
            Box::new(|| {
                drop(jsonwebtoken::decode::<Claims>(black_box(&token), &key, &validation).unwrap())
            }),
        ),
        (
            "official",
            Box::new(|| {
                drop(
                    official
                        .verify()
                        .validate_authorization_header(black_box(&header))
                        .ok()
                        .unwrap(),
                )
            }),
        ),
    ];
    let mut times = vec![Vec::new(); ways.len()];
    for _ in 0..ROUNDS {
        for ((_, way), times) in ways.iter().zip(&mut times) {
            let start = Instant::now();
            (0..TOKENS).for_each(|_| way());
            times.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(TOKENS));
        }
    }
    ways.iter()
        .map(|(name, _)| *name)
        .zip(times.into_iter().map(median))
        .collect()
}
