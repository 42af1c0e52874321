import { createClient } from '@propelauth/javascript';

// The judge calls the client itself, through the page.
window.client = createClient({ authUrl: window.config.authUrl, enableBackgroundTokenRefresh: false });
window.changes = [];
window.client.addLoggedInChangeObserver((isLoggedIn) => window.changes.push(isLoggedIn));
