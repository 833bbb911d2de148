#include "commands/help.h"

#include <string.h>

#include "commands/help_configuration.h"
#include "edge/terminal.h"

enum { INDENT = 4, WORDS_AT = 8 };

static bool has_dashes(const struct cdi_option *option)
{
    return option->takes != CDI_TAKES_WORD && option->takes != CDI_TAKES_WORDS;
}

static const char *dots(const struct cdi_option *option)
{
    return option->takes == CDI_TAKES_MANY || option->takes == CDI_TAKES_WORDS ? "..." : "";
}

/* "--incidents FILE..." */
static void print_option(FILE *stream, const struct cdi_option *option)
{
    if (!has_dashes(option))
        fprintf(stream, "%s%s", option->argument, dots(option));
    else if (option->takes == CDI_TAKES_NOTHING)
        fprintf(stream, "--%s", option->name);
    else
        fprintf(stream, "--%s %s%s", option->name, option->argument, dots(option));
}

void cdi_help_heading(FILE *stream, const char *words)
{
    bool colour = cdi_terminal_colour(stream);
    fprintf(stream, "\n%s%s%s\n", colour ? "\033[1m" : "", words, colour ? "\033[0m" : "");
}

/* Arguments first, as they are typed last; what must be there before what may be. */
static void print_usage(FILE *stream, const struct cdi_command *command)
{
    fprintf(stream, "Usage: cdiwatch %s", command->name);
    for (const struct cdi_option *option = command->options; option->name != NULL; option++) {
        if (has_dashes(option) && !option->required)
            continue;
        fputc(' ', stream);
        print_option(stream, option);
    }
    bool more = false;
    for (const struct cdi_option *option = command->options; option->name != NULL; option++)
        more |= has_dashes(option) && !option->required;
    fputs(more ? " [options]\n" : "\n", stream);
}

static void print_option_words(FILE *stream, int width, const struct cdi_option *option)
{
    fprintf(stream, "%*s", INDENT, "");
    char letter = has_dashes(option) ? cdi_option_letter(option->name) : '\0';
    if (letter != '\0')
        fprintf(stream, "-%c, ", letter);
    print_option(stream, option);
    fprintf(stream, "\n%*s", WORDS_AT, "");
    char words[800];
    snprintf(words, sizeof words, "%s%s%s%s%s", option->words, option->required ? " (required)" : "",
             option->standard != NULL ? " [default: " : "", option->standard != NULL ? option->standard : "",
             option->standard != NULL ? "]" : "");
    cdi_print_wrapped(stream, width, WORDS_AT, WORDS_AT, words);
}

void cdi_help_command(FILE *stream, const struct cdi_command *command)
{
    int width = cdi_terminal_width(stream);
    print_usage(stream, command);
    for (const char *const *paragraph = command->description; *paragraph != NULL; paragraph++) {
        fputc('\n', stream);
        cdi_print_wrapped(stream, width, 0, 0, *paragraph);
    }
    if (command->options[0].name != NULL)
        cdi_help_heading(stream, "Options");
    for (const struct cdi_option *option = command->options; option->name != NULL; option++)
        print_option_words(stream, width, option);
    if (command->examples[0] != NULL)
        cdi_help_heading(stream, "Examples");
    for (const char *const *example = command->examples; *example != NULL; example++)
        fprintf(stream, "%*s%s\n", INDENT, "", *example);
}

/* Exit codes, once for --help and the manual. */
static const struct { enum cdi_exit code; const char *words; } exits[] = {
    { CDI_EXIT_OK, "all went well" },
    { CDI_EXIT_NOT_READY, "the daemon that was asked is not ready, or cannot answer yet" },
    { CDI_EXIT_NOT_RUNNING, "no daemon answers there" },
    { CDI_EXIT_USAGE, "the command line is wrong, or names a file that cannot be read; nothing was done" },
    { CDI_EXIT_DATA, "some input was refused; everything else was done" },
    { CDI_EXIT_BROKER, "Kafka cannot be reached, or does not answer as it should" },
    { CDI_EXIT_WRITE, "what was printed could not be written whole" },
    { CDI_EXIT_RIGHTS, "Kafka says that we may not" },
    { CDI_EXIT_CONFIGURATION, "the configuration, a table, a source table or the key is wrong" },
    { CDI_EXIT_INTERRUPTED, "interrupted" },
};
enum { EXIT_ROWS = sizeof exits / sizeof exits[0] };

void cdi_help_all(FILE *stream, const struct cdi_command *const *commands)
{
    int width = cdi_terminal_width(stream);
    fputs("Usage: cdiwatch COMMAND [options]\n\n", stream);
    cdi_print_wrapped(stream, width, 0, 0,
                      "Finds reports of crime that nobody has recorded, from a force's incident logs and crime records, "
                      "while the 24 hours of the recording rule still run.");
    cdi_help_heading(stream, "Commands");
    for (const struct cdi_command *const *command = commands; *command != NULL; command++)
        fprintf(stream, "%*s%-12s%s\n", INDENT, "", (*command)->name, (*command)->summary);
    cdi_help_heading(stream, "Exit codes");
    for (size_t i = 0; i < EXIT_ROWS; i++) {
        int column = fprintf(stream, "%*s%-10d ", INDENT, "", exits[i].code);
        cdi_print_wrapped(stream, width, column, column, exits[i].words);
    }
    fputs("\ncdiwatch COMMAND --help says more, cdiwatch help configuration what the configuration may hold.\n"
          "Data goes to stdout, talk to stderr; NO_COLOR is respected.\n", stream);
}

/* A line that begins with a dot or quote would be a request, a backslash an escape. */
void cdi_manual_text(FILE *stream, const char *words, const char *stop)
{
    if (words[0] == '.' || words[0] == '\'')
        fputs("\\&", stream);
    for (const char *at = words; *at != '\0'; at++) {
        if (*at == '\\')
            fputs("\\e", stream);
        else if (*at == ' ' && at > words && at[-1] == '.' && at[1] >= 'A' && at[1] <= 'Z')
            fputc('\n', stream);
        else
            fputc(*at, stream);
    }
    size_t size = strlen(words);
    fprintf(stream, "%s\n", size > 0 && words[size - 1] == '.' ? "" : stop);
}

static void manual_option(FILE *stream, const struct cdi_option *option)
{
    char letter = has_dashes(option) ? cdi_option_letter(option->name) : '\0';
    fputs(".It ", stream);
    if (letter != '\0')
        fprintf(stream, "Fl %c , ", letter);
    if (has_dashes(option))
        fprintf(stream, "Fl -%s", option->name);
    if (option->takes != CDI_TAKES_NOTHING)
        fprintf(stream, "%sAr %s%s", has_dashes(option) ? " " : "", option->argument, *dots(option) != '\0' ? " ..." : "");
    fputc('\n', stream);
    cdi_manual_text(stream, option->words, ".");
    if (option->required)
        fputs("Required.\n", stream);
    if (option->standard != NULL)
        fprintf(stream, "The default is\n.Ql %s .\n", option->standard);
}

static void manual_command(FILE *stream, const struct cdi_command *command)
{
    fprintf(stream, ".Ss cdiwatch %s\n", command->name);
    for (const char *const *paragraph = command->description; *paragraph != NULL; paragraph++) {
        if (paragraph != command->description)
            fputs(".Pp\n", stream);
        cdi_manual_text(stream, *paragraph, ".");
    }
    if (command->options[0].name != NULL) {
        fputs(".Bl -tag -width Ds\n", stream);
        for (const struct cdi_option *option = command->options; option->name != NULL; option++)
            manual_option(stream, option);
        fputs(".El\n", stream);
    }
    for (const char *const *example = command->examples; *example != NULL; example++)
        fprintf(stream, "%s.Dl %s\n", example == command->examples ? ".Pp\nFor example:\n" : "", *example);
}

void cdi_help_manual(FILE *stream, const struct cdi_command *const *commands)
{
    fputs(".Dd $Mdocdate$\n.Dt CDIWATCH 1\n.Os\n.Sh NAME\n.Nm cdiwatch\n"
          ".Nd find reports of crime that nobody has recorded\n.Sh SYNOPSIS\n", stream);
    for (const struct cdi_command *const *command = commands; *command != NULL; command++)
        fprintf(stream, ".Nm\n.Cm %s\n.Op Ar options\n", (*command)->name);
    fputs(".Sh DESCRIPTION\n.Nm\nreads incident logs and crime records and says which reports of crime have no crime record, "
          "and how long is left to make one.\nData goes to standard output, talk to standard error.\n", stream);
    for (const struct cdi_command *const *command = commands; *command != NULL; command++)
        manual_command(stream, *command);
    cdi_help_configuration_manual(stream);
    fputs(".Sh ENVIRONMENT\n.Bl -tag -width NO_COLOR\n.It Ev NO_COLOR\nNo colour, whatever it is set to.\n"
          ".It Ev COLUMNS\nHow wide to write where there is no terminal.\n.El\n.Sh EXIT STATUS\n.Bl -tag -width Ds\n", stream);
    for (size_t i = 0; i < EXIT_ROWS; i++) {
        fprintf(stream, ".It %d\n", exits[i].code);
        cdi_manual_text(stream, exits[i].words, ".");
    }
    fputs(".El\n", stream);
}
