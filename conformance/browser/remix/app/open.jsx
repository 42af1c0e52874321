import { useLoaderData } from '@remix-run/react';

export default function Open() {
    return <p id="server">{useLoaderData().email}</p>;
}
