#include "edge/config_inside.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/listening.h"

enum { NAME_MAX_SIZE = 249, TEXT_MAX_SIZE = 4000 };

/* The binder writes a word's number as an int, and takes every offset from the beginning of the whole. */
_Static_assert(sizeof(enum cdi_start) == sizeof(int) && sizeof(enum cdi_json_reader) == sizeof(int) &&
               sizeof(enum cdi_log_level) == sizeof(int), "a word is an int");
_Static_assert(offsetof(struct cdi_config_whole, config) == 0, "the configuration is first");

bool cdi_config_refuse(struct cdi_config_whole *whole, const struct cdi_error *problem)
{
    if (whole->problems++ == 0)
        whole->first = *problem;
    if (whole->complain != NULL)
        whole->complain(whole->context, problem);
    return false;
}

static void refuse_bound(void *context, const struct cdi_error *problem)
{
    cdi_config_refuse(context, problem);
}

/* ---- the rows as the binder's tables ---- */

static const enum cdi_yaml_type bound_as[CDI_CONFIG_TYPE_COUNT] = {
    [CDI_CONFIG_SECTION] = CDI_YAML_STRUCT, [CDI_CONFIG_NAME] = CDI_YAML_TEXT, [CDI_CONFIG_SOURCE] = CDI_YAML_TEXT,
    [CDI_CONFIG_FOLDER] = CDI_YAML_TEXT, [CDI_CONFIG_FILE] = CDI_YAML_TEXT, [CDI_CONFIG_ADDRESS] = CDI_YAML_TEXT,
    [CDI_CONFIG_SECRET] = CDI_YAML_ANY, [CDI_CONFIG_PROPERTIES] = CDI_YAML_ANY,
    [CDI_CONFIG_INT] = CDI_YAML_INT, [CDI_CONFIG_SIZE] = CDI_YAML_SIZE, [CDI_CONFIG_BOOL] = CDI_YAML_BOOL,
    [CDI_CONFIG_WORD] = CDI_YAML_WORD,
};

static int64_t bound(const struct cdi_config_option *option, const char *written)
{
    int64_t value = 0;
    if (option->type == CDI_CONFIG_SIZE)
        CDI_ASSERT(cdi_yaml_size(cdi_text_of(written), &value));
    else if (option->type == CDI_CONFIG_INT)
        value = strtoll(written, NULL, 10);
    return value;
}

static struct cdi_yaml_key make_key(const struct cdi_config_option *option, const char *name)
{
    struct cdi_yaml_key key = {
        .name = name, .type = bound_as[option->type], .offset = option->offset, .required = option->required,
        .standard = option->standard, .words = option->choices,
    };
    if (key.type == CDI_YAML_TEXT) {
        key.least = 1;
        key.most = option->type == CDI_CONFIG_NAME ? NAME_MAX_SIZE : TEXT_MAX_SIZE;
    } else if (key.type == CDI_YAML_ANY) {
        key.offset = offsetof(struct cdi_config_whole, looked_into);
    } else {
        key.least = bound(option, option->least);
        key.most = bound(option, option->most);
    }
    return key;
}

/* The table of one level: of all rows, or of those that follow their section's. */
static const struct cdi_yaml_key *make_keys(struct cdi_yaml *yaml, const struct cdi_config_option **at, const char *section)
{
    size_t inside = section != NULL ? strlen(section) : 0, count = 0, room = 1;
    for (const struct cdi_config_option *option = *at; option->name != NULL; option++)
        room++;
    struct cdi_yaml_key *keys = cdi_yaml_take(yaml, room, sizeof *keys);
    while ((*at)->name != NULL &&
           (section == NULL || (strncmp((*at)->name, section, inside) == 0 && (*at)->name[inside] == '.'))) {
        const struct cdi_config_option *option = (*at)++;
        struct cdi_yaml_key *key = &keys[count++];
        *key = make_key(option, option->name + (section != NULL ? inside + 1 : 0));
        if (option->type == CDI_CONFIG_SECTION)
            key->keys = make_keys(yaml, at, option->name);
    }
    return keys;
}

/* What the file says of a row; NULL: nothing. */
static const struct cdi_yaml_node *said(const struct cdi_config_whole *whole, const char *name)
{
    const struct cdi_yaml_node *node = cdi_yaml_root(whole->yaml);
    while (node != NULL && name != NULL) {
        size_t size = strcspn(name, ".");
        const struct cdi_yaml_node *child = node->kind == CDI_YAML_MAP ? node->first : NULL;
        while (child != NULL && !cdi_text_same(child->key, (struct cdi_text){ name, size }))
            child = child->next;
        node = child;
        name = name[size] == '.' ? name + size + 1 : NULL;
    }
    return cdi_yaml_empty(node) ? NULL : node;
}

/* ---- what a value must be beyond its type ---- */

struct cdi_text cdi_config_path(struct cdi_config_whole *whole, struct cdi_text path)
{
    char joined[2 * PATH_MAX];
    if (path.at[0] == '/' || !cdi_text_said(whole->folder))
        return path;
    snprintf(joined, sizeof joined, "%.*s/%.*s", CDI_TEXT_ARGS(whole->folder), CDI_TEXT_ARGS(path));
    return cdi_yaml_keep(whole->yaml, cdi_text_of(joined));
}

static bool is_name(struct cdi_text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!isascii(text.at[i]) || (!isalnum((unsigned char)text.at[i]) && memchr("._-", text.at[i], 3) == NULL))
            return false;
    return text.size > 0 && text.size <= NAME_MAX_SIZE && !cdi_text_is(text, ".") && !cdi_text_is(text, "..");
}

/* In the middle of a path a NUL would end it, and an escape reach a terminal. */
static bool is_printable(struct cdi_text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7F)
            return false;
    return true;
}

static bool check_source(struct cdi_config_whole *whole, const struct cdi_yaml_node *node, struct cdi_text *text,
                         struct cdi_error *err)
{
    struct cdi_error problem = { .code = CDI_ERROR_NONE };
    if (!cdi_source_check(text->at, &problem))
        return cdi_yaml_fail(whole->yaml, node, err, "%s", problem.text);
    if (cdi_source_is_file(text->at))
        *text = cdi_config_path(whole, *text);
    return true;
}

static bool check_address(struct cdi_config_whole *whole, const struct cdi_config_option *option, const struct cdi_yaml_node *node,
                          struct cdi_text text, struct cdi_error *err)
{
    struct cdi_address address;
    struct cdi_error problem = { .code = CDI_ERROR_NONE };
    return cdi_address_read(text, &address, &problem) ||
           cdi_yaml_fail(whole->yaml, node, err, "\"%s\" %s", option->name, problem.text);
}

/* A text that the file says (a default is right). */
static bool check_text(struct cdi_config_whole *whole, const struct cdi_config_option *option, const struct cdi_yaml_node *node,
                       struct cdi_text *text, struct cdi_error *err)
{
    if (option->type == CDI_CONFIG_NAME)
        return is_name(*text) || cdi_yaml_fail(whole->yaml, node, err, "\"%s\" should be a name of letters, digits, \".\", \"_\" and "
                                               "\"-\", as Kafka has them", option->name);
    if (!is_printable(*text))
        return cdi_yaml_fail(whole->yaml, node, err, "\"%s\" holds a control character: remove it", option->name);
    if (option->type == CDI_CONFIG_ADDRESS)
        return check_address(whole, option, node, *text, err);
    if (option->type == CDI_CONFIG_SOURCE)
        return check_source(whole, node, text, err);
    if (option->type != CDI_CONFIG_FILE || !cdi_text_is(*text, "off"))
        *text = cdi_config_path(whole, *text);
    return true;
}

static void check_texts(struct cdi_config_whole *whole)
{
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++) {
        const struct cdi_yaml_node *node = said(whole, option->name);
        struct cdi_text *text = (struct cdi_text *)((unsigned char *)&whole->config + option->offset);
        struct cdi_error problem = { .code = CDI_ERROR_NONE };
        if (bound_as[option->type] == CDI_YAML_TEXT && node != NULL && cdi_text_said(*text) &&
            !check_text(whole, option, node, text, &problem))
            cdi_config_refuse(whole, &problem);
    }
}

/* Two topics in one would be read as each other. */
static void check_topics(struct cdi_config_whole *whole)
{
    static const char *const names[] = {
#define X(upper, word) "topics." #word,
        CDI_TOPIC_LIST(X)
#undef X
    };
    for (int i = 0; i < CDI_TOPIC_COUNT; i++)
        for (int j = 0; j < CDI_TOPIC_COUNT; j++) {
            const struct cdi_yaml_node *node = said(whole, names[i]);
            struct cdi_error problem = { .code = CDI_ERROR_NONE };
            if (i == j || node == NULL || (j > i && said(whole, names[j]) != NULL) ||
                !cdi_text_said(whole->config.topics[i]) || !cdi_text_same(whole->config.topics[i], whole->config.topics[j]))
                continue;
            cdi_yaml_fail(whole->yaml, node, &problem, "\"%s\" and \"%s\" are the same topic: give each its own", names[i], names[j]);
            cdi_config_refuse(whole, &problem);
        }
}

/* The host's name, where nothing is said. */
static void name_instance(struct cdi_config_whole *whole)
{
    char host[NAME_MAX_SIZE + 1] = "";
    struct cdi_error problem = { .code = CDI_ERROR_NONE };
    if (said(whole, "instance") != NULL)
        return;
    (void)gethostname(host, sizeof host - 1);
    whole->config.instance = cdi_yaml_keep(whole->yaml, cdi_text_of(host));
    if (is_name(whole->config.instance))
        return;
    cdi_yaml_fail(whole->yaml, cdi_yaml_root(whole->yaml), &problem, "the host's name cannot serve as one of Kafka: add \"instance\", "
                  "a name that no other process of the group has");
    cdi_config_refuse(whole, &problem);
}

/* ---- all of it ---- */

static void read_by_hand(struct cdi_config_whole *whole)
{
    const struct cdi_yaml_node *node;
    struct cdi_error problem = { .code = CDI_ERROR_NONE };
    if ((node = said(whole, "kafka")) != NULL)
        cdi_config_kafka(whole, node);
    if ((node = said(whole, "key")) != NULL && !cdi_config_secret_path(whole, node, &whole->config.key, &problem))
        cdi_config_refuse(whole, &problem);
}

static void read_document(struct cdi_config_whole *whole)
{
    const struct cdi_yaml_node *root = cdi_yaml_root(whole->yaml);
    const struct cdi_config_option *at = cdi_config_options;
    cdi_yaml_bind_all(whole->yaml, root, make_keys(whole->yaml, &at, NULL), whole, refuse_bound, whole);
    if (root->kind != CDI_YAML_MAP)
        return;
    name_instance(whole);
    check_texts(whole);
    check_topics(whole);
    read_by_hand(whole);
}

static bool open_document(struct cdi_config_whole *whole, const char *path, struct cdi_error *err)
{
    struct cdi_file file;
    if (!cdi_file_read(path, &file, err))
        return false;
    whole->yaml = cdi_yaml_read(path, cdi_file_text(&file), err);
    explicit_bzero(file.bytes, file.size);      /* somebody may have written a password there all the same */
    cdi_file_release(&file);
    if (whole->yaml == NULL)
        return false;
    const char *slash = strrchr(path, '/');
    if (slash != NULL)
        whole->folder = cdi_yaml_keep(whole->yaml, (struct cdi_text){ path, slash == path ? 1 : (size_t)(slash - path) });
    return true;
}

struct cdi_config *cdi_config_read(const char *path, cdi_complaint complain, void *context, struct cdi_error *err)
{
    struct cdi_config_whole *whole = calloc(1, sizeof *whole);
    struct cdi_error problem = { .code = CDI_ERROR_NONE };
    if (whole == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to read the configuration");
        return NULL;
    }
    whole->complain = complain;
    whole->context = context;
    if (open_document(whole, path, &problem))
        read_document(whole);
    else
        cdi_config_refuse(whole, &problem);
    if (whole->problems == 0)
        return &whole->config;
    cdi_fail_at(err, whole->first.code, whole->first.where, "%s", whole->first.text);
    cdi_config_destroy(&whole->config);
    return NULL;
}

void cdi_config_destroy(struct cdi_config *config)
{
    struct cdi_config_whole *whole = (struct cdi_config_whole *)config;
    if (whole == NULL)
        return;
    for (size_t i = 0; i < config->kafka.count; i++)
        if (config->kafka.items[i].value.size > 0)
            explicit_bzero((char *)config->kafka.items[i].value.at, config->kafka.items[i].value.size);
    cdi_yaml_destroy(whole->yaml);
    free(whole);
}

void cdi_config_advise(const struct cdi_config *config, cdi_complaint complain, void *context)
{
    const struct cdi_config_whole *whole = (const struct cdi_config_whole *)config;
    for (size_t i = 0; i < whole->file_count; i++) {
        struct cdi_error problem = { .code = CDI_ERROR_NONE };
        struct stat status;
        if (stat(whole->files[i].at, &status) != 0 || (status.st_mode & (S_IRGRP | S_IROTH)) == 0)
            continue;
        cdi_fail_at(&problem, CDI_ERROR_CONFIGURATION, whole->files[i].at, "holds a secret and can be read by %s: chmod 600, or 400",
                    (status.st_mode & S_IROTH) != 0 ? "everybody" : "its group");
        complain(context, &problem);
    }
}

/* ---- what a reload cannot change ---- */

static bool same_settings(const struct cdi_kafka_settings *a, const struct cdi_kafka_settings *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!cdi_text_same(a->items[i].name, b->items[i].name) || !cdi_text_same(a->items[i].value, b->items[i].value))
            return false;
    return true;
}

static bool same_value(const struct cdi_config_option *option, const struct cdi_config *before, const struct cdi_config *after)
{
    const void *a = (const unsigned char *)before + option->offset, *b = (const unsigned char *)after + option->offset;
    switch (option->type) {
    case CDI_CONFIG_NAME:
    case CDI_CONFIG_SOURCE:
    case CDI_CONFIG_FOLDER:
    case CDI_CONFIG_FILE:
    case CDI_CONFIG_ADDRESS:
    case CDI_CONFIG_SECRET: return cdi_text_same(*(const struct cdi_text *)a, *(const struct cdi_text *)b);
    case CDI_CONFIG_INT:
    case CDI_CONFIG_SIZE: return *(const int64_t *)a == *(const int64_t *)b;
    case CDI_CONFIG_BOOL: return *(const bool *)a == *(const bool *)b;
    case CDI_CONFIG_WORD: return *(const int *)a == *(const int *)b;
    case CDI_CONFIG_PROPERTIES: return same_settings(a, b);
    case CDI_CONFIG_SECTION:
    case CDI_CONFIG_TYPE_COUNT: break;
    }
    return true;
}

bool cdi_config_needs_restart(const struct cdi_config *before, const struct cdi_config *after, char *out, size_t room)
{
    size_t used = 0, count = 0;
    if (room > 0)
        out[0] = '\0';
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++) {
        if (option->reload || same_value(option, before, after))
            continue;
        if (used < room)
            used += (size_t)snprintf(out + used, room - used, "%s%s", count > 0 ? ", " : "", option->name);
        count++;
    }
    return count > 0;
}

static size_t size_of(enum cdi_config_type type)
{
    switch (type) {
    case CDI_CONFIG_NAME:
    case CDI_CONFIG_SOURCE:
    case CDI_CONFIG_FOLDER:
    case CDI_CONFIG_FILE:
    case CDI_CONFIG_ADDRESS:
    case CDI_CONFIG_SECRET: return sizeof(struct cdi_text);
    case CDI_CONFIG_INT:
    case CDI_CONFIG_SIZE: return sizeof(int64_t);
    case CDI_CONFIG_BOOL: return sizeof(bool);
    case CDI_CONFIG_WORD: return sizeof(int);
    case CDI_CONFIG_PROPERTIES: return sizeof(struct cdi_kafka_settings);
    case CDI_CONFIG_SECTION:
    case CDI_CONFIG_TYPE_COUNT: break;
    }
    return 0;
}

void cdi_config_take_reloadable(struct cdi_config *into, const struct cdi_config *from)
{
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++)
        if (option->reload)
            memcpy((unsigned char *)into + option->offset, (const unsigned char *)from + option->offset, size_of(option->type));
}
