#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/configured.h"
#include "codec/document.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "edge/kafka_admin.h"
#include "edge/kafka_simple.h"

static enum cdi_exit deadletters_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    { "VERB", CDI_TAKES_WORD, "list|show|replay", true, NULL, "what to do" },
    { "LETTER", CDI_TAKES_WORDS, "[PARTITION:OFFSET]", false, NULL, "which letters, by the first column of the list" },
    CDI_OPTION_CONFIG(true),
    { "all", CDI_TAKES_NOTHING, NULL, false, NULL, "replay: all letters there are" },
    { "code", CDI_TAKES_ONE, "CODE", false, NULL, "list, and replay --all: only letters of this code, such as bad_time" },
    { "value", CDI_TAKES_NOTHING, NULL, false, NULL, "show: also the message's bytes, which may hold names and free text" },
    CDI_OPTIONS_END
};
static const char *const description[] = {
    "Messages that could not be used, each as it was received, with the reason. list prints a line for each: its place, when it was "
    "put there, then topic, partition and offset it came from, code and where in the message. show prints all headers of one.",
    "replay sends messages back, byte for byte, to the topic and partition they came from, under the key they had, for instance when a "
    "source table has been mended. Letters stay where they are until the topic lets go of them; a message sent back twice is a "
    "duplicate, and changes nothing.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch deadletters list -c cdiwatch.yaml",
    "cdiwatch deadletters show 0:17 -c cdiwatch.yaml",
    "cdiwatch deadletters replay --all --code bad_time -c cdiwatch.yaml",
    NULL
};
const struct cdi_command cdi_deadletters_command = {
    "deadletters", "look at messages that could not be used, send them again", description, options, examples, deadletters_run
};

enum { HEADERS_MAX = 128, NAME_SIZE = 256, SHOWN_SIZE = 1024 };

/* One letter.  `own`: our headers, the first of each name; `rest`: all others, which the message came with. */
struct letter {
    struct cdi_message message;
    struct cdi_text own[CDI_DEADLETTER_HEADER_COUNT];
    struct cdi_header rest[HEADERS_MAX];
    size_t rest_count;
};

struct desk {
    struct cdi_config *config;
    const char *topic, *code;                   /* code NULL: all */
    struct cdi_json *json;
    struct cdi_kafka_admin *admin;
    struct cdi_writer *writer;
    char target[NAME_SIZE];                     /* the topic that was looked at last, which exists */
    size_t sent, failed;
};

/* ---- reading a letter ---- */

static bool is_own(struct letter *letter, struct cdi_text name, struct cdi_text value)
{
    for (int i = 0; i < CDI_DEADLETTER_HEADER_COUNT; i++)
        if (cdi_text_is(name, cdi_deadletter_header_name((enum cdi_deadletter_header)i)) && !cdi_text_said(letter->own[i])) {
            letter->own[i] = cdi_text_said(value) ? value : CDI_TEXT("");
            return true;
        }
    return false;
}

static void read_letter(const struct cdi_message *message, struct letter *letter)
{
    struct cdi_text name, value;
    memset(letter, 0, sizeof *letter);
    letter->message = *message;
    for (size_t i = 0; cdi_message_header(message, i, &name, &value); i++)
        if (!is_own(letter, name, value) && letter->rest_count < HEADERS_MAX)
            letter->rest[letter->rest_count++] = (struct cdi_header){ name, value };
}

/* A number that is all of the text; false: it is none, or is beyond `most`. */
static bool read_number(struct cdi_text text, int64_t most, int64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9' || *out > (most - (text.at[i] - '0')) / 10)
            return false;
        *out = *out * 10 + (text.at[i] - '0');
    }
    return text.size > 0;
}

/* "PARTITION:OFFSET" */
static bool read_place(const char *word, int32_t *partition, int64_t *offset)
{
    int64_t number = 0;
    const char *colon = strchr(word, ':');
    if (colon == NULL || !read_number((struct cdi_text){ word, (size_t)(colon - word) }, INT32_MAX, &number) ||
        !read_number(cdi_text_of(colon + 1), INT64_MAX, offset)) {
        cdi_complain("'%s' is not the place of a letter: PARTITION:OFFSET, such as 0:17", word);
        return false;
    }
    *partition = (int32_t)number;
    return true;
}

/* ---- list ---- */

static const char *shown(struct cdi_text text, char out[SHOWN_SIZE])
{
    return text.size == 0 ? "-" : cdi_harmless(text.at, text.size, out, SHOWN_SIZE);
}

static const char *shown_time(const struct letter *letter, char out[CDI_INSTANT_TEXT_SIZE])
{
    if (!cdi_instant_said(letter->message.broker_time))
        return "-";
    cdi_instant_format(letter->message.broker_time, out);
    return out;
}

/* Where in the message: it stands within the document of cdiwatch.error. */
static struct cdi_text where_of(const struct desk *desk, const struct letter *letter)
{
    const struct cdi_json_node *nodes;
    struct cdi_error ignored = { 0 };
    struct cdi_text document = letter->own[CDI_DEADLETTER_HEADER_ERROR];
    if (document.size == 0 || !cdi_json_read(desk->json, document.at, document.size, &nodes, &ignored))
        return CDI_TEXT_NONE;
    return cdi_member_text((struct cdi_value){ nodes, nodes }, "where");
}

static bool is_wanted(const struct desk *desk, const struct letter *letter)
{
    return desk->code == NULL || cdi_text_is(letter->own[CDI_DEADLETTER_HEADER_CLASS_NAME], desk->code);
}

static void list_one(struct desk *desk, const struct letter *letter)
{
    char time[CDI_INSTANT_TEXT_SIZE], topic[SHOWN_SIZE], partition[SHOWN_SIZE], offset[SHOWN_SIZE], code[SHOWN_SIZE],
        where[SHOWN_SIZE];
    printf("%d:%" PRId64 "  %s  %s %s %s  %s  %s\n", (int)letter->message.partition, letter->message.offset,
           shown_time(letter, time), shown(letter->own[CDI_DEADLETTER_HEADER_TOPIC], topic),
           shown(letter->own[CDI_DEADLETTER_HEADER_PARTITION], partition),
           shown(letter->own[CDI_DEADLETTER_HEADER_OFFSET], offset), shown(letter->own[CDI_DEADLETTER_HEADER_CLASS_NAME], code),
           shown(where_of(desk, letter), where));
}

/* Every letter that is there and wanted. */
static bool each_letter(struct desk *desk, void (*visit)(struct desk *desk, const struct letter *letter), struct cdi_error *err)
{
    struct cdi_message message;
    struct letter letter;
    struct cdi_reader *reader = cdi_reader_open(&desk->config->kafka, desk->topic, -1, 0, err);
    enum cdi_read read = reader == NULL ? CDI_READ_FAILED : cdi_reader_next(reader, &message, err);
    for (; read == CDI_READ_MESSAGE; read = cdi_reader_next(reader, &message, err)) {
        read_letter(&message, &letter);
        if (is_wanted(desk, &letter))
            visit(desk, &letter);
        cdi_message_done(&message);
    }
    cdi_reader_close(reader);
    return read == CDI_READ_END;
}

/* The letter at one place; where there is none that is said, and counts as failed. */
static bool one_letter(struct desk *desk, const char *word, void (*visit)(struct desk *desk, const struct letter *letter),
                       struct cdi_error *err)
{
    int32_t partition = 0;
    int64_t offset = 0;
    struct cdi_message message;
    struct letter letter;
    if (!read_place(word, &partition, &offset))
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "no place of a letter");
    struct cdi_reader *reader = cdi_reader_open(&desk->config->kafka, desk->topic, partition, offset, err);
    enum cdi_read read = reader == NULL ? CDI_READ_FAILED : cdi_reader_next(reader, &message, err);
    bool found = read == CDI_READ_MESSAGE && message.offset == offset;
    if (found) {
        read_letter(&message, &letter);
        visit(desk, &letter);
    } else if (read != CDI_READ_FAILED) {
        cdi_complain("%s holds no letter at %s", desk->topic, word);
        desk->failed++;
    }
    if (read == CDI_READ_MESSAGE)
        cdi_message_done(&message);
    cdi_reader_close(reader);
    return read != CDI_READ_FAILED;
}

/* ---- show ---- */

static void show_header(const char *name, struct cdi_text value)
{
    char text[SHOWN_SIZE];
    printf("%s: %s\n", name, shown(value, text));
}

static void show_one(struct desk *desk, const struct letter *letter)
{
    char time[CDI_INSTANT_TEXT_SIZE], name[SHOWN_SIZE];
    (void)desk;
    printf("letter: %d:%" PRId64 "\ntime: %s\n", (int)letter->message.partition, letter->message.offset,
           shown_time(letter, time));
    for (int i = 0; i < CDI_DEADLETTER_HEADER_COUNT; i++)
        if (cdi_text_said(letter->own[i]))
            show_header(cdi_deadletter_header_name((enum cdi_deadletter_header)i), letter->own[i]);
    for (size_t i = 0; i < letter->rest_count; i++)
        show_header(shown(letter->rest[i].name, name), letter->rest[i].value);
    printf("key: %zu bytes\nvalue: %zu bytes\n", letter->message.key.size, letter->message.value.size);
}

static void show_with_value(struct desk *desk, const struct letter *letter)
{
    show_one(desk, letter);
    putchar('\n');
    if (letter->message.value.size > 0)
        fwrite(letter->message.value.at, 1, letter->message.value.size, stdout);
    putchar('\n');
}

/* ---- replay ---- */

/* Back to where messages come from, and to nothing that we write ourselves, whatever a header says. */
static bool may_go_to(struct desk *desk, const char *topic, struct cdi_error *err)
{
    struct cdi_kafka_topic seen;
    for (int i = 0; i < CDI_TOPIC_COUNT; i++)
        if (i != CDI_TOPIC_INCIDENTS && i != CDI_TOPIC_CRIMES && i != CDI_TOPIC_ACTIONS &&
            cdi_text_is(desk->config->topics[i], topic))
            return cdi_fail(err, CDI_ERROR_BAD_VALUE, "it says that it came from a topic that only cdiwatch writes to");
    if (strcmp(desk->target, topic) == 0)
        return true;
    if (!cdi_kafka_admin_look(desk->admin, topic, CDI_TOPIC_NOW, &seen, err))
        return false;
    if (!seen.exists)
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "the topic that it came from is there no more");
    (void)snprintf(desk->target, sizeof desk->target, "%s", topic);
    return true;
}

static bool send_back(struct desk *desk, const struct letter *letter, char topic[NAME_SIZE], struct cdi_error *err)
{
    int64_t partition;
    struct cdi_text from = letter->own[CDI_DEADLETTER_HEADER_TOPIC];
    if (from.size == 0 || from.size >= NAME_SIZE || memchr(from.at, '\0', from.size) != NULL ||
        !read_number(letter->own[CDI_DEADLETTER_HEADER_PARTITION], INT32_MAX, &partition))
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "it does not say which topic and partition it came from");
    if (!cdi_text_said(letter->message.value))
        return cdi_fail(err, CDI_ERROR_TOO_LARGE, "it was too large for a letter and its bytes are not in it; have its sender send it again");
    (void)cdi_harmless(from.at, from.size, topic, NAME_SIZE);
    return may_go_to(desk, topic, err) &&
           cdi_writer_put(desk->writer, topic, (int32_t)partition, letter->message.key, letter->message.value, letter->rest,
                          letter->rest_count, err);
}

static void replay_one(struct desk *desk, const struct letter *letter)
{
    char topic[NAME_SIZE] = "";
    struct cdi_error problem = { 0 };
    if (send_back(desk, letter, topic, &problem)) {
        printf("%d:%" PRId64 " sent back to %s\n", (int)letter->message.partition, letter->message.offset, topic);
        desk->sent++;
    } else {
        cdi_complain("%d:%" PRId64 " is not sent back: %s", (int)letter->message.partition, letter->message.offset, problem.text);
        desk->failed++;
    }
}

static bool open_for_replay(struct desk *desk, struct cdi_error *err)
{
    desk->admin = cdi_kafka_admin_open(&desk->config->kafka, err);
    desk->writer = desk->admin == NULL ? NULL : cdi_writer_open(&desk->config->kafka, err);
    return desk->writer != NULL;
}

static bool replay(struct desk *desk, const char *const *words, size_t count, struct cdi_error *err)
{
    bool good = open_for_replay(desk, err) && (count > 0 || each_letter(desk, replay_one, err));
    for (size_t i = 0; good && i < count; i++)
        good = one_letter(desk, words[i], replay_one, err);
    cdi_say("%zu sent back, %zu not", desk->sent, desk->failed);
    return good;
}

/* ---- the command ---- */

static bool list(struct desk *desk, const char *const *words, size_t count, struct cdi_error *err)
{
    (void)words;
    (void)count;
    return each_letter(desk, list_one, err);
}

static bool show(struct desk *desk, const char *const *words, size_t count, struct cdi_error *err)
{
    (void)count;
    return one_letter(desk, words[0], show_one, err);
}

static bool show_all(struct desk *desk, const char *const *words, size_t count, struct cdi_error *err)
{
    (void)count;
    return one_letter(desk, words[0], show_with_value, err);
}

/* What the words and options of a verb must be; `wrong` says it. */
static const struct verb {
    const char *name;
    bool all, code, value;                      /* which options go with it */
    size_t least, most;                         /* letters named */
    bool (*run)(struct desk *desk, const char *const *words, size_t count, struct cdi_error *err);
    const char *wrong;
} verbs[] = {
    { "list", false, true, false, 0, 0, list, "deadletters list takes no letters, and of the options only --code" },
    { "show", false, false, false, 1, 1, show, "deadletters show takes one PARTITION:OFFSET, and --value" },
    { "show", false, false, true, 1, 1, show_all, "deadletters show takes one PARTITION:OFFSET, and --value" },
    { "replay", false, false, false, 1, SIZE_MAX, replay, "say which letters: PARTITION:OFFSET..., or --all" },
    { "replay", true, true, false, 0, 0, replay, "--all means all of them: name no letters beside it" },
};

static const struct verb *find_verb(const struct cdi_arguments *arguments, size_t count)
{
    const char *name = cdi_argument(arguments, "VERB");
    bool all = cdi_argument_given(arguments, "all"), code = cdi_argument_given(arguments, "code"),
         value = cdi_argument_given(arguments, "value");
    const char *wrong = NULL;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        const struct verb *verb = &verbs[i];
        if (strcmp(verb->name, name) != 0)
            continue;
        if (verb->all == all && verb->value == value && (!code || verb->code) && count >= verb->least && count <= verb->most)
            return verb;
        wrong = wrong == NULL || verb->all == all ? verb->wrong : wrong;
    }
    if (wrong != NULL)
        cdi_complain("%s", wrong);
    else
        cdi_complain("deadletters %s: there is no such verb; list, show or replay", name);
    return NULL;
}

static bool known_code(const struct cdi_arguments *arguments)
{
    const char *code = cdi_argument(arguments, "code");
    for (int i = 0; code != NULL && i < CDI_ERROR_COUNT; i++)
        if (strcmp(code, cdi_error_word((enum cdi_error_code)i)) == 0)
            return true;
    if (code != NULL)
        cdi_complain("--code %s: there is no such code; the list's sixth column shows them", code);
    return code == NULL;
}

static bool places_are_right(const char *const *words, size_t count)
{
    int32_t partition;
    int64_t offset;
    bool right = true;
    for (size_t i = 0; i < count; i++)
        right &= read_place(words[i], &partition, &offset);
    return right;
}

static enum cdi_exit run_verb(const struct verb *verb, struct desk *desk, const char *const *words, size_t count)
{
    struct cdi_error err = { 0 };
    desk->topic = desk->config->topics[CDI_TOPIC_DEADLETTERS].at;
    desk->json = cdi_json_create(CDI_JSON_READER_SIMDJSON, &err);
    bool good = desk->json != NULL && verb->run(desk, words, count, &err);
    if (!good)
        cdi_complain_error(&err);
    cdi_writer_close(desk->writer);
    cdi_kafka_admin_close(desk->admin);
    cdi_json_destroy(desk->json);
    return !good ? cdi_exit_of(&err) : desk->failed > 0 ? CDI_EXIT_DATA : CDI_EXIT_OK;
}

static enum cdi_exit deadletters_run(const struct cdi_arguments *arguments)
{
    struct desk desk;
    size_t count;
    const char *const *words = cdi_argument_values(arguments, "LETTER", &count);
    const struct verb *verb = find_verb(arguments, count);
    memset(&desk, 0, sizeof desk);
    if (verb == NULL || !known_code(arguments) || !places_are_right(words, count))
        return CDI_EXIT_USAGE;
    desk.code = cdi_argument(arguments, "code");
    desk.config = cdi_configured(arguments);
    if (desk.config == NULL)
        return CDI_EXIT_CONFIGURATION;
    enum cdi_exit result = run_verb(verb, &desk, words, count);
    cdi_config_destroy(desk.config);
    return result;
}
