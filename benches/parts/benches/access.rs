//! What a request costs before its handler runs.
//!
//! ```text
//! cargo bench --manifest-path benches/parts/Cargo.toml
//! ```

use std::hint::black_box;

use actix_web_propelauth::{
    PropelAuth, Requirement, UserId,
    freshness::Mark,
    testing::{
        DEV_PUBLIC_KEY_PEM, HasAccessToken, TestOrg, TestUser, propel_auth, propel_auth_builder,
    },
};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

fn user_in(orgs: usize) -> (TestUser, TestOrg) {
    let last = TestOrg::new("Acme Inc").permission("Admin", "can_view_billing");
    let others = (1..orgs).map(|number| TestOrg::new(format!("Org {number}")));
    let alice = TestUser::new("alice@example.com");
    let user = others.fold(alice, |user, org| user.in_org(&org, "Member"));
    (user.in_org(&last, "Admin"), last)
}

/// Verifies tokens of users in so many organizations.
fn verify(criterion: &mut Criterion, name: &str, auth: &PropelAuth, orgs: &[usize]) {
    let mut group = criterion.benchmark_group(name);
    for orgs in orgs {
        let header = format!("Bearer {}", user_in(*orgs).0.access_token());
        group.bench_with_input(
            BenchmarkId::new("orgs", orgs),
            header.as_str(),
            |bencher, header| {
                bencher.iter(|| {
                    auth.validate_access_token_and_get_user(black_box(header))
                        .is_ok()
                });
            },
        );
    }
    group.finish();
}

/// The part of a verification that is RSA and SHA-256, which nobody can save.
fn rsa(criterion: &mut Criterion) {
    let token = user_in(2).0.access_token();
    let (message, signature) = token.rsplit_once('.').unwrap_or_default();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    let der = pem::parse(DEV_PUBLIC_KEY_PEM).map(pem::Pem::into_contents);
    let der = der.unwrap_or_default();
    let Ok(key) = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der) else {
        return;
    };
    criterion.bench_function("rsa_alone/orgs/2", |bencher| {
        bencher.iter(|| {
            key.verify_sig(black_box(message.as_bytes()), black_box(&signature))
                .is_ok()
        });
    });
}

fn cold(criterion: &mut Criterion) {
    if let Ok(auth) = propel_auth_builder().token_cache_bytes(0).build() {
        verify(criterion, "verify_cold", &auth, &[0, 2, 10]);
    }
}

fn warm(criterion: &mut Criterion) {
    verify(criterion, "verify_warm", &propel_auth(), &[0, 2, 5]);
}

/// A known token beside marks of others: none, 100,000 that were judged already, and a new one before each
/// request, after which the user is judged again. The last one has to be compared with setting a mark alone.
fn marks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("verify_warm_beside_marks");
    let header = format!("Bearer {}", user_in(2).0.access_token());
    let (none, many) = (propel_auth(), propel_auth());
    for number in 0..100_000 {
        drop(many.mark_stale(Mark::user(&UserId::from(number.to_string()))));
    }
    let stranger = UserId::from("stranger");
    let verify = |auth: &PropelAuth| {
        let user = auth.validate_access_token_and_get_user(black_box(header.as_str()));
        user.is_ok()
    };
    group.bench_function("none", |bencher| bencher.iter(|| verify(&none)));
    group.bench_function("100000", |bencher| bencher.iter(|| verify(&many)));
    group.bench_function("a_mark_alone", |bencher| {
        bencher.iter(|| drop(many.mark_stale(Mark::user(&stranger))));
    });
    group.bench_function("a_mark_before_each", |bencher| {
        bencher.iter(|| {
            drop(many.mark_stale(Mark::user(&stranger)));
            verify(&many)
        });
    });
    group.finish();
}

fn authorize(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("authorize");
    for orgs in [1, 10, 30] {
        let (user, org) = user_in(orgs);
        let (user, requirement) = (user.user(), Requirement::role("Admin"));
        group.bench_with_input(
            BenchmarkId::new("orgs", orgs),
            &requirement,
            |bencher, requirement| {
                bencher.iter(|| user.authorize(black_box(org.org_id()), requirement).is_ok());
            },
        );
    }
    group.finish();
}

criterion_group!(benches, rsa, cold, warm, marks, authorize);
criterion_main!(benches);
