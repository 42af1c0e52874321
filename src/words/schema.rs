//! Schemas of the crate's types for OpenAPI documents, derived from their declarations.
//!
//! utoipa's own derive would publish the whole documentation of each type, with its examples in Rust, and
//! does not know `serde_json::Map`. Here a schema has the first paragraph of the documentation, as text.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};
use utoipa::openapi::{
    RefOr, Schema,
    schema::{
        AdditionalProperties, AllOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder,
        SchemaFormat, SchemaType, Type,
    },
};

/// Schemas by the name of their component.
pub(crate) type Components = Vec<(String, RefOr<Schema>)>;

/// A type that a field of an entity can have.
pub(crate) trait FieldSchema {
    /// Returns the schema of the field, which is a reference for an entity.
    fn field() -> RefOr<Schema>;

    /// Returns the schema of a field that is omitted instead of being `null`.
    fn present() -> RefOr<Schema> {
        Self::field()
    }

    /// Collects the components that the schema refers to.
    fn collect(_: &mut Components) {}
}

/// A field of an entity.
pub(crate) struct FieldDeclaration {
    name: &'static str,
    attributes: &'static [&'static str],
    field: RefOr<Schema>,
    present: RefOr<Schema>,
}

impl FieldDeclaration {
    /// Creates a field from its name and the text of its attributes.
    pub(crate) fn of<T: FieldSchema>(
        name: &'static str,
        attributes: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            attributes,
            field: T::field(),
            present: T::present(),
        }
    }

    fn has(&self, word: &str) -> bool {
        let is_serde = |text: &&&str| text.trim_start().starts_with("serde");
        let mut serde = self.attributes.iter().filter(is_serde);
        serde.any(|text| text.contains(word))
    }

    /// Returns the name in JSON.
    fn renamed(&self) -> String {
        let rename = self.attributes.iter().find_map(|text| {
            let text = text.trim_start().strip_prefix("serde")?;
            text.split("rename").nth(1)?.split('"').nth(1)
        });
        rename.unwrap_or(self.name).to_owned()
    }
}

/// Returns the schema of an entity, from the text of its attributes and its fields.
pub(crate) fn object(attributes: &[&str], fields: Vec<FieldDeclaration>) -> RefOr<Schema> {
    let (flattened, fields): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|field| field.has("flatten"));
    let mut object = ObjectBuilder::new().schema_type(Type::Object);
    for field in fields {
        let name = field.renamed();
        let is_optional = field.has("skip_serializing_if");
        let description = description(field.attributes);
        let schema = if is_optional {
            field.present
        } else {
            object = object.required(&name);
            field.field
        };
        object = object.property(name, described(schema, description));
    }
    let description = description(attributes);
    if flattened.is_empty() {
        return object.description(description).into();
    }
    let mut all = AllOfBuilder::new().description(description);
    for field in flattened {
        all = all.item(field.field);
    }
    all.item(object).into()
}

/// Returns the schema of an enum that is a text, with its known values as examples: there may be others.
pub(crate) fn open_enum(attributes: &[&str], known: &[&str]) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(description(attributes))
        .examples(known.iter().copied())
        .into()
}

/// Returns the schema of an id. The ids that are UUIDs today are described as such.
pub(crate) fn id(attributes: &[&str]) -> RefOr<Schema> {
    let description = description(attributes);
    let is_uuid = description
        .as_ref()
        .is_some_and(|text| text.contains("UUID"));
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(is_uuid.then(|| SchemaFormat::Custom("uuid".to_owned())))
        .description(description)
        .into()
}

/// Adds a description to a schema.
fn described(schema: RefOr<Schema>, description: Option<String>) -> RefOr<Schema> {
    let Some(text) = description else {
        return schema;
    };
    match schema {
        RefOr::Ref(mut reference) => {
            reference.description = text;
            RefOr::Ref(reference)
        }
        RefOr::T(Schema::Object(mut object)) => {
            object.description = Some(text);
            object.into()
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.description = Some(text);
            RefOr::T(Schema::Array(array))
        }
        RefOr::T(Schema::OneOf(mut one_of)) => {
            one_of.description = Some(text);
            RefOr::T(Schema::OneOf(one_of))
        }
        other @ RefOr::T(_) => other,
    }
}

/// Returns the first paragraph of the documentation among the attributes, without the syntax of links.
fn description(attributes: &[&str]) -> Option<String> {
    let lines = attributes.iter().filter_map(|text| {
        let text = text.trim_start().strip_prefix("doc")?;
        let (start, end) = (text.find('"')?, text.rfind('"')?);
        text.get(start + 1..end)
    });
    let lines = lines.map(str::trim).take_while(|line| !line.is_empty());
    let text = lines.collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| without_links(&text).replace("\\\"", "\""))
}

/// Replaces `[text](target)` and `[text]` by `text`.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        plain.push_str(before);
        let (label, after) = link.split_once(']').unwrap_or((link, ""));
        plain.push_str(label);
        let target = after.strip_prefix('(').and_then(|it| it.split_once(')'));
        rest = target.map_or(after, |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

/// Returns a schema that `null` matches as well.
fn nullable(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            if let SchemaType::Type(known) = object.schema_type {
                object.schema_type = SchemaType::Array(vec![known, Type::Null]);
            }
            object.into()
        }
        other => OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Null))
            .item(other)
            .into(),
    }
}

macro_rules! primitives {
    ($($ty:ty => $schema_type:ident $(, $format:literal)?;)*) => {$(
        impl FieldSchema for $ty {
            fn field() -> RefOr<Schema> {
                let format: &[&str] = &[$($format)?];
                let format = format.first().map(|it| SchemaFormat::Custom((*it).to_owned()));
                ObjectBuilder::new().schema_type(Type::$schema_type).format(format).into()
            }
        }
    )*};
}

primitives! {
    String => String;
    bool => Boolean;
    i64 => Integer, "int64";
    u64 => Integer, "int64";
    u32 => Integer, "int32";
    f64 => Number, "double";
}

impl FieldSchema for Value {
    fn field() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::AnyValue)
            .into()
    }
}

impl FieldSchema for Map<String, Value> {
    fn field() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true)))
            .into()
    }
}

impl<T: FieldSchema> FieldSchema for Option<T> {
    fn field() -> RefOr<Schema> {
        nullable(T::field())
    }

    fn present() -> RefOr<Schema> {
        T::field()
    }

    fn collect(components: &mut Components) {
        T::collect(components);
    }
}

impl<T: FieldSchema> FieldSchema for Vec<T> {
    fn field() -> RefOr<Schema> {
        ArrayBuilder::new().items(T::field()).into()
    }

    fn collect(components: &mut Components) {
        T::collect(components);
    }
}

macro_rules! maps {
    ($($Map:ident)*) => {$(
        impl<K, T: FieldSchema> FieldSchema for $Map<K, T> {
            fn field() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::Object)
                    .additional_properties(Some(T::field()))
                    .into()
            }

            fn collect(components: &mut Components) {
                T::collect(components);
            }
        }
    )*};
}

maps! { BTreeMap HashMap }

/// Implements utoipa's traits for an entity, from its attributes and its fields with theirs.
macro_rules! object_schema {
    ($name:ident [$($meta:meta),* $(,)?] { $([$($fmeta:meta),* $(,)?] $field:ident: $ty:ty,)* }) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                use $crate::words::schema::{FieldDeclaration, object};
                object(&[$(stringify!($meta)),*], vec![$(
                    FieldDeclaration::of::<$ty>(stringify!($field), &[$(stringify!($fmeta)),*]),
                )*])
            }
        }

        $crate::words::schema::component! { $name {
            $(<$ty as $crate::words::schema::FieldSchema>::collect(components);)*
        } components }
    };
}

/// Makes a type with a schema a component that fields refer to. The block collects the components that its
/// schema refers to.
macro_rules! component {
    ($name:ident $collect:block $components:ident) => {
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schemas($components: &mut $crate::words::schema::Components) $collect
        }

        impl $crate::words::schema::FieldSchema for $name {
            fn field() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::Ref::from_schema_name(stringify!($name)).into()
            }

            fn collect(components: &mut $crate::words::schema::Components) {
                let schema = <Self as utoipa::PartialSchema>::schema();
                components.push((stringify!($name).to_owned(), schema));
                <Self as utoipa::ToSchema>::schemas(components);
            }
        }
    };
}

/// Implements utoipa's traits for a type that is a text, and whose schema is written out in fields.
macro_rules! text_schema {
    ($name:ident: $schema:expr) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $schema
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        impl $crate::words::schema::FieldSchema for $name {
            fn field() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $schema
            }
        }
    };
}

pub(crate) use component;
pub(crate) use object_schema;
pub(crate) use text_schema;
