'use client';

import { useActionState } from 'react';

/** A form for a note, and what the API said if it refused the last one. */
export function Add({ action }) {
    const [refused, send] = useActionState(action, '');
    return (
        <form action={send}>
            <label>Note <input name="text" required /></label> <button type="submit">Add</button>
            <p role="status">{refused}</p>
        </form>
    );
}
