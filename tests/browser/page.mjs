// The page as people meet it.  One word: what page_test.py knows of the daemons, as JSON.
import { barriers, equal, holds, runAll } from './browser.mjs';

// full, empty: where daemons answer; ids: of alerts, by the reference of the log; canaries: values that must never come out; hostile: references
// that look like code.
const { full, empty, alerts: ids, canaries, hostile } = JSON.parse(process.argv[2]);
const LIMIT = 120000, PAUSE = 200;              // milliseconds

const alerts = new Map(Object.entries(ids).map(([reference, id]) => [reference, `/alerts/${id}`]));

async function until(condition, what) {
    for (const end = Date.now() + LIMIT; !await condition(); await new Promise((resolve) => setTimeout(resolve, PAUSE)))
        holds(Date.now() < end, what);
}

const references = (page) => page.locator('tbody th[scope=row] a').allTextContents();
// A page of each kind; and those of them that look unlike one another.
const ofEachKind = () => [['/', {}], ['/?show=all', {}], ['/?force=nobody', {}], ['/', { origin: empty }],
    ['/alerts/0', { missing: true }], [`/alerts/${'0'.repeat(32)}`, { missing: true }], ['/?stage=nonsense', { missing: true }],
    ...['BREACH-1', 'REASON-1', 'LATE-1', hostile[0], hostile.at(-1)].map((reference) => [alerts.get(reference), {}])];
const ofEachLook = () => [['/', {}], ['/alerts/0', { missing: true }], [alerts.get('BREACH-1'), {}], [alerts.get(hostile.at(-1)), {}]];

async function without_barriers(open, pages, how) {
    for (const [path, more] of pages) {
        const page = await open(path, { ...how, ...more });
        equal(await barriers(page), [], path);
        holds(await page.title() !== '' && await page.locator('h1').count() === 1, `${path} has no title, or not one heading`);
    }
}

const NARROW = { width: 320, height: 640 };
async function axe_finds_no_barrier_on_any_page(open) { await without_barriers(open, ofEachKind(), {}); }
async function nor_in_the_dark(open) { await without_barriers(open, ofEachLook(), { dark: true }); }
async function nor_on_a_narrow_screen(open) { await without_barriers(open, ofEachLook(), NARROW); }
async function nor_on_a_narrow_screen_in_the_dark(open) { await without_barriers(open, ofEachLook(), { ...NARROW, dark: true }); }

async function no_page_is_wider_than_its_screen(open) {
    for (const width of [320, 640, 1280])
        for (const [path, more] of ofEachKind()) {
            const page = await open(path, { width, height: 640, ...more });
            const [needs, has] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
            holds(needs <= has, `${path} is ${needs} wide, ${has} are there`);
        }
}

// How bright the colour of something is, 0 to 1; what is transparent shows what is behind it.
function brightness(page, selector, property) {
    return page.evaluate(([selector, property]) => {
        for (let element = document.querySelector(selector); element; element = element.parentElement) {
            const [red, green, blue, alpha = 1] = getComputedStyle(element)[property].match(/[\d.]+/g).map(Number);
            if (alpha > 0)
                return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
        }
        return 1;
    }, [selector, property]);
}

async function who_likes_it_dark_gets_it_dark(open) {
    for (const dark of [true, false]) {
        const page = await open('/', { dark });
        for (const selector of ['main', 'tbody td', 'select', '.signals']) {
            const [ground, text] = [await brightness(page, selector, 'backgroundColor'), await brightness(page, selector, 'color')];
            holds(dark ? ground < 0.25 && text > 0.6 : ground > 0.75 && text < 0.4, `${selector}: ground ${ground}, text ${text}, dark: ${dark}`);
        }
    }
}

async function the_list_says_which_report_is_nearest_to_its_deadline_and_what_is_wrong(open) {
    const page = await open('/?force=dpp');
    const rows = await references(page), place = (reference) => rows.indexOf(reference);
    const order = ['BREACH-1', 'REASON-1', 'DOMESTIC-1', 'URGENT-1', 'WARNING-1', 'NOTICE-1'].map(place);
    equal(order.filter((at) => at >= 0), [...order].sort((one, other) => one - other), `${rows}`);
    equal(place('LATE-1'), -1, 'a report that is answered waits for nobody');
    holds((await page.textContent('.signals')).includes('Judging'), 'it is not said how far it can be relied on');
}

async function where_there_is_nothing_it_says_so(open) {
    const page = await open('/', { origin: empty });
    holds((await page.textContent('main')).includes('No report is waiting for an answer'), await page.textContent('main'));
    equal(await references(page), []);
}

async function a_flood_is_a_line_on_top_that_leads_to_its_reports(open) {
    const page = await open('/');
    const line = await page.textContent('.floods p');
    holds(/^\w{3} \d+ \w{3} \d{4} \d\d:\d\d to (\w{3} .*)?\d\d:\d\d: 412 reports in dpp, North became overdue at once\.$/.test(line.trim()), line);
    await Promise.all([page.waitForURL(/force=dpp&bcu=North$/), page.click('.floods a')]);
    holds((await references(page)).includes('BREACH-1'), page.url());
    equal(await page.inputValue('#bcu'), 'North');
    equal(await (await open('/', { origin: empty })).locator('.floods').count(), 0);
}

async function without_scripts_it_does_all_that_it_does(open) {
    const page = await open('/', { scripts: false });
    await page.selectOption('#force', 'dpp');
    await page.selectOption('#stage', 'breach');
    await page.click('form button');
    holds((await references(page)).includes('BREACH-1') && !(await references(page)).includes('NOTICE-1'), page.url());
    await page.click('text=BREACH-1');
    holds((await page.textContent('h1')).includes('BREACH-1'), page.url());
    equal(await page.locator('script').count(), 0);
}

const focused = (page, read) => page.evaluate(`(${read})(document.activeElement)`);
async function tab_to(page, wanted, read) {
    for (let i = 0; i < 200; i++) {
        await page.keyboard.press('Tab');
        if (await focused(page, read) === wanted)
            return;
    }
    throw new Error(`the key Tab never comes to ${wanted}`);
}

async function a_keyboard_is_enough(open) {
    const page = await open('/');
    await page.keyboard.press('Tab');
    equal(await focused(page, '(it) => [it.getAttribute("href"), it.getBoundingClientRect().left >= 0]'), ['#main', true], 'the first stop');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    holds(await focused(page, '(it) => it.closest("main") !== null'), 'the content was not skipped to');
    if (await focused(page, '(it) => it.id') !== 'force')
        await tab_to(page, 'force', '(it) => it.id');
    await page.keyboard.type('dpp');
    await tab_to(page, 'BUTTON', '(it) => it.tagName');
    await Promise.all([page.waitForURL(/force=dpp/), page.keyboard.press('Enter')]);
    await tab_to(page, 'URGENT-1', '(it) => it.textContent');
    holds(await focused(page, '(it) => getComputedStyle(it).outlineStyle !== "none"'), 'where the focus is cannot be seen');
    await Promise.all([page.waitForURL(/\/alerts\//), page.keyboard.press('Enter')]);
    holds((await page.textContent('h1')).includes('URGENT-1'), page.url());
    await tab_to(page, '/', '(it) => it.getAttribute("href")');
    await Promise.all([page.waitForURL(`${full}/`), page.keyboard.press('Enter')]);
    await page.goBack();
    await page.goBack();
    holds(page.url().includes('force=dpp') && (await references(page)).includes('URGENT-1'), page.url());
}

async function on_paper_the_list_is_all_there_and_nothing_else(open) {
    const page = await open('/?show=all&force=dpp', { print: true, dark: true });
    holds(await brightness(page, 'main', 'backgroundColor') > 0.99, 'the ground is not white');
    holds(await brightness(page, 'tbody td', 'color') < 0.3, 'text is too pale for paper');
    for (const selector of ['.skip', 'form'])
        holds(!await page.locator(selector).isVisible(), `${selector} is on paper`);
    for (const link of await page.locator('tbody th a').all())
        holds(await link.isVisible(), `${await link.textContent()} is not on paper`);
    equal((await page.pdf()).subarray(0, 5).toString(), '%PDF-');
}

async function what_looks_like_code_is_text(open) {
    const inert = async (page) => {
        equal(await page.locator('script, img, svg, iframe, object, [onerror], [onload], [onmouseover], [style]').count(), 0, page.url());
        holds((await page.title()).endsWith('cdiwatch'), await page.title());
    };
    const list = await open('/?show=all&force=dpp'), shown = await references(list);
    await inert(list);
    holds((await list.textContent('.floods')).includes(`in dpp, ${hostile[1]} came`), 'an area is not shown as it is');
    for (const reference of hostile) {
        holds(shown.includes(reference), `${reference} is not in ${shown}`);
        const page = await open(alerts.get(reference));
        equal((await page.textContent('h1')).trim(), reference);
        await inert(page);
    }
    const noted = await open(alerts.get('BREACH-1'));           // by its hands, its note and its owner
    await until(async () => {
        await noted.reload();
        const said = await noted.textContent('article');
        return hostile.slice(0, 3).every((words) => said.includes(words));
    }, 'what somebody did about it is not shown');
    await inert(noted);
}

// All that can be reached from the list by its links, what is for machines, and what a request for nothing answers.
async function everything() {
    const seen = new Map(), open = ['/', '/?show=all', '/?show=settled', '/metrics', '/livez', '/readyz', '/api/v1/status', '/api/v1/alerts?limit=500', '/nowhere'];
    while (open.length > 0) {
        const path = open.pop();
        if (seen.has(path))
            continue;
        const answer = await fetch(full + path);
        const body = await answer.text();
        seen.set(path, [...answer.headers].join('\n') + body);
        for (const [, link] of body.matchAll(/href="(\/[^"]*)"/g))
            open.push(link.replaceAll('&amp;', '&').split('#')[0]);
    }
    return seen;
}

async function nothing_that_is_personal_is_on_any_page_or_in_any_address() {
    const seen = await everything();
    for (const path of alerts.values())
        holds(seen.has(path), `${path} was not reached`);
    for (const canary of canaries)
        for (const [path, said] of seen)
            holds(!(path + said).toLowerCase().includes(canary.toLowerCase()), `${canary} stands in ${path}`);
}

await until(async () => (await fetch(`${empty}/`)).status === 200, 'the daemon that was told nothing shows nothing');
await runAll(full, [axe_finds_no_barrier_on_any_page, nor_in_the_dark, nor_on_a_narrow_screen, nor_on_a_narrow_screen_in_the_dark,
    no_page_is_wider_than_its_screen, who_likes_it_dark_gets_it_dark,
    the_list_says_which_report_is_nearest_to_its_deadline_and_what_is_wrong, where_there_is_nothing_it_says_so,
    a_flood_is_a_line_on_top_that_leads_to_its_reports, without_scripts_it_does_all_that_it_does, a_keyboard_is_enough,
    on_paper_the_list_is_all_there_and_nothing_else, what_looks_like_code_is_text,
    nothing_that_is_personal_is_on_any_page_or_in_any_address]);
