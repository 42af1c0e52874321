//! The properties of users: which there are, who may change them, and which of them tokens have.
//!
//! The names are those of PropelAuth's Terraform provider.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::emulator::state::{UserRecord, date};

/// All settings of properties. Without any, users may have whatever properties they like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UserProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name_property: Option<BasicProperty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username_property: Option<BasicProperty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) metadata_property: Option<BasicProperty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number_property: Option<PresetProperty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tos_property: Option<PresetProperty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) referral_source_property: Option<PresetProperty>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) custom_properties: Vec<CustomProperty>,
}

/// A property that has a place of its own in every user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BasicProperty {
    #[serde(default = "yes")]
    pub(crate) in_jwt: bool,
    /// Of usernames only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) display_name: Option<String>,
}

/// A property that PropelAuth knows. What is not set has a default that depends on the property.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PresetProperty {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) in_jwt: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) required_by: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) show_in_account: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_writable: Option<UserWritable>,
    /// Of the referral source only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) options: Option<Vec<String>>,
    /// Of the terms of service only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tos_links: Vec<TosLink>,
}

/// A document that users agree to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TosLink {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// A property of the project's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomProperty {
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) field_type: FieldType,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) enum_values: Vec<String>,
    #[serde(default = "yes")]
    pub(crate) in_jwt: bool,
    #[serde(default = "yes")]
    pub(crate) required: bool,
    /// As a Unix timestamp in seconds: accounts that were created before it need no value.
    #[serde(default)]
    pub(crate) required_by: i64,
    #[serde(default)]
    pub(crate) user_writable: UserWritable,
    #[serde(default = "yes")]
    pub(crate) collect_on_signup: bool,
    #[serde(default = "yes")]
    pub(crate) show_in_account: bool,
}

/// How often users may set a property.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum UserWritable {
    #[default]
    Write,
    Read,
    WriteIfUnset,
}

/// What values a property has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FieldType {
    Checkbox,
    Date,
    Enum,
    Integer,
    Json,
    LongText,
    Text,
    Toggle,
    Url,
}

fn yes() -> bool {
    true
}

/// The options of a referral source without any of its own.
const REFERRAL_SOURCES: [&str; 5] = [
    "Search engine",
    "Recommendation",
    "Social media",
    "Blog post",
    "Other",
];

impl UserProperties {
    /// Returns all properties that are in `properties` of a user, the known ones as custom ones.
    pub(crate) fn all(&self) -> Vec<CustomProperty> {
        let presets = [
            (
                &self.phone_number_property,
                "phone_number",
                "Phone number",
                FieldType::Text,
                false,
            ),
            (
                &self.tos_property,
                "tos",
                "I agree to the terms of service",
                FieldType::Checkbox,
                false,
            ),
            (
                &self.referral_source_property,
                "referral_source",
                "How did you hear about us?",
                FieldType::Enum,
                true,
            ),
        ];
        let presets =
            presets
                .into_iter()
                .filter_map(|(preset, name, display_name, field_type, in_jwt)| {
                    let preset = preset.as_ref()?;
                    let options = preset.options.clone();
                    let options = options.filter(|options| !options.is_empty());
                    let writable = match name {
                        "tos" => UserWritable::Write,
                        _ => UserWritable::WriteIfUnset,
                    };
                    Some(CustomProperty {
                        name: name.to_owned(),
                        display_name: (preset.display_name.clone())
                            .unwrap_or_else(|| display_name.to_owned()),
                        field_type,
                        enum_values: options
                            .unwrap_or_else(|| REFERRAL_SOURCES.map(str::to_owned).to_vec()),
                        in_jwt: preset.in_jwt.unwrap_or(in_jwt),
                        required: preset.required.unwrap_or(true),
                        required_by: preset.required_by.unwrap_or(0),
                        user_writable: preset.user_writable.unwrap_or(writable),
                        collect_on_signup: true,
                        show_in_account: preset.show_in_account.unwrap_or(false),
                    })
                });
        presets
            .chain(self.custom_properties.iter().cloned())
            .collect()
    }

    /// Returns the properties that a user has to fill in before the login is finished.
    pub(crate) fn missing(&self, user: &UserRecord) -> Vec<CustomProperty> {
        let mut all = self.all();
        all.retain(|property| {
            property.required
                && property.user_writable != UserWritable::Read
                && user.metadata.created_at >= property.required_by
                && !property.is_given(value_of(user, &property.name))
        });
        all
    }

    /// Returns the code and the reason if a user cannot set a property to a value. `user` is `None` at
    /// sign-up.
    pub(crate) fn check(
        &self,
        user: Option<&UserRecord>,
        name: &str,
        value: &Value,
    ) -> Result<(), (&'static str, String)> {
        let all = self.all();
        if all.is_empty() {
            return Ok(());
        }
        let Some(property) = all.iter().find(|property| property.name == name) else {
            return Err(("unknown", "There is no such property".to_owned()));
        };
        let old = user.and_then(|user| value_of(user, name));
        if old == Some(value) {
            return Ok(());
        }
        let is_given = property.is_given(old);
        match property.user_writable {
            UserWritable::Read => {
                return Err(("not_writable", "You cannot change this".to_owned()));
            }
            UserWritable::WriteIfUnset if is_given => {
                return Err(("not_writable", "You can set this only once".to_owned()));
            }
            UserWritable::Write | UserWritable::WriteIfUnset => {}
        }
        if value.is_null() {
            return match property.required && is_given {
                true => Err(("required", "This is required".to_owned())),
                false => Ok(()),
            };
        }
        property.check(value).map_err(|why| ("invalid", why))
    }

    /// Returns the properties that are part of access tokens.
    pub(crate) fn in_jwt(&self, properties: &Map<String, Value>) -> Map<String, Value> {
        let all = self.all();
        let is_hidden = |name: &str| all.iter().any(|it| it.name == name && !it.in_jwt);
        let shown = properties.iter().filter(|(name, _)| !is_hidden(name));
        shown
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Returns the reason if a setting is invalid.
    pub(super) fn check_settings(&self) -> Result<(), String> {
        let mut names = BTreeSet::new();
        for property in self.all() {
            let name = &property.name;
            if name.is_empty() {
                return Err("a custom property has no name".to_owned());
            }
            if !names.insert(name.clone()) {
                return Err(format!("the property {name:?} is listed twice"));
            }
            if property.field_type == FieldType::Enum && property.enum_values.is_empty() {
                return Err(format!(
                    "the property {name:?} is an Enum and has no enum_values"
                ));
            }
        }
        Ok(())
    }
}

/// Returns the value of a property of a user.
fn value_of<'u>(user: &'u UserRecord, name: &str) -> Option<&'u Value> {
    user.metadata.properties.as_ref()?.get(name)
}

impl CustomProperty {
    /// Returns `true` if a value counts as one. A box that is not checked is none, because it is an
    /// agreement.
    fn is_given(&self, value: Option<&Value>) -> bool {
        match value {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(Value::Bool(is_checked)) => *is_checked || self.field_type != FieldType::Checkbox,
            Some(_) => true,
        }
    }

    /// Returns the reason if this cannot be the value.
    fn check(&self, value: &Value) -> Result<(), String> {
        if self.required && !self.is_given(Some(value)) {
            return Err("This is required".to_owned());
        }
        let is_empty = value.as_str() == Some("");
        let text = value.as_str();
        let (is_valid, what) = match self.field_type {
            FieldType::Checkbox | FieldType::Toggle => (value.is_boolean(), "yes or no"),
            FieldType::Integer => (value.as_i64().is_some(), "a whole number"),
            FieldType::Json => (true, ""),
            FieldType::LongText | FieldType::Text => (text.is_some(), "a text"),
            FieldType::Date => (
                text.is_some_and(|text| date::read(text).is_some()),
                "a day, written as YYYY-MM-DD",
            ),
            FieldType::Url => (text.is_some_and(|text| Url::parse(text).is_ok()), "a URL"),
            FieldType::Enum => (
                text.is_some_and(|text| self.enum_values.iter().any(|it| it == text)),
                "one of the choices",
            ),
        };
        match is_valid || is_empty {
            true => Ok(()),
            false => Err(format!("This is {what}")),
        }
    }
}

#[cfg(test)]
mod tests;
