#include "codec/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "codec/harmless.h"
#include "codec/time_words.h"
#include "codec/wrap.h"

/* What the two forms do differently. */
struct cdi_page_form {
    void (*heading)(struct cdi_page *page, struct cdi_text words);
    void (*begin)(struct cdi_page *page, struct cdi_text label);
    void (*say)(struct cdi_page *page, struct cdi_text words);
    void (*time)(struct cdi_page *page, struct cdi_instant at);
    void (*end)(struct cdi_page *page);
    void (*close)(struct cdi_page *page);
};

static struct cdi_text text_in(const struct cdi_body *body)
{
    return (struct cdi_text){ body->at, body->size };
}

/* ---- for a terminal: a block is gathered, then wrapped ---- */

enum { INDENT = 2, DEEPER = 4, HANG = 2 };

static void text_heading(struct cdi_page *page, struct cdi_text words)
{
    cdi_body_say(page->out, "\n%s%.*s%s\n", page->colour ? "\033[1m" : "", CDI_TEXT_ARGS(words), page->colour ? "\033[0m" : "");
}

static void text_begin(struct cdi_page *page, struct cdi_text label)
{
    page->line.size = 0;
    if (page->block == CDI_PAGE_POINT)
        cdi_body_say(&page->line, "- ");
    if (page->block == CDI_PAGE_FACT)
        cdi_body_say(&page->line, "%.*s: ", CDI_TEXT_ARGS(label));
}

static void text_say(struct cdi_page *page, struct cdi_text words)
{
    cdi_harmless_add(&page->line, words);
}

static void text_time(struct cdi_page *page, struct cdi_instant at)
{
    char text[CDI_TIME_TEXT_SIZE];
    cdi_body_say(&page->line, "%s", cdi_time_text(at, text));
}

static void text_end(struct cdi_page *page)
{
    int indent = !page->in_section ? 0 : page->block == CDI_PAGE_POINT ? DEEPER : INDENT;
    int hang = page->in_section || page->block != CDI_PAGE_PARAGRAPH ? HANG : 0;
    cdi_body_say(page->out, "%*s", indent, "");
    cdi_wrap(page->out, page->width, indent, indent + hang, text_in(&page->line));
}

static void text_close(struct cdi_page *page)
{
    (void)page;
}

static const struct cdi_page_form text_form = { text_heading, text_begin, text_say, text_time, text_end, text_close };

/* ---- HTML: written as it is said ---- */

static const struct { const char *list, *begins, *ends; } html_blocks[] = {
    [CDI_PAGE_PARAGRAPH] = { NULL, "<p>", "</p>\n" },
    [CDI_PAGE_ITEM] = { "ul", "<li>", "</li>\n" },
    [CDI_PAGE_POINT] = { "ul", "<li>", "</li>\n" },
    [CDI_PAGE_FACT] = { "dl", "<dt>", "</dd>\n" },
};

static void html_list(struct cdi_page *page, const char *list)
{
    if (page->list == list || (page->list != NULL && list != NULL && strcmp(page->list, list) == 0))
        return;
    if (page->list != NULL)
        cdi_body_say(page->out, "</%s>\n", page->list);
    if (list != NULL)
        cdi_body_say(page->out, "<%s>\n", list);
    page->list = list;
}

static void html_heading(struct cdi_page *page, struct cdi_text words)
{
    html_list(page, NULL);
    cdi_body_say(page->out, "%s<section>\n<h2>", page->in_section ? "</section>\n" : "");
    cdi_html_add(page->out, words);
    cdi_body_say(page->out, "</h2>\n");
}

static void html_begin(struct cdi_page *page, struct cdi_text label)
{
    html_list(page, html_blocks[page->block].list);
    cdi_body_say(page->out, "%s", html_blocks[page->block].begins);
    if (page->block != CDI_PAGE_FACT)
        return;
    cdi_html_add(page->out, label);
    cdi_body_say(page->out, "</dt><dd>");
}

static void html_say(struct cdi_page *page, struct cdi_text words)
{
    cdi_html_add(page->out, words);
}

static void html_time(struct cdi_page *page, struct cdi_instant at)
{
    char text[CDI_TIME_TEXT_SIZE], stamp[CDI_INSTANT_TEXT_SIZE];
    if (!cdi_instant_said(at)) {
        cdi_body_say(page->out, "%s", cdi_time_text(at, text));
        return;
    }
    (void)cdi_instant_format(at, stamp);
    cdi_body_say(page->out, "<time datetime=\"%s\">%s</time>", stamp, cdi_time_text(at, text));
}

static void html_end(struct cdi_page *page)
{
    cdi_body_say(page->out, "%s", html_blocks[page->block].ends);
}

static void html_close(struct cdi_page *page)
{
    html_list(page, NULL);
    if (page->in_section)
        cdi_body_say(page->out, "</section>\n");
}

static const struct cdi_page_form html_form = { html_heading, html_begin, html_say, html_time, html_end, html_close };

/* ---- the page ---- */

struct cdi_page cdi_page_text(struct cdi_body *out, int width, bool colour)
{
    return (struct cdi_page){ .form = &text_form, .out = out, .width = width, .colour = colour };
}

struct cdi_page cdi_page_html(struct cdi_body *out)
{
    return (struct cdi_page){ .form = &html_form, .out = out };
}

void cdi_page_close(struct cdi_page *page)
{
    page->form->close(page);
    page->out->failed = page->out->failed || page->said.failed || page->line.failed;
    cdi_body_free(&page->said);
    cdi_body_free(&page->line);
}

void cdi_page_heading(struct cdi_page *page, const char *words)
{
    page->form->heading(page, cdi_text_of(words));
    page->in_section = true;
}

void cdi_page_begin(struct cdi_page *page, enum cdi_page_block block)
{
    page->block = block;
    page->form->begin(page, CDI_TEXT_NONE);
}

void cdi_page_begin_fact(struct cdi_page *page, const char *label)
{
    page->block = CDI_PAGE_FACT;
    page->form->begin(page, cdi_text_of(label));
}

static void say(struct cdi_page *page, const char *format, va_list arguments)
{
    page->said.size = 0;
    cdi_body_say_list(&page->said, format, arguments);
    page->form->say(page, text_in(&page->said));
}

void cdi_page_say(struct cdi_page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(page, format, arguments);
    va_end(arguments);
}

void cdi_page_time(struct cdi_page *page, struct cdi_instant at)
{
    page->form->time(page, at);
}

void cdi_page_end(struct cdi_page *page)
{
    page->form->end(page);
}

void cdi_page_words(struct cdi_page *page, enum cdi_page_block block, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    cdi_page_begin(page, block);
    say(page, format, arguments);
    cdi_page_end(page);
    va_end(arguments);
}
