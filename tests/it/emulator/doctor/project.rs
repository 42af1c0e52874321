//! Roles, permissions and features that the service's code has, and the project or the build has not.

use actix_web_propelauth::emulator::{Emulator, RoleMapping};

use super::fixtures::{Doctor, Folder, emulator};

#[actix_web::test]
async fn a_role_that_the_project_does_not_have_is_named_with_its_line() {
    let emulator = emulator().await;
    let code = "fn app() {\n    let admins = InOrgWithRole::new(\"admin\", org_id::path(\"org_id\"));\n}\n";
    let folder = Folder::new("role", &[("src/main.rs", code)]);
    let file = format!("{}/src/main.rs", folder.path());
    let doctor = Doctor::with(&emulator, &[]).args(&["--source", folder.path()]);
    let line = format!("{file}:2: InOrgWithRole::new(\"Admin\", …");
    doctor
        .shown(folder.path(), "shop")
        .names("role_unknown", &[&line]);

    let doctor = Doctor::with(&emulator, &[]).args(&["--role", "ADMIN", "--role", "Owner"]);
    doctor.also_names("role_unknown", &["\"Admin\""]);
}

#[actix_web::test]
async fn a_permission_that_the_project_does_not_have_is_named() {
    let emulator = Emulator::builder()
        .permission("Owner", "can_view_billing")
        .start()
        .await
        .unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org("Acme").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Owner").unwrap();
    let doctor = Doctor::with(&emulator, &[]).args(&["--permission", "can_view_Billing"]);
    doctor.names("permission_unknown", &["--permission \"can_view_billing\""]);
}

#[actix_web::test]
async fn a_role_of_a_custom_mapping_may_exist() {
    let emulator = Emulator::builder()
        .custom_role_mapping("Kitchen", RoleMapping::new(["Chef"]))
        .start()
        .await
        .unwrap();
    let arguments = ["--role", "Chef", "--role", "Owner"];
    let examined = Doctor::with(&emulator, &[]).args(&arguments).run();
    assert_eq!(examined.codes(), [""; 0], "{}", examined.text);
    assert!(
        examined.text.contains("the roles \"Chef\""),
        "{}",
        examined.text
    );
}

#[test]
fn a_build_without_tls_is_named_with_the_line_of_its_manifest() {
    let crate_path = env!("CARGO_MANIFEST_DIR");
    let manifest = |features: &str| {
        format!(
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             actix-web-propelauth = {{ path = \"{crate_path}\"{features} }}\n"
        )
    };
    let bare = manifest(", default-features = false");
    let with = |manifest: &str, name: &str| {
        let files = [("Cargo.toml", manifest), ("src/main.rs", "fn main() {}\n")];
        let folder = Folder::new(name, &files);
        let lock = std::process::Command::new(env!("CARGO"))
            .args(["generate-lockfile", "--offline", "--manifest-path"])
            .arg(folder.0.join("Cargo.toml"))
            .output()
            .unwrap();
        assert!(lock.status.success(), "{lock:?}");
        let variables = [
            ("PROPELAUTH_AUTH_URL", "http://127.0.0.1:1"),
            ("PROPELAUTH_API_KEY", "key"),
            ("PROPELAUTH_EMULATOR", "1"),
        ];
        let doctor = Doctor::new(&variables).args(&["--source", folder.path()]);
        (doctor, folder)
    };
    let (mut doctor, folder) = with(&bare, "bare");
    let examined = doctor.run();
    let codes = ["tls_feature_missing", "propelauth_refuses_connections"];
    assert_eq!(examined.codes(), codes, "{}", examined.text);
    let line = format!("{}/Cargo.toml:7: actix-web-propelauth = {{", folder.path());
    assert!(examined.text.contains(&line), "{}", examined.text);
    doctor
        .shown(folder.path(), "shop")
        .is_documented_as("tls_feature_missing", &examined.text);

    let (mut doctor, _folder) = with(&manifest(""), "default");
    let examined = doctor.run();
    assert!(
        examined.text.contains("build has a TLS feature"),
        "{}",
        examined.text
    );
}
