#include "commands/figures.h"

#include <stdio.h>
#include <stdlib.h>

#include "commands/talk.h"
#include "core/judgement.h"

enum { LAG_TEXT_SIZE = 24 };

static bool add_lag(struct cdi_figures_lags *lags, int64_t ms)
{
    if (lags->count == lags->room) {
        size_t room = lags->room == 0 ? 256 : lags->room * 2;
        int64_t *longer = realloc(lags->ms, room * sizeof *longer);
        if (longer == NULL)
            return false;
        lags->ms = longer;
        lags->room = room;
    }
    lags->ms[lags->count++] = ms;
    return true;
}

bool cdi_figures_take(struct cdi_figures *figures, const struct cdi_tables *tables, const struct cdi_alert *alert,
                      struct cdi_instant judge_time)
{
    const struct cdi_judgement *judgement = alert->judgement;
    const struct cdi_timed *timed = &judgement->timed;
    figures->states[alert->state]++;
    figures->stages[timed->stage]++;
    if (judgement->due.count == 0)
        return true;
    struct cdi_figures_category *category = &figures->categories[tables->offences[judgement->due.units[0].offence].category];
    struct cdi_instant answered_at = judgement->compared.answered_at;
    if (alert->state != CDI_STATE_SATISFIED || !cdi_instant_said(answered_at)) {
        bool unanswered = alert->state == CDI_STATE_OPEN || alert->state == CDI_STATE_MATCHED_UNVERIFIED ||
                          alert->state == CDI_STATE_INCOMPLETE_CLEAR || alert->state == CDI_STATE_WITHDRAWN;
        category->reports += unanswered && cdi_instant_before(timed->due_at, judge_time);
        return true;
    }
    category->reports++;
    category->recorded++;
    category->in_time += !cdi_instant_before(timed->due_at, answered_at);       /* R10 */
    category->same_day += cdi_instant_before(answered_at, timed->same_day_at);
    int64_t lag = cdi_instant_between(timed->received_at, answered_at).ms;
    return add_lag(&category->lags, lag > 0 ? lag : 0);     /* recorded before the log was opened: no lag */
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* The nearest rank: the least lag that at least `percent` of all do not exceed. */
static void lag_text(const struct cdi_figures_lags *lags, size_t percent, char out[LAG_TEXT_SIZE])
{
    if (lags->count == 0) {
        snprintf(out, LAG_TEXT_SIZE, "-");
        return;
    }
    int64_t minutes = lags->ms[(lags->count * percent + 99) / 100 - 1] / 60000;
    if (minutes < 48 * 60)
        snprintf(out, LAG_TEXT_SIZE, "%lldh%02lldm", (long long)(minutes / 60), (long long)(minutes % 60));
    else
        snprintf(out, LAG_TEXT_SIZE, "%lldd%02lldh", (long long)(minutes / 1440), (long long)(minutes / 60 % 24));
}

static void share_text(uint64_t part, uint64_t whole, char out[LAG_TEXT_SIZE])
{
    if (whole == 0)
        snprintf(out, LAG_TEXT_SIZE, "-");
    else
        snprintf(out, LAG_TEXT_SIZE, "%llu.%llu %%", (unsigned long long)(part * 1000 / whole / 10),
                 (unsigned long long)(part * 1000 / whole % 10));
}

static void say_category(const char *name, struct cdi_figures_category *category)
{
    char in_time[LAG_TEXT_SIZE], same_day[LAG_TEXT_SIZE], lags[3][LAG_TEXT_SIZE];
    if (category->lags.count > 0)
        qsort(category->lags.ms, category->lags.count, sizeof *category->lags.ms, by_size);
    share_text(category->in_time, category->reports, in_time);
    share_text(category->same_day, category->reports, same_day);
    lag_text(&category->lags, 50, lags[0]);
    lag_text(&category->lags, 90, lags[1]);
    lag_text(&category->lags, 95, lags[2]);
    cdi_say("%-10s %8llu %9llu %9s %9s %9s %9s %9s", name, (unsigned long long)category->reports,
            (unsigned long long)category->recorded, in_time, same_day, lags[0], lags[1], lags[2]);
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

void cdi_figures_say(struct cdi_figures *figures)
{
    say_counts("state", figures->states, CDI_STATE_COUNT, state_word);
    say_counts("stage", figures->stages, CDI_STAGE_COUNT, stage_word);
    cdi_say("%-10s %8s %9s %9s %9s %9s %9s %9s", "", "due", "recorded", "in time", "same day", "lag p50", "p90", "p95");
    for (int category = 0; category < CDI_CATEGORY_COUNT; category++)
        if (figures->categories[category].reports > 0)
            say_category(cdi_category_word((enum cdi_category)category), &figures->categories[category]);
}

void cdi_figures_release(struct cdi_figures *figures)
{
    for (int category = 0; category < CDI_CATEGORY_COUNT; category++)
        free(figures->categories[category].lags.ms);
    *figures = (struct cdi_figures){ { 0 }, { 0 }, { { 0, 0, 0, 0, { NULL, 0, 0 } } } };
}
