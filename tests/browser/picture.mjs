// Takes the picture that README.md shows: the page of `cdiwatch demo`, always of the same story, at the pace of the world.
//   node tests/browser/picture.mjs PROGRAM FILE.png [dark] [WIDTH]
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { launch, visit } from './browser.mjs';

const [program, file, ...how] = process.argv.slice(2);
const SETTLED_MS = 3000;        // unchanged for so long: the 36 hours that were in the topics are judged
const PAUSE_MS = 500;
const demo = spawn(program, ['demo', '--seed', '1', '--speed', '1'], { stdio: ['ignore', 'ignore', 'pipe'] });
const ended = new Promise((resolve) => demo.on('exit', resolve));
const lines = createInterface({ input: demo.stderr });
const origin = await new Promise((resolve, reject) => {
    lines.on('line', (line) => line.startsWith('the page: ') && resolve(line.slice('the page: '.length)));
    ended.then(() => reject(new Error('the demo has ended')));
});
const browser = await launch();
try {
    const width = Number(how.find((word) => /^\d+$/.test(word)) ?? 1200);
    const { page } = await visit(browser, origin, { width, height: width < 600 ? 1400 : 780, dark: how.includes('dark') });
    const shown = async () => {
        await page.goto(origin);
        return page.evaluate(() => [...document.querySelectorAll('a[href^="/alerts/"]')].map((link) => link.getAttribute('href')).join());
    };
    for (let last = '', since = Date.now(); last === '' || Date.now() - since < SETTLED_MS;) {
        const now = await shown();
        since = now === last ? since : Date.now();
        last = now;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await page.screenshot({ path: file });
} finally {
    await browser.close();
    demo.kill('SIGINT');
    await ended;
}
