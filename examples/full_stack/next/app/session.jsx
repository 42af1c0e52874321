'use client';

import { useHostedPageUrls, useLogoutFunction } from '@propelauth/nextjs/client';

export function Session() {
    const logout = useLogoutFunction();
    const { getAccountPageUrl, getCreateOrgPageUrl } = useHostedPageUrls();
    return (
        <p>
            <a href={getAccountPageUrl()}>Account</a> <a href={getCreateOrgPageUrl()}>New organization</a>{' '}
            <button type="button" onClick={() => logout()}>Log out</button>
        </p>
    );
}
