/* Floor: edge.  What a terminal can show: its width, colour, wrapped words, a progress bar. */
#ifndef CDI_EDGE_TERMINAL_H
#define CDI_EDGE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Columns to write in: the terminal's, or COLUMNS, else 80; never less than 40 nor more than 110. */
int cdi_terminal_width(FILE *stream);

/* The same for tables, that can be as wide as the terminal is: at most 400. */
int cdi_terminal_table_width(FILE *stream);

/* A terminal that wants colour: NO_COLOR is unset or empty and TERM is not "dumb". */
bool cdi_terminal_colour(FILE *stream);

/* Writes `words`, broken at spaces to fit `width` columns; the first line is already `column` wide, the others start
 * `indent` columns in.  Ends with a line end. */
void cdi_print_wrapped(FILE *stream, int width, int column, int indent, const char *words);

/* A bar on stderr while something long is done; shows nothing unless stderr is a terminal. */
struct cdi_progress {
    const char *what;
    uint64_t whole, done, shown_ms;
    bool visible;
};
void cdi_progress_start(struct cdi_progress *progress, const char *what, uint64_t whole);
void cdi_progress_at(struct cdi_progress *progress, uint64_t done);     /* cheap: draws ten times a second at most */
void cdi_progress_end(struct cdi_progress *progress);                   /* leaves the line empty */

#endif
