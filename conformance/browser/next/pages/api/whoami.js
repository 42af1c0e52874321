import { getUserFromApiRouteRequest } from '@propelauth/nextjs/server/pages';

export default async function handler(request, response) {
    const user = await getUserFromApiRouteRequest(request, response);
    if (!user) return response.status(401).end();
    return response.status(200).json({ email: user.email, orgs: user.getOrgs().map((org) => org.orgName) });
}
