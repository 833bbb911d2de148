/* Floor: edge.  Huge pages: each event looks at a few cases, anywhere in hundreds of megabytes. */
#ifndef CDI_EDGE_HUGE_PAGES_H
#define CDI_EDGE_HUGE_PAGES_H

/* The first thing of a program.  Comes back once the heap is mapped by huge pages, or at once where the host gives none. */
void cdi_huge_pages(char *const arguments[]);

#endif
