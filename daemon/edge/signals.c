#include "edge/signals.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "edge/interrupt.h"

/* uv_signal_t would bring the second SIGTERM to the loop like the first, where one that is stuck never looks: so the handler
 * is ours, and only the news goes to the loop. */
enum { TERM, INT, HUP, SIGNALS };
static const int numbers[SIGNALS] = { [TERM] = SIGTERM, [INT] = SIGINT, [HUP] = SIGHUP };

struct cdi_signals {
    uv_async_t news;
    void (*stop)(void *context);
    void (*reload)(void *context);
    void *context;
    struct sigaction before[SIGNALS];
    bool told;                                  /* `stop` was called */
};

static _Atomic(struct cdi_signals *) active;
static atomic_int within;                       /* handlers that may be using `active` */
static atomic_bool stop_asked, reload_asked;

static void on_signal(int number)
{
    if (number == SIGHUP) {
        atomic_store(&reload_asked, true);
    } else if (atomic_exchange(&stop_asked, true)) {
        signal(number, SIG_DFL);                /* the second: it strikes when this handler returns */
        raise(number);
        return;
    }
    atomic_fetch_add(&within, 1);
    struct cdi_signals *signals = atomic_load(&active);
    if (signals != NULL)
        (void)uv_async_send(&signals->news);    /* may be called from a handler: libuv says so */
    atomic_fetch_sub(&within, 1);
}

static void on_news(uv_async_t *news)
{
    struct cdi_signals *signals = news->data;
    bool reload = atomic_exchange(&reload_asked, false);
    if (!signals->told && atomic_load(&stop_asked)) {
        signals->told = true;
        signals->stop(signals->context);
    }
    if (reload && !signals->told)
        signals->reload(signals->context);
}

static void catch(struct cdi_signals *signals)
{
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(numbers[i], &action, &signals->before[i]);
}

bool cdi_signals_start(struct cdi_signals **out, uv_loop_t *loop, void (*stop)(void *context), void (*reload)(void *context),
                       void *context, struct cdi_error *err)
{
    CDI_ASSERT(atomic_load(&active) == NULL);
    struct cdi_signals *signals = calloc(1, sizeof *signals);
    if (signals == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for signals");
    int refused = uv_async_init(loop, &signals->news, on_news);
    if (refused != 0) {
        free(signals);
        return cdi_fail(err, CDI_ERROR_SYSTEM, "signals cannot be brought to the loop: %s", uv_strerror(refused));
    }
    signals->news.data = signals;
    signals->stop = stop;
    signals->reload = reload;
    signals->context = context;
    atomic_store(&stop_asked, false);
    atomic_store(&reload_asked, false);
    atomic_store(&active, signals);
    catch(signals);
    if (cdi_interrupted() && !atomic_exchange(&stop_asked, true))
        (void)uv_async_send(&signals->news);
    *out = signals;
    return true;
}

static void give_back(struct cdi_signals *signals)
{
    struct sigaction strike = { .sa_handler = SIG_DFL };
    sigemptyset(&strike.sa_mask);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(numbers[i], i != HUP && atomic_load(&stop_asked) ? &strike : &signals->before[i], NULL);
}

static void on_closed(uv_handle_t *news)
{
    free(news->data);
}

void cdi_signals_stop(struct cdi_signals *signals)
{
    if (signals == NULL)
        return;
    give_back(signals);
    atomic_store(&active, NULL);
    while (atomic_load(&within) > 0)            /* a handler on another thread has a few instructions to go */
        sched_yield();
    uv_close((uv_handle_t *)&signals->news, on_closed);
}
