//! [`Items`]: a paged list as a stream of its items.
//!
//! A server that never says "last page" must not keep an application busy forever, so that the number
//! of pages is limited in four ways.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{
    Stream, StreamExt as _,
    stream::{self, LocalBoxStream},
};

use super::{
    error::{CallError, Error},
    pending::Call,
    send::{outgoing, send_encoded},
};
use crate::{
    client::Client,
    endpoint::{self, Endpoint, Never, Page, page},
};

/// The pages that are fetched beyond twice the number that the first page announced: a list may grow
/// while it is read, and a short one by more than it was long.
const EXTRA_PAGES: u64 = 10;
/// The largest number of pages of a list that does not have a total.
const MAX_PAGES_WITHOUT_TOTAL: u64 = 10_000;
/// The largest number of empty pages in a row while the list claims to have more. A page can be
/// empty if the server filters after paging.
const MAX_EMPTY_PAGES: u64 = 10;
/// The largest number of pages of any list.
const MAX_PAGES: u64 = 1_000_000;

/// The items of a paged list: a [`Stream`] that fetches the next page once the previous one is used
/// up.
///
/// [`Call::stream`] creates it. It ends after an error. It borrows nothing, so that a function can return
/// it, a struct can hold it, and a response can be made of it.
///
/// ```
/// use actix_web_propelauth::{Error, PropelAuth};
///
/// async fn print_emails(auth: &PropelAuth) -> Result<(), Error> {
///     let mut users = auth.user().fetch_users_by_query().page_size(100).stream();
///     while let Some(user) = users.next().await {
///         println!("{}", user?.email);
///     }
///     Ok(())
/// }
/// ```
///
/// Pages are fetched one after the other, at different times: an item that is created or deleted
/// meanwhile may be missing or come twice.
///
/// A handler that sends a long list to its caller need not hold it in memory:
///
/// ```
/// use actix_web::{HttpResponse, web::Bytes};
/// use actix_web_propelauth::{Error, PropelAuth, api::Never};
/// use futures_util::TryStreamExt as _;
///
/// async fn emails(auth: PropelAuth) -> HttpResponse {
///     let users = auth.user().fetch_users_by_query().page_size(100).stream();
///     HttpResponse::Ok().streaming::<_, Error<Never>>(users.map_ok(|user| Bytes::from(user.email + "\n")))
/// }
/// ```
#[must_use = "a stream fetches nothing until it is polled"]
pub struct Items<T, R = Never>(LocalBoxStream<'static, Result<T, Error<R>>>);

impl<T, R> Items<T, R> {
    /// Returns the next item, or `None` after the last one.
    ///
    /// It is the same as `StreamExt::next` of `futures`, without the dependency.
    pub async fn next(&mut self) -> Option<Result<T, Error<R>>> {
        self.0.next().await
    }

    /// Collects the remaining items.
    ///
    /// ```
    /// use actix_web_propelauth::{Error, PropelAuth};
    ///
    /// async fn org_names(auth: &PropelAuth) -> Result<Vec<String>, Error> {
    ///     let orgs = auth.org().fetch_orgs_by_query().stream().collect_all().await?;
    ///     Ok(orgs.into_iter().map(|org| org.name).collect())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the first [`Error`]. The items before it are lost; use [`next`](Self::next) to keep
    /// them.
    pub async fn collect_all(mut self) -> Result<Vec<T>, Error<R>> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }
}

impl<T, R> Stream for Items<T, R> {
    type Item = Result<T, Error<R>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<T, R> fmt::Debug for Items<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}

impl<E> Call<'_, E>
where
    E: Endpoint,
    E::Response: Page,
{
    /// Returns the items of all pages as a stream, which fetches the next page once the previous one
    /// is used up.
    ///
    /// It starts at the page that the request names, by default the first, and keeps the request's
    /// `page_size`. [`timeout`](Self::timeout) applies to each page.
    ///
    /// # Errors
    ///
    /// The stream yields the [`Error`] of a page that could not be fetched, and ends. It skips up to
    /// 10 empty pages in a row if the list claims to have more. It yields [`Error::Protocol`] if the
    /// list goes on for more than about twice the pages that its first page announced.
    pub fn stream(self) -> Items<<E::Response as Page>::Item, E::Refusal> {
        const { assert!(page::is_paged::<E>(), "the operation takes no page number") }
        let pages = Pages::<E>::new(&self);
        let pages = stream::unfold(pages, Pages::next);
        Items(pages.flat_map(stream::iter).fuse().boxed_local())
    }
}

/// The position of a stream, between two pages.
struct Pages<E> {
    client: Client,
    timeout: Option<Duration>,
    /// The request for the next page, or the error to yield; `None` after the last page.
    request: Option<Result<endpoint::Fields, endpoint::InvalidArgument>>,
    /// The number of the next page.
    number: u64,
    /// The number of pages that were fetched.
    pages_fetched: u64,
    /// The number of items on them.
    items_seen: u64,
    /// The number of pages without items since the last item.
    empty_pages: u64,
    /// Whether the stream began at the first page, so that a total can be compared with it.
    is_whole: bool,
    /// The largest number of pages to fetch, set by the first one.
    max_pages: u64,
    endpoint: std::marker::PhantomData<E>,
}

/// The items of one page, or a single error.
type Batch<E> =
    Vec<Result<<<E as Endpoint>::Response as Page>::Item, Error<<E as Endpoint>::Refusal>>>;

impl<E> Pages<E>
where
    E: Endpoint,
    E::Response: Page,
{
    fn new(call: &Call<'_, E>) -> Self {
        let request = call.request.fields();
        let number = request
            .as_ref()
            .ok()
            .and_then(|fields| fields.get(E::Response::PAGE_ARGUMENT)?.as_u64());
        Self {
            client: call.client.clone(),
            timeout: call.timeout,
            request: Some(request),
            number: number.unwrap_or(0),
            pages_fetched: 0,
            items_seen: 0,
            empty_pages: 0,
            is_whole: number.is_none_or(|number| number == 0),
            max_pages: MAX_PAGES,
            endpoint: std::marker::PhantomData,
        }
    }

    /// Fetches the next page, for `stream::unfold`.
    async fn next(mut self) -> Option<(Batch<E>, Self)> {
        let request = self.request.take()?;
        let batch = match self.fetch(request).await {
            Ok(items) => items.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        Some((batch, self))
    }

    /// Fetches a page, and sets `request` again if another page is to follow.
    async fn fetch(
        &mut self,
        request: Result<endpoint::Fields, endpoint::InvalidArgument>,
    ) -> Result<Vec<<E::Response as Page>::Item>, Error<E::Refusal>> {
        let mut fields = request?;
        if self.pages_fetched >= self.max_pages {
            let error = CallError::protocol("the list has far more pages than it announced");
            return Err(error.widen());
        }
        fields.set(E::Response::PAGE_ARGUMENT, &self.number)?;
        let outgoing = outgoing(endpoint::encode_fields::<E>(&fields)?);
        let page = send_encoded::<E>(&self.client, &outgoing, self.timeout).await?;

        let (total, has_more) = (page.total(), page.has_more());
        let items = page.into_items();
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        if self.pages_fetched == 0 {
            self.max_pages = max_pages(total, count);
        }
        self.number = self.number.saturating_add(1);
        self.pages_fetched += 1;
        self.items_seen = self.items_seen.saturating_add(count);
        let is_last = match (has_more, total) {
            (Some(has_more), _) => !has_more,
            (None, Some(total)) => self.items_seen >= total,
            (None, None) => false,
        };
        self.empty_pages = if count > 0 { 0 } else { self.empty_pages + 1 };
        // A total counts the items before the first page that was fetched, too.
        let claims_more = has_more.unwrap_or(self.is_whole && total.is_some());
        if self.empty_pages > MAX_EMPTY_PAGES {
            let error = "the list claims to have more items, but page after page is empty";
            return Err(CallError::protocol(error).widen());
        }
        if !is_last && (count > 0 || claims_more) {
            self.request = Some(Ok(fields));
        }
        Ok(items)
    }
}

/// Returns the largest number of pages to fetch, from the total and the items of the first page.
fn max_pages(total: Option<u64>, count: u64) -> u64 {
    match total {
        Some(total) if total > 0 && count > 0 => total
            .div_ceil(count)
            .saturating_mul(2)
            .saturating_add(EXTRA_PAGES)
            .min(MAX_PAGES),
        // No total, or one that cannot be right.
        _ => MAX_PAGES_WITHOUT_TOTAL,
    }
}
