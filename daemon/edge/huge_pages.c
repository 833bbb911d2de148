#include "edge/huge_pages.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TUNABLES "GLIBC_TUNABLES"
#define WANTED   "glibc.malloc.hugetlb=1"

/* Only then do they have to be asked for: of other hosts they come by themselves, or never. */
static bool for_who_asks(void)
{
    char modes[64] = "";
    FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "r");
    if (file == NULL)
        return false;
    bool asked = fgets(modes, sizeof modes, file) != NULL && strstr(modes, "[madvise]") != NULL;
    fclose(file);
    return asked;
}

/* The C library reads what its heap shall be like before main(), and nowhere else: a program that was started without it starts anew,
 * once.  Whoever has set it, to whatever value, has decided. */
void cdi_huge_pages(char *const arguments[])
{
    char tunables[1024], program[4096];
    const char *before = getenv(TUNABLES);
    bool others = before != NULL && before[0] != '\0';
    if ((others && strstr(before, "glibc.malloc.hugetlb") != NULL) || !for_who_asks())
        return;
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    int written = snprintf(tunables, sizeof tunables, "%s%s" WANTED, others ? before : "", others ? ":" : "");
    if (size <= 0 || written >= (int)sizeof tunables || setenv(TUNABLES, tunables, 1) != 0)
        return;
    program[size] = '\0';
    execv(program, arguments);                  /* comes back only if it cannot: then all is as before, but slower */
}
