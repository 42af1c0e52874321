//! Every code with its texts: each variant of each error as a sample, compared with reviewed files.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path, time::Duration};

use crate::{
    AnyRefusal, Delivery, Denied, EnvironmentsError, Error, Forbidden, InitError, InvalidApiKey,
    InvalidToken, KeyError, MalformedCredential, MalformedHeader, Misconfigured, MissingStepUp,
    NoEnvironment, Requirement, TooMany, Unauthorized, UnexpectedCredential, Unreachable,
    UnspecifiedOrg,
    access::EXPLANATIONS,
    api::{FieldErrors, NotFound, VerifyTotpChallengeRefusal},
    call::DecodeError,
    client::CircuitOpen,
    explanation, explanations,
    testing::{TestOrg, TestUser},
    webhook::WebhookError,
};

/// The files that assign codes.
const SOURCES: [&str; 3] = [
    include_str!("access/codes.rs"),
    include_str!("propel_auth/codes.rs"),
    include_str!("call/error/code.rs"),
];

/// Returns a denial for every code.
fn denials() -> Vec<Denied> {
    let teams = TestOrg::new("Teams").permission("Admin", "read");
    let user = TestUser::new("a@b.c").in_org(&teams, "Admin").user();
    let lacking = |requirement| user.authorize(teams.org_id(), &requirement).unwrap_err();
    let step_up = |problem| {
        let action_type = "DELETE_ORG".to_owned();
        Unauthorized::StepUpRequired {
            action_type,
            problem,
        }
        .into()
    };
    let unspecified = |problem| Forbidden::OrgUnspecified(problem).into();
    let unreachable = |what| Denied::Unreachable {
        what,
        retry_after: Duration::from_secs(1),
    };
    let too_many = |what| Denied::TooManyRequests {
        what,
        retry_after: Duration::from_secs(13),
    };
    vec![
        Unauthorized::NoCredentials.into(),
        MalformedHeader::MultipleHeaders.into(),
        MalformedHeader::InvalidBytes.into(),
        MalformedHeader::NotOneToken.into(),
        MalformedCredential::Ambiguous(
            "the header Authorization".into(),
            "the cookie \"a\"".into(),
        )
        .into(),
        MalformedCredential::Repeated("the cookie \"a\"".into()).into(),
        MalformedCredential::NotOneToken("the cookie \"a\"".into()).into(),
        InvalidToken::NotAnAccessToken(UnexpectedCredential::Nothing).into(),
        InvalidToken::NotAnAccessToken(UnexpectedCredential::Placeholder).into(),
        InvalidToken::NotAnAccessToken(UnexpectedCredential::Quoted).into(),
        InvalidToken::NotAnAccessToken(UnexpectedCredential::ApiKey).into(),
        InvalidToken::NotAnAccessToken(UnexpectedCredential::OpaqueToken).into(),
        InvalidToken::NotAnAccessToken(UnexpectedCredential::EncryptedToken).into(),
        InvalidToken::NotCompactJws.into(),
        InvalidToken::Header("the algorithm is \"HS256\", and only RS256 is accepted".into())
            .into(),
        InvalidToken::Signature.into(),
        InvalidToken::Claims("missing field `user_id`".into()).into(),
        InvalidToken::Issuer {
            found: "https://auth.other.com".into(),
            expected: "https://auth.example.com".into(),
        }
        .into(),
        InvalidToken::Audience {
            found: vec![],
            expected: "https://api.example.com".into(),
        }
        .into(),
        InvalidToken::Expired.into(),
        InvalidToken::NotYetValid.into(),
        InvalidToken::Inactive.into(),
        InvalidToken::Stale(crate::access::freshness::Cause::RoleChanged).into(),
        InvalidApiKey::Unknown.into(),
        InvalidApiKey::NotAKey.into(),
        InvalidApiKey::UserDisabled.into(),
        InvalidApiKey::IntegrationKey.into(),
        InvalidApiKey::NotAccepted.into(),
        unspecified(UnspecifiedOrg::NotInRequest(
            "there must be exactly one header \"x-org\", in visible ASCII".into(),
        )),
        unspecified(UnspecifiedOrg::NoPathParameter(
            "there must be exactly one path parameter \"org_id\" here; there are [\"id\"]".into(),
        )),
        unspecified(UnspecifiedOrg::NoActiveOrg),
        user.authorize(" ", &Requirement::member()).unwrap_err(),
        user.authorize("acme", &Requirement::member()).unwrap_err(),
        Forbidden::AmbiguousOrgName("Acme".into()).into(),
        Forbidden::OrgNameNotUnique {
            name: "Acme Inc".into(),
            url_safe_org_name: "acme-inc-2".into(),
        }
        .into(),
        Forbidden::OtherOrigin("no Sec-Fetch-Site; Origin \"https://evil.example\"".into()).into(),
        Forbidden::Impersonated.into(),
        step_up(MissingStepUp::NoGrant),
        step_up(MissingStepUp::MalformedGrant),
        step_up(MissingStepUp::GrantNotFound),
        Forbidden::KeyWithoutStepUp {
            action_type: "DELETE_ORG".into(),
        }
        .into(),
        Forbidden::InsufficientScope {
            required: vec!["notes:write".into()],
            granted: vec!["notes:read".into()],
        }
        .into(),
        Forbidden::UnclearKeyOwner.into(),
        Forbidden::KeyUserNotInOrg("o-1".into()).into(),
        Forbidden::NotAUser("o-1".into()).into(),
        Forbidden::KeyOfAnotherOrg("o-2".into()).into(),
        Forbidden::KeyWithoutUser {
            org_id: "o-1".into(),
            requirement: Requirement::role("Owner"),
        }
        .into(),
        lacking(Requirement::role("Owner")),
        lacking(Requirement::minimum_role("Owner")),
        lacking(Requirement::permission("write")),
        lacking(Requirement::all_permissions(["read", "write"])),
        lacking(Requirement::any_role(["Owner", "Auditor"])),
        lacking(Requirement::any_permission(["pay", "write"])),
        lacking(Requirement::role("Owner").or(Requirement::permission("write"))),
        lacking(Requirement::all_permissions(["read"]).and(Requirement::minimum_role("Owner"))),
        Denied::Unavailable {
            retry_after: Duration::from_secs(1),
        },
        unreachable(Unreachable::Membership),
        unreachable(Unreachable::ApiKey),
        unreachable(Unreachable::Introspection),
        unreachable(Unreachable::StepUpGrant),
        unreachable(Unreachable::Fleet),
        Denied::TokenTooLong {
            len: 20_000,
            max_token_len: 16_384,
        },
        too_many(TooMany::ApiKeyUses),
        too_many(TooMany::StepUpGrants),
        NoEnvironment::NoHost.into(),
        NoEnvironment::SeveralHosts.into(),
        NoEnvironment::MalformedHost("a b".into()).into(),
        NoEnvironment::UnknownHost("192.0.2.1".into()).into(),
        NoEnvironment::UnknownPath("/asia/orders".into()).into(),
        NoEnvironment::AmbiguousPath("/eu//orders".into()).into(),
        Misconfigured::NoMcpMiddleware(
            "The argument `McpCaller` of the handler of POST \"/mcp\"".into(),
        )
        .into(),
        Misconfigured::IntrospectionRejected.into(),
        Misconfigured::IntegrationKeyRejected.into(),
        Misconfigured::StepUpNotIncluded.into(),
        Misconfigured::StepUpNotAwaited.into(),
        Misconfigured::StepUpWhileRouting("InOrg".into()).into(),
        Misconfigured::NoMiddleware("InOrg".into()).into(),
        Misconfigured::LiveWhileRouting("InOrg".into()).into(),
        Misconfigured::NoGuard(
            "The argument `OrgMemberInfo` of the handler of GET \"/orgs/{org_id}\"".into(),
        )
        .into(),
    ]
}

/// Returns a start-up failure for every code.
fn init_errors() -> Vec<InitError> {
    vec![
        InitError::MissingVariable("PROPELAUTH_AUTH_URL"),
        InitError::MalformedVariable("PROPELAUTH_AUTH_URL"),
        InitError::Variable {
            name: "PROPELAUTH_API_KEY",
            problem: "in quotes, which `docker --env-file` and others keep: write it without them"
                .into(),
        },
        InitError::Setting {
            name: "request_timeout",
            problem: "zero, so that every call would fail: 10 seconds are the default".into(),
        },
        InitError::InvalidFlag("PROPELAUTH_EMULATOR"),
        InitError::AuthUrl {
            url: "https://auth.example.com".into(),
            reason: "it has a path, query or fragment: write https://auth.example.com".into(),
        },
        InitError::BaseUrl {
            url: "https://propelauth-api.com".into(),
            reason: "it has a query or fragment: leave that out".into(),
        },
        InitError::ApiKey("empty"),
        InitError::Issuer("empty"),
        InitError::Audience,
        InitError::Realm("a\"b".into()),
        KeyError::NotPem("malformed framing".into()).into(),
        KeyError::PrivateKey.into(),
        KeyError::OtherPem("CERTIFICATE".into()).into(),
        KeyError::NotRsa.into(),
        KeyError::Size(1024).into(),
        KeyError::Exponent.into(),
        KeyError::Roca.into(),
        InitError::DevelopmentKey,
        InitError::PublishedKey {
            host: "emulator".into(),
        },
        InitError::EmulatorInProduction {
            url: "https://auth.example.com".into(),
        },
        InitError::NoVerifierKey,
        InitError::InvalidApiKey,
        InitError::MissingTls,
        InitError::UnknownAuthUrl,
        InitError::Unreachable("GET /x at https://propelauth-api.com: no connection".into()),
        InitError::Fetch("the response has neither `verifier_key_pem` nor `public_key_pem`".into()),
        InitError::Fleet("the Redis server cannot be reached: Connection refused".into()),
        InitError::Client("the proxy's URL has no host".into()),
    ]
}

/// Returns a mistake in a list of environments for every code.
fn environments_errors() -> Vec<EnvironmentsError> {
    vec![
        EnvironmentsError::Empty,
        EnvironmentsError::SameIssuer {
            issuer: "http://127.0.0.1:9100".into(),
            other: "http://localhost:9100".into(),
        },
        EnvironmentsError::Host {
            host: "*.example.com".into(),
            problem: "a pattern, and hosts are compared as a whole: write each of them",
        },
        EnvironmentsError::SameHost("eu.example.com".into()),
        EnvironmentsError::Prefix {
            prefix: "eu".into(),
            problem: "without a slash at the beginning: write a prefix such as `/eu`",
        },
        EnvironmentsError::SamePrefix("/eu".into()),
    ]
}

/// Returns a failed call for every code.
fn call_errors() -> Vec<Error<AnyRefusal>> {
    let operation = || Some("GET /x at https://propelauth-api.com".into());
    let source = || Some("GET /x at https://propelauth-api.com: Connection refused".into());
    let decode_error = serde_json::from_str::<String>("1").unwrap_err();
    vec![
        Error::Refused(NotFound::NotFound.into()),
        Error::Refused(VerifyTotpChallengeRefusal::IncorrectCode.into()),
        Error::BadRequest(FieldErrors::read(br#"{"email": ["Invalid email"]}"#)),
        Error::InvalidArgument {
            argument: "user_id".into(),
            reason: "it is empty",
        },
        Error::InvalidApiKey,
        Error::RateLimited {
            retry_after: None,
            source: operation(),
        },
        Error::PayloadTooLarge,
        Error::OrgsNotEnabled,
        Error::Unavailable {
            delivery: Delivery::NotSent,
            status: None,
            retry_after: None,
            source: source(),
        },
        Error::Unavailable {
            delivery: Delivery::NotSent,
            status: None,
            retry_after: None,
            source: Some(Box::new(CircuitOpen {
                wait: Duration::from_secs(5),
                failures: 5,
            })),
        },
        Error::Timeout {
            after: Duration::from_secs(10),
            source: source(),
        },
        Error::Tls {
            source: "GET /x at https://propelauth-api.com: invalid peer certificate".into(),
        },
        Error::MissingTls,
        Error::Protocol {
            source: "GET /x at https://propelauth-api.com: a header is too long".into(),
        },
        Error::NoRuntime,
        Error::Redirect {
            status: 302,
            to: Some("https://example.com".into()),
            source: operation(),
        },
        Error::ResponseTooLarge {
            limit: 1024,
            source: operation(),
        },
        Error::Decode(DecodeError::new(&decode_error)),
        Error::UnexpectedStatus {
            status: 500,
            error_code: None,
            source: operation(),
        },
    ]
}

/// Returns what is wrong with a webhook or its secret for every code.
fn webhook_errors() -> Vec<(&'static str, String)> {
    use crate::webhook::WebhookSecretError as Secret;

    let errors = [
        WebhookError::MissingHeader("svix-id"),
        WebhookError::DuplicateHeader("svix-id"),
        WebhookError::BothFamilies,
        WebhookError::Id,
        WebhookError::TimestampText,
        WebhookError::Timestamp {
            off_by_s: -301,
            tolerance: Duration::from_secs(300),
        },
        WebhookError::Signature,
        WebhookError::Encoded,
        WebhookError::TooLarge(262_144),
        WebhookError::TooSlow,
        WebhookError::Body,
        WebhookError::NotAnEvent("it is not a JSON object (line 1, column 2)".into()),
        WebhookError::NoVerifier,
        WebhookError::PublishedSecret,
        WebhookError::Fleet("no connection".into()),
        WebhookError::InProgress,
        WebhookError::Handler("the database is away".into()),
        WebhookError::HandlerTooSlow,
    ];
    let secrets = [
        Secret::Missing,
        Secret::Variable("in quotes"),
        Secret::Empty,
        Secret::NotBase64,
        Secret::TooShort,
        Secret::Published,
    ];
    let errors = errors.iter().map(|it| (it.code(), it.to_string()));
    let secrets = secrets.iter().map(|it| (it.code(), it.to_string()));
    errors.chain(secrets).collect()
}

/// The codes of the samples, with their texts.
fn samples() -> Vec<(&'static str, String)> {
    let denials = denials().into_iter().map(|it| (it.code(), it.to_string()));
    let init = init_errors()
        .into_iter()
        .map(|it| (it.code(), it.to_string()));
    let environments = environments_errors()
        .into_iter()
        .map(|it| (it.code(), it.to_string()));
    let calls = call_errors()
        .into_iter()
        .map(|it| (it.code(), it.to_string()));
    let samples = denials
        .chain(init)
        .chain(environments)
        .chain(calls)
        .chain(webhook_errors());
    // The number of the organization depends on the tests before.
    let samples = samples.map(
        |(code, text)| match text.split_once("00000002-0000-4000-8000-") {
            Some((start, rest)) => (
                code,
                format!("{start}<org>{}", rest.get(12..).unwrap_or_default()),
            ),
            None => (code, text),
        },
    );
    samples.collect()
}

/// Returns the words in quotes that may be codes.
fn quoted_words(source: &str) -> impl Iterator<Item = &str> {
    let is_code = |text: &&str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    source.split('"').skip(1).step_by(2).filter(is_code)
}

#[test]
fn each_code_of_an_error_is_explained_and_each_explanation_is_reached() {
    let sampled: BTreeSet<_> = samples().into_iter().map(|(code, _)| code).collect();
    let [_, hints] = EXPLANATIONS;
    let hints: BTreeSet<_> = hints.iter().map(|one| one.code).collect();
    let explained: BTreeSet<_> = explanations().map(|one| one.code).collect();
    let of_errors: BTreeSet<_> = explained.difference(&hints).copied().collect();
    assert_eq!(sampled, of_errors, "samples, and explanations of errors");
    for source in SOURCES {
        let code_lines = source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code_lines.filter(|line| !line.contains("doc(alias")) {
            for word in quoted_words(line) {
                assert!(explanation(word).is_some(), "{word} is not explained");
            }
        }
    }
}

/// Compares a text with a file of the repository, or writes the file with `UPDATE_TEXTS=1`.
fn compare(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_TEXTS").is_some() {
        return fs::write(&path, text).unwrap();
    }
    let on_disk = fs::read_to_string(&path).unwrap_or_default();
    for (found, reviewed) in text.lines().zip(on_disk.lines()) {
        assert_eq!(
            found, reviewed,
            "{path:?}; review it, and run with UPDATE_TEXTS=1"
        );
    }
    assert_eq!(
        text, on_disk,
        "{path:?}; review it, and run with UPDATE_TEXTS=1"
    );
}

#[test]
fn each_text_is_the_reviewed_one() {
    let mut text = String::new();
    for (code, message) in samples() {
        assert!(!message.contains('\n'), "{code}: {message:?}");
        writeln!(text, "{code}\n    {message}").unwrap();
    }
    compare("tests/texts/errors.txt", &text);
}

#[test]
fn a_main_that_returns_a_start_up_failure_prints_what_why_and_the_code() {
    let refused = std::io::Error::from_raw_os_error(111);
    let unreachable = InitError::Unreachable(Box::new(Error::<NotFound>::Unavailable {
        delivery: Delivery::NotSent,
        status: None,
        retry_after: None,
        source: Some(refused.into()),
    }));
    let mut text = String::new();
    for error in init_errors().into_iter().chain([unreachable]) {
        let code = error.code();
        let (plain, debug, pretty) = (
            error.to_string(),
            format!("{error:?}"),
            format!("{error:#?}"),
        );
        assert!(
            debug.starts_with(&plain) && debug.ends_with(code),
            "{debug}"
        );
        assert!(pretty.starts_with("InitError {\n    code: "), "{pretty}");
        writeln!(text, "Error: {debug}\n").unwrap();
    }
    assert!(text.contains("  cause: PropelAuth is unavailable: Connection refused (os error 111)"));
    compare("tests/texts/main.txt", &text);
}

#[test]
fn the_table_of_codes_is_the_one_in_docs() {
    const INTRODUCTION: &str = "Codes of denials, of hints in their log lines, of start-up failures, of \
        failed calls and of webhooks. `Denied::code`, `InitError::code`, `Error::code` and `WebhookError::code` return them, log lines have them \
        in the fields `code` and `hint`, and `explanation(code)` returns what this table says. Generated: \
        change `explanations.rs`, and run the tests with `UPDATE_TEXTS=1`.\n";

    let mut text = format!("{INTRODUCTION}\n");
    let [denials, hints] = EXPLANATIONS;
    let calls = crate::call::EXPLANATIONS;
    let other = explanations().skip(denials.len() + hints.len());
    let init: Vec<_> = other
        .take_while(|one| Some(*one) != calls.first())
        .collect();
    for (title, rows) in [
        ("Denials", denials.iter().collect()),
        ("Hints", hints.iter().collect()),
        ("Start-up failures", init),
        ("Failed calls", calls.iter().collect::<Vec<_>>()),
        ("Webhooks", crate::webhook::EXPLANATIONS.iter().collect()),
    ] {
        writeln!(
            text,
            "## {title}\n\n| Code | What happened | Why | What to do |"
        )
        .unwrap();
        writeln!(text, "| --- | --- | --- | --- |").unwrap();
        for one in rows {
            let cells = [one.title, one.cause, one.remedy].map(|cell| cell.replace('|', "\\|"));
            writeln!(text, "| `{}` | {} |", one.code, cells.join(" | ")).unwrap();
        }
        text.push('\n');
    }
    compare("docs/codes.md", text.trim_end_matches('\n'));
}
