//! Properties of the whole crate, whatever part a request goes through.

mod cost;
mod differences;
mod error_opacity;
mod forgery;
mod isolation;
mod quickstart;
pub(crate) mod secrets;
mod tokio_task;
mod vectors;
