# The steps of .ci/run: a function for each row of its table, run in the repository's root.
# shellcheck shell=bash

format() {
    local package
    for package in . fuzz benches/{compare,instructions,parts} examples/{integrations,observability,starter} \
        tests/{api_snapshot,grammars,jury,structure} tests/unification/*/; do
        cargo fmt --check --manifest-path "$package/Cargo.toml"
    done
}

locks() { .ci/locks --check; }

# Words that the writing rules in CONTRIBUTING.md replace with standard ones.
prose() {
    local words='\b(Tells|anew|[Ww]hoever|[Nn]obody|[Ss]omebody|[Ee]verybody|e-mail|of use|licence)\b|seconds since 1970|By default [^,]'
    if grep -rnE "^\s*//[/!].*($words)" src ||
        grep -nE "$words" ./*.md docs/*.md tests/README.md tests/*/README.md conformance/README.md fuzz/README.md; then
        echo "see \"Rules for prose\" in CONTRIBUTING.md" >&2
        return 1
    fi
    .ci/doc-lines
}

clippy() {
    cargo clippy --locked --all-targets --all-features -- -D warnings
    cargo clippy --locked --all-targets --manifest-path benches/parts/Cargo.toml \
        --target-dir "${CARGO_TARGET_DIR:-target}" -- -D warnings
}

features() {
    local features
    for features in "" rustls rustls-native-roots openssl test-util utoipa emulator audit metrics mcp redis cli \
        metrics,redis rustls,rustls-native-roots openssl,emulator rustls-native-roots,openssl; do
        echo "--- features: ${features:-none}"
        cargo clippy --quiet --locked --lib --no-default-features --features "$features" -- -D warnings
    done
}

without_tls() { cargo test --locked --quiet --no-default-features --lib propel_auth::build; }

msrv() { .ci/msrv; }

deny() { .ci/deny; }

# The page of `Call` has to begin with the methods that all calls have.
docs() {
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --all-features
    local first
    first=$(grep -oE "id=\"impl-Call[^\"]*\"" "${CARGO_TARGET_DIR:-target}/doc/actix_web_propelauth/struct.Call.html" | head -1)
    [[ $first == *",+E%3E"* ]] || { echo "the page of Call begins with $first" >&2; return 1; }
}

# As it would be published, and built from what would be published. CHANGES.md has to have a section
# with a date for the version.
package() {
    local version
    version=$(cargo metadata --locked --no-deps --format-version 1 | sed 's/.*"version":"\([^"]*\)".*/\1/')
    grep -qE "^## ${version//./\\.} \([0-9]{4}-[0-9]{2}-[0-9]{2}\)$" CHANGES.md || {
        echo "CHANGES.md has no section \`## $version (YYYY-MM-DD)\`" >&2
        return 1
    }
    cargo publish --dry-run --locked --allow-dirty --quiet
}

weight() { tests/weight/run; }

examples() { tests/examples/run; }

examples_integrations() { tests/examples/run --integrations; }

examples_starter() { tests/examples/starter; }

stopwatch() { tests/stopwatch/run; }

examples_observability() {
    local manifest=examples/observability/Cargo.toml example
    for example in tracing_actix_web prometheus opentelemetry; do
        echo "--- $example"
        cargo run --locked --quiet --manifest-path "$manifest" --bin "$example" -- --check >/dev/null
    done
}

structure() { tests/structure/run; }

api_snapshot() { tests/api_snapshot/run; }

fuzz() { fuzz/smoke; }

unification() { tests/unification/run; }

instructions() { benches/instructions/run; }

grammars() { tests/grammars/run; }

jury() { tests/jury/run; }

container() { tests/container/run; }

sdks() { conformance/run; }

mcp() { conformance/mcp/run; }

browsers() { conformance/browser/run; }

# The server is installed, so that nothing is skipped. Every feature, because the next step then needs no
# build of its own.
fleet() {
    cargo test --locked --all-features --lib -- fleet:: propel_auth::
    cargo test --locked --all-features --test fleet -- --nocapture
    cargo run --locked --all-features --example revocation
}

# `tests` runs everything else, and running it again with three more features would take as long and
# find nothing new: `audit` and `cli` add these modules and the tests of the program, `openssl` replaces the
# TLS below `client`, and examples in the documentation are the only other thing that sees a feature.
tests_more_features() {
    cargo test --locked --all-features --lib -- access::mcp:: audit:: observe:: supported fuzzing:: emulator::control::tests emulator::cli emulator::proxy client:: call:: propel_auth::build
    cargo test --locked --all-features --test it -- access::mcp:: audit:: observe:: emulator::cli emulator::doctor client:: openapi::
    cargo test --locked --all-features --doc
}

tests_all_features() { cargo test --locked --all-features --lib --test it; }

# The command that README.md gives, word for word.
tests() { cargo test --features emulator; }
