#include "codec/nearest.h"

#include <string.h>

enum { LENGTH_MAX = 64 };

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: edits, neighbours swapped counting once. */
static int edits(struct cdi_text a, const char *b, int b_size)
{
    int before[LENGTH_MAX + 1], above[LENGTH_MAX + 1], row[LENGTH_MAX + 1];

    for (int j = 0; j <= b_size; j++)
        before[j] = above[j] = j;
    for (int i = 1; i <= (int)a.size; i++) {
        row[0] = i;
        for (int j = 1; j <= b_size; j++) {
            int x = lower(a.at[i - 1]), y = lower(b[j - 1]);
            row[j] = least(least(row[j - 1], above[j]) + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a.at[i - 2]) == y)
                row[j] = least(row[j], before[j - 2] + 1);
        }
        memcpy(before, above, sizeof before);
        memcpy(above, row, sizeof above);
    }
    return above[b_size];
}

const char *cdi_nearest(struct cdi_text text, const char *const *words)
{
    const char *best = NULL;
    int best_edits = 0;

    if (text.size == 0 || text.size > LENGTH_MAX)
        return NULL;
    for (; *words != NULL; words++) {
        size_t size = strlen(*words);
        int away;
        if (size > LENGTH_MAX)
            continue;
        away = edits(text, *words, (int)size);
        if (away * 3 <= (int)(size > text.size ? size : text.size) && (best == NULL || away < best_edits)) {
            best = *words;
            best_edits = away;
        }
    }
    return best;
}
