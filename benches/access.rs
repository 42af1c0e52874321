//! What a request costs before its handler runs.
//!
//! ```text
//! cargo bench --features test-util
//! ```

use std::hint::black_box;

use actix_web_propelauth::{
    Requirement,
    testing::{AccessToken, TestOrg, TestUser, propel_auth},
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

fn user_in(orgs: usize) -> (TestUser, TestOrg) {
    let last = TestOrg::new("Acme Inc").permission("Admin", "can_view_billing");
    let others = (1..orgs).map(|number| TestOrg::new(&format!("Org {number}")));
    let user = others.fold(TestUser::new("alice@example.com"), |user, org| {
        user.in_org(&org, "Member")
    });
    (user.in_org(&last, "Admin"), last)
}

fn verify(criterion: &mut Criterion) {
    let auth = propel_auth();
    let mut group = criterion.benchmark_group("verify_access_token");
    for orgs in [0, 2, 10] {
        let header = format!("Bearer {}", user_in(orgs).0.access_token());
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

criterion_group!(benches, verify, authorize);
criterion_main!(benches);
