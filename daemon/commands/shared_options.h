/* Floor: commands.  Rows of options that several commands have, so that they read the same everywhere. */
#ifndef CDI_COMMANDS_SHARED_OPTIONS_H
#define CDI_COMMANDS_SHARED_OPTIONS_H

#define CDI_OPTION_CONFIG(required) \
    { "config", CDI_TAKES_ONE, "FILE", required, NULL, "the configuration, as config/cdiwatch.yaml shows" }
#define CDI_OPTION_TABLES \
    { "tables", CDI_TAKES_ONE, "DIR", false, NULL, \
      "a folder with all tables (offences.csv, phrases.csv, ...) to use in place of the built-in ones" }
#define CDI_OPTION_KEY \
    { "key", CDI_TAKES_ONE, "FILE", false, NULL, \
      "the key (32 bytes or more) that turns persons and places into tokens. Without it the key is a digest of the exports: " \
      "the same exports give the same tokens, and tokens cannot be tried out by who has not got the exports" }
#define CDI_OPTION_OUT \
    { "out", CDI_TAKES_ONE, "FILE", false, NULL, "write there instead of to stdout; the file appears when it is whole" }
#define CDI_OPTIONS_END { NULL, CDI_TAKES_NOTHING, NULL, false, NULL, NULL }

#endif
