//! A paged list as a stream of its items.

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

/// How many pages more than twice what the first one announced are fetched: as many as a list may
/// grow by while it is read.
const GROWTH: u64 = 10;
/// How many pages are fetched of a list that does not say how long it is.
const UNKNOWN: u64 = 10_000;
/// How many pages in a row may have no items although the list is said to go on.
const MOST_EMPTY: u64 = 10;
/// How many pages are fetched of any list.
const MOST_PAGES: u64 = 1_000_000;

/// The items of a paged list: a [`Stream`] that fetches a page when the one before it is used up.
///
/// It is made by [`Call::stream`]. After an error it ends.
#[must_use = "a stream fetches nothing until it is polled"]
pub struct Items<'a, T, R = Never>(LocalBoxStream<'a, Result<T, Error<R>>>);

impl<T, R> Items<'_, T, R> {
    /// Returns the next item, or `None` after the last one.
    ///
    /// It is the `next` of `futures`' `StreamExt`, for those who need no more than that.
    pub async fn next(&mut self) -> Option<Result<T, Error<R>>> {
        self.0.next().await
    }

    /// Fetches all that is left.
    ///
    /// # Errors
    ///
    /// The first [`Error`], in which case the items are lost.
    pub async fn collect_all(mut self) -> Result<Vec<T>, Error<R>> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }
}

impl<T, R> Stream for Items<'_, T, R> {
    type Item = Result<T, Error<R>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<T, R> fmt::Debug for Items<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}

impl<'a, E> Call<'a, E>
where
    E: Endpoint,
    E::Response: Page,
{
    /// Returns the items of all pages as a stream, which fetches a page only when the one before
    /// it is used up.
    ///
    /// It starts at the page that was asked for, by default the first, and asks for as many items
    /// a page as `page_size` says. [`timeout`](Self::timeout) is the time for each page.
    ///
    /// # Errors
    ///
    /// The stream gives the [`Error`] of the page that could not be fetched, and ends. Pages without
    /// items are passed over where the list is said to go on, up to 10 in a row. A list
    /// that goes on long after its end, by what its first page said of its length, is
    /// [`Error::Protocol`].
    pub fn stream(self) -> Items<'a, <E::Response as Page>::Item, E::Refusal> {
        const { assert!(page::is_paged::<E>(), "the operation takes no page number") }
        let pages = Pages::<E>::new(&self);
        let pages = stream::unfold(pages, Pages::next);
        Items(pages.flat_map(stream::iter).fuse().boxed_local())
    }
}

/// Where a stream is.
struct Pages<'a, E> {
    client: &'a Client,
    timeout: Option<Duration>,
    /// The request, or why there is no next page.
    request: Option<Result<endpoint::Fields, endpoint::InvalidArgument>>,
    number: u64,
    fetched: u64,
    seen: u64,
    empty: u64,
    is_whole: bool,
    most: u64,
    endpoint: std::marker::PhantomData<E>,
}

type Batch<E> =
    Vec<Result<<<E as Endpoint>::Response as Page>::Item, Error<<E as Endpoint>::Refusal>>>;

impl<'a, E> Pages<'a, E>
where
    E: Endpoint,
    E::Response: Page,
{
    fn new(call: &Call<'a, E>) -> Self {
        let request = call.request.fields();
        let number = request
            .as_ref()
            .ok()
            .and_then(|fields| fields.get(E::Response::PAGE_ARGUMENT)?.as_u64());
        Self {
            client: call.client,
            timeout: call.timeout,
            request: Some(request),
            number: number.unwrap_or(0),
            fetched: 0,
            seen: 0,
            empty: 0,
            is_whole: number.is_none_or(|number| number == 0),
            most: MOST_PAGES,
            endpoint: std::marker::PhantomData,
        }
    }

    async fn next(mut self) -> Option<(Batch<E>, Self)> {
        let request = self.request.take()?;
        let batch = match self.fetch(request).await {
            Ok(items) => items.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        Some((batch, self))
    }

    /// Fetches a page, and leaves a request for the next one if there is to be one.
    async fn fetch(
        &mut self,
        request: Result<endpoint::Fields, endpoint::InvalidArgument>,
    ) -> Result<Vec<<E::Response as Page>::Item>, Error<E::Refusal>> {
        let mut fields = request?;
        if self.fetched >= self.most {
            let error = CallError::protocol("the list goes on long after its end");
            return Err(error.widen());
        }
        fields.set(E::Response::PAGE_ARGUMENT, &self.number)?;
        let outgoing = outgoing(endpoint::encode_fields::<E>(&fields)?);
        let page = send_encoded::<E>(self.client, &outgoing, self.timeout).await?;

        let (total, has_more) = (page.total(), page.has_more());
        let items = page.into_items();
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        if self.fetched == 0 {
            self.most = most_pages(total, count);
        }
        self.number = self.number.saturating_add(1);
        self.fetched += 1;
        self.seen = self.seen.saturating_add(count);
        let is_last = match (has_more, total) {
            (Some(has_more), _) => !has_more,
            (None, Some(total)) => self.seen >= total,
            (None, None) => false,
        };
        self.empty = if count > 0 { 0 } else { self.empty + 1 };
        // A total says nothing of a list that was not read from its start.
        let is_said_to_go_on = has_more.unwrap_or(self.is_whole && total.is_some());
        if self.empty > MOST_EMPTY {
            let error = "the list is said to go on, but page after page has no items";
            return Err(CallError::protocol(error).widen());
        }
        if !is_last && (count > 0 || is_said_to_go_on) {
            self.request = Some(Ok(fields));
        }
        Ok(items)
    }
}

/// Returns how many pages are fetched at most, by what the first one said.
fn most_pages(total: Option<u64>, count: u64) -> u64 {
    match total {
        Some(total) if total > 0 && count > 0 => total
            .div_ceil(count)
            .saturating_mul(2)
            .saturating_add(GROWTH)
            .min(MOST_PAGES),
        // Nothing was said, or nothing that can be right.
        _ => UNKNOWN,
    }
}
