//! A list of people, each of whom is a button.

use maud::{Markup, html};

/// A person in a list.
#[derive(Debug)]
pub(crate) struct Person {
    /// The value of the button.
    pub(crate) value: String,
    pub(crate) name: String,
    /// Line by line.
    pub(crate) about: Vec<String>,
}

/// Returns a list of people. The form that it is part of is sent with the value of the one who is chosen.
pub(crate) fn people(field: &str, people: &[Person]) -> Markup {
    html! {
        ul.people {
            @for person in people {
                li {
                    button.person name=(field) value=(person.value) {
                        span.face aria-hidden="true" { (initial(&person.name)) }
                        span {
                            (person.name)
                            @for line in &person.about { small { (line) } }
                        }
                    }
                }
            }
        }
    }
}

fn initial(name: &str) -> String {
    name.chars()
        .find(|it| it.is_alphanumeric())
        .into_iter()
        .collect()
}
