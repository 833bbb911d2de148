#include "commands/arguments.h"

#include <stdlib.h>
#include <string.h>

#include "cdiwatch/error.h"
#include "codec/nearest.h"
#include "commands/talk.h"

static bool has_dashes(const struct cdi_option *option)
{
    return option->takes != CDI_TAKES_WORD && option->takes != CDI_TAKES_WORDS;
}

static bool takes_many(const struct cdi_option *option)
{
    return option->takes == CDI_TAKES_MANY || option->takes == CDI_TAKES_WORDS;
}

static bool looks_like_option(const char *word)
{
    bool number = word[0] == '-' && word[1] >= '0' && word[1] <= '9';   /* a value, if a wrong one: who reads it says what it may be */
    return word[0] == '-' && word[1] != '\0' && !number;                /* "-" alone is a file: standard input */
}

static size_t option_index(const struct cdi_arguments *arguments, const char *name)
{
    const struct cdi_option *options = arguments->command->options;
    size_t i = 0;
    while (options[i].name != NULL && strcmp(options[i].name, name) != 0)
        i++;
    CDI_ASSERT(options[i].name != NULL && i < CDI_OPTIONS_MAX);
    return i;
}

/* The option that `size` bytes at `name` spell in full; NULL: none. */
static const struct cdi_option *find_option(const struct cdi_command *command, const char *name, size_t size)
{
    for (const struct cdi_option *option = command->options; option->name != NULL; option++)
        if (has_dashes(option) && strlen(option->name) == size && memcmp(option->name, name, size) == 0)
            return option;
    return NULL;
}

char cdi_option_letter(const char *name)
{
    static const struct { char letter; const char *name; } letters[] = {
#define X(letter, name) { letter, name },
        CDI_LETTER_LIST(X)
#undef X
    };
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (strcmp(letters[i].name, name) == 0)
            return letters[i].letter;
    return '\0';
}

static const struct cdi_option *find_letter(const struct cdi_command *command, char letter)
{
    for (const struct cdi_option *option = command->options; option->name != NULL; option++)
        if (has_dashes(option) && cdi_option_letter(option->name) == letter)
            return option;
    return NULL;
}

/* The option that a word means, in full or by its letter; *value is what stands after its '=', or NULL. */
static const struct cdi_option *find_written(const struct cdi_command *command, const char *word, const char **value)
{
    const char *equals = strchr(word, '=');
    size_t size = equals != NULL ? (size_t)(equals - word) : strlen(word);
    *value = equals != NULL ? equals + 1 : NULL;
    if (size > 2 && word[1] == '-')
        return find_option(command, word + 2, size - 2);
    return size == 2 && word[1] != '-' ? find_letter(command, word[1]) : NULL;
}

static bool unknown_option(const struct cdi_command *command, const char *word)
{
    const char *names[CDI_OPTIONS_MAX + 2] = { "help" };
    size_t count = 1;
    for (const struct cdi_option *option = command->options; option->name != NULL; option++)
        if (has_dashes(option))
            names[count++] = option->name;
    const char *bare = word + strspn(word, "-");
    const char *nearest = cdi_nearest((struct cdi_text){ bare, strcspn(bare, "=") }, names);
    if (nearest != NULL)
        cdi_complain("unknown option %s; did you mean --%s?", word, nearest);
    else
        cdi_complain("unknown option %s; see cdiwatch %s --help", word, command->name);
    return false;
}

static bool add_value(struct cdi_arguments *arguments, const struct cdi_option *option, const char *value)
{
    size_t i = (size_t)(option - arguments->command->options);
    if (arguments->counts[i] > 0 && !takes_many(option)) {
        cdi_complain("--%s is given twice", option->name);
        return false;
    }
    const char **longer = realloc((void *)arguments->values[i], (arguments->counts[i] + 1) * sizeof *longer);
    if (longer == NULL) {
        cdi_complain("not enough memory");
        return false;
    }
    longer[arguments->counts[i]++] = value;
    arguments->values[i] = longer;
    return true;
}

static bool read_word(struct cdi_arguments *arguments, const char *word)
{
    for (const struct cdi_option *option = arguments->command->options; option->name != NULL; option++) {
        size_t i = (size_t)(option - arguments->command->options);
        if (!has_dashes(option) && (takes_many(option) || arguments->counts[i] == 0))
            return add_value(arguments, option, word);
    }
    cdi_complain("'%s' is not expected here; see cdiwatch %s --help", word, arguments->command->name);
    return false;
}

/* One option with what belongs to it; *next is the first word after it. */
static bool read_option(struct cdi_arguments *arguments, int argc, char *argv[], int *next)
{
    const char *word = argv[*next], *value;
    const struct cdi_option *option = find_written(arguments->command, word, &value);
    ++*next;
    if (option == NULL)
        return unknown_option(arguments->command, word);
    if (option->takes == CDI_TAKES_NOTHING) {
        if (value != NULL)
            cdi_complain("--%s takes no value", option->name);
        return value == NULL && add_value(arguments, option, "yes");
    }
    if (value == NULL && (*next == argc || looks_like_option(argv[*next]))) {
        cdi_complain("--%s needs a value: --%s %s", option->name, option->name, option->argument);
        return false;
    }
    if (!add_value(arguments, option, value != NULL ? value : argv[(*next)++]))
        return false;
    while (value == NULL && takes_many(option) && *next < argc && !looks_like_option(argv[*next]))
        if (!add_value(arguments, option, argv[(*next)++]))
            return false;
    return true;
}

static bool all_required(const struct cdi_arguments *arguments)
{
    const struct cdi_command *command = arguments->command;
    for (const struct cdi_option *option = command->options; option->name != NULL; option++) {
        if (!option->required || arguments->counts[option - command->options] > 0)
            continue;
        if (has_dashes(option))
            cdi_complain("--%s %s is missing; see cdiwatch %s --help", option->name, option->argument, command->name);
        else
            cdi_complain("%s is missing; see cdiwatch %s --help", option->argument, command->name);
        return false;
    }
    return true;
}

static bool asks_for_help(int argc, char *argv[])
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

bool cdi_arguments_read(const struct cdi_command *command, int argc, char *argv[], struct cdi_arguments *arguments)
{
    *arguments = (struct cdi_arguments){ .command = command, .help = asks_for_help(argc, argv) };
    if (arguments->help)
        return true;
    bool good = true, only_words = false;
    for (int next = 0; good && next < argc;) {
        if (!only_words && strcmp(argv[next], "--") == 0) {
            only_words = true;
            next++;
        } else if (!only_words && looks_like_option(argv[next])) {
            good = read_option(arguments, argc, argv, &next);
        } else {
            good = read_word(arguments, argv[next++]);
        }
    }
    if (good && all_required(arguments))
        return true;
    cdi_arguments_release(arguments);
    return false;
}

void cdi_arguments_release(struct cdi_arguments *arguments)
{
    for (size_t i = 0; i < CDI_OPTIONS_MAX; i++)
        free((void *)arguments->values[i]);
    *arguments = (struct cdi_arguments){ .command = arguments->command };
}

bool cdi_argument_given(const struct cdi_arguments *arguments, const char *name)
{
    return arguments->counts[option_index(arguments, name)] > 0;
}

const char *cdi_argument(const struct cdi_arguments *arguments, const char *name)
{
    size_t i = option_index(arguments, name);
    return arguments->counts[i] > 0 ? arguments->values[i][0] : arguments->command->options[i].standard;
}

const char *const *cdi_argument_values(const struct cdi_arguments *arguments, const char *name, size_t *count)
{
    size_t i = option_index(arguments, name);
    *count = arguments->counts[i];
    return arguments->values[i];
}
