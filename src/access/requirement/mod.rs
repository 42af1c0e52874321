//! Requirements on a member: their declaration, their texts, and whether a member meets them.

mod met;
#[allow(clippy::module_inception)] // the type is what the folder is about
mod requirement;
mod text;

pub(in crate::access) use self::met::Standing;
pub use self::requirement::Requirement;
