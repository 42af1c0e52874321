import { getAccessTokenAsync } from '@propelauth/nextjs/server/app-router';

// Next's server calls the actix application with the token of the browser's session.
export async function GET() {
    const token = await getAccessTokenAsync();
    const response = await fetch(`${process.env.PROTECTED_APP_URL}/whoami`, {
        headers: token ? { authorization: `Bearer ${token}` } : {},
    });
    return new Response(await response.text(), { status: response.status });
}
