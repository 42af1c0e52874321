import { getRouteHandlers } from '@propelauth/nextjs/server/app-router';

const { feRouteHandlerAsync } = getRouteHandlers();
export {
    feRouteHandlerAsync as DELETE,
    feRouteHandlerAsync as GET,
    feRouteHandlerAsync as PATCH,
    feRouteHandlerAsync as POST,
};
