/* The map under `kafka:`, and secrets, which stand in files of their own. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edge/config_inside.h"
#include "edge/kafka_properties.h"

enum { SECRET_MAX = 64 * 1024 };

/* A name that systemd could have given a credential: it must not lead out of the folder. */
static bool is_credential_name(struct cdi_text name)
{
    return name.size > 0 && memchr(name.at, '/', name.size) == NULL && !cdi_text_is(name, ".") && !cdi_text_is(name, "..");
}

static bool credential_path(struct cdi_config_whole *whole, const struct cdi_yaml_node *node, struct cdi_text name,
                            struct cdi_text *path, struct cdi_error *err)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    char joined[4096];

    if (!is_credential_name(name))
        return cdi_yaml_fail(whole->yaml, node, err, "\"credential\" should be the name of a credential, without a folder; for any "
                             "file write {file: FILE}");
    if (folder == NULL || folder[0] == '\0')
        return cdi_yaml_fail(whole->yaml, node, err, "there is no $CREDENTIALS_DIRECTORY: have systemd make it with LoadCredential=, "
                             "or write {file: FILE}");
    if (snprintf(joined, sizeof joined, "%s/%.*s", folder, CDI_TEXT_ARGS(name)) >= (int)sizeof joined)
        return cdi_yaml_fail(whole->yaml, node, err, "the credential's path is too long: give it a shorter name");
    *path = cdi_yaml_keep(whole->yaml, cdi_text_of(joined));
    return true;
}

bool cdi_config_secret_path(struct cdi_config_whole *whole, const struct cdi_yaml_node *node, struct cdi_text *path,
                            struct cdi_error *err)
{
    struct secret { struct cdi_text file, credential; } secret = { CDI_TEXT_NONE, CDI_TEXT_NONE };
    static const struct cdi_yaml_key keys[] = {
        { .name = "file", .type = CDI_YAML_TEXT, .offset = offsetof(struct secret, file), .least = 1, .most = 4000 },
        { .name = "credential", .type = CDI_YAML_TEXT, .offset = offsetof(struct secret, credential), .least = 1, .most = 250 },
        { .name = NULL },
    };

    if (node->kind != CDI_YAML_MAP)
        return cdi_yaml_fail(whole->yaml, node, err, "a secret does not stand here: put it into a file and write {file: FILE}, or "
                             "{credential: NAME} for one that systemd hands over");
    if (!cdi_yaml_bind(whole->yaml, node, keys, &secret, err))
        return false;
    if (cdi_text_said(secret.file) == cdi_text_said(secret.credential))
        return cdi_yaml_fail(whole->yaml, node, err, "say where it is, once: either {file: FILE} or {credential: NAME}");
    if (cdi_text_said(secret.credential))
        return credential_path(whole, node, secret.credential, path, err);
    *path = cdi_config_path(whole, secret.file);
    if (whole->file_count < CDI_CONFIG_FILES_MAX)
        whole->files[whole->file_count++] = *path;
    return true;
}

/* What a file holds, without the line end that editors put at the end. */
static bool read_secret(struct cdi_config_whole *whole, const struct cdi_yaml_node *node, const char *path, struct cdi_text *value,
                        struct cdi_error *err)
{
    struct cdi_file file;
    struct cdi_error problem = { .code = CDI_ERROR_NONE };

    if (!cdi_file_read(path, &file, &problem))
        return cdi_yaml_fail(whole->yaml, node, err, "%s: %s", path, problem.text);
    size_t size = file.size;
    if (size > 0 && file.bytes[size - 1] == '\n')
        size -= size > 1 && file.bytes[size - 2] == '\r' ? 2 : 1;
    bool good = size > 0 && size <= SECRET_MAX;
    if (good)
        *value = cdi_yaml_keep(whole->yaml, (struct cdi_text){ file.bytes, size });
    explicit_bzero(file.bytes, file.size);
    cdi_file_release(&file);
    return good || cdi_yaml_fail(whole->yaml, node, err, "%s: should hold the secret and nothing else, up to 64 KB", path);
}

/* A relative name of a file begins where the configuration is, and must be one that we can read. */
static bool find_file(struct cdi_config_whole *whole, const struct cdi_yaml_node *node, struct cdi_text *value, struct cdi_error *err)
{
    *value = cdi_config_path(whole, *value);
    return access(value->at, R_OK) == 0 ||
           cdi_yaml_fail(whole->yaml, node, err, "%s: cannot open: %s; check the name", value->at, strerror(errno));
}

static bool read_property(struct cdi_config_whole *whole, const struct cdi_yaml_node *node, struct cdi_text *value,
                          struct cdi_error *err)
{
    struct cdi_error problem = { .code = CDI_ERROR_NONE };
    struct cdi_text path;

    if (cdi_yaml_empty(node))
        return cdi_yaml_fail_key(whole->yaml, node, err, "this property has no value: write one, or remove the line");
    if (node->kind == CDI_YAML_LIST)
        return cdi_yaml_fail(whole->yaml, node, err, "a property is a single value; several stand in one, with commas: a,b,c");
    *value = node->text;
    if (node->kind == CDI_YAML_MAP || cdi_kafka_setting_is_secret(node->key)) {
        if (!cdi_config_secret_path(whole, node, &path, err) || !read_secret(whole, node, path.at, value, err))
            return false;
    } else if (cdi_kafka_setting_is_file(node->key, *value) && value->size > 0 && !find_file(whole, node, value, err)) {
        return false;
    }
    return cdi_kafka_setting_check(node->key, *value, &problem) || cdi_yaml_fail_key(whole->yaml, node, err, "%s", problem.text);
}

/* Of two names for the same the later would win. */
static bool is_only_one(struct cdi_config_whole *whole, const struct cdi_yaml_node *map, const struct cdi_yaml_node *node,
                        struct cdi_error *err)
{
    const struct cdi_kafka_property *property = cdi_kafka_property_find(node->key), *other;
    for (const struct cdi_yaml_node *before = map->first; property != NULL && before != node; before = before->next) {
        other = cdi_kafka_property_find(before->key);
        if (other != NULL && strcmp(other->alias_of != NULL ? other->alias_of : other->name,
                                    property->alias_of != NULL ? property->alias_of : property->name) == 0)
            return cdi_yaml_fail_key(whole->yaml, node, err, "\"%s\" and \"%s\" are the same property: keep one of the two",
                                     other->name, property->name);
    }
    return true;
}

/* Something that could be a host. */
static bool has_servers(struct cdi_text value)
{
    for (size_t i = 0; i < value.size; i++)
        if (strchr(" ,\t", value.at[i]) == NULL)
            return true;
    return false;
}

static bool has_bootstrap(struct cdi_config_whole *whole, const struct cdi_yaml_node *map, struct cdi_error *err)
{
    for (const struct cdi_yaml_node *child = map->first; child != NULL; child = child->next)
        if (cdi_text_is(child->key, "bootstrap.servers"))
            return child->kind != CDI_YAML_VALUE || has_servers(child->text) ||
                   cdi_yaml_fail(whole->yaml, child, err, "\"bootstrap.servers\" should name brokers: kafka1:9092,kafka2:9092");
    return cdi_yaml_fail(whole->yaml, map, err, "\"bootstrap.servers\" is missing here: add it, such as kafka1:9092,kafka2:9092");
}

void cdi_config_kafka(struct cdi_config_whole *whole, const struct cdi_yaml_node *map)
{
    struct cdi_error problem = { .code = CDI_ERROR_NONE };
    if (map->kind != CDI_YAML_MAP) {
        cdi_yaml_fail(whole->yaml, map, &problem, "\"kafka\" should be a map of librdkafka's properties (lines of \"name: value\", "
                      "indented)");
        cdi_config_refuse(whole, &problem);
        return;
    }
    struct cdi_kafka_setting *items = cdi_yaml_take(whole->yaml, map->count, sizeof *items);
    whole->config.kafka.items = items;
    for (const struct cdi_yaml_node *child = map->first; child != NULL; child = child->next) {
        struct cdi_kafka_setting setting = { .name = child->key };
        cdi_error_clear(&problem);
        if (!read_property(whole, child, &setting.value, &problem) || !is_only_one(whole, map, child, &problem))
            cdi_config_refuse(whole, &problem);
        items[whole->config.kafka.count++] = setting;
    }
    cdi_error_clear(&problem);
    if (!has_bootstrap(whole, map, &problem))
        cdi_config_refuse(whole, &problem);
}
