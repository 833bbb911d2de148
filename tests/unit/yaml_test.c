#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cdiwatch/instant.h"
#include "codec/yaml.h"

struct item { struct cdi_text key, word; };
struct inner { bool on; struct cdi_span wait; };
struct outer {
    struct cdi_text name;
    int64_t port;
    struct cdi_span every;
    int64_t room;
    int level;
    struct inner inner;
    struct cdi_yaml_items list, map;
    const struct cdi_yaml_node *any;
};

static const char *const levels[] = { "quiet", "normal", "loud", NULL };
static const struct cdi_yaml_key inner_keys[] = {
    { .name = "on", .type = CDI_YAML_BOOL, .offset = offsetof(struct inner, on), .standard = "true" },
    { .name = "wait", .type = CDI_YAML_SPAN, .offset = offsetof(struct inner, wait), .standard = "90s" },
    { .name = NULL },
};
static const struct cdi_yaml_key word_item = { .type = CDI_YAML_TEXT, .offset = offsetof(struct item, word) };
static const struct cdi_yaml_key keys[] = {
    { .name = "name", .type = CDI_YAML_TEXT, .offset = offsetof(struct outer, name), .required = true },
    { .name = "port", .type = CDI_YAML_INT, .offset = offsetof(struct outer, port), .standard = "8080", .least = 1, .most = 65535 },
    { .name = "every", .type = CDI_YAML_SPAN, .offset = offsetof(struct outer, every), .standard = "4h", .least = 1000,
      .most = 86400000 },
    { .name = "room", .type = CDI_YAML_SIZE, .offset = offsetof(struct outer, room), .standard = "1M", .least = 64 << 10,
      .most = 3LL << 30 },
    { .name = "level", .type = CDI_YAML_WORD, .offset = offsetof(struct outer, level), .words = levels, .standard = "normal" },
    { .name = "inner", .type = CDI_YAML_STRUCT, .offset = offsetof(struct outer, inner), .keys = inner_keys },
    { .name = "list", .type = CDI_YAML_LIST_OF, .offset = offsetof(struct outer, list), .item = &word_item,
      .size = sizeof(struct item), .most = 3 },
    { .name = "map", .type = CDI_YAML_MAP_OF, .offset = offsetof(struct outer, map), .item = &word_item, .size = sizeof(struct item) },
    { .name = "any", .type = CDI_YAML_ANY, .offset = offsetof(struct outer, any) },
    { .name = NULL },
};

static bool bind(const char *text, struct outer *out, struct cdi_yaml **yaml, struct cdi_error *err)
{
    memset(out, 0, sizeof *out);
    cdi_error_clear(err);
    *yaml = cdi_yaml_read("try.yaml", cdi_text_of(text), err);
    return *yaml != NULL && cdi_yaml_bind(*yaml, cdi_yaml_root(*yaml), keys, out, err);
}

static void expect_complaint(const char *text, const char *where, const char *words)
{
    struct outer out;
    struct cdi_yaml *yaml;
    struct cdi_error err;

    assert_false(bind(text, &out, &yaml, &err));
    assert_int_equal(err.code, CDI_ERROR_CONFIGURATION);
    assert_string_equal(err.where, where);
    if (strstr(err.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, words);
    cdi_yaml_destroy(yaml);
}

static void every_type_lands_in_its_member(void **state)
{
    struct outer out;
    struct cdi_yaml *yaml;
    struct cdi_error err;

    (void)state;
    assert_true(bind("name: a\nport: 9\nevery: 30m\nroom: 512M\nlevel: loud\ninner: {on: false, wait: 2d}\nlist: [x, y]\nmap:\n  k: v\nany: [1]\n",
                     &out, &yaml, &err));
    assert_true(cdi_text_is(out.name, "a"));
    assert_int_equal(out.port, 9);
    assert_int_equal(out.every.ms, 1800000);
    assert_int_equal(out.room, 512 << 20);
    assert_int_equal(out.level, 2);
    assert_false(out.inner.on);
    assert_int_equal(out.inner.wait.ms, 172800000);
    assert_int_equal(out.list.count, 2);
    assert_true(cdi_text_is(((struct item *)out.list.items)[1].word, "y"));
    assert_true(cdi_text_is(((struct item *)out.map.items)[0].key, "k"));
    assert_true(cdi_text_is(((struct item *)out.map.items)[0].word, "v"));
    assert_int_equal(out.any->kind, CDI_YAML_LIST);
    cdi_yaml_destroy(yaml);
}

static void what_is_not_said_takes_its_standard(void **state)
{
    struct outer out;
    struct cdi_yaml *yaml;
    struct cdi_error err;

    (void)state;
    assert_true(bind("name: a\nport: null\nlevel:\n", &out, &yaml, &err));
    assert_int_equal(out.port, 8080);
    assert_int_equal(out.every.ms, 14400000);
    assert_int_equal(out.level, 1);
    assert_true(out.inner.on);
    assert_int_equal(out.inner.wait.ms, 90000);
    cdi_yaml_destroy(yaml);
}

static void mistakes_are_said_with_their_place(void **state)
{
    (void)state;
    expect_complaint("name: a\nprot: 9\n", "try.yaml:2:1", "did you mean \"port\"");
    expect_complaint("name: a\nzzzzzz: 9\n", "try.yaml:2:1", "remove it");
    expect_complaint("name: a\nport: 9\nport: 8\n", "try.yaml:3:1", "twice");
    expect_complaint("port: 9\n", "try.yaml:1:1", "\"name\" is missing");
    expect_complaint("name: a\nport: many\n", "try.yaml:2:7", "whole number");
    expect_complaint("name: a\nport: \"9\"\n", "try.yaml:2:7", "without quotes");
    expect_complaint("name: a\nport: 70000\n", "try.yaml:2:7", "between 1 and 65535");
    expect_complaint("name: a\nport: 99999999999999999999\n", "try.yaml:2:7", "whole number");
    expect_complaint("name: a\nevery: 4\n", "try.yaml:2:8", "with its unit");
    expect_complaint("name: a\nevery: 4 hours\n", "try.yaml:2:8", "with its unit");
    expect_complaint("name: a\nevery: 2d\n", "try.yaml:2:8", "between 1s and 1d");
    expect_complaint("name: a\nroom: 512\n", "try.yaml:2:7", "with its unit");
    expect_complaint("name: a\nroom: 512MB\n", "try.yaml:2:7", "with its unit");
    expect_complaint("name: a\nroom: \"512M\"\n", "try.yaml:2:7", "without quotes");
    expect_complaint("name: a\nroom: 999999999999999G\n", "try.yaml:2:7", "with its unit");
    expect_complaint("name: a\nroom: 63K\n", "try.yaml:2:7", "between 64K and 3G");
    expect_complaint("name: a\nroom: 4G\n", "try.yaml:2:7", "between 64K and 3G");
    expect_complaint("name: a\nlevel: lowd\n", "try.yaml:2:8", "did you mean \"loud\"");
    expect_complaint("name: a\nlevel: seventeen\n", "try.yaml:2:8", "quiet, normal, loud");
    expect_complaint("name: a\ninner: {on: yes}\n", "try.yaml:2:13", "true or false");
    expect_complaint("name: a\ninner: [on]\n", "try.yaml:2:8", "should be a map");
    expect_complaint("name: [a]\n", "try.yaml:1:7", "a single value");
    expect_complaint("name: a\nlist: {a: b}\n", "try.yaml:2:7", "should be a list");
    expect_complaint("name: a\nlist: [a, b, c, d]\n", "try.yaml:2:7", "0 to 3 items");
    expect_complaint("- a\n", "try.yaml:1:1", "should be a map");
}

struct heard { size_t count; struct cdi_error all[8]; };

static void hear(void *context, const struct cdi_error *problem)
{
    struct heard *heard = context;

    assert_true(heard->count < 8);
    heard->all[heard->count++] = *problem;
}

static void who_wants_to_hears_of_every_mistake(void **state)
{
    static const char text[] = "port: many\nevery: 30m\ninner: {on: yes, wiat: 1s}\nlevl: loud\nmap: {k: [1], l: fine}\n";
    static const char *const wanted[] = { "try.yaml:1:7", "try.yaml:3:13", "try.yaml:3:18", "try.yaml:4:1", "try.yaml:5:10",
                                          "try.yaml:1:1" };
    struct outer out = { .port = 17 };
    struct heard heard = { 0 };
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_yaml *yaml = cdi_yaml_read("try.yaml", cdi_text_of(text), &err);

    (void)state;
    assert_non_null(yaml);
    assert_int_equal(cdi_yaml_bind_all(yaml, cdi_yaml_root(yaml), keys, &out, hear, &heard), 6);
    assert_int_equal(heard.count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(heard.all[i].where, wanted[i]);
    assert_int_equal(out.port, 17);
    assert_int_equal(out.every.ms, 1800000);
    assert_int_equal(out.inner.wait.ms, 90000);
    assert_false(cdi_yaml_bind(yaml, cdi_yaml_root(yaml), keys, &out, &err));
    assert_string_equal(err.where, "try.yaml:1:7");
    cdi_yaml_destroy(yaml);
}

static void what_is_not_plain_yaml_is_refused(void **state)
{
    (void)state;
    expect_complaint("", "try.yaml", "says nothing");
    expect_complaint("# only a comment\n", "try.yaml", "says nothing");
    expect_complaint("name: &a b\n", "try.yaml:1:7", "anchors");
    expect_complaint("name: *a\n", "try.yaml:1:7", "aliases");
    expect_complaint("name: !!str a\n", "try.yaml:1:7", "tags");
    expect_complaint("<<: {name: a}\n", "try.yaml:1:1", "merge keys");
    expect_complaint("name: a\n---\nname: b\n", "try.yaml:2:1", "second document");
    expect_complaint("[a, b]: c\n", "try.yaml:1:1", "single value");
    expect_complaint("name: 'a\n", "try.yaml:2:1", "not YAML");
    expect_complaint("name: a\n\tport: 9\n", "try.yaml:2:1", "not YAML");
    expect_complaint("name: \xff\n", "try.yaml:1", "UTF-8");
}

static void too_deep_and_too_large_are_refused(void **state)
{
    char deep[200];
    char *large = malloc(CDI_YAML_SIZE_MAX + 1);
    struct cdi_error err = { .code = CDI_ERROR_NONE };

    (void)state;
    memset(deep, '[', 100);
    deep[100] = '\0';
    expect_complaint(deep, "try.yaml:1:17", "16 deep");
    memset(large, '#', CDI_YAML_SIZE_MAX + 1);
    assert_null(cdi_yaml_read("try.yaml", (struct cdi_text){ large, CDI_YAML_SIZE_MAX + 1 }, &err));
    assert_non_null(strstr(err.text, "1 MB"));
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_lands_in_its_member),
        cmocka_unit_test(what_is_not_said_takes_its_standard),
        cmocka_unit_test(mistakes_are_said_with_their_place),
        cmocka_unit_test(who_wants_to_hears_of_every_mistake),
        cmocka_unit_test(what_is_not_plain_yaml_is_refused),
        cmocka_unit_test(too_deep_and_too_large_are_refused),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
