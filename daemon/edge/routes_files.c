/* What the pages are dressed with: compiled in, the same for everybody. */
#include <stdio.h>
#include <string.h>

#include "edge/embedded.h"
#include "edge/routes_inside.h"

static void answer_file(struct cdi_asking *asking, const char *name, const char *type)
{
    char tag[CDI_TAG_SIZE];
    const struct cdi_embedded *file = cdi_embedded_web;
    while (file->name != NULL && strcmp(file->name, name) != 0)
        file++;
    CDI_ASSERT(file->name != NULL);
    struct cdi_text bytes = { (const char *)file->bytes, file->size };
    asking->response->type = type;
    asking->response->keep = CDI_KEEP_PUBLIC;
    snprintf(tag, sizeof tag, "\"%llx\"", (unsigned long long)cdi_text_hash(bytes, 0));
    if (!cdi_asking_has(asking, tag))
        cdi_body_add(&asking->response->body, bytes.at, bytes.size);
}

void cdi_answer_style(struct cdi_asking *asking) { answer_file(asking, "board.css", "text/css; charset=utf-8"); }

/* Browsers ask for it by itself, and would note its absence at every page. */
void cdi_answer_icon(struct cdi_asking *asking) { answer_file(asking, "icon.svg", "image/svg+xml"); }
