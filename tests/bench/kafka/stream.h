/* The bench's stream as a file: frames one after the other, in the order in which they are sent.  A frame is a head, the
 * key and the value.  Read whole; all is borrowed from the file in memory. */
#ifndef CDI_TESTS_BENCH_STREAM_H
#define CDI_TESTS_BENCH_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct frame_head { int64_t at_ms; uint32_t size; uint8_t feed, key_size; uint16_t spare; };     /* feed: enum cdi_feed */
struct frame { struct frame_head head; const char *key, *value; };
struct stream { char *bytes; size_t size, at; };

static inline struct stream stream_open(const char *path)
{
    struct stream stream = { 0 };
    FILE *in = fopen(path, "rb");
    if (in == NULL || fseek(in, 0, SEEK_END) != 0) {
        fprintf(stderr, "%s: cannot be read; make_stream writes it\n", path);
        exit(1);
    }
    stream.size = (size_t)ftell(in);
    rewind(in);
    stream.bytes = malloc(stream.size + 64);    /* a JSON reader may look past the end */
    if (stream.bytes == NULL || fread(stream.bytes, 1, stream.size, in) != stream.size) {
        fprintf(stderr, "%s: cannot be read whole\n", path);
        exit(1);
    }
    memset(stream.bytes + stream.size, 0, 64);
    fclose(in);
    return stream;
}

static inline bool stream_next(struct stream *stream, struct frame *frame)
{
    if (stream->size - stream->at < sizeof frame->head)
        return false;
    memcpy(&frame->head, stream->bytes + stream->at, sizeof frame->head);
    if (stream->size - stream->at < sizeof frame->head + frame->head.key_size + frame->head.size)
        return false;
    frame->key = stream->bytes + stream->at + sizeof frame->head;
    frame->value = frame->key + frame->head.key_size;
    stream->at += sizeof frame->head + frame->head.key_size + frame->head.size;
    return true;
}

#endif
