import { getPropelAuthApis } from '@propelauth/nextjs/server';
import { getUser } from '@propelauth/nextjs/server/app-router';

// The backend API, which the package asks at PropelAuth's own address: a preload leads it to the emulator.
export async function GET() {
    const user = await getUser();
    const found = user && await getPropelAuthApis().fetchUserMetadataByUserId(user.userId);
    return Response.json({ email: found?.email ?? null }, { status: found ? 200 : 401 });
}
