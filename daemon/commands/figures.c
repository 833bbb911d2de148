#include "commands/figures.h"

#include <stdio.h>

#include "codec/tally_lines.h"
#include "codec/words.h"
#include "commands/talk.h"
#include "core/judgement.h"
#include "core/tally_row.h"

enum { NAME_WIDTH = 16 };

void cdi_figures_take(struct cdi_figures *figures, const struct cdi_alert *alert)
{
    figures->states[alert->state]++;
    figures->stages[alert->judgement->timed.stage]++;
}

void cdi_figures_add(struct cdi_figures *figures, const struct cdi_tally *tally)
{
    for (uint32_t i = 0; i < tally->row_count; i++) {
        const struct cdi_tally_row *row = &tally->rows[i];
        const struct cdi_tally_key key = { .of = row->key.of, .category = row->key.category };
        cdi_tally_row_join(cdi_tally_row_for(&figures->sum, &key), row);
    }
}

static void say_counts(const char *title, const uint64_t *counts, int number, const char *(*word)(int))
{
    fprintf(stderr, "%-10s", title);
    const char *between = " ";
    for (int i = 0; i < number; i++) {
        if (counts[i] == 0)
            continue;
        fprintf(stderr, "%s%s %llu", between, word(i), (unsigned long long)counts[i]);
        between = ", ";
    }
    fputs(*between == ' ' ? " none\n" : "\n", stderr);
}

static const char *state_word(int state)
{
    return cdi_state_word((enum cdi_state)state);
}

static const char *stage_word(int stage)
{
    return cdi_stage_word((enum cdi_stage)stage);
}

static void say_sum(const struct cdi_tally *sum, struct cdi_body *text)
{
    char name[NAME_WIDTH + 16];
    if (sum->row_count == 0)
        return;
    cdi_tally_titles(text, NAME_WIDTH);
    for (uint32_t i = 0; i < sum->row_count; i++) {
        const struct cdi_tally_key *key = &sum->rows[i].key;
        if (!cdi_tally_has_line(&sum->rows[i]))
            continue;
        bool reports = key->of == CDI_TALLY_OF_REPORTS;
        snprintf(name, sizeof name, "%s%s%s", reports ? "" : cdi_tally_of_words(key->of), reports ? "" : ", ",
                 cdi_tally_category_words(key->category));
        cdi_body_say(text, "\n");
        cdi_tally_line(text, NAME_WIDTH, name, &sum->rows[i]);
    }
    cdi_body_say(text, "\n%s", cdi_words_tally());
}

void cdi_figures_say(const struct cdi_figures *figures)
{
    struct cdi_body text = { .at = NULL };
    say_counts("state", figures->states, CDI_STATE_COUNT, state_word);
    say_counts("stage", figures->stages, CDI_STAGE_COUNT, stage_word);
    say_sum(&figures->sum, &text);
    if (text.size > 0 && !text.failed)
        cdi_say("%s", text.at);
    cdi_body_free(&text);
}

void cdi_figures_release(struct cdi_figures *figures)
{
    cdi_tally_release(&figures->sum);
}
