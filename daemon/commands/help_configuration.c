#include "commands/help_configuration.h"

#include <stdarg.h>
#include <string.h>

#include "commands/help.h"
#include "edge/kafka_settings.h"
#include "edge/options.h"
#include "edge/terminal.h"

enum { INDENT = 4, WORDS_AT = 8, NAMES_AT = 2, SAMPLE_WIDTH = 110, VALUES_SIZE = 200, WORDS_SIZE = 4000 };

static const char *const introduction[] = {
    "The configuration is one YAML file, given with -c FILE. An unknown key, a value out of bounds and a map that says the same "
    "twice are errors, with file, line and column. Relative names of files begin at the folder of the file.",
    "SIGHUP (systemctl reload cdiwatch) reads it again; if anything is wrong with it, what was in force stays. It changes what is "
    "marked \"reload\"; what is marked \"restart\" is changed by a restart.",
    NULL
};

static const char *change(const struct cdi_config_option *option)
{
    return option->reload ? "reload" : "restart";
}

/* The last level of a name, and how deep it stands. */
static const char *short_name(const char *name, int *depth)
{
    *depth = 0;
    for (const char *dot; (dot = strchr(name, '.')) != NULL; name = dot + 1)
        ++*depth;
    return name;
}

/* ---- the refused properties, those of one reason together ---- */

/* "a, b, c" of the rows from `from` on that have its reason; how many they are. */
static size_t refused_names(const struct cdi_kafka_refusal *from, char *out, size_t room)
{
    size_t used = 0, count = 0;
    for (; from[count].name != NULL && strcmp(from[count].reason, from->reason) == 0; count++)
        if (used < room)
            used += (size_t)snprintf(out + used, room - used, "%s%s", count > 0 ? ", " : "", from[count].name);
    return count;
}

/* ---- the page ---- */

/* A paragraph `indent` columns in; its further lines stand `hang` columns further. */
static void print_words(FILE *stream, int indent, int hang, const char *format, ...) __attribute__((format(printf, 4, 5)));
static void print_words(FILE *stream, int indent, int hang, const char *format, ...)
{
    char words[WORDS_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    fprintf(stream, "%*s", indent, "");
    cdi_print_wrapped(stream, cdi_terminal_width(stream), indent, indent + hang, words);
}

static void print_option(FILE *stream, const struct cdi_config_option *option)
{
    char values[VALUES_SIZE];
    if (option->type == CDI_CONFIG_SECTION) {
        print_words(stream, INDENT, INDENT, "%s:", option->name);
        print_words(stream, WORDS_AT, 0, "%s.", option->words);
        return;
    }
    print_words(stream, INDENT, INDENT, "%s: %s", option->name, cdi_config_option_values(option, values, sizeof values));
    print_words(stream, WORDS_AT, 0, "%s.%s%s%s%s [%s]", option->words, option->required ? " (required)" : "",
                option->standard != NULL ? " [default: " : "", option->standard != NULL ? option->standard : "",
                option->standard != NULL ? "]" : "", change(option));
}

void cdi_help_configuration(FILE *stream)
{
    char names[1000];
    for (const char *const *paragraph = introduction; *paragraph != NULL; paragraph++) {
        if (paragraph != introduction)
            fputc('\n', stream);
        print_words(stream, 0, 0, "%s", *paragraph);
    }
    cdi_help_heading(stream, "Options");
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++)
        print_option(stream, option);
    cdi_help_heading(stream, "Refused properties of librdkafka");
    for (const struct cdi_kafka_refusal *refusal = cdi_kafka_refusals; refusal->name != NULL;) {
        const char *reason = refusal->reason;
        refusal += refused_names(refusal, names, sizeof names);
        print_words(stream, NAMES_AT, 0, "%s", names);          /* long ones, that cannot be broken */
        print_words(stream, WORDS_AT, 0, "%s.", reason);
    }
}

/* ---- the manual ---- */

static void manual_option(FILE *stream, const struct cdi_config_option *option)
{
    char values[VALUES_SIZE];
    if (option->type == CDI_CONFIG_SECTION) {
        fprintf(stream, ".It Cm %s :\n", option->name);
        cdi_manual_text(stream, option->words, ".");
        return;
    }
    fprintf(stream, ".It Cm %s : Ar %s\n", option->name, cdi_config_option_values(option, values, sizeof values));
    cdi_manual_text(stream, option->words, ".");
    if (option->required)
        fputs("Required.\n", stream);
    if (option->standard != NULL)
        fprintf(stream, "The default is\n.Ql %s .\n", option->standard);
    fprintf(stream, "Changed by a %s.\n", change(option));
}

void cdi_help_configuration_manual(FILE *stream)
{
    char names[1000];
    fputs(".Sh CONFIGURATION\n", stream);
    for (const char *const *paragraph = introduction; *paragraph != NULL; paragraph++) {
        if (paragraph != introduction)
            fputs(".Pp\n", stream);
        cdi_manual_text(stream, *paragraph, ".");
    }
    fputs(".Bl -tag -width Ds\n", stream);
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++)
        manual_option(stream, option);
    fputs(".El\n.Pp\nThese properties of librdkafka are refused:\n.Bl -tag -width Ds\n", stream);
    for (const struct cdi_kafka_refusal *refusal = cdi_kafka_refusals; refusal->name != NULL;) {
        const char *reason = refusal->reason;
        refusal += refused_names(refusal, names, sizeof names);
        fprintf(stream, ".It %s\n", names);
        cdi_manual_text(stream, reason, ".");
    }
    fputs(".El\n", stream);
}

/* ---- the sample ---- */

static const char *const sample_kafka[] = {
    "bootstrap.servers: 127.0.0.1:9092",
    "#security.protocol: sasl_ssl",
    "#sasl.mechanism: SCRAM-SHA-512",
    "#sasl.username: cdiwatch",
    "#sasl.password: {credential: sasl-password}",
    "#ssl.ca.location: /etc/cdiwatch/kafka-ca.pem",
    NULL
};

/* Words as comment lines, `indent` columns in. */
static void sample_comment(FILE *stream, int indent, const char *words)
{
    int column = 0;
    while (*words != '\0') {
        int size = (int)strcspn(words, " ");
        if (column > 0 && column + 1 + size > SAMPLE_WIDTH) {
            fputc('\n', stream);
            column = 0;
        }
        if (column == 0)
            column = fprintf(stream, "%*s#", indent, "");
        column += fprintf(stream, " %.*s", size, words);
        words += size;
        words += *words == ' ';
    }
    fputc('\n', stream);
}

static void sample_value(FILE *stream, int indent, const char *name, const struct cdi_config_option *option)
{
    char values[VALUES_SIZE];
    if (option->type == CDI_CONFIG_PROPERTIES) {
        fprintf(stream, "%s:\n", name);
        for (const char *const *line = sample_kafka; *line != NULL; line++)
            fprintf(stream, "  %s\n", *line);
    } else if (option->type == CDI_CONFIG_SECRET) {
        fprintf(stream, "%s: {credential: key}\n", name);
    } else if (option->standard == NULL) {
        fprintf(stream, "%*s#%s: %s\n", indent, "", name, cdi_config_option_values(option, values, sizeof values));
    } else {
        fprintf(stream, "%*s%s: %s\n", indent, "", name, option->standard);
    }
}

static void sample_option(FILE *stream, const struct cdi_config_option *option)
{
    char words[800], values[VALUES_SIZE];
    int depth, indent;
    const char *name = short_name(option->name, &depth);
    indent = 2 * depth;
    if (depth == 0)
        fputc('\n', stream);
    if (option->type == CDI_CONFIG_SECTION) {
        snprintf(words, sizeof words, "%s.", option->words);
        sample_comment(stream, indent, words);
        fprintf(stream, "%s:\n", name);
        return;
    }
    snprintf(words, sizeof words, "%s. [%s%s; %s]", option->words, cdi_config_option_values(option, values, sizeof values),
             option->required ? "; required" : "", change(option));
    sample_comment(stream, indent, words);
    sample_value(stream, indent, name, option);
}

void cdi_help_configuration_sample(FILE *stream)
{
    fputs("# The configuration of cdiwatch, with every option at its default.\n#\n", stream);
    for (const char *const *paragraph = introduction; *paragraph != NULL; paragraph++)
        sample_comment(stream, 0, *paragraph);
    for (const struct cdi_config_option *option = cdi_config_options; option->name != NULL; option++)
        sample_option(stream, option);
}
