/* A filter as SQL: only the conditions that it has, so that SQLite sees which index serves it.  No text of a filter is ever part of the SQL. */
#include <stdio.h>

#include "edge/view_inside.h"

#define ORDER "a.answered, a.due_at, a.risk, a.alert"
#define ORDER_BY_RISK "a.answered, a.risk, a.due_at, a.alert"
#define SAID(column) column " >= -9223372036854775807"          /* an instant that is none is before all others, and within no bounds */

/* In the order of their bits; the parameters are bound by view_query.c. */
static const char *const conditions_sql[] = {
    "a.force = ?1", "a.bcu = ?2", "a.beat = ?3", "a.unit = ?4", "a.owner = ?5", "a.incident = ?6",
    "a.state & ?7", "a.stage & ?8", "(1 << a.risk) & ?9", "a.lifecycle & ?10", "a.marks & ?11",
    "a.due_at >= ?12", SAID("a.due_at") " AND a.due_at < ?13", "a.received_at >= ?14", SAID("a.received_at") " AND a.received_at < ?15",
    "a.answered = 0", "(" ORDER ") > (?17, ?18, ?19, ?20)",
    "(a.due_at, a.risk, a.alert) > (?18, ?19, ?20)",            /* where answered is 0 anyhow: else SQLite sorts */
    "(" ORDER_BY_RISK ") > (?17, ?19, ?18, ?20)", "(a.risk, a.due_at, a.alert) > (?19, ?18, ?20)",
    "+a.due_at >= ?12", SAID("+a.due_at") " AND +a.due_at < ?13",  /* by risk: the + keeps SQLite from taking the other order's index, and sorting */
    "a.watches IS NOT NULL", "instr(a.watches, ' ' || ?22 || ' ') > 0",
};
enum { CONDITIONS = sizeof conditions_sql / sizeof *conditions_sql };
#define BY_RISK (UINT32_C(1) << CONDITIONS)                     /* no condition: the order */

uint32_t cdi_view_conditions(const struct cdi_view_filter *filter, bool after)
{
    const bool by_risk = filter->sort == CDI_VIEW_SORT_RISK;
    const bool there[CONDITIONS] = {
        filter->force.size > 0, filter->bcu.size > 0, filter->beat.size > 0, filter->unit.size > 0, filter->owner.size > 0,
        filter->incident.size > 0, filter->states != 0, filter->stages != 0, filter->risks != 0, filter->lifecycles != 0,
        filter->marks != 0, filter->due_from.ms != 0 && !by_risk, filter->due_before.ms != 0 && !by_risk, filter->received_from.ms != 0,
        filter->received_before.ms != 0, filter->unanswered,
        after && !filter->unanswered && !by_risk, after && filter->unanswered && !by_risk,
        after && !filter->unanswered && by_risk, after && filter->unanswered && by_risk,
        filter->due_from.ms != 0 && by_risk, filter->due_before.ms != 0 && by_risk,
        filter->watch.size > 0, filter->watch.size > 0 && !cdi_text_is(filter->watch, CDI_VIEW_WATCH_ANY),
    };
    uint32_t conditions = by_risk ? BY_RISK : 0;
    for (int i = 0; i < CONDITIONS; i++)
        conditions |= (uint32_t)there[i] << i;
    return conditions;
}

void cdi_view_sql(uint32_t conditions, bool count, char sql[CDI_VIEW_SQL_SIZE])
{
    size_t used = (size_t)snprintf(sql, CDI_VIEW_SQL_SIZE, "%s", count ? "SELECT count(*) FROM alert a" : "SELECT d.bytes, a.sum, " ORDER
                                   " FROM alert a CROSS JOIN document d ON d.n = a.n");
    const char *before = " WHERE ";
    for (int i = 0; i < CONDITIONS; i++) {
        if ((conditions >> i & 1) == 0)
            continue;
        used += (size_t)snprintf(sql + used, CDI_VIEW_SQL_SIZE - used, "%s%s", before, conditions_sql[i]);
        CDI_ASSERT(used < CDI_VIEW_SQL_SIZE);
        before = " AND ";
    }
    if (!count)
        used += (size_t)snprintf(sql + used, CDI_VIEW_SQL_SIZE - used, " ORDER BY %s LIMIT ?21",
                                 (conditions & BY_RISK) != 0 ? ORDER_BY_RISK : ORDER);
    CDI_ASSERT(used < CDI_VIEW_SQL_SIZE);
}
