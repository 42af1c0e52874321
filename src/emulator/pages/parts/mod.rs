//! Parts of pages: forms, fields, messages, and lists of people.

mod field;
mod form;
mod list;
mod note;
mod people;
mod problems;

pub(crate) use self::{
    field::{Field, checkbox, select},
    form::{button_form, form},
    list::{pager, search},
    note::{Tone, note},
    people::{Person, people},
    problems::Problems,
};
