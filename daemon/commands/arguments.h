/* Floor: commands.  A command is a row, and so is each of its options: parsing, --help and the manual page all derive from
 * these rows, so that none of them can say what another does not. */
#ifndef CDI_COMMANDS_ARGUMENTS_H
#define CDI_COMMANDS_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* sysexits(3), as far as we use it. */
enum cdi_exit {
    CDI_EXIT_OK = 0,
    CDI_EXIT_NOT_READY = 1,                     /* the daemon runs, and says why it is not what it should be */
    CDI_EXIT_NOT_RUNNING = 3,                   /* there is no daemon, as init scripts have it */
    CDI_EXIT_USAGE = 64,                        /* the command line is wrong: nothing was done */
    CDI_EXIT_DATA = 65,                         /* some input was refused: all that could be done was done */
    CDI_EXIT_BROKER = 69,                       /* Kafka cannot be reached, or does not answer as it should */
    CDI_EXIT_WRITE = 74,                        /* what was printed did not get out whole */
    CDI_EXIT_RIGHTS = 77,                       /* Kafka says that we may not */
    CDI_EXIT_CONFIGURATION = 78,                /* the configuration, a table, a source table or the key is wrong */
    CDI_EXIT_INTERRUPTED = 130                  /* Ctrl-C */
};

enum cdi_takes {
    CDI_TAKES_NOTHING,                          /* a switch */
    CDI_TAKES_ONE,
    CDI_TAKES_MANY,                             /* may be repeated, and takes every word up to the next option */
    CDI_TAKES_WORD,                             /* no dashes: the command's own argument */
    CDI_TAKES_WORDS                             /* the same, one or more */
};

struct cdi_option {
    const char *name;                           /* without dashes */
    enum cdi_takes takes;
    const char *argument;                       /* how --help names the value: "FILE" */
    bool required;
    const char *standard;                       /* what holds when not given: a value, or words; NULL: nothing */
    const char *words;                          /* what it does */
};

/* Letters for options that are typed often, the same in every command that has the option: "-c FILE", "-c=FILE". */
#define CDI_LETTER_LIST(X) X('c', "config")

struct cdi_arguments;

struct cdi_command {
    const char *name, *summary;
    const char *const *description;             /* paragraphs, ended by NULL */
    const struct cdi_option *options;           /* ended by a NULL name */
    const char *const *examples;                /* command lines, ended by NULL */
    enum cdi_exit (*run)(const struct cdi_arguments *arguments);
};

enum { CDI_OPTIONS_MAX = 24 };

struct cdi_arguments {
    const struct cdi_command *command;
    bool help;                                  /* --help or -h was there: nothing else was checked */
    const char *const *values[CDI_OPTIONS_MAX]; /* borrowed from argv, in order; each array is owned */
    size_t counts[CDI_OPTIONS_MAX];
};

/* `argv` are the words after the command's name.  false: said on stderr what is wrong, with what was probably meant. */
bool cdi_arguments_read(const struct cdi_command *command, int argc, char *argv[], struct cdi_arguments *arguments);
void cdi_arguments_release(struct cdi_arguments *arguments);

/* Asking for an option that the command's rows do not have is a bug. */
bool cdi_argument_given(const struct cdi_arguments *arguments, const char *name);
const char *cdi_argument(const struct cdi_arguments *arguments, const char *name);      /* or its standard; may be NULL */
const char *const *cdi_argument_values(const struct cdi_arguments *arguments, const char *name, size_t *count);

/* The letter of CDI_LETTER_LIST for an option; '\0': it has none. */
char cdi_option_letter(const char *name);

#endif
