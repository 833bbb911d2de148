// The page as people meet it.  One word: what page_test.py knows of the daemons, as JSON.
import { holds, runAll } from './browser.mjs';

const { full } = JSON.parse(process.argv[2]);

async function what_is_not_there_says_so(open) {
    const page = await open('/nowhere', { missing: true });
    holds((await page.textContent('body')).includes('there is nothing here'), await page.content());
}

await runAll(full, [what_is_not_there_says_so]);
