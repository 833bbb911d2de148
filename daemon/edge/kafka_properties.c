#include "edge/kafka_properties.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/nearest.h"
#include "edge/kafka_inside.h"

enum { PROPERTIES_MAX = 512 };

static struct {
    struct cdi_kafka_property rows[PROPERTIES_MAX];
    const char *names[PROPERTIES_MAX + 1];      /* for "did you mean" */
    size_t count;
} table;
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

/* The next cell of a line of the table, which ends at `|` or with the line, without the blanks around it; cut out in place. */
static char *cell(char **line)
{
    char *from = *line + strspn(*line, " "), *end = from + strcspn(from, "|");
    *line = *end == '\0' ? end : end + 1;
    while (end > from && end[-1] == ' ')
        end--;
    *end = '\0';
    return from;
}

/* "Alias for `metadata.broker.list`: ..." */
static const char *alias(char *words)
{
    static const char before[] = "Alias for `";
    char *at = strstr(words, before);
    if (at == NULL)
        return NULL;
    at += sizeof before - 1;
    at[strcspn(at, "`")] = '\0';
    return at;
}

static bool is_known(const char *name)
{
    for (size_t i = 0; i < table.count; i++)
        if (strcmp(table.rows[i].name, name) == 0)
            return true;
    return false;
}

/* "name | C/P | range | default | importance | description"; every other line is a heading. */
static void read_line(char *line)
{
    char *name = cell(&line), *scope = cell(&line), *range = cell(&line);
    (void)cell(&line);
    (void)cell(&line);
    bool property = strlen(scope) == 1 && strchr("CP*", scope[0]) != NULL;
    if (!property || table.count == PROPERTIES_MAX || is_known(name))
        return;
    table.names[table.count] = name;
    table.rows[table.count++] = (struct cdi_kafka_property){ name, scope[0], range, alias(line) };
}

/* The text is kept: the rows point into it. */
static void read_table(void)
{
    char *text = NULL, *rest;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return;
    rd_kafka_conf_properties_show(stream);
    if (fclose(stream) != 0) {
        free(text);
        return;
    }
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        read_line(line);
}

const struct cdi_kafka_property *cdi_kafka_properties(size_t *count)
{
    (void)pthread_once(&table_once, read_table);
    *count = table.count;
    return table.rows;
}

const struct cdi_kafka_property *cdi_kafka_property_find(struct cdi_text name)
{
    size_t count;
    const struct cdi_kafka_property *rows = cdi_kafka_properties(&count);
    for (size_t i = 0; i < count; i++)
        if (cdi_text_is(name, rows[i].name))
            return &rows[i];
    return NULL;
}

const char *cdi_kafka_property_nearest(struct cdi_text name)
{
    size_t count;
    (void)cdi_kafka_properties(&count);
    return cdi_nearest(name, table.names);
}
