//! The emulator's grants, through its API: of one user and one action, for a time, and used once or not.

use std::time::Duration;

use actix_web_propelauth::api::StepUpGrantType;

use super::{ACTION, World};

#[actix_web::test]
async fn a_grant_is_of_one_user_and_one_action_and_a_wrong_question_does_not_use_it_up() {
    let world = World::new().await;
    let grant = world.once(&world.mia).await;
    assert!(!world.is_good(&world.olga, ACTION, &grant).await);
    assert!(!world.is_good(&world.mia, "PAY", &grant).await);
    assert!(
        !world
            .is_good(&world.mia, &ACTION.to_lowercase(), &grant)
            .await
    );
    assert!(
        !world
            .is_good(&world.mia, ACTION, &grant.to_uppercase())
            .await
    );
    assert!(world.is_good(&world.mia, ACTION, &grant).await);
    assert!(!world.is_good(&world.mia, ACTION, &grant).await);
}

#[actix_web::test]
async fn grants_of_both_kinds_end_with_the_emulators_clock() {
    for (kind, is_one_time) in [
        (StepUpGrantType::OneTimeUse, true),
        (StepUpGrantType::TimeBased, false),
    ] {
        let world = World::new().await;
        let grant = world.grant(&world.mia, ACTION, kind.clone()).await;
        world.emulator.advance_clock(Duration::from_secs(599));
        assert!(world.is_good(&world.mia, ACTION, &grant).await);
        assert_eq!(
            world.is_good(&world.mia, ACTION, &grant).await,
            !is_one_time
        );
        let grant = world.grant(&world.mia, ACTION, kind).await;
        world.emulator.advance_clock(Duration::from_secs(600));
        assert!(!world.is_good(&world.mia, ACTION, &grant).await);
    }
}

#[actix_web::test]
async fn a_deleted_user_leaves_no_grant() {
    let world = World::new().await;
    let grant = world
        .grant(&world.mia, ACTION, StepUpGrantType::TimeBased)
        .await;
    world.auth.user().delete_user(world.mia.id()).await.unwrap();
    assert!(!world.is_good(&world.mia, ACTION, &grant).await);
}
