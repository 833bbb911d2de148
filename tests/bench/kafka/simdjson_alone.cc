#define SIMDJSON_EXCEPTIONS 0
#include "simdjson_alone.h"

#include <cstring>
#include <simdjson.h>

// A message from the broker has no room behind it, so that it is copied to where there is.
bool simdjson_alone(const char *bytes, size_t size)
{
    static simdjson::dom::parser parser;
    static char padded[1024 * 1024 + simdjson::SIMDJSON_PADDING];
    if (size > 1024 * 1024)
        return false;
    std::memcpy(padded, bytes, size);
    return parser.parse(padded, size, false).error() == simdjson::SUCCESS;
}
