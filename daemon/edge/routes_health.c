/* For those who watch the daemon itself. */
#include "edge/routes_inside.h"

static void look(const struct cdi_asking *asking, struct cdi_standing *standing)
{
    *standing = (struct cdi_standing){ .session = false };
    asking->routes->look(asking->routes->context, standing);
}

void cdi_answer_live(struct cdi_asking *asking)
{
    struct cdi_standing standing;
    look(asking, &standing);
    if (cdi_standing_live(&standing))
        cdi_body_say(&asking->response->body, "live\n");
    else
        cdi_refuse(asking, 503, "stuck", NULL, "a transaction hangs");
    cdi_standing_free(&standing);
}

static void say_reason(void *context, enum cdi_unready why, const char *words)
{
    cdi_body_say(context, "%s: %s\n", cdi_unready_word(why), words);
}

void cdi_answer_ready(struct cdi_asking *asking)
{
    struct cdi_standing standing;
    look(asking, &standing);
    if (cdi_standing_ready(&standing, say_reason, &asking->response->body))
        cdi_body_say(&asking->response->body, "ready\n");
    else
        asking->response->status = 503;
    cdi_standing_free(&standing);
}

void cdi_answer_metrics(struct cdi_asking *asking)
{
    struct cdi_standing standing;
    look(asking, &standing);
    asking->response->type = "text/plain; version=0.0.4; charset=utf-8";
    cdi_standing_measure(&standing, asking->routes->meters);
    cdi_meters_write(asking->routes->meters, &asking->response->body);
    cdi_standing_free(&standing);
}

void cdi_answer_status(struct cdi_asking *asking)
{
    struct cdi_standing standing;
    look(asking, &standing);
    asking->response->type = "application/json";
    asking->response->body.failed |= !cdi_standing_json(&standing, &asking->response->body);
    cdi_standing_free(&standing);
}
