// The emulator's hosted pages, as a person uses them: by what is written on them.
import { PASSWORD } from './world.mjs';

/** Logs in on the login page that the browser is on, or is on its way to. */
export async function logIn(page, email, password = PASSWORD) {
    await page.waitForURL((url) => url.pathname === '/login');
    await page.getByLabel('Email', { exact: true }).fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
}
