#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_file.h"
#include "random_case.h"
#include "table_files.h"

/* ---- one file, one mistake ---- */

static struct cdi_config *read_right(struct folder *folder, const char *name, const char *value)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_config *config = read_with(folder, name, value, &err);
    if (config == NULL)
        fail_msg("%s: %s should be right, but %s: %s", name != NULL ? name : "", value != NULL ? value : "", err.where, err.text);
    assert_int_equal(folder->heard.count, 0);
    return config;
}

/* Refused with file, line and column; something that was said holds `words`. */
static void expect_refused(struct folder *folder, const char *name, const char *value, const char *words)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_config *config = read_with(folder, name, value, &err);
    bool said = false;
    if (config != NULL)
        fail_msg("%s: %s should be refused", name, value != NULL ? value : "");
    for (size_t i = 0; i < folder->heard.count; i++) {
        const struct cdi_error *problem = &folder->heard.all[i];
        size_t size = strlen(folder->config);
        assert_int_equal(problem->code, CDI_ERROR_CONFIGURATION);
        if (strncmp(problem->where, folder->config, size) != 0 || problem->where[size] != ':')
            fail_msg("%s: %s: no place but \"%s\"", name, value, problem->where);
        said = said || strstr(problem->text, words) != NULL;
    }
    if (!said)
        fail_msg("%s: %s: \"%s\" does not say \"%s\"", name, value != NULL ? value : "", err.text, words);
}

static const char *last_level(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL ? dot + 1 : name;
}

static void every_option_s_slip_is_told_what_was_meant(void **state)
{
    struct folder folder;
    (void)state;
    folder_make(&folder);
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++) {
        char slip[100], wanted[100];
        snprintf(slip, sizeof slip, "%s%c", option->name, option->name[strlen(option->name) - 1]);
        snprintf(wanted, sizeof wanted, "did you mean \"%s\"?", last_level(option->name));
        expect_refused(&folder, slip, "x", wanted);
    }
    folder_remove(&folder);
}

/* "64M", one more or one less. */
static const char *beside(const char *written, int by, char out[32])
{
    char *unit;
    long long number = strtoll(written, &unit, 10);
    snprintf(out, 32, "%lld%s", number + by, unit);
    return out;
}

static void every_bound_holds_on_both_sides(void **state)
{
    struct folder folder;
    size_t bounded = 0;
    char value[32];
    (void)state;
    folder_make(&folder);
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++) {
        assert_true((option->least[0] != '\0') == (option->type == CDI_CONFIG_INT || option->type == CDI_CONFIG_SIZE));
        if (option->least[0] == '\0')
            continue;
        bounded++;
        cdi_config_destroy(read_right(&folder, option->name, option->least));
        cdi_config_destroy(read_right(&folder, option->name, option->most));
        expect_refused(&folder, option->name, beside(option->least, -1, value), "should be between");
        expect_refused(&folder, option->name, beside(option->most, 1, value), "should be between");
    }
    assert_true(bounded >= 3);
    folder_remove(&folder);
}

/* What a type refuses, and what is said of it. */
static const struct { enum cdi_config_type type; const char *value, *words; } wrong[] = {
    { CDI_CONFIG_SECTION, "x", "should be a map" }, { CDI_CONFIG_SECTION, "[x]", "should be a map" },
    { CDI_CONFIG_NAME, "a b", "should be a name of letters" }, { CDI_CONFIG_NAME, "caf\xc3\xa9", "should be a name of letters" },
    { CDI_CONFIG_NAME, "..", "should be a name of letters" }, { CDI_CONFIG_NAME, "\"\"", "1 to 249" },
    { CDI_CONFIG_NAME, "\"a\\0b\"", "should be a name of letters" }, { CDI_CONFIG_NAME, "[a]", "a single value" },
    { CDI_CONFIG_SOURCE, "cdiwach", "did you mean cdiwatch?" }, { CDI_CONFIG_SOURCE, "xyzzy", "built in are" },
    { CDI_CONFIG_SOURCE, "{a: b}", "a single value" }, { CDI_CONFIG_SOURCE, "\"./a\\eb\"", "control character" },
    { CDI_CONFIG_FOLDER, "[a]", "a single value" }, { CDI_CONFIG_FOLDER, "\"a\\0b\"", "control character" },
    { CDI_CONFIG_FILE, "[a]", "a single value" }, { CDI_CONFIG_FILE, "\"a\\0b\"", "control character" },
    { CDI_CONFIG_ADDRESS, "8080", "an address and a port" }, { CDI_CONFIG_ADDRESS, "localhost:8080", "an address and a port" },
    { CDI_CONFIG_ADDRESS, "127.0.0.1:65536", "an address and a port" }, { CDI_CONFIG_ADDRESS, "[a]", "a single value" },
    { CDI_CONFIG_ADDRESS, "\"a\\eb:1\"", "control character" },
    { CDI_CONFIG_SECRET, CANARY, "a secret does not stand here" }, { CDI_CONFIG_SECRET, "[a]", "a secret does not stand here" },
    { CDI_CONFIG_SECRET, "{}", "say where it is, once" }, { CDI_CONFIG_SECRET, "{file: a, credential: b}", "say where it is, once" },
    { CDI_CONFIG_SECRET, "{flie: a}", "did you mean \"file\"?" }, { CDI_CONFIG_SECRET, "{credential: ../a}", "without a folder" },
    { CDI_CONFIG_PROPERTIES, "x", "should be a map" }, { CDI_CONFIG_PROPERTIES, "[x]", "should be a map" },
    { CDI_CONFIG_PROPERTIES, "{}", "\"bootstrap.servers\" is missing" },
    { CDI_CONFIG_PROPERTIES, "{bootstrap.servers: \" , \"}", "should name brokers" },
    { CDI_CONFIG_INT, "four", "whole number" }, { CDI_CONFIG_INT, "\"4\"", "whole number" }, { CDI_CONFIG_INT, "4K", "whole number" },
    { CDI_CONFIG_INT, "4.5", "whole number" }, { CDI_CONFIG_INT, "[4]", "a single value" },
    { CDI_CONFIG_SIZE, "512", "with its unit" }, { CDI_CONFIG_SIZE, "512MB", "with its unit" }, { CDI_CONFIG_SIZE, "512m", "with its unit" },
    { CDI_CONFIG_SIZE, "M", "with its unit" }, { CDI_CONFIG_SIZE, "\"512M\"", "without quotes" }, { CDI_CONFIG_SIZE, "{a: 1}", "a single value" },
    { CDI_CONFIG_BOOL, "yes", "true or false" }, { CDI_CONFIG_BOOL, "1", "true or false" }, { CDI_CONFIG_BOOL, "\"true\"", "true or false" },
    { CDI_CONFIG_WORD, "xyzzy", "choose one of" }, { CDI_CONFIG_WORD, "[a]", "a single value" },
};

static void every_option_refuses_what_is_of_another_type_or_unit(void **state)
{
    struct folder folder;
    (void)state;
    folder_make(&folder);
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++) {
        size_t tried = 0;
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
            if (wrong[i].type == option->type && ++tried > 0)
                expect_refused(&folder, option->name, wrong[i].value, wrong[i].words);
        if (tried < 2)
            fail_msg("%s: nothing wrong is known for its type", option->name);
        for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL; i++) {
            char slip[60], wanted[60];
            snprintf(slip, sizeof slip, "%s%s", option->choices[i], "q");
            snprintf(wanted, sizeof wanted, "did you mean \"%s\"?", option->choices[i]);
            expect_refused(&folder, option->name, slip, wanted);
        }
    }
    folder_remove(&folder);
}

static void what_is_required_is_missed(void **state)
{
    struct folder folder;
    size_t required = 0;
    (void)state;
    folder_make(&folder);
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++)
        if (option->required && ++required > 0)
            expect_refused(&folder, option->name, NULL, "is missing here");
    assert_int_equal(required, 2);
    folder_remove(&folder);
}

/* ---- defaults, and what a reload changes ---- */

static struct cdi_text *text_at(struct cdi_config *config, const struct cdi_config_option *option)
{
    return (struct cdi_text *)((unsigned char *)config + option->offset);
}

/* A right value other than the default. */
static const char *another(const struct cdi_config_option *option)
{
    switch (option->type) {
    case CDI_CONFIG_NAME: return "another.name";
    case CDI_CONFIG_SOURCE: return "./another.yaml";
    case CDI_CONFIG_FOLDER: return "another-folder";
    case CDI_CONFIG_FILE: return "another.sqlite";
    case CDI_CONFIG_ADDRESS: return "127.0.0.1:1";
    case CDI_CONFIG_SECRET: return "{credential: token-key}";
    case CDI_CONFIG_PROPERTIES: return "{bootstrap.servers: another:9092}";
    case CDI_CONFIG_INT:
    case CDI_CONFIG_SIZE: return option->most;
    case CDI_CONFIG_BOOL: return strcmp(option->standard, "true") == 0 ? "false" : "true";
    case CDI_CONFIG_WORD: return option->choices[strcmp(option->choices[0], option->standard) == 0 ? 1 : 0];
    default: return NULL;
    }
}

static void saying_a_default_changes_nothing(void **state)
{
    struct folder folder;
    char names[400];
    (void)state;
    folder_make(&folder);
    struct cdi_config *plain = read_right(&folder, NULL, NULL);
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++) {
        if (option->standard == NULL)
            continue;
        struct cdi_config *said = read_right(&folder, option->name, option->standard);
        if (cdi_config_needs_restart(plain, said, names, sizeof names))
            fail_msg("%s: its default differs in %s", option->name, names);
        if (option->type == CDI_CONFIG_NAME || option->type == CDI_CONFIG_SOURCE)
            assert_true(cdi_text_is(*text_at(said, option), option->standard));
        cdi_config_destroy(said);
    }
    assert_true(cdi_text_said(plain->instance) && !cdi_text_said(plain->tables));
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++)
        assert_true(plain->topics[topic].size > 4 && memcmp(plain->topics[topic].at, "cdi.", 4) == 0);
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        assert_true(cdi_text_is(plain->sources[feed], "cdiwatch"));
    assert_int_equal(plain->memory, 512 << 20);
    assert_int_equal(plain->partitions, 4);
    assert_int_equal(plain->replication, 3);
    assert_int_equal(plain->start, CDI_START_BEGINNING);
    assert_int_equal(plain->log_level, CDI_LOG_NOTICE);
    cdi_config_destroy(plain);
    folder_remove(&folder);
}

static void a_restart_is_asked_for_by_exactly_the_rows_that_say_so(void **state)
{
    struct folder folder;
    char names[400];
    (void)state;
    folder_make(&folder);
    struct cdi_config *plain = read_right(&folder, NULL, NULL);
    assert_false(cdi_config_needs_restart(plain, plain, names, sizeof names));
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++) {
        if (option->type == CDI_CONFIG_SECTION)
            continue;
        struct cdi_config *changed = read_right(&folder, option->name, another(option));
        bool needed = cdi_config_needs_restart(plain, changed, names, sizeof names);
        if (needed == option->reload || strcmp(names, option->reload ? "" : option->name) != 0)
            fail_msg("%s changed: a restart is asked for by \"%s\"", option->name, names);
        cdi_config_destroy(changed);
    }
    struct cdi_config *changed = read_right(&folder, "memory", "1G");
    ((struct cdi_config *)changed)->partitions = 7;
    assert_true(cdi_config_needs_restart(plain, changed, names, sizeof names));
    assert_string_equal(names, "topics.partitions, memory");
    assert_true(cdi_config_needs_restart(plain, changed, names, 8));
    assert_string_equal(names, "topics.");
    cdi_config_destroy(changed);
    cdi_config_destroy(plain);
    folder_remove(&folder);
}

static void a_reload_takes_exactly_the_rows_that_say_so(void **state)
{
    struct folder folder;
    char names[400];
    size_t reloaded = 0;
    (void)state;
    folder_make(&folder);
    struct cdi_config *plain = read_right(&folder, NULL, NULL);
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++) {
        if (option->type == CDI_CONFIG_SECTION)
            continue;
        struct cdi_config *changed = read_right(&folder, option->name, another(option)), active = *plain;
        cdi_config_take_reloadable(&active, changed);
        assert_false(cdi_config_needs_restart(plain, &active, names, sizeof names));
        if (option->type == CDI_CONFIG_SOURCE || option->type == CDI_CONFIG_FOLDER)
            assert_true(cdi_text_same(*text_at(&active, option), *text_at(changed, option)));
        reloaded += option->reload;
        cdi_config_destroy(changed);
    }
    assert_int_equal(reloaded, CDI_FEED_COUNT + 2);     /* sources, tables, log.level */
    struct cdi_config *loud = read_right(&folder, "log.level", "debug"), active = *plain;
    cdi_config_take_reloadable(&active, loud);
    assert_int_equal(active.log_level, CDI_LOG_DEBUG);
    cdi_config_destroy(loud);
    cdi_config_destroy(plain);
    folder_remove(&folder);
}

/* ---- places ---- */

static void relative_files_begin_where_the_configuration_is(void **state)
{
    struct folder folder;
    char wanted[200];
    (void)state;
    folder_make(&folder);
    struct cdi_config *config = read_right(&folder, "tables", "here/tables");
    snprintf(wanted, sizeof wanted, "%s/here/tables", folder.path);
    assert_string_equal(config->tables.at, wanted);
    snprintf(wanted, sizeof wanted, "%s/key", folder.path);
    assert_string_equal(config->key.at, wanted);
    cdi_config_destroy(config);
    config = read_right(&folder, "tables", "/there/tables");
    assert_string_equal(config->tables.at, "/there/tables");
    cdi_config_destroy(config);
    config = read_right(&folder, "view.file", "view.sqlite");
    snprintf(wanted, sizeof wanted, "%s/view.sqlite", folder.path);
    assert_string_equal(config->view_file.at, wanted);
    assert_true(cdi_config_has_view(config));
    cdi_config_destroy(config);
    config = read_right(&folder, "view.file", "off");
    assert_false(cdi_config_has_view(config));
    cdi_config_destroy(config);
    config = read_right(&folder, "sources.crimes", "own.yaml");
    snprintf(wanted, sizeof wanted, "%s/own.yaml", folder.path);
    assert_string_equal(config->sources[CDI_FEED_CRIMES].at, wanted);
    cdi_config_destroy(config);
    config = read_right(&folder, "kafka", "{bootstrap.servers: x, ssl.ca.location: password}");
    snprintf(wanted, sizeof wanted, "%s/password", folder.path);
    assert_string_equal(config->kafka.items[1].value.at, wanted);
    cdi_config_destroy(config);
    expect_refused(&folder, "kafka", "{bootstrap.servers: x, ssl.ca.location: nowhere}", "nowhere: cannot open");
    folder_remove(&folder);
}

static void two_topics_are_never_one(void **state)
{
    struct folder folder;
    (void)state;
    folder_make(&folder);
    expect_refused(&folder, "topics.alerts", "cdi.incidents", "are the same topic");
    assert_int_equal(folder.heard.count, 1);
    expect_refused(&folder, "topics", "{alerts: a, incidents: b, lists: a}", "\"topics.lists\" and \"topics.alerts\" are the same topic");
    assert_int_equal(folder.heard.count, 1);
    folder_remove(&folder);
}

static void every_problem_is_said_and_the_first_is_the_error(void **state)
{
    static const char text[] = "group: \"a b\"\nkafka: {acks: 1, nosuch.thing: 2}\nmemory: 1M\ntopics: {partitions: 0, alrts: a}\n";
    struct folder folder;
    struct cdi_error err;
    (void)state;
    folder_make(&folder);
    assert_null(read_bytes(&folder, text, strlen(text), &err));
    assert_int_equal(folder.heard.count, 8);
    assert_string_equal(err.text, folder.heard.all[0].text);
    assert_string_equal(err.where, folder.heard.all[0].where);
    assert_null(cdi_config_read(folder.config, NULL, NULL, NULL));
    folder_remove(&folder);
}

static void a_missing_file_is_said_by_its_name(void **state)
{
    struct heard heard = { 0 };
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    (void)state;
    assert_null(cdi_config_read("/nowhere/c.yaml", hear, &heard, &err));
    assert_int_equal(heard.count, 1);
    assert_int_equal(err.code, CDI_ERROR_SYSTEM);
    assert_string_equal(err.where, "/nowhere/c.yaml");
}

/* ---- mutations ---- */

/* Whatever was accepted keeps what the rows promise. */
static void expect_promises(const struct cdi_config *config)
{
    struct cdi_text empty = CDI_TEXT("");
    bool servers = false;
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++) {
        const void *at = (const unsigned char *)config + option->offset;
        if (option->type == CDI_CONFIG_INT)
            assert_in_range(*(const int64_t *)at, strtoull(option->least, NULL, 10), strtoull(option->most, NULL, 10));
        if (option->type == CDI_CONFIG_SIZE)
            assert_in_range(*(const int64_t *)at, 64u << 20, 1ull << 40);
        for (int word = 0; option->choices != NULL && word < *(const int *)at; word++)
            assert_non_null(option->choices[word + 1]);
        if (option->type == CDI_CONFIG_NAME) {
            const struct cdi_text *name = at;
            assert_in_range(name->size, 1, 249);
            assert_int_equal(strlen(name->at), name->size);
            assert_int_equal(strspn(name->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"), name->size);
        }
    }
    assert_true(config->key.size > 0);
    for (size_t i = 0; i < config->kafka.count; i++) {
        assert_true(cdi_kafka_setting_check(config->kafka.items[i].name, config->kafka.items[i].value, NULL));
        servers = servers || (cdi_text_is(config->kafka.items[i].name, "bootstrap.servers") &&
                              cdi_text_compare(config->kafka.items[i].value, empty) > 0);
    }
    assert_true(servers);
}

/* Deletes, doubles or changes a byte or a line. */
static size_t mutate(uint64_t *seed, char *text, size_t size, size_t room)
{
    size_t at = random_below(seed, (uint32_t)size), from = at, to = at + 1;
    uint32_t kind = random_below(seed, 6);
    if (kind >= 3) {
        while (from > 0 && text[from - 1] != '\n')
            from--;
        while (to < size && text[to - 1] != '\n')
            to++;
    }
    if (kind % 3 == 0 && size > to - from) {
        memmove(text + from, text + to, size - to);
        return size - (to - from);
    }
    if (kind % 3 == 1 && size + (to - from) <= room) {
        memmove(text + to, text + from, size - from);
        return size + (to - from);
    }
    static const char frequent[] = ":{}[]\"'#,-&*! \n\t0";
    text[at] = random_one_in(seed, 2) ? (char)random_below(seed, 256) : frequent[random_below(seed, sizeof frequent - 1)];
    return size;
}

static void expect_said_with_a_place(const struct folder *folder, const struct cdi_error *err, uint64_t seed)
{
    size_t size = strlen(folder->config);
    assert_true(folder->heard.count > 0);
    for (size_t i = 0; i < folder->heard.count; i++) {
        const struct cdi_error *problem = &folder->heard.all[i];
        bool place = strncmp(problem->where, folder->config, size) == 0 && problem->where[size] == ':';
        if (problem->code != CDI_ERROR_CONFIGURATION || !place || problem->text[0] == '\0')
            fail_msg("SEED=%llu: \"%s\": %s", (unsigned long long)seed, problem->where, problem->text);
        if (strstr(problem->text, CANARY) != NULL || strstr(problem->where, CANARY) != NULL)
            fail_msg("SEED=%llu: a secret is said: %s", (unsigned long long)seed, problem->text);
    }
    assert_string_equal(err->where, folder->heard.all[0].where);
}

static void a_mutated_file_keeps_the_promises_or_is_refused_with_its_place(void **state)
{
    static const char more[] = "\n  sasl.password: {file: password}\n  client.id: desk-1\n  session.timeout.ms: 6000\n";
    uint64_t first = random_seed("mutated configurations");
    struct folder folder;
    struct cdi_text sample = file_bytes("config/cdiwatch.yaml");
    char text[20000];
    size_t refused = 0, accepted = 0;
    (void)state;
    if (!cdi_text_said(sample))
        fail_msg("config/cdiwatch.yaml cannot be read: run the tests from the top of the tree");
    const char *line = strstr(sample.at, "127.0.0.1:9092");
    assert_non_null(line);
    size_t head = (size_t)(line - sample.at) + strlen("127.0.0.1:9092");
    folder_make(&folder);
    for (uint64_t round = 0; round < 2000; round++) {
        uint64_t seed = first + round;
        struct cdi_error err;
        size_t size = (size_t)snprintf(text, sizeof text, "%.*s%s%s", (int)head, sample.at, more, sample.at + head);
        for (uint32_t i = 1 + random_below(&seed, 3); i > 0; i--)
            size = mutate(&seed, text, size, sizeof text);
        struct cdi_config *config = read_bytes(&folder, text, size, &err);
        if (config != NULL)
            expect_promises(config);
        else
            expect_said_with_a_place(&folder, &err, first + round);
        accepted += config != NULL;
        refused += config == NULL;
        cdi_config_destroy(config);
    }
    assert_true(refused > 200 && accepted > 200);
    free((char *)sample.at);
    folder_remove(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_s_slip_is_told_what_was_meant),
        cmocka_unit_test(every_bound_holds_on_both_sides),
        cmocka_unit_test(every_option_refuses_what_is_of_another_type_or_unit),
        cmocka_unit_test(what_is_required_is_missed),
        cmocka_unit_test(saying_a_default_changes_nothing),
        cmocka_unit_test(a_restart_is_asked_for_by_exactly_the_rows_that_say_so),
        cmocka_unit_test(a_reload_takes_exactly_the_rows_that_say_so),
        cmocka_unit_test(relative_files_begin_where_the_configuration_is),
        cmocka_unit_test(two_topics_are_never_one),
        cmocka_unit_test(every_problem_is_said_and_the_first_is_the_error),
        cmocka_unit_test(a_missing_file_is_said_by_its_name),
        cmocka_unit_test(a_mutated_file_keeps_the_promises_or_is_refused_with_its_place),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
