//! Calls from where futures must be `Send`, on a thread that belongs to the handle.

use std::{
    future::{Future, poll_fn},
    io,
    panic::{AssertUnwindSafe, resume_unwind},
    pin::pin,
    task::Poll,
};

use actix_web::rt;
use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use super::{
    dedicated_thread::{DedicatedThread, Job, gone},
    handle::PropelAuth,
};

impl PropelAuth {
    /// Runs what you write with the handle on a thread of its own and returns the result, as a
    /// future that is [`Send`].
    ///
    /// Calls of the backend API are bound to the thread they are made on, as everything in
    /// actix-web is. That is as it should be in its handlers, in `actix_web::rt::spawn`, in a
    /// `tokio::task::LocalSet`, and in the future that a tokio runtime blocks on. Where tasks
    /// move between threads, as with `tokio::spawn` on a runtime of many threads, use this.
    ///
    /// ```
    /// use actix_web_propelauth::{Error, PropelAuth, api::{NotFound, UserMetadata}};
    ///
    /// # fn example(auth: PropelAuth) {
    /// tokio::spawn(async move {
    ///     let user: Result<UserMetadata, Error<NotFound>> = auth
    ///         .run_on_dedicated_thread(async |auth| auth.user().fetch_user_metadata_by_user_id("...").await)
    ///         .await?;
    ///     std::io::Result::Ok(())
    /// });
    /// # }
    /// ```
    ///
    /// The first use starts the thread, and all clones of the handle share it; it ends when the
    /// last of them is dropped. The cost is that thread, its own pool of up to 100 connections,
    /// and two hops between threads. Many calls may be under way at once;
    /// what computes for long, or blocks, holds all of them up.
    ///
    /// Dropping the future gives the work up, as it does with any other.
    ///
    /// # Errors
    ///
    /// Fails when the operating system gives no thread.
    ///
    /// # Panics
    ///
    /// Panics where the given function does, with its message.
    pub fn run_on_dedicated_thread<F, T>(
        &self,
        work: F,
    ) -> impl Future<Output = io::Result<T>> + Send + use<F, T>
    where
        F: AsyncFnOnce(Self) -> T + Send + 'static,
        T: Send + 'static,
    {
        let auth = self.clone();
        async move {
            let thread = auth
                .0
                .dedicated_thread
                .get_or_try_init(DedicatedThread::start)?;
            let (mut sender, receiver) = oneshot::channel();
            let handle = auth.clone();
            let job: Job = Box::new(move || {
                rt::spawn(async move {
                    let mut result = pin!(AssertUnwindSafe(work(handle)).catch_unwind());
                    let result = poll_fn(|cx| match sender.poll_closed(cx) {
                        Poll::Ready(()) => Poll::Ready(None),
                        Poll::Pending => result.as_mut().poll(cx).map(Some),
                    });
                    if let Some(result) = result.await {
                        // Nobody waits any longer.
                        let _ = sender.send(result);
                    }
                });
            });
            thread.run(job)?;
            match receiver.await.map_err(|_| gone())? {
                Ok(value) => Ok(value),
                Err(panic) => resume_unwind(panic),
            }
        }
    }
}
