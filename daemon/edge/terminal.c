#include "edge/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "codec/wrap.h"
#include "edge/clock.h"

enum { WIDTH_LEAST = 40, WIDTH_USUAL = 80, WIDTH_MOST = 110, TABLE_MOST = 400, BAR_CELLS = 30, DRAW_EVERY_MS = 100 };

static int width_within(FILE *stream, long most)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    long width = WIDTH_USUAL;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        width = size.ws_col;
    else if (columns != NULL && strtol(columns, NULL, 10) > 0)
        width = strtol(columns, NULL, 10);
    return (int)(width < WIDTH_LEAST ? WIDTH_LEAST : width > most ? most : width);
}

int cdi_terminal_width(FILE *stream)
{
    return width_within(stream, WIDTH_MOST);
}

int cdi_terminal_table_width(FILE *stream)
{
    return width_within(stream, TABLE_MOST);
}

bool cdi_terminal_colour(FILE *stream)
{
    const char *refused = getenv("NO_COLOR"), *kind = getenv("TERM");
    if (refused != NULL && refused[0] != '\0')
        return false;
    return isatty(fileno(stream)) && kind != NULL && strcmp(kind, "dumb") != 0;
}

void cdi_print_wrapped(FILE *stream, int width, int column, int indent, const char *words)
{
    struct cdi_body lines = { .at = NULL };
    cdi_wrap(&lines, width, column, indent, cdi_text_of(words));
    if (lines.failed)
        fprintf(stream, "%s\n", words);        /* better a long line than none */
    else
        fwrite(lines.at, 1, lines.size, stream);
    cdi_body_free(&lines);
}

void cdi_progress_start(struct cdi_progress *progress, const char *what, uint64_t whole)
{
    const char *kind = getenv("TERM");
    *progress = (struct cdi_progress){ .what = what, .whole = whole };
    progress->visible = isatty(STDERR_FILENO) && whole > 0 && kind != NULL && strcmp(kind, "dumb") != 0;
    progress->shown_ms = (uint64_t)cdi_clock_elapsed().ms;
}

void cdi_progress_at(struct cdi_progress *progress, uint64_t done)
{
    progress->done = done;
    if (!progress->visible)
        return;
    uint64_t now = (uint64_t)cdi_clock_elapsed().ms;
    if (now - progress->shown_ms < DRAW_EVERY_MS)
        return;
    progress->shown_ms = now;
    int cells = (int)(done * BAR_CELLS / progress->whole);
    fprintf(stderr, "\r%s [%.*s%*s] %3d %%", progress->what, cells, "##############################", BAR_CELLS - cells, "",
            (int)(done * 100 / progress->whole));
    fflush(stderr);
}

void cdi_progress_end(struct cdi_progress *progress)
{
    if (progress->visible)
        fputs("\r\033[K", stderr);
    progress->visible = false;
}
