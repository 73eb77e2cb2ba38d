/*
 * Reads an RDB file with librdb at its raw level, which hands over values as they are and checks the checksum: the
 * least that librdb can do, and what `npm run bench -- --librdb <this program>` measures Redrill against.
 *
 *   cc -O2 -o librdb-raw bench/librdb-raw.c -lrdb -lrdb-ext
 */
#include <stddef.h>
#include <stdio.h>

#include <librdb/librdb-api.h>
#include <librdb/librdb-ext-api.h>

static RdbRes onBegin(RdbParser *p, void *user, size_t size) { (void)p; (void)user; (void)size; return RDB_OK; }
static RdbRes onFrag(RdbParser *p, void *user, RdbBulk frag) { (void)p; (void)user; (void)frag; return RDB_OK; }
static RdbRes onEnd(RdbParser *p, void *user) { (void)p; ++*(unsigned long *)user; return RDB_OK; }

int main(int argc, char **argv) {
    unsigned long keys = 0;
    RdbHandlersRawCallbacks callbacks = {.handleBegin = onBegin, .handleFrag = onFrag, .handleEnd = onEnd};
    RdbParser *parser = RDB_createParserRdb(NULL);
    if (argc != 2 || !parser || !RDBX_createReaderFile(parser, argv[1])) return 2;
    if (!RDB_createHandlersRaw(parser, &callbacks, &keys, NULL)) return 2;
    RDB_setLogLevel(parser, RDB_LOG_ERR);
    int failed = RDB_parse(parser) != RDB_STATUS_OK;
    printf("%lu keys\n", keys);
    RDB_deleteParser(parser);
    return failed;
}
