// The processes of a judge: started with a line to wait for, and ended with the judge, however it ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

/**
 * Starts a program, and resolves with it and the first line on its standard output that `isReady` accepts.
 * What it prints otherwise is kept, and is the message if it ends before.
 */
export async function start(command, args, { env = {}, isReady = () => true } = {}) {
    // It inherits nothing that could point a package elsewhere.
    const { PATH, HOME } = process.env;
    const child = spawn(command, args, { env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const printed = [];
    child.stderr.on('data', (data) => printed.push(String(data)));
    const line = await new Promise((resolve, reject) => {
        createInterface({ input: child.stdout }).on('line', (text) => {
            printed.push(`${text}\n`);
            if (isReady(text)) resolve(text);
        });
        child.on('error', reject);
        child.on('exit', (code) => {
            running.delete(child);
            reject(new Error(`${command} ended with ${code}: ${printed.join('')}`));
        });
    });
    return { line, printed: () => printed.join(''), stop: () => stop(child) };
}

async function stop(child) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
    await gone;
    clearTimeout(timer);
}

/** Returns a port that is free now, for a program that cannot choose one itself. */
export async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    return port;
}
