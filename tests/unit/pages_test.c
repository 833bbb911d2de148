/* The pages for people: what is shown, how far it can be relied on, and that nothing of a person is on them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "edge/shard.h"
#include "small_view.h"

static struct small_desk desk;

static int setup(void **state)
{
    (void)state;
    small_desk_open(&desk);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    small_desk_close(&desk);
    return 0;
}

static const char *page(const char *url)
{
    const char *body = small_ask(&desk, url);
    if (desk.response.status != 200 || strcmp(desk.response.type, "text/html; charset=utf-8") != 0)
        fail_msg("%s: %d %.300s", url, desk.response.status, body);
    return body;
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %.6000s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        fail_msg("%s in %.6000s", part, text);
}

static void put(const struct small_report *report)
{
    small_view_report(&desk.small, report);
    small_view_commit(&desk.small);
}

static void page_of(unsigned number, char url[64])
{
    char id[33];
    small_id(number, id);
    snprintf(url, 64, "/alerts/%s", id);
}

/* ---- the markup itself ---- */

/* Every element that begins ends, in the right order; attributes stand in quotes. */
static void assert_well_formed(const char *text)
{
    char open[64][16];
    size_t depth = 0;
    for (const char *at = text; (at = strchr(at, '<')) != NULL;) {
        char name[16] = "";
        bool ends = at[1] == '/';
        const char *from = at + (ends ? 2 : 1);
        size_t size = strcspn(from, " >\n");
        if (size >= sizeof name || strchr(from, '>') == NULL)
            fail_msg("no element: %.60s", at);
        memcpy(name, from, size);
        bool quoted = false;
        for (at = from; quoted || *at != '>'; at++) {
            if (*at == '\0')
                fail_msg("an element that does not end: %.60s", from);
            quoted ^= *at == '"';
        }
        if (name[0] == '!' || strcmp(name, "meta") == 0 || strcmp(name, "link") == 0)
            continue;
        if (!ends)
            memcpy(open[depth++], name, sizeof name);
        else if (depth == 0 || strcmp(open[--depth], name) != 0)
            fail_msg("</%s> ends <%s>", name, depth < 64 ? open[depth] : "");
        assert_true(depth < 64);
    }
    assert_int_equal(depth, 0);
}

static void every_page_is_well_formed_and_asks_for_nothing_but_its_style(void **state)
{
    static const char *const urls[] = { "/", "/?show=all&force=dpp&bcu=x%22%3E%3Cscript%3E&stage=breach&risk=rape", "/?show=settled", "/?limit=1", "/alerts/x",
                                        "/alerts/00000000000000000000000000000000" };
    char url[64];
    (void)state;
    for (int filled = 0; filled < 2; filled++) {
        for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
            const char *body = small_ask(&desk, urls[i]);
            assert_well_formed(body);
            assert_holds(body, "<html lang=\"en-GB\">");
            assert_holds(body, "<a class=\"skip\" href=\"#main\">");
            assert_lacks(body, "<script");
            assert_lacks(body, "http-equiv");
            assert_lacks(body, "style=");
            assert_lacks(body, "://");
        }
        for (unsigned number = 0; number < 60; number++)
            put(&(struct small_report){ .number = number, .bcu = "a<b>&\\\"'c\\u202ed", .owner = "o<script>", .state = number % 3 == 0 ? "cleared" : NULL });
    }
    page_of(1, url);
    assert_well_formed(page(url));
    desk.standing.session = false;
    cdi_fail(&desk.standing.last, CDI_ERROR_BROKER, "<b>");
    assert_well_formed(page("/"));
    assert_lacks(desk.response.body.at, "<b>");
}

/* ---- the list ---- */

static void the_most_urgent_stands_first_with_its_time_and_a_link(void **state)
{
    char url[64], link[100];
    (void)state;
    put(&(struct small_report){ .number = 7, .due_in_ms = INT64_C(3 * 3600000 + 12 * 60000) });
    put(&(struct small_report){ .number = 8, .due_in_ms = -INT64_C(7200000), .stage = "breach", .risk = "rape" });
    put(&(struct small_report){ .number = 9, .due_in_ms = -INT64_C(9000000), .state = "satisfied" });
    const char *body = page("/");
    assert_holds(body, "<caption>2 reports, 1 overdue; earliest deadline first</caption>");
    assert_holds(body, "<p class=\"order\"><a href=\"/?show=unanswered&amp;sort=risk\">Sort by risk</a></p>");
    assert_holds(body, "3 h 12 min left");
    assert_holds(body, "overdue by 2 h 0 min");
    assert_holds(body, "due <time datetime=\"2026-11-05T03:12:00Z\">Thu 5 Nov 2026 03:12</time>");
    assert_holds(body, "assault with injury (8N)");
    assert_true(strstr(body, ">D-8<") < strstr(body, ">D-7<"));
    assert_lacks(body, "D-9");
    page_of(8, url);
    snprintf(link, sizeof link, "<a href=\"%s\">D-8</a>", url);
    assert_holds(body, link);
    assert_holds(page("/?show=settled"), ">D-9<");
    assert_lacks(desk.response.body.at, "D-8");
    assert_holds(page("/?show=all"), "<caption>3 reports");
}

static void of_what_is_settled_no_numbers_are_asked_and_what_is_watched_is_to_be_looked_at(void **state)
{
    (void)state;
    put(&(struct small_report){ .number = 8, .due_in_ms = INT64_C(7200000), .state = "not_disclosed", .watches = "\"hate\"" });
    put(&(struct small_report){ .number = 9, .due_in_ms = -INT64_C(9000000), .state = "satisfied" });
    assert_holds(page("/?show=settled"), "data-label=\"State\">recorded");
    assert_lacks(desk.response.body.at, "<small>nothing");
    assert_holds(page("/?show=watched"), "<small>look at it</small>");
}

static void by_risk_the_gravest_stands_first_and_the_choice_stays(void **state)
{
    (void)state;
    put(&(struct small_report){ .number = 7, .due_in_ms = -INT64_C(17 * 3600000), .stage = "breach", .risk = "other" });
    put(&(struct small_report){ .number = 8, .due_in_ms = -INT64_C(14 * 3600000), .stage = "breach", .risk = "rape" });
    const char *body = page("/?show=all&force=dpp&stage=breach");
    assert_true(strstr(body, ">D-7<") < strstr(body, ">D-8<"));
    assert_lacks(body, "name=\"sort\"");
    assert_holds(body, "<a href=\"/?show=all&amp;force=dpp&amp;stage=breach&amp;sort=risk\">Sort by risk</a>");
    body = page("/?show=all&force=dpp&stage=breach&sort=risk");
    assert_true(strstr(body, ">D-8<") < strstr(body, ">D-7<"));
    assert_holds(body, "; without an answer first, then the gravest risk</caption>");
    assert_holds(body, "<a href=\"/?show=all&amp;force=dpp&amp;stage=breach\">Sort by deadline</a>");
    assert_holds(body, "<input type=\"hidden\" name=\"sort\" value=\"risk\">");
}

static void what_is_only_watched_is_in_a_list_of_its_own(void **state)
{
    (void)state;
    put(&(struct small_report){ .number = 7, .due_in_ms = INT64_C(11520000), .watches = "\"hate\"" });
    put(&(struct small_report){ .number = 8, .due_in_ms = INT64_C(7200000), .state = "not_disclosed", .watches = "\"hate\",\"opened_domestic\"" });
    put(&(struct small_report){ .number = 9, .due_in_ms = INT64_C(9000000), .state = "not_disclosed" });
    assert_holds(page("/"), "watched for: a hate crime or incident");
    assert_lacks(desk.response.body.at, "D-8");
    assert_holds(page("/?show=watched&sort=risk"), "<caption>1 report; gravest risk first</caption>");
    assert_holds(desk.response.body.at, "<a href=\"/?show=watched&amp;watch=any\">Sort by receipt</a>");
    assert_holds(page("/?show=watched"), "<caption>1 report; earliest received first</caption>");
    assert_holds(desk.response.body.at, "a hate crime or incident; opened as domestic, closed without a crime");
    assert_holds(desk.response.body.at, ">watched<");
    assert_lacks(desk.response.body.at, "D-9");
    assert_lacks(desk.response.body.at, "<small>due ");
    assert_holds(page("/?show=all&watch=hate"), "<caption>2 reports");
    assert_holds(desk.response.body.at, "<option value=\"hate\" selected>a hate crime or incident</option>");
    assert_holds(page("/?show=all&watch=domestic"), "No report fits this choice.");
}

static void where_there_is_nothing_it_says_so(void **state)
{
    (void)state;
    assert_holds(page("/"), "No report is waiting for an answer.");
    assert_lacks(desk.response.body.at, "<table");
    assert_holds(page("/?force=dpp"), "No report of this force is held here at all: it may be written otherwise.");
    assert_holds(page("/?stage=breach"), "No report fits this choice.");
    assert_holds(page("/?show=settled"), "No settled report is kept here.");
    assert_holds(page("/?show=watched"), "No log is watched in which no crime is likely.");
}

static void a_force_or_area_that_nobody_knows_is_no_all_clear(void **state)
{
    (void)state;
    put(&(struct small_report){ .number = 1, .force = "ken", .bcu = "East", .state = "satisfied" });
    assert_holds(page("/?force=ken"), "No report fits this choice.");
    assert_holds(page("/?force=ken&bcu=East&stage=breach"), "No report fits this choice.");
    assert_holds(page("/?force=kenn"), "No report of this force is held here at all");
    assert_holds(page("/?force=ken&bcu=Est"), "No report of this area is held here at all");
    assert_holds(page("/?show=all&bcu=Est"), "No report of this area is held here at all");
}

static void the_form_shows_what_was_chosen_also_what_there_is_not(void **state)
{
    (void)state;
    put(&(struct small_report){ .number = 1, .force = "ken", .bcu = "North & East" });
    const char *body = page("/?show=all&force=ken&bcu=Nowhere&stage=urgent&risk=child");
    assert_holds(body, "<option value=\"all\" selected>");
    assert_holds(body, "<option value=\"ken\" selected>");
    assert_holds(body, "<option value=\"North &amp; East\">");
    assert_holds(body, "<option value=\"Nowhere\" selected>");
    assert_holds(body, "<option value=\"urgent\" selected>");
    assert_holds(body, "<option value=\"child\" selected>");
    assert_lacks(body, "<option value=\"urgent,");
    body = page("/?risk=violence,child&stage=breach,none,urgent");
    assert_holds(body, "<option value=\"none,urgent,breach\" selected>none yet, urgent, overdue</option>");
    assert_holds(body, "<option value=\"child,violence\" selected>a child at risk, violence</option>");
    assert_holds(body, "<option value=\"urgent\">");
    for (size_t i = 0; i < 6; i++) {
        char label[32];
        snprintf(label, sizeof label, "<label for=\"%s\">", (const char *[]){ "show", "force", "bcu", "stage", "risk", "watch" }[i]);
        assert_holds(body, label);
    }
}

static void the_next_page_goes_on_with_the_same_choice(void **state)
{
    static const char mark[] = "<a rel=\"next\" href=\"";
    char url[300] = "/?force=dpp&bcu=North+%26%20East&stage=warning%2Curgent&sort=risk";
    size_t rows = 0, pages = 0;
    (void)state;
    for (unsigned number = 0; number < 120; number++) {
        small_view_report(&desk.small, &(struct small_report){ .number = number, .bcu = "North & East", .due_in_ms = number * 1000 });
        small_view_report(&desk.small, &(struct small_report){ .number = number + 1000, .bcu = "South", .due_in_ms = number * 1000 });
    }
    small_view_commit(&desk.small);
    for (char *at = strchr(url, '+'); at != NULL; at = strchr(at, '+'))
        *at = ' ';                              /* as libmicrohttpd gives it */
    for (const char *next = url; next != NULL; pages++) {
        const char *body = page(url);
        assert_lacks(body, "South, ");
        for (const char *at = body; (at = strstr(at, "<tr role=\"row\" class=")) != NULL; at++)
            rows++;
        next = strstr(body, mark);
        size_t used = 0;
        for (const char *at = next == NULL ? "" : next + sizeof mark - 1; *at != '"' && *at != '\0'; at++) {
            url[used++] = *at;
            if (strncmp(at, "&amp;", 5) == 0)
                at += 4;
        }
        url[used] = '\0';
        if (next != NULL)
            assert_holds(url, "/?show=unanswered&force=dpp&bcu=North%20%26%20East&stage=warning,urgent&sort=risk&cursor=");
    }
    assert_int_equal(rows, 120);
    assert_int_equal(pages, 3);
}

/* ---- how far it can be relied on ---- */

static void when_all_is_in_order_it_says_as_of_when(void **state)
{
    (void)state;
    const char *body = page("/");
    assert_holds(body, "<section class=\"signals\" ");
    assert_holds(body, "This page can be relied on, as of <time datetime=\"2026-11-05T00:00:00Z\">");
    assert_holds(body, "Current: it shows all that was published up to <time datetime=\"2026-11-04T23:59:58Z\">");
    assert_holds(body, "Going on: judged up to <time datetime=\"2026-11-04T23:59:50Z\">");
    assert_holds(body, "No force&#39;s feed is silent for longer than it may be.");
    assert_holds(body, "<dt>Link to Kafka</dt><dd>In use.</dd>");
}

static const char *amiss(const char *words)
{
    const char *body = page("/");
    assert_holds(body, "<section class=\"signals amiss\" ");
    assert_holds(body, "Take care: something is not as it should be");
    assert_holds(body, words);
    return body;
}

static void whatever_is_amiss_is_said_on_top_of_every_page(void **state)
{
    char url[64];
    (void)state;
    put(&(struct small_report){ .number = 1 });
    desk.feed.level = false;
    desk.feed.level_at.ms = SMALL_NOW - 7200000;
    cdi_fail(&desk.feed.problem, CDI_ERROR_BROKER, "nobody answers");
    amiss("Behind: it is known to have been whole last at <time datetime=\"2026-11-04T22:00:00Z\">Wed 4 Nov 2026 22:00</time>, 2 h 0 min ago.");
    assert_holds(desk.response.body.at, "it does not go on: nobody answers");
    assert_true(strstr(desk.response.body.at, "Behind:") < strstr(desk.response.body.at, "<h1>"));
    page_of(1, url);
    assert_holds(page(url), "Behind: ");
    desk.feed = (struct cdi_feed_standing){ .level = true, .level_at = { SMALL_NOW } };
    desk.shard.status.judge_time.ms = SMALL_NOW - 600000;
    amiss("<dt>Judging</dt><dd>Held: shard 0 judges up to 2026-11-04T23:50:00Z");
    desk.shard.restored = false;
    amiss("<dt>Judging</dt><dd>Catching up: 1 of 1 shards are being restored");
    desk.shard.restored = true;
    desk.shard.status.judge_time.ms = SMALL_NOW;
    assert_holds(page("/"), "This page can be relied on");
    desk.standing.pump.phase = CDI_PUMP_JOINING;
    amiss("There is one, but it is not in use yet (joining).");
    desk.standing.session = false;
    cdi_fail(&desk.standing.last, CDI_ERROR_BROKER, "no broker at <x>");
    amiss("None: it is tried for as long as it takes: no broker at &lt;x&gt;.");
}

static void a_silent_feed_is_named_with_its_force(void **state)
{
    (void)state;
    small_view_put(&desk.small, "ken/feed/cdi.crimes", "{\"force\":\"ken\",\"feed\":\"cdi.crimes\",\"version\":3,\"state\":\"stale\",\"heard_at\":\"2026-11-04T15:00:00Z\","
                   "\"silence_limit_s\":14400,\"stale_since\":\"2026-11-04T19:00:00Z\",\"held_at\":\"2026-11-04T15:00:00Z\"}");
    small_view_put(&desk.small, "dpp/feed/cdi.crimes", "{\"force\":\"dpp\",\"feed\":\"cdi.crimes\",\"version\":4,\"state\":\"live\",\"heard_at\":\"2026-11-04T23:00:00Z\","
                   "\"silence_limit_s\":14400,\"stale_since\":null,\"held_at\":null}");
    small_view_put(&desk.small, "lan/feed/cdi.crimes", "{\"force\":\"lan\",\"feed\":\"cdi.crimes\",\"version\":1,\"state\":\"stale\",\"heard_at\":null,"
                   "\"silence_limit_s\":60,\"stale_since\":\"2026-11-04T19:00:00Z\",\"held_at\":null}");
    small_view_commit(&desk.small);
    amiss("<dt>Silent feed</dt><dd>ken, cdi.crimes: last heard <time datetime=\"2026-11-04T15:00:00Z\">");
    assert_holds(desk.response.body.at, "lan, cdi.crimes: never heard; more than 1 min of silence is too long");
    assert_lacks(desk.response.body.at, "dpp, cdi.crimes");
}

/* ---- many at once ---- */

/* So many hours before now, for an hour. */
static void put_flood(const char *area, const char *stage, int hours)
{
    char key[80], data[400], from[CDI_INSTANT_TEXT_SIZE], until[CDI_INSTANT_TEXT_SIZE];
    const char *quote = area == NULL ? "" : "\"";
    cdi_instant_format((struct cdi_instant){ SMALL_NOW - hours * INT64_C(3600000) }, from);
    cdi_instant_format((struct cdi_instant){ SMALL_NOW - (hours - 1) * INT64_C(3600000) }, until);
    snprintf(key, sizeof key, "dpp/digest/%s%s%s", stage, area == NULL ? "" : "/", area == NULL ? "" : area);
    snprintf(data, sizeof data, "{\"force\":\"dpp\",\"area\":%s%s%s,\"stage\":\"%s\",\"version\":1,\"reports\":412,\"risks\":{\"other\":412},\"from\":\"%s\","
             "\"until\":\"%s\",\"first_due_at\":null,\"last_due_at\":null,\"gravest\":[]}", quote, area == NULL ? "null" : area, quote, stage, from, until);
    small_view_put(&desk.small, key, data);
    small_view_commit(&desk.small);
}

static void a_flood_of_the_last_day_is_told_in_a_line_that_leads_to_its_reports(void **state)
{
    (void)state;
    assert_lacks(page("/"), "class=\"floods\"");
    put_flood("Carmarthenshire", "breach", 22);
    const char *body = page("/");
    assert_holds(body, "<p><time datetime=\"2026-11-04T02:00:00Z\">Wed 4 Nov 2026 02:00</time> to <time datetime=\"2026-11-04T03:00:00Z\">03:00</time>: "
                       "<a href=\"/?force=dpp&amp;bcu=Carmarthenshire\">412 reports in dpp, Carmarthenshire</a> became overdue at once.</p>");
    assert_true(strstr(body, "class=\"floods\"") < strstr(body, "<h1>"));
    assert_holds(page("/?force=dpp&bcu=Carmarthenshire"), "412 reports");
    assert_lacks(page("/?force=dpp&bcu=Powys"), "412 reports");
    assert_lacks(page("/?force=ken"), "412 reports");
    put_flood(NULL, "warning", 25);             /* until 24 hours ago: just within, and over midnight */
    body = page("/");
    assert_holds(body, "Tue 3 Nov 2026 23:00</time> to <time datetime=\"2026-11-04T00:00:00Z\">Wed 4 Nov 2026 00:00</time>: "
                       "<a href=\"/?force=dpp\">412 reports in dpp that name no area</a> came near their deadline at once.");
    assert_true(strstr(body, "overdue at once") < strstr(body, "near their deadline at once"));
}

static void a_flood_is_no_more_told_a_day_later(void **state)
{
    (void)state;
    put_flood("East", "breach", 26);
    assert_lacks(page("/"), "412 reports");
}

static void of_many_floods_the_newest_are_told_and_no_area_is_markup(void **state)
{
    (void)state;
    put_flood("<b>&", "a_stage_of_a_newer_version", 2);
    for (int i = 0; i < 5; i++)
        put_flood((const char *[]){ "A", "B", "C", "D", "E" }[i], "urgent", 3 + i);
    const char *body = page("/");
    assert_holds(body, "<a href=\"/?force=dpp&amp;bcu=%3Cb%3E%26\">412 reports in dpp, &lt;b&gt;&amp;</a> reached a stage at once.");
    assert_holds(body, "in dpp, D</a> came very near");
    assert_lacks(body, "in dpp, E</a>");
    assert_holds(body, "There were more of them");
    assert_well_formed(body);
}

/* ---- one report ---- */

static void the_page_of_a_report_says_why_and_what_staff_noted(void **state)
{
    char url[64];
    (void)state;
    put(&(struct small_report){ .number = 3, .notes = "{\"at\":\"2026-11-04T22:00:00Z\",\"by\":\"j.smith\",\"text\":\"rang <her> back\"}" });
    page_of(3, url);
    const char *body = page(url);
    assert_holds(body, "<h1>D-3</h1>");
    assert_holds(body, "<h2>Why it is thought a crime</h2>");
    const char *next = strstr(body, "<h2>What to do next</h2>");
    assert_true(next != NULL && next < strstr(body, "<h2>What was reported</h2>"));
    assert_holds(body, "rang &lt;her&gt; back");
    assert_lacks(page("/"), "rang");
}

/* ---- nothing of a person ---- */

static struct cdi_reading *load_reading(struct cdi_config *config)
{
    char key_file[] = "/tmp/cdiwatch-pages-test-XXXXXX";
    struct cdi_error err = { 0 };
    FILE *file = fdopen(mkstemp(key_file), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite("a key for the tests of the pages, known to all", 1, 46, file), 46);
    assert_int_equal(fclose(file), 0);
    *config = (struct cdi_config){ .partitions = 1, .key = cdi_text_of(key_file), .reader = CDI_JSON_READER_SIMDJSON };
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++)
        config->topics[topic] = cdi_text_of(cdi_topic_word((enum cdi_topic)topic));
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        config->sources[feed] = CDI_TEXT("cdiwatch");
    struct cdi_reading *reading = cdi_reading_load(config, NULL, NULL, &err);
    remove(key_file);
    assert_non_null(reading);
    return reading;
}

#define C "zqcanary"
static const char incident[] =
    "{\"force\":\"dpp\",\"incident\":\"L1\",\"event_at\":\"2026-11-04T00:10:00Z\",\"source\":\"storm\",\"received_at\":\"2026-11-04T00:00:00Z\",\"channel\":\"999\","
    "\"caller_role\":\"victim\",\"opened_as\":\"OPN-BURG\",\"closed_as\":\"ADM\",\"closed_at\":\"2026-11-04T00:09:00Z\",\"qualifiers\":[\"domestic\"],"
    "\"area\":{\"bcu\":\"North\",\"beat\":\"N1\"},\"unit\":\"CR-3\",\"location\":{\"uprn\":\"" C "1\",\"postcode\":\"" C "2\",\"easting\":987651,\"northing\":987652,"
    "\"text\":\"" C "3\"},\"persons\":[{\"role\":\"victim\",\"name\":\"" C "4 " C "5\",\"dob\":\"1907-03-09\",\"phone\":\"07700 900987\",\"id\":\"" C "6\"},"
    "{\"role\":\"suspect\",\"name\":\"" C "7\",\"id\":\"" C "8\"}],\"entries\":[{\"seq\":1,\"at\":\"2026-11-04T00:00:30Z\",\"role\":\"call_taker\",\"category\":\"remarks\","
    "\"text\":\"HOUSE BURGLED, JEWELLERY STOLEN BY " C "9\"}],\"dash\":{\"completed_at\":null,\"risk\":\"high\"},\"safeguarding\":\"" C "a\",\"disposal\":{\"reason\":\"NEG\","
    "\"rationale\":\"" C "b told us that nothing happened at all\",\"by\":\"" C "c\",\"by_role\":\"" C "d\",\"decided_at\":\"2026-11-04T00:08:00Z\","
    "\"enquiries\":\"" C "e\",\"element\":\"" C "f\"}}";
static const char crime[] =
    "{\"force\":\"dpp\",\"crime\":\"C1\",\"event_at\":\"2026-11-04T00:20:00Z\",\"recorded_at\":\"2026-11-04T00:20:00Z\",\"class\":\"105A\",\"status\":\"recorded\","
    "\"incidents\":[\"L1\"],\"persons\":[{\"role\":\"victim\",\"name\":\"" C "g\",\"dob\":\"1907-03-09\",\"id\":\"" C "6\"}],\"location\":{\"text\":\"" C "h\"},"
    "\"late\":{\"rationale\":\"" C "i\"}}";

static void take(struct cdi_shard *shard, enum cdi_feed feed, const char *value)
{
    static int64_t offset;
    struct cdi_error err = { 0 };
    const struct cdi_message message = { .feed = feed, .offset = offset++, .broker_time = { SMALL_NOW - INT64_C(84600000) }, .key = CDI_TEXT("dpp"),
                                         .value = cdi_text_of(value) };
    if (!cdi_shard_take(shard, &message, &err))
        fail_msg("%s", err.text);
}

/* All that is published goes into the view; the id of the report, if there is one. */
static void publish(struct cdi_shard *shard, char id[33])
{
    struct cdi_outbox_record record;
    struct cdi_error err = { 0 };
    int64_t positions[CDI_FEED_COUNT];
    for (bool more = true, whole = false; more || !whole;)
        assert_true(cdi_shard_settle(shard, &more, &whole, &err));
    struct cdi_outbox *outbox = cdi_shard_hand_over(shard, positions);
    for (size_t i = 0; cdi_outbox_at(outbox, i, &record); i++) {
        assert_true(record.topic != CDI_TOPIC_DEADLETTERS);
        if (record.topic != CDI_TOPIC_ALERTS)
            continue;
        char key[80];
        snprintf(key, sizeof key, "%.*s", CDI_TEXT_ARGS(record.key));
        small_view_apply(&desk.small, key, record.value);
        if (strlen(key) == 36)
            memcpy(id, key + 4, 33);
    }
    small_view_commit(&desk.small);
    cdi_shard_committed(shard, outbox);
}

static void assert_nobody_in(const char *url)
{
    const char *body = small_ask(&desk, url);
    assert_int_equal(desk.response.status, 200);
    for (size_t i = 0; i < 5; i++)
        assert_lacks(body, (const char *[]){ C, "1907", "900987", "98765", "BURGLED" }[i]);
}

static void a_canary_in_every_field_of_a_person_or_of_free_text_is_on_no_page(void **state)
{
    char id[33] = "", url[64], action[400];
    struct cdi_config config;
    struct cdi_error err = { 0 };
    (void)state;
    struct cdi_reading *reading = load_reading(&config);
    struct cdi_shard *shard = cdi_shard_create(&(struct cdi_shard_parts){ &config, reading, 0 }, &err);
    assert_non_null(shard);
    take(shard, CDI_FEED_INCIDENTS, incident);
    take(shard, CDI_FEED_CRIMES, crime);
    for (enum cdi_feed feed = CDI_FEED_INCIDENTS; feed <= CDI_FEED_CRIMES; feed++) {
        cdi_shard_at_end(shard, feed, 1000000);
        cdi_shard_end_known(shard, feed, 1000000, (struct cdi_instant){ SMALL_NOW });
    }
    publish(shard, id);
    assert_int_equal(strlen(id), 32);
    snprintf(action, sizeof action, "{\"force\":\"dpp\",\"alert\":\"%s\",\"action\":\"note\",\"by\":\"j.smith\",\"role\":\"supervisor\",\"at\":\"2026-11-04T00:25:00Z\","
             "\"request\":\"r1\",\"text\":\"zqnote\"}", id);
    take(shard, CDI_FEED_ACTIONS, action);
    publish(shard, id);
    static const char *const urls[] = { "/", "/?show=all", "/api/v1/alerts", "/api/v1/alerts?incident=L1", "/api/v1/status", "/metrics", "/readyz" };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        assert_nobody_in(urls[i]);
        if (strncmp(urls[i], "/api/v1/alerts", 14) == 0)
            assert_holds(desk.response.body.at, "zqnote");      /* the documents, as they were published */
        else
            assert_lacks(desk.response.body.at, "zqnote");
    }
    assert_holds(page("/"), ">L1<");
    snprintf(url, sizeof url, "/alerts/%s", id);
    assert_nobody_in(url);
    assert_holds(page(url), "zqnote");
    cdi_shard_destroy(shard);
    cdi_reading_destroy(reading);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_page_is_well_formed_and_asks_for_nothing_but_its_style), TEST(the_most_urgent_stands_first_with_its_time_and_a_link), TEST(by_risk_the_gravest_stands_first_and_the_choice_stays),
        TEST(what_is_only_watched_is_in_a_list_of_its_own), TEST(where_there_is_nothing_it_says_so), TEST(a_force_or_area_that_nobody_knows_is_no_all_clear),
        TEST(the_form_shows_what_was_chosen_also_what_there_is_not),
        TEST(of_what_is_settled_no_numbers_are_asked_and_what_is_watched_is_to_be_looked_at),
        TEST(the_next_page_goes_on_with_the_same_choice), TEST(when_all_is_in_order_it_says_as_of_when),
        TEST(whatever_is_amiss_is_said_on_top_of_every_page), TEST(a_silent_feed_is_named_with_its_force),
        TEST(a_flood_of_the_last_day_is_told_in_a_line_that_leads_to_its_reports), TEST(a_flood_is_no_more_told_a_day_later),
        TEST(of_many_floods_the_newest_are_told_and_no_area_is_markup),
        TEST(the_page_of_a_report_says_why_and_what_staff_noted), TEST(a_canary_in_every_field_of_a_person_or_of_free_text_is_on_no_page),
    };
#undef TEST
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
