import { getRouteHandlers } from '@propelauth/nextjs/server/app-router';

const routes = getRouteHandlers();
export const GET = routes.getRouteHandlerAsync;
export const POST = routes.postRouteHandlerAsync;
