#include "codec/encode_tally.h"

#include <stdio.h>
#include <string.h>

#include "core/lag.h"
#include "core/tally_row.h"

static const char *const of_words[] = { [CDI_TALLY_OF_REPORTS] = "reports", [CDI_TALLY_OF_CRIMES] = "crimes" };
static const char *const n100_words[] = { "100/01", "100/02", "100/03" };
enum { N100_NUMBERS = 3 };
static const struct { const char *key; unsigned percent; } percentiles[] = { { "p50_s", 50 }, { "p90_s", 90 }, { "p95_s", 95 }, { "p99_s", 99 } };

/* Of a crime without a log only these can be counted. */
#define OF_CRIMES (1u << CDI_TALLY_RECORDED | 1u << CDI_TALLY_ON_TIME | 1u << CDI_TALLY_SAME_DAY | 1u << CDI_TALLY_UNMEASURED | \
                   1u << CDI_TALLY_LATE_WITHOUT_RATIONALE | 1u << CDI_TALLY_LATE_WITHOUT_OVERSIGHT)

/* A family of slots as an object, by its words; what is 0 is not there. */
static void write_family(struct cdi_json_text *json, const char *key, const struct cdi_tally_row *row, unsigned base, unsigned count,
                         const char *(*word)(unsigned))
{
    cdi_json_open(json, key, '{');
    for (unsigned i = 0; i < count; i++)
        if (cdi_tally_count(row, base + i) != 0)
            cdi_json_integer(json, word(i), cdi_tally_count(row, base + i));
    cdi_json_close(json, '}');
}

static const char *reason_word(unsigned reason) { return cdi_reason_word((enum cdi_reason)reason); }
static const char *cancel_word(unsigned type) { return cdi_cancel_type_word((enum cdi_cancel_type)type); }
static const char *age_word(unsigned age) { return cdi_tally_age_word((enum cdi_tally_age)age); }

static void write_n100(struct cdi_json_text *json, const struct cdi_tally_row *row)
{
    cdi_json_open(json, "n100", '{');
    for (unsigned number = 0; number < N100_NUMBERS; number++) {
        unsigned base = CDI_TALLY_N100 + number * CDI_TALLY_AGES, all = 0;
        for (unsigned age = 0; age < CDI_TALLY_AGES; age++)
            all += cdi_tally_count(row, base + age);
        if (all != 0)
            write_family(json, n100_words[number], row, base, CDI_TALLY_AGES, age_word);
    }
    cdi_json_close(json, '}');
}

static void write_lag(struct cdi_json_text *json, const struct cdi_tally_row *row)
{
    cdi_json_open(json, "lag", '{');
    cdi_json_integer(json, "n", (int64_t)cdi_lag_count(row));
    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++) {
        int64_t seconds = cdi_lag_percentile(row, percentiles[i].percent);
        if (seconds < 0)
            cdi_json_null(json, percentiles[i].key);
        else
            cdi_json_integer(json, percentiles[i].key, seconds);
    }
    cdi_json_open(json, "buckets", '[');
    for (uint32_t i = 0; i < row->part_count; i++) {
        if (row->parts[i].slot < CDI_TALLY_LAGS)
            continue;
        cdi_json_open(json, NULL, '[');
        cdi_json_integer(json, NULL, row->parts[i].slot - CDI_TALLY_LAGS);
        cdi_json_integer(json, NULL, row->parts[i].count);
        cdi_json_close(json, ']');
    }
    cdi_json_close(json, ']');
    cdi_json_close(json, '}');
}

void cdi_encode_tally_row(struct cdi_json_text *json, const struct cdi_tally_row *row)
{
    bool reports = row->key.of == CDI_TALLY_OF_REPORTS;
    for (unsigned count = 0; count < CDI_TALLY_COUNTS; count++)
        if (reports || (OF_CRIMES >> count & 1) != 0)
            cdi_json_integer(json, cdi_tally_count_word((enum cdi_tally_slot)count), cdi_tally_count(row, count));
    if (reports) {
        write_family(json, "reasons", row, CDI_TALLY_REASONS, CDI_REASON_COUNT, reason_word);
        write_n100(json, row);
    } else {
        write_family(json, "cancelled", row, CDI_TALLY_CANCELLED, CDI_CANCEL_TYPE_COUNT, cancel_word);
    }
    write_lag(json, row);
}

static void write_row(struct cdi_json_text *json, const struct cdi_tally_row *row)
{
    bool known = row->key.category < CDI_CATEGORY_COUNT;
    cdi_json_open(json, NULL, '{');
    cdi_json_string(json, "of", cdi_text_of(of_words[row->key.of]));
    cdi_json_string(json, "category", known ? cdi_text_of(cdi_category_word((enum cdi_category)row->key.category)) : CDI_TEXT_NONE);
    if (row->key.of == CDI_TALLY_OF_REPORTS)
        cdi_json_string(json, "channel", row->key.channel);
    cdi_json_string(json, "source", row->key.source);
    cdi_encode_tally_row(json, row);
    cdi_json_close(json, '}');
}

static void write_data(struct cdi_json_text *json, const char *key, const struct cdi_tally *tally, enum cdi_alert_form form)
{
    char day[CDI_TALLY_DAY_SIZE], error[16];
    cdi_tally_day_format(tally->day, day);
    snprintf(error, sizeof error, "1/%d", CDI_LAG_ERROR_ONE_IN);
    cdi_json_open(json, key, '{');
    cdi_json_string(json, "force", tally->force);
    cdi_json_string(json, "area", tally->area);
    cdi_json_string(json, "day", tally->day == CDI_TALLY_UNDATED ? CDI_TEXT_NONE : cdi_text_of(day));
    if (form == CDI_ALERT_FORM_WHOLE)
        cdi_json_integer(json, "version", tally->version);
    cdi_json_string(json, "lag_error", cdi_text_of(error));
    cdi_json_open(json, "rows", '[');
    for (uint32_t i = 0; i < tally->row_count; i++)
        write_row(json, &tally->rows[i]);
    cdi_json_close(json, ']');
    cdi_json_close(json, '}');
}

bool cdi_encode_tally_data(struct cdi_alert_json *out, const struct cdi_tally *tally, enum cdi_alert_form form)
{
    struct cdi_json_text json = { .at = out->at, .room = out->room };
    write_data(&json, NULL, tally, form);
    *out = (struct cdi_alert_json){ json.at, json.size, json.room };
    return !json.failed;
}

bool cdi_encode_tally_event(struct cdi_alert_json *out, const struct cdi_tally *tally)
{
    struct cdi_json_text json = { .at = out->at, .room = out->room };
    char day[CDI_TALLY_DAY_SIZE], version[16];
    cdi_tally_day_format(tally->day, day);
    snprintf(version, sizeof version, ":%u", tally->version);
    const struct cdi_text id[] = { tally->force, CDI_TEXT("/"), tally->area, CDI_TEXT("/"), cdi_text_of(day), cdi_text_of(version) };
    cdi_json_open(&json, NULL, '{');
    cdi_json_string(&json, "specversion", CDI_TEXT("1.0"));
    cdi_json_string(&json, "type", CDI_TEXT("cdiwatch.tally.v1"));
    cdi_json_pair(&json, "source", CDI_TEXT("cdiwatch/"), tally->force);
    cdi_json_parts(&json, "id", id, sizeof id / sizeof *id);
    cdi_json_instant(&json, "time", tally->time);
    cdi_json_string(&json, "subject", cdi_text_said(tally->area) ? tally->area : cdi_text_of(day));
    cdi_json_string(&json, "datacontenttype", CDI_TEXT("application/json"));
    write_data(&json, "data", tally, CDI_ALERT_FORM_WHOLE);
    cdi_json_close(&json, '}');
    *out = (struct cdi_alert_json){ json.at, json.size, json.room };
    return !json.failed;
}

struct cdi_text cdi_tally_event_key(const struct cdi_tally *tally, struct cdi_scratch *scratch)
{
    char day[CDI_TALLY_DAY_SIZE];
    cdi_tally_day_format(tally->day, day);
    size_t room = tally->force.size + tally->area.size + sizeof day + sizeof "/tally//";
    char *key = cdi_scratch_take(scratch, room);
    int size = snprintf(key, room, "%.*s/tally/%.*s/%s", CDI_TEXT_ARGS(tally->force), CDI_TEXT_ARGS(tally->area), day);
    return (struct cdi_text){ key, (size_t)size };
}

/* ---- reading ---- */

static void add(struct cdi_tally_row *row, unsigned slot, int64_t count)
{
    if (count > 0)
        cdi_tally_row_add(row, slot, count > UINT32_MAX ? UINT32_MAX : (uint32_t)count);
}

static void read_family(struct cdi_value object, struct cdi_tally_row *row, unsigned base, unsigned count, const char *(*word)(unsigned))
{
    for (unsigned i = 0; i < count && cdi_value_said(object); i++)
        add(row, base + i, cdi_value_integer(cdi_value_member(object, word(i))));
}

static void read_lags(struct cdi_value buckets, struct cdi_tally_row *row)
{
    for (struct cdi_value one = cdi_value_first(buckets); cdi_value_said(one); one = cdi_value_next(buckets, one)) {
        struct cdi_value bucket = cdi_value_first(one);
        int64_t number = cdi_value_said(bucket) ? cdi_value_integer(bucket) : -1;
        if (number >= 0 && number < CDI_LAG_BUCKETS)
            add(row, CDI_TALLY_LAGS + (unsigned)number, cdi_value_integer(cdi_value_next(one, bucket)));
    }
}

static void read_row(struct cdi_value from, struct cdi_tally_row *row)
{
    for (unsigned count = 0; count < CDI_TALLY_COUNTS; count++)
        add(row, count, cdi_value_integer(cdi_value_member(from, cdi_tally_count_word((enum cdi_tally_slot)count))));
    read_family(cdi_value_member(from, "reasons"), row, CDI_TALLY_REASONS, CDI_REASON_COUNT, reason_word);
    read_family(cdi_value_member(from, "cancelled"), row, CDI_TALLY_CANCELLED, CDI_CANCEL_TYPE_COUNT, cancel_word);
    for (unsigned number = 0; number < N100_NUMBERS; number++)
        read_family(cdi_value_member(cdi_value_member(from, "n100"), n100_words[number]), row,
                    CDI_TALLY_N100 + number * CDI_TALLY_AGES, CDI_TALLY_AGES, age_word);
    read_lags(cdi_value_member(cdi_value_member(from, "lag"), "buckets"), row);
}

void cdi_read_tally(struct cdi_value data, enum cdi_tally_detail detail, struct cdi_tally *into)
{
    struct cdi_value rows = cdi_value_member(data, "rows");
    for (struct cdi_value from = cdi_value_first(rows); cdi_value_said(from); from = cdi_value_next(rows, from)) {
        enum cdi_category category = CDI_CATEGORY_COUNT;
        struct cdi_text of = cdi_member_text(from, "of");
        struct cdi_tally_key key = { .of = CDI_TALLY_OF_REPORTS };
        if (cdi_text_is(of, of_words[CDI_TALLY_OF_CRIMES]))
            key.of = CDI_TALLY_OF_CRIMES;
        else if (!cdi_text_is(of, of_words[CDI_TALLY_OF_REPORTS]))
            continue;
        cdi_category_from(cdi_member_text(from, "category"), &category);
        key.category = (uint8_t)category;
        if (detail == CDI_TALLY_AS_IT_IS) {
            key.channel = cdi_member_text(from, "channel");
            key.source = cdi_member_text(from, "source");
        }
        read_row(from, cdi_tally_row_for(into, &key));
    }
}
