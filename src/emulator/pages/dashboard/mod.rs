//! The dashboard: the emulator for the developer, as PropelAuth's dashboard and more.
//!
//! A screen shows a part of the state. Everything that it does is a row of `actions`, a request of the
//! emulator's own that is sent from a form: what a method of [`Emulator`](crate::emulator::Emulator) does
//! and what `/propelauth-dev/` does, a form does.

mod action;
mod actions;
mod form;
mod frame;
mod look;
mod navigation;
mod parts;
mod rows;
mod run;
mod screens;
mod shown;
mod text;

pub(super) use self::rows::ROWS;
