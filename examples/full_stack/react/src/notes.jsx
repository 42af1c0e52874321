import React, { useCallback, useEffect, useState } from 'react';

/** Returns what the API answers, or the reason why it does not. */
async function ask(method, path, accessToken, body) {
    const response = await fetch(`${import.meta.env.VITE_API_URL}${path}`, {
        method,
        headers: { authorization: `Bearer ${accessToken}` },
        body,
    });
    if (response.ok) return response.status === 204 ? {} : response.json();
    return { denied: response.status === 403 ? 'Your role does not allow this.' : `Error ${response.status}` };
}

/** The notes of an organization, which the API reads and writes only as far as the user's role allows. */
export function Notes({ org, accessToken }) {
    const path = `/api/orgs/${org.orgId}/notes`;
    const [{ role, notes = [], denied }, setAnswer] = useState({});
    const [refused, setRefused] = useState('');
    const read = useCallback(async () => setAnswer(await ask('GET', path, accessToken)), [path, accessToken]);
    useEffect(() => { read(); }, [read]);

    const add = async (event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const { denied: why = '' } = await ask('POST', path, accessToken, new FormData(form).get('text'));
        setRefused(why);
        form.reset();
        await read();
    };
    return (
        <section>
            <h2>{org.orgName} ({denied ?? role})</h2>
            <ul>{notes.map((note, number) => <li key={number}>{note}</li>)}</ul>
            <form onSubmit={add}>
                <label>Note <input name="text" required /></label> <button type="submit">Add</button>
            </form>
            <p role="status">{refused}</p>
        </section>
    );
}
