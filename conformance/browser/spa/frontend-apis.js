import * as frontendApis from '@propelauth/frontend-apis';

// The judge calls the client itself, through the page.
window.frontendApis = frontendApis;
window.client = frontendApis.createFrontendApisClient({
    authUrl: window.config.authUrl,
    baseApiUrl: window.config.authUrl,
});
