//! Lists are read page by page, as far as they are wanted and no further than they go.

#![allow(dead_code)] // a group has more than is called here

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};

use super::{
    retrying,
    server::{Canned, read_request, reply_and_stay},
};
use crate::{
    api::{Never, declare::endpoints},
    call::Error,
    client::Client,
    endpoint::{page::page, response::entity},
};

endpoints! {
    /// Lists of each kind.
    pub(crate) group ListApi;

    /// Is paged by its query.
    Read GET "/things"
    things: Things() {
        /// Sets how many items a page has.
        page_size: u32,
        /// Sets which page.
        page_number: u64,
        /// Sets what is looked for.
        name: String,
    } -> ThingsPage | Never;

    /// Is paged by its body, and says no more than a total.
    Read POST "/groups"
    groups: Groups() {
        /// Sets how many items a page has.
        page_size: u32,
        /// Sets which page.
        page_number: u32,
    } -> GroupsPage | Never;

    /// Has a list within it, by names of its own.
    Read GET "/group/{id}"
    group: FetchGroup(id: String) {
        /// Sets how many items a page has.
        members_page_size: u32,
        /// Sets which page.
        members_page_number: u32,
    } -> Group | Never;
}

entity! {
    /// A page that says everything.
    pub(crate) struct ThingsPage {
        required {}
        tolerant { things: Vec<u64>, total_things: u64, has_more_results: bool, }
    }
}
entity! {
    /// A page that says how many there are.
    pub(crate) struct GroupsPage {
        required {}
        tolerant { groups: Vec<u64>, total_groups: i64, }
    }
}
entity! {
    /// A page that says nothing.
    pub(crate) struct Group {
        required {}
        tolerant { members: Vec<u64>, }
    }
}

page!(ThingsPage {
    things: u64,
    total: total_things,
    more: has_more_results
});
page!(GroupsPage {
    groups: u64,
    total: total_groups
});
page!(Group {
    members: u64,
    number: "members_page_number"
});

/// A server that answers by the number of the page.
fn pages(answer: impl Fn(u64) -> Value + Send + Sync + 'static) -> Canned {
    use std::io::Write as _;

    Canned::raw(move |stream, requests| {
        loop {
            let request = read_request(stream);
            if request.is_empty() {
                return;
            }
            let page = request.split("page_number").last().unwrap();
            let digits = page
                .trim_start_matches(['=', '"', ':'])
                .split(|it: char| !it.is_numeric());
            let page = digits.into_iter().next().unwrap().parse().unwrap();
            requests.lock().unwrap().push(request);
            let body = answer(page).to_string();
            let _ = stream.write_all(reply_and_stay("200 OK", "", &body).as_bytes());
        }
    })
}

/// Three pages: 0 to 9, 10 to 19, and 20 to 22.
fn three(page: u64) -> Value {
    let last = (page * 10 + 10).min(23);
    let things: Vec<_> = (page * 10..last).collect();
    json!({"things": things, "total_things": 23, "has_more_results": last < 23})
}

fn lists(client: &Client) -> ListApi<'_> {
    ListApi::new(client)
}

#[actix_web::test]
async fn all_pages_are_one_stream() {
    let server = pages(three);
    let client = retrying(&server.url);
    let call = lists(&client)
        .things()
        .page_size(10)
        .name("a&page_number=7");
    let things: Vec<_> = call.stream().try_collect().await.unwrap();
    assert_eq!(things, (0..23).collect::<Vec<_>>());
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for (number, request) in requests.iter().enumerate() {
        assert!(request.contains("name=a%26page_number%3D7"), "{request}");
        assert!(
            request.contains(&format!("&page_number={number}&page_size=10 ")),
            "{request}"
        );
    }
    // From the page that is asked for.
    let call = lists(&client).things().page_number(2);
    assert_eq!(call.stream().collect_all().await.unwrap(), [20, 21, 22]);
}

#[actix_web::test]
async fn no_page_is_fetched_before_it_is_wanted() {
    let server = pages(three);
    let client = retrying(&server.url);
    let mut things = lists(&client).things().stream();
    actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(server.requests().len(), 0);
    for thing in 0..20 {
        assert_eq!(things.next().await.unwrap().unwrap(), thing);
        assert_eq!(server.requests().len(), if thing < 10 { 1 } else { 2 });
    }
    drop(things);
    assert_eq!(server.requests().len(), 2);
}

#[actix_web::test]
async fn a_list_ends_where_it_says() {
    for (page, expected) in [
        (
            json!({"things": [1], "total_things": 99, "has_more_results": false}),
            1,
        ),
        (json!({"things": [1, 2]}), 2),
        (json!({}), 0),
    ] {
        let server = pages(move |_| page.clone());
        let client = retrying(&server.url);
        let things = lists(&client)
            .things()
            .stream()
            .collect_all()
            .await
            .unwrap();
        assert_eq!((things.len(), server.requests().len()), (expected, 1));
    }
}

#[actix_web::test]
async fn a_list_without_a_flag_ends_by_its_total_or_an_empty_page() {
    let groups = |page: u64| {
        let last = (page * 2 + 2).min(5);
        json!({"groups": (page * 2..last).collect::<Vec<_>>(), "total_groups": 5})
    };
    let server = pages(groups);
    let client = retrying(&server.url);
    let groups = lists(&client)
        .groups()
        .stream()
        .collect_all()
        .await
        .unwrap();
    assert_eq!((groups, server.requests().len()), (vec![0, 1, 2, 3, 4], 3));

    let server = pages(|page| json!({"members": if page < 3 { vec![page] } else { vec![] }}));
    let client = retrying(&server.url);
    let call = lists(&client).group("g").members_page_size(1);
    assert_eq!(call.stream().collect_all().await.unwrap(), [0, 1, 2]);
    assert_eq!(server.requests().len(), 4);
}

#[actix_web::test]
async fn a_total_that_runs_away_is_not_run_after() {
    let endless = |page: u64| json!({"things": [1, 2], "total_things": 10 * (page + 1), "has_more_results": true});
    let server = pages(endless);
    let client = retrying(&server.url);
    let outcomes: Vec<_> = lists(&client).things().stream().collect().await;
    // Five pages were announced: twice as many and ten more are fetched.
    assert_eq!(server.requests().len(), 20);
    assert_eq!(outcomes.len(), 41);
    let error = outcomes.into_iter().next_back().unwrap().unwrap_err();
    assert!(matches!(error, Error::Protocol { .. }), "{error:?}");
}

#[actix_web::test]
async fn an_empty_page_is_not_the_last_one_if_it_says_so() {
    let server = pages(|page| match page {
        0 | 2 | 3 => json!({"things": [], "total_things": 2, "has_more_results": true}),
        _ => json!({"things": [page], "total_things": 2, "has_more_results": page < 4}),
    });
    let client = retrying(&server.url);
    let things = lists(&client).things().stream().collect_all();
    assert_eq!(things.await.unwrap(), [1, 4]);

    let server = pages(
        |page| json!({"groups": if page == 1 { vec![] } else { vec![page] }, "total_groups": 2}),
    );
    let client = retrying(&server.url);
    let groups = lists(&client).groups().stream().collect_all();
    assert_eq!(groups.await.unwrap(), [0, 2]);
}

#[actix_web::test]
async fn empty_pages_without_end_are_an_error() {
    for page in [
        json!({"things": [], "total_things": 99, "has_more_results": true}),
        json!({"things": [], "has_more_results": true}),
    ] {
        let server = pages(move |_| page.clone());
        let client = retrying(&server.url);
        let things = lists(&client).things().stream().collect_all();
        let error = things.await.unwrap_err();
        assert!(matches!(error, Error::Protocol { .. }), "{error:?}");
        assert_eq!(server.requests().len(), 11);
    }
    let server = pages(|_| json!({"groups": [], "total_groups": 5}));
    let client = retrying(&server.url);
    let groups = lists(&client).groups().stream().collect_all();
    assert!(matches!(groups.await, Err(Error::Protocol { .. })));

    // Read from its middle on, a list does not have as many items as its total.
    let client = retrying(&server.url);
    let groups = lists(&client).groups().page_number(3).stream();
    assert_eq!(groups.collect_all().await.unwrap(), [0; 0]);
}

#[actix_web::test]
async fn a_page_that_fails_is_the_last_one() {
    let server = pages(|page| {
        if page == 0 {
            three(0)
        } else {
            json!("hunter2")
        }
    });
    let client = retrying(&server.url);
    let mut things = lists(&client).things().stream();
    for _ in 0..10 {
        things.next().await.unwrap().unwrap();
    }
    let error = things.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error:?}");
    assert!(things.next().await.is_none());
    assert!(things.next().await.is_none());
    let call = lists(&client).things().page_number(1);
    assert!(call.stream().collect_all().await.is_err());
}

#[actix_web::test]
async fn a_page_has_1_to_100_items() {
    let server = pages(three);
    let client = retrying(&server.url);
    for size in [0, 101, u32::MAX] {
        let errors = [
            lists(&client).things().page_size(size).await.unwrap_err(),
            lists(&client)
                .things()
                .page_size(size)
                .stream()
                .collect_all()
                .await
                .unwrap_err(),
            lists(&client).groups().page_size(size).await.unwrap_err(),
            lists(&client)
                .group("g")
                .members_page_size(size)
                .await
                .unwrap_err(),
        ];
        for error in errors {
            let Error::InvalidArgument { argument, .. } = error else {
                panic!("{error:?}")
            };
            assert!(argument.ends_with("page_size"));
        }
    }
    assert_eq!(server.requests().len(), 0);
    for size in [1, 100] {
        lists(&client)
            .things()
            .page_size(size)
            .page_number(0)
            .await
            .unwrap();
    }
}
