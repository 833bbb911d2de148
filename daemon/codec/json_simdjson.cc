// The default JSON reader: simdjson's DOM.  Its tape (doc/tape.md of simdjson) is read once from end to end into our nodes.
// Nothing throws: the library is used without exceptions, and memory is asked for with nothrow.
#define SIMDJSON_EXCEPTIONS 0
#include "codec/json_node.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <simdjson.h>

namespace {

struct reader {
    simdjson::dom::parser parser;
    char *padded = nullptr;                     // the message and simdjson's padding, in one reused buffer
    size_t room = 0;
};

bool make_room(reader &r, size_t size)
{
    if (size <= r.room)
        return true;
    size_t room = r.room == 0 ? 16 * 1024 : r.room;
    while (room < size)
        room *= 2;
    if (r.parser.allocate(room, CDI_JSON_DEPTH_MAX + 2) || r.parser.doc.allocate(room))
        return false;
    char *padded = static_cast<char *>(std::realloc(r.padded, room + simdjson::SIMDJSON_PADDING));
    if (padded == nullptr)
        return false;
    r.padded = padded;
    r.room = room;
    std::memset(padded, 0, room + simdjson::SIMDJSON_PADDING);
    return true;
}

// Walks the tape.  `open` are the containers that we are inside of.
class walk {
public:
    // Without an escape anywhere no key can hold a NUL.
    walk(const simdjson::dom::document &document, bool any_escape, cdi_json_nodes &nodes)
        : tape(document.tape.get()), strings(document.string_buf.get()), run(nodes), escapes(any_escape) {}

    bool whole()
    {
        for (size_t i = 1;; i++) {
            char kind = static_cast<char>(tape[i] >> 56);
            if (kind == 'r')
                return depth == 0;              // the document ends as it began, with a root
            if (kind == '}' || kind == ']') {
                if (!close())
                    return false;
                continue;
            }
            const char *key = nullptr;
            uint32_t key_size = 0;
            if (depth > 0 && in_object[depth - 1]) {
                key = text_at(i++, &key_size);
                if (escapes && std::memchr(key, 0, key_size) != nullptr)
                    return false;
                kind = static_cast<char>(tape[i] >> 56);
            }
            if (run.count == run.room && !cdi_json_nodes_grow(&run))
                return false;
            cdi_json_node &node = run.at[run.count];
            node.key = key;
            node.key_size = key_size;
            node.next = ++run.count;
            node.size = 0;
            if (!value(node, kind, i))
                return false;
        }
    }

private:
    const uint64_t *tape;
    const uint8_t *strings;
    cdi_json_nodes &run;
    bool escapes;
    unsigned depth = 0;
    uint32_t open[CDI_JSON_DEPTH_MAX] = {};
    bool in_object[CDI_JSON_DEPTH_MAX] = {};

    uint64_t payload(size_t i) const { return tape[i] & UINT64_C(0x00FFFFFFFFFFFFFF); }

    const char *text_at(size_t i, uint32_t *size) const
    {
        const uint8_t *at = strings + payload(i);
        std::memcpy(size, at, sizeof *size);
        return reinterpret_cast<const char *>(at + sizeof *size);
    }

    // A number's bits are in the word after it.
    bool value(cdi_json_node &node, char kind, size_t &i)
    {
        switch (kind) {
        case '"':
            node.type = CDI_JSON_TEXT;
            node.is.text = text_at(i, &node.size);
            return true;
        case '{':
        case '[':
            node.type = kind == '{' ? CDI_JSON_OBJECT : CDI_JSON_ARRAY;
            if (depth == CDI_JSON_DEPTH_MAX)
                return false;
            open[depth] = run.count - 1;
            in_object[depth++] = kind == '{';
            return true;
        case 'l':
            node.type = CDI_JSON_INTEGER;
            std::memcpy(&node.is.integer, &tape[++i], sizeof node.is.integer);
            return true;
        case 'd':
            node.type = CDI_JSON_REAL;
            std::memcpy(&node.is.real, &tape[++i], sizeof node.is.real);
            return true;
        case 't':
        case 'f':
            node.type = CDI_JSON_BOOLEAN;
            node.is.boolean = kind == 't';
            return true;
        case 'n':
            node.type = CDI_JSON_NULL;
            return true;
        default:                                // 'u': beyond int64
            return false;
        }
    }

    bool close()
    {
        uint32_t container = open[--depth];
        run.at[container].next = run.count;
        return !in_object[depth] || cdi_json_keys_differ(&run, container);
    }
};

}

extern "C" void *cdi_json_simdjson_create(void)
{
    reader *r = new (std::nothrow) reader;
    if (r != nullptr && !make_room(*r, 1)) {
        cdi_json_simdjson_destroy(r);
        return nullptr;
    }
    return r;
}

extern "C" void cdi_json_simdjson_destroy(void *opaque)
{
    reader *r = static_cast<reader *>(opaque);
    std::free(r->padded);
    delete r;
}

extern "C" bool cdi_json_simdjson_read(void *opaque, const char *bytes, size_t size, cdi_json_nodes *nodes)
{
    reader &r = *static_cast<reader *>(opaque);
    if (size == 0 || !make_room(r, size))
        return false;
    std::memcpy(r.padded, bytes, size);
    std::memset(r.padded + size, 0, simdjson::SIMDJSON_PADDING);
    if (r.parser.parse(r.padded, size, false).error() != simdjson::SUCCESS)
        return false;
    // simdjson 3.0 lets half a surrogate pair pass.
    bool escapes = std::memchr(bytes, '\\', size) != nullptr;
    return (!escapes || cdi_json_surrogates_pair(bytes, size)) && walk(r.parser.doc, escapes, *nodes).whole();
}
