//! Calls from tasks whose futures must be `Send`.

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
    dedicated_thread::{Job, gone},
    handle::PropelAuth,
};

impl PropelAuth {
    /// Runs an async closure on a dedicated thread and returns a [`Send`] future of its result.
    ///
    /// Calls of the backend API are bound to the thread that made them, like everything in actix-web. That
    /// suits its handlers, `actix_web::rt::spawn`, a `tokio::task::LocalSet`, and the future that a tokio
    /// runtime blocks on. Use this method for tasks that move between threads, such as those of `tokio::spawn`
    /// on a multi-threaded runtime.
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
    /// The first use starts the thread. All clones of the handle share it, and it ends when the last of them is
    /// dropped. It has its own pool of up to 100 connections, and each use costs two hops between threads. Many
    /// calls may be in progress at once; a long computation or a blocking call delays all of them.
    ///
    /// Dropping the future cancels the work.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system cannot start the thread.
    ///
    /// # Panics
    ///
    /// Panics with the message of the closure's panic, if it panics.
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
            let thread = auth.0.thread()?;
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
                        // The receiver is gone if the future was dropped.
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
