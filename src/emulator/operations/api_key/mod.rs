//! API keys, as the emulator keeps them.

mod fetch;
mod manage;
mod validate;
