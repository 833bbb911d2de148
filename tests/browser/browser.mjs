// What the browser tests share: Debian's Chromium, a visitor whose every complaint is kept, axe, and TAP.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const fetched = createRequire(ROOT + 'build/browser/package.json');      // `make browser` puts it there
const { chromium } = fetched('playwright-core');
const AXE = readFileSync(fetched.resolve('axe-core/axe.min.js'), 'utf8');
// Nothing but the page: Chromium's own errands stay at home.  Root, and a container that gives none, do without the sandbox.
const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const LIMIT = 60000;            // milliseconds: far beyond what a noisy machine needs

export async function launch() {
    const start = (flags) => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
    const bare = [...FLAGS, '--no-sandbox'];
    if (process.getuid() === 0)
        return start(bare);
    try {
        return await start(FLAGS);
    } catch (problem) {
        if (!/sandbox/i.test(problem.message))
            throw problem;
        return start(bare);         // a container that gives none; what is visited is ours
    }
}

// A page in a context of its own, and all that it complained of: errors, breaches of its own policy, requests that leave its origin.
export async function visit(browser, origin, { width = 1280, height = 800, dark = false, scripts = true, print = false, missing = false } = {}) {
    const context = await browser.newContext({
        viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', javaScriptEnabled: scripts, locale: 'en-GB', timezoneId: 'Europe/London',
    });
    const page = await context.newPage();
    const complaints = [];
    page.setDefaultTimeout(LIMIT);
    if (print)
        await page.emulateMedia({ media: 'print' });
    page.on('console', (message) => {
        const expected = missing && /status of 40[04]/.test(message.text());
        if (['error', 'warning'].includes(message.type()) && !expected)
            complaints.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
    page.on('dialog', (dialog) => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on('request', (request) => {
        if (new URL(request.url()).origin !== new URL(origin).origin)
            complaints.push(`leaves the origin: ${request.url()}`);
    });
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}: ${request.failure()?.errorText}`));
    page.on('response', (response) => {
        if (response.status() >= 400 && !missing)
            complaints.push(`${response.status()}: ${response.url()}`);
    });
    return { page, complaints, close: () => context.close() };
}

// What axe calls a violation on the page as it is now, by rule and place.
export async function barriers(page) {
    await page.evaluate(AXE);
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    return found.violations.flatMap((each) => each.nodes.map((node) => `${each.id} at ${node.target.join(' ')}: ${node.failureSummary}`));
}

export function equal(got, wanted, what = '') {
    const [left, right] = [JSON.stringify(got), JSON.stringify(wanted)];
    if (left !== right)
        throw new Error(`${what}: got ${left}, wanted ${right}`);
}

export function holds(condition, what) {
    if (!condition)
        throw new Error(what);
}

// Runs every function of `tests`, whose names are sentences, and prints TAP.  Each gets `open(path, how)`, which goes on with the same visitor if
// `how` is the same; whatever the visitors of a test complained of fails it.
export async function runAll(origin, tests) {
    const browser = await launch();
    console.log(`1..${tests.length}`);
    for (const [i, test] of tests.entries()) {
        const visitors = new Map();
        const open = async (path, how = {}) => {
            const key = JSON.stringify(how);
            if (!visitors.has(key))
                visitors.set(key, await visit(browser, how.origin ?? origin, how));
            const { page } = visitors.get(key);
            await page.goto((how.origin ?? origin) + path);
            return page;
        };
        const name = test.name.replaceAll('_', ' ');
        try {
            await test(open);
            equal([...visitors.values()].flatMap((visitor) => visitor.complaints), [], 'complaints');
            console.log(`ok ${i + 1} - ${name}`);
        } catch (error) {
            console.log(`not ok ${i + 1} - ${name}`);
            for (const line of error.stack.split('\n').slice(0, 12))
                console.log(`# ${line}`);
            process.exitCode = 1;
        }
        for (const visitor of visitors.values())
            await visitor.close();
    }
    await browser.close();
}
