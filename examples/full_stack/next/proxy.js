// Refreshes the session of every page, as PropelAuth's guide says. Next 16 calls a middleware a proxy.
export { authMiddleware as proxy } from '@propelauth/nextjs/server/app-router';

export const config = { matcher: ['/((?!_next/static|_next/image|favicon.ico).*)'] };
