"""A browser without windows: follows redirects and fills in the forms of the emulator, as a person would.

    walk.py URL SCOPE…    prints the URL at which the client receives its answer

It logs in as alice@example.com, and allows these scopes alone.
"""
import html.parser
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar, DefaultCookiePolicy


class Forms(html.parser.HTMLParser):
    """The forms of a page: where each goes, and its fields as (name, value, text of its button)."""

    def __init__(self, page):
        super().__init__()
        self.forms = []
        self.button = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.forms.append((attributes.get("action", ""), []))
        elif tag in ("input", "button", "option") and self.forms:
            self.forms[-1][1].append([attributes.get("name"), attributes.get("value", ""), ""])
            self.button = self.forms[-1][1][-1] if tag == "button" else None

    def handle_data(self, data):
        if self.button:
            self.button[2] += data

    def handle_endtag(self, tag):
        if tag == "button":
            self.button = None


class Browser:
    def __init__(self):
        class NoRedirect(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        self.opener = urllib.request.build_opener(
            NoRedirect, urllib.request.HTTPCookieProcessor(CookieJar(DefaultCookiePolicy()))
        )

    def open(self, url, fields=None):
        """Returns the page and where the next request goes, which is None for a page."""
        data = None if fields is None else urllib.parse.urlencode(fields).encode()
        parts = urllib.parse.urlsplit(url)
        headers = {"Origin": f"{parts.scheme}://{parts.netloc}"} if data is not None else {}
        try:
            answer = self.opener.open(urllib.request.Request(url, data, headers), timeout=10)
            return answer.read().decode(), None
        except urllib.error.HTTPError as error:
            if error.code not in (302, 303):
                sys.exit(f"{url}: {error.code} {error.read().decode()[:500]}")
            return "", urllib.parse.urljoin(url, error.headers["location"])


def walk(url, scopes):
    browser, origin = Browser(), urllib.parse.urlsplit(url).netloc
    fields = None
    for _ in range(20):
        page, to = browser.open(url, fields)
        fields = None
        if to:
            if urllib.parse.urlsplit(to).netloc != origin:
                return to
            url = to
            continue
        for action, found in Forms(page).forms:
            hidden = [(name, value) for name, value, _ in found if name and name not in ("user_id", "scope", "org_id", "decision")]
            if "/login/as" in action:
                user = next(value for name, value, text in found if name == "user_id" and "alice@example.com" in text)
                fields = [*hidden, ("user_id", user)]
            elif "/oauth/2.1/consent" in action:
                org = next((value for name, value, _ in found if name is None and value), "")
                offered = [value for name, value, _ in found if name == "scope"]
                allowed = [("scope", scope) for scope in offered if scope in scopes]
                fields = [*hidden, *allowed, ("org_id", org), ("decision", "allow")]
            else:
                continue
            url = urllib.parse.urljoin(url, action)
            break
        else:
            sys.exit(f"{url}: no form that is known:\n{page[:2000]}")
    sys.exit("the forms do not end")


if __name__ == "__main__":
    print(walk(sys.argv[1], sys.argv[2:]))
