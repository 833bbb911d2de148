/* simdjson's DOM of one message and nothing else: what reading JSON costs at least. */
#ifndef CDI_TESTS_BENCH_SIMDJSON_ALONE_H
#define CDI_TESTS_BENCH_SIMDJSON_ALONE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
bool simdjson_alone(const char *bytes, size_t size);
#ifdef __cplusplus
}
#endif

#endif
