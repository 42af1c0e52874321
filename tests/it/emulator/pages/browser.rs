//! A browser without JavaScript: it keeps cookies, reads forms, and sends them.

use std::{cell::RefCell, collections::BTreeMap};

use actix_web_propelauth::emulator::Emulator;
use url::{Url, form_urlencoded};

use crate::emulator::frontend::{Answer, ask};

/// A browser with one window.
pub(crate) struct Browser<'e> {
    pub(crate) emulator: &'e Emulator,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// A page that was loaded, or where a redirect leads.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) text: String,
    pub(crate) policy: Option<String>,
}

/// A form of a page.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) method: String,
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl<'e> Browser<'e> {
    pub(crate) fn new(emulator: &'e Emulator) -> Self {
        Self {
            emulator,
            cookies: RefCell::default(),
        }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// Loads a path, without following redirects.
    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send("GET", path, &[], String::new()).await
    }

    /// Sends any request with the cookies of the browser.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Page {
        let cookies = self.cookies.borrow().clone();
        let cookies: Vec<_> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let cookies = cookies.join("; ");
        let mut all = vec![("cookie", cookies.as_str())];
        all.extend_from_slice(headers);
        // As the application, whose cookies a browser keeps apart from those of 127.0.0.1.
        let host = self.host();
        if !headers.iter().any(|(name, _)| *name == "host") {
            all.push(("host", &host));
        }
        let answer = ask(self.emulator, method, path, &all, body).await;
        self.keep_cookies(&answer);
        Page {
            status: answer.status,
            location: answer.header("location").map(str::to_owned),
            policy: answer.header("content-security-policy").map(str::to_owned),
            text: String::from_utf8(answer.body).unwrap(),
        }
    }

    fn host(&self) -> String {
        let url = Url::parse(self.emulator.auth_url()).unwrap();
        format!("localhost:{}", url.port().unwrap())
    }

    /// Returns the origin of the pages.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.host())
    }

    fn keep_cookies(&self, answer: &Answer) {
        for set in answer.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            assert!(set.contains("; HttpOnly; SameSite="), "{set}");
            let (name, rest) = set.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies
                .borrow_mut()
                .insert(name.to_owned(), value.to_owned());
        }
    }

    /// Sends a form, without following redirects.
    pub(crate) async fn submit(&self, form: &Form) -> Page {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&form.fields)
            .finish();
        if form.method == "get" {
            return self.get(&format!("{}?{body}", form.action)).await;
        }
        let origin = self.origin();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send("POST", &form.action, &headers, body).await
    }

    /// Loads a page and sends its form with this action, after filling in fields.
    pub(crate) async fn fill(&self, path: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(path).await;
        self.submit(&page.form(action).with(fields)).await
    }

    /// Logs in with one click as the user with an email address.
    pub(crate) async fn log_in_as(&self, email: &str) -> Page {
        let auth = self.emulator.propel_auth().await.unwrap();
        let user = auth.user().fetch_user_metadata_by_email(email);
        let user_id = user.await.unwrap().user_id;
        let entered = self
            .fill("/login?prompt=login", "/login/as", &[("user_id", &user_id)])
            .await;
        assert_eq!(entered.status, 303, "{}", entered.text);
        entered
    }

    /// Returns the path and query of a redirect to another page.
    pub(crate) fn path_of(&self, page: &Page) -> String {
        let location = page
            .location
            .as_deref()
            .unwrap_or_else(|| panic!("{page:?}"));
        location.to_owned()
    }
}

impl Page {
    /// Returns the form that is posted to a path.
    pub(crate) fn form(&self, action: &str) -> Form {
        let forms = self.forms();
        let is_meant = |form: &&Form| {
            let path = form.action.split('?').next();
            form.method == "post" && (form.action == action || path == Some(action))
        };
        let found = forms.iter().find(is_meant);
        found
            .unwrap_or_else(|| panic!("no form {action} in {}: {}", self.status, self.text))
            .clone()
    }

    /// Returns all forms, each with the values that its fields have.
    pub(crate) fn forms(&self) -> Vec<Form> {
        let parts = self.text.split("<form").skip(1);
        let forms = parts.map(|part| {
            let part = part.split("</form>").next().unwrap();
            let (head, content) = part.split_once('>').unwrap();
            Form {
                method: attribute(head, "method").unwrap_or_default(),
                action: attribute(head, "action").unwrap_or_default(),
                fields: inputs(content),
            }
        });
        forms.collect()
    }

    /// Returns `true` if the page has a text, which is not markup.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.text.contains(&escaped(text))
    }
}

impl Form {
    /// Sets fields.
    pub(crate) fn with(mut self, fields: &[(&str, &str)]) -> Self {
        for (name, value) in fields {
            self.fields.retain(|(known, _)| known != name);
            self.fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        self
    }
}

fn inputs(content: &str) -> Vec<(String, String)> {
    let inputs = content.split("<input").skip(1).filter_map(|part| {
        let head = part.split('>').next().unwrap();
        let is_box = head.contains("type=\"checkbox\"");
        if is_box && !head.contains(" checked") {
            return None;
        }
        Some((
            attribute(head, "name")?,
            attribute(head, "value").unwrap_or_default(),
        ))
    });
    let selects = content.split("<select").skip(1).filter_map(|part| {
        let part = part.split("</select>").next().unwrap();
        let chosen = part.split("<option").find(|it| it.contains(" selected"));
        let chosen = chosen.or_else(|| part.split("<option").nth(1));
        Some((attribute(part, "name")?, attribute(chosen?, "value")?))
    });
    inputs.chain(selects).collect()
}

fn attribute(head: &str, name: &str) -> Option<String> {
    let (_, rest) = head.split_once(&format!(" {name}=\""))?;
    let value = rest.split('"').next()?;
    Some(
        value
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&"),
    )
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
