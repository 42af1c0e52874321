//! The settings of the properties of users.
//!
//! They have the names of PropelAuth's Terraform provider.

use super::shape::{
    Field, Object,
    Shape::{Boolean, Integer, List, Object as One, OneOf, Text, Texts},
};

const SAML: &str = "the identity provider of the emulator tells no properties";
const PICTURE: &str = "access tokens of the emulator have no picture";

pub(super) const USER_PROPERTIES: Object = Object {
    what: "the properties of users",
    one_of: &[],
    fields: &[
        Field::optional(
            "name_property",
            One(&BASIC),
            "The first and the last name. By default, they are in access tokens.",
        ),
        Field::optional(
            "username_property",
            One(&USERNAME),
            "The username. By default, it is in access tokens.",
        ),
        Field::optional(
            "metadata_property",
            One(&BASIC),
            "The metadata. By default, it is in access tokens.",
        ),
        Field::not_emulated("picture_url_property", PICTURE),
        Field::optional(
            "phone_number_property",
            One(&PHONE_NUMBER),
            "The property `phone_number`. By default, there is none.",
        ),
        Field::optional(
            "tos_property",
            One(&TOS),
            "The property `tos`: the agreement to the terms of service. By default, there is none.",
        ),
        Field::optional(
            "referral_source_property",
            One(&REFERRAL_SOURCE),
            "The property `referral_source`. By default, there is none.",
        ),
        Field::optional(
            "custom_properties",
            List(&CUSTOM),
            "Properties of the project's own. By default, none.",
        ),
    ],
};

const IN_JWT: Field = Field::optional(
    "in_jwt",
    Boolean,
    "Whether it is in access tokens. By default, `true`.",
);
const NOT_IN_JWT: Field = Field::optional(
    "in_jwt",
    Boolean,
    "Whether it is in access tokens. By default, `false`.",
);
const REQUIRED: Field = Field::optional(
    "required",
    Boolean,
    "Whether a login ends only once it is given. By default, `true`.",
);
const REQUIRED_BY: Field = Field::optional(
    "required_by",
    Integer(0),
    "Since when, as a Unix timestamp in seconds: accounts that were created before need no value. By default, 0.",
);
const WRITABLE: &[&str] = &["Write", "Read", "WriteIfUnset"];
const ONCE: Field = Field::optional(
    "user_writable",
    OneOf(WRITABLE),
    "How often users may set it. By default, `WriteIfUnset`.",
);
const HIDDEN: Field = Field::optional(
    "show_in_account",
    Boolean,
    "Whether the account page shows it. By default, `false`.",
);
const DISPLAY_NAME: Field =
    Field::optional("display_name", Text, "The name of the field on pages.");
const VIA_SAML: Field = Field::not_emulated("collect_via_saml", SAML);

const BASIC: Object = Object {
    what: "a property",
    one_of: &[],
    fields: &[IN_JWT, VIA_SAML],
};

const USERNAME: Object = Object {
    what: "the username",
    one_of: &[],
    fields: &[IN_JWT, DISPLAY_NAME],
};

const PHONE_NUMBER: Object = Object {
    what: "the phone number",
    one_of: &[],
    fields: &[
        DISPLAY_NAME,
        NOT_IN_JWT,
        REQUIRED,
        REQUIRED_BY,
        ONCE,
        HIDDEN,
        VIA_SAML,
    ],
};

const TOS: Object = Object {
    what: "the terms of service",
    one_of: &[],
    fields: &[
        NOT_IN_JWT,
        REQUIRED,
        REQUIRED_BY,
        Field::optional(
            "user_writable",
            OneOf(WRITABLE),
            "How often users may set it. By default, `Write`.",
        ),
        Field::optional(
            "tos_links",
            List(&TOS_LINK),
            "The documents that users agree to. By default, none.",
        ),
    ],
};

const TOS_LINK: Object = Object {
    what: "a document",
    one_of: &[],
    fields: &[
        Field::required("name", Text, "The name."),
        Field::required("url", Text, "The URL."),
    ],
};

const REFERRAL_SOURCE: Object = Object {
    what: "the referral source",
    one_of: &[],
    fields: &[
        DISPLAY_NAME,
        IN_JWT,
        REQUIRED,
        REQUIRED_BY,
        ONCE,
        HIDDEN,
        Field::optional(
            "options",
            Texts,
            "The choices. By default, five common ones.",
        ),
        VIA_SAML,
    ],
};

const CUSTOM: Object = Object {
    what: "a custom property",
    one_of: &[],
    fields: &[
        Field::required("name", Text, "The name in `properties` of a user."),
        Field::required("display_name", Text, "The name of the field on pages."),
        Field::required(
            "field_type",
            OneOf(&[
                "Checkbox", "Date", "Enum", "Integer", "Json", "LongText", "Text", "Toggle", "Url",
            ]),
            "What values it has.",
        ),
        Field::optional("enum_values", Texts, "The choices of an `Enum`."),
        IN_JWT,
        REQUIRED,
        REQUIRED_BY,
        Field::optional(
            "user_writable",
            OneOf(WRITABLE),
            "How often users may set it. By default, `Write`.",
        ),
        Field::optional(
            "collect_on_signup",
            Boolean,
            "Whether the sign-up page asks for it. By default, `true`.",
        ),
        Field::optional(
            "show_in_account",
            Boolean,
            "Whether the account page shows it. By default, `true`.",
        ),
        Field::not_emulated(
            "is_user_facing",
            "`show_in_account` decides what the account page shows",
        ),
        VIA_SAML,
    ],
};
