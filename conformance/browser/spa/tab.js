import { createClient } from '@propelauth/javascript';

// A tab that stays open: it asks the actix application again and again, and remembers when it got which status.
const client = createClient({ authUrl: window.config.authUrl, enableBackgroundTokenRefresh: false });
const org = new URLSearchParams(location.search).get('org');
const status = document.createElement('p');
document.getElementById('root').append(status);
window.answers = [];

const token = async () => (await client.getAuthenticationInfoOrNull(true))?.accessToken;
async function watch() {
    let bearer = await token();
    for (;;) {
        const response = await fetch(`/orgs/${org}/settings`, { headers: { authorization: `Bearer ${bearer}` } });
        window.answers.push({ at: Date.now(), status: response.status });
        status.textContent = response.status;
        // As applications do: a token that is refused is replaced, and the next answer counts.
        if (response.status === 401) bearer = await token();
        await new Promise((resolve) => { setTimeout(resolve, 25); });
    }
}
watch();
