//! The dashboard: its screens, and its forms as a browser without JavaScript sends them.

mod forms;
mod protection;
mod screens;

use actix_web_propelauth::emulator::Emulator;

use super::frontend::{Answer, ask};

/// A browser that has loaded a page of the dashboard.
pub(super) struct Browser<'e> {
    emulator: &'e Emulator,
    pub(super) cookie: String,
    pub(super) form_token: String,
}

impl<'e> Browser<'e> {
    pub(super) async fn new(emulator: &'e Emulator) -> Self {
        let page = ask(emulator, "GET", "/dashboard/server", &[], "").await;
        let cookie = page.header("set-cookie").unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let text = html(&page);
        let token = text.split("name=\"form_token\" value=\"").nth(1).unwrap();
        let form_token = token.split('"').next().unwrap().to_owned();
        Self {
            emulator,
            cookie,
            form_token,
        }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        ask(self.emulator, "GET", path, &headers, "").await
    }

    /// Sends the form of an action that is on a screen.
    pub(super) async fn send(&self, action: &str, screen: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("form_token", &self.form_token);
        form.append_pair("screen", screen);
        form.extend_pairs(fields);
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("origin", self.emulator.auth_url()),
        ];
        let path = format!("/dashboard/do/{action}");
        ask(self.emulator, "POST", &path, &headers, form.finish()).await
    }
}

pub(super) fn html(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}
