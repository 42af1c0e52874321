//! Shapes: what a part of a seed can be.

/// What a value of a seed can be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Text,
    /// A text that no message repeats.
    Secret,
    Uuid,
    Boolean,
    /// An integer that is not less than this.
    Integer(i64),
    /// An object with any members.
    AnyObject,
    Texts,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list of some of these texts.
    SomeOf(&'static [&'static str]),
    Object(&'static Object),
    List(&'static Object),
    /// A list whose items are objects, or only their names.
    ListOrNames(&'static Object),
    /// A setting of PropelAuth that the emulator does not emulate, with the reason.
    NotEmulated(&'static str),
}

/// An object, by its fields.
#[derive(Debug)]
pub(super) struct Object {
    /// The object with its article, such as "a user".
    pub(super) what: &'static str,
    pub(super) fields: &'static [Field],
    /// Fields of which exactly one is given.
    pub(super) one_of: &'static [&'static str],
}

/// A field of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) is_required: bool,
    /// Sentences for the schema and the documentation.
    pub(super) about: &'static str,
}

impl Field {
    pub(super) const fn required(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self {
            name,
            shape,
            is_required: true,
            about,
        }
    }

    pub(super) const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self {
            name,
            shape,
            is_required: false,
            about,
        }
    }

    /// Returns a field that is known and always an error.
    pub(super) const fn not_emulated(name: &'static str, reason: &'static str) -> Self {
        Self::optional(name, Shape::NotEmulated(reason), "")
    }

    pub(super) const fn is_emulated(&self) -> bool {
        !matches!(self.shape, Shape::NotEmulated(_))
    }
}

impl Object {
    /// Returns the fields that a seed may have.
    pub(super) fn emulated(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|field| field.is_emulated())
    }
}
