/* Floor: edge.  The view as files: PATH, SQLite's PATH-wal and PATH-shm, and PATH-lock, which says whose it is. */
#ifndef CDI_EDGE_VIEW_FILE_H
#define CDI_EDGE_VIEW_FILE_H

#include "cdiwatch/error.h"

/* The folder is there and may be written to, and what stands at the path is a view, or what is left of one (it has a lock beside it), or
 * nothing.  CONFIGURATION if not. */
bool cdi_view_file_check(const char *path, struct cdi_error *err);

/* A descriptor that holds the place until it is closed; -1: err says who has it, or why it cannot be had. */
int cdi_view_file_lock(const char *path, struct cdi_error *err);

/* Deletes PATH and what SQLite keeps beside it.  True also where nothing was there. */
bool cdi_view_file_remove(const char *path, struct cdi_error *err);

/* A new one is made under another name, in `name`: PATH-new, an empty file for this user alone with nothing beside it.  It takes its place
 * when it is whole and closed, so that nobody ever meets half of one. */
enum { CDI_VIEW_PATH_SIZE = 4096 + 16 };
bool cdi_view_file_make(const char *path, char name[CDI_VIEW_PATH_SIZE], struct cdi_error *err);
bool cdi_view_file_place(const char *path, struct cdi_error *err);

#endif
