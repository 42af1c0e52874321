//! Instructions of what every request pays for, each with a limit.
//!
//! ```text
//! benches/instructions/run
//! ```
//!
//! Counts repeat where times do not: the same program, input and machine give the same number.
//! Limits are a tenth above what was counted, so that a new compiler passes and a copy of the
//! claims does not.

use std::{hint::black_box, sync::OnceLock};

use actix_web::{App, HttpResponse, body::to_bytes, dev::Service, rt::System, test, web};
use actix_web_propelauth::{
    InOrgWithRole, PropelAuth, Requirement, User, org_id,
    testing::{self, AccessToken as _, AsUser as _, DEV_PUBLIC_KEY_PEM, TestOrg, TestUser},
};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use gungraun::prelude::*;
