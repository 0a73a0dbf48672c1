/* The parser of the C reference: reads flow log lines byte by byte. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef const uint8_t *text;

enum kind {
  TEXT, SRC, DST, PKT_SRC, PKT_DST, STATUS, SPORT, DPORT, PROTOCOL, PACKETS, OCTETS, START, END, FLAGS, VERSION, KINDS
};
enum { ABSENT = -1, IPV6 = -2 };
enum { OK = 0, NODATA = 1, SKIPDATA = 2 };
enum { COLUMNS = 64 };

static const char *const names[KINDS] = {
    [TEXT] = "",
    [SRC] = "srcaddr",
    [DST] = "dstaddr",
    [PKT_SRC] = "pkt-srcaddr",
    [PKT_DST] = "pkt-dstaddr",
    [STATUS] = "log-status",
    [SPORT] = "srcport",
    [DPORT] = "dstport",
    [PROTOCOL] = "protocol",
    [PACKETS] = "packets",
    [OCTETS] = "bytes",
    [START] = "start",
    [END] = "end",
    [FLAGS] = "tcp-flags",
    [VERSION] = "version",
};

static const char SHIPPED[] =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action "
    "log-status vpc-id subnet-id tcp-flags type pkt-srcaddr pkt-dstaddr az-id pkt-src-aws-service "
    "pkt-dst-aws-service flow-direction traffic-path reject-reason resource-id\n";

/* Numbers, addresses in host order, or one of ABSENT, IPV6, OK, NODATA, SKIPDATA. */
struct line {
  int64_t value[KINDS];
};

static int columns;
static enum kind kinds[COLUMNS];

/* Each of these reads one value and returns where it ends, or NULL if something else is there. */
static inline text skip(text p) {
  while (*p > ' ') p++;
  return p;
}

static inline text number(text p, int64_t limit, int64_t *value) {
  int64_t v = 0;
  unsigned digit;
  text from = p;
  if (*p == '-') {
    *value = ABSENT;
    return p[1] > ' ' ? NULL : p + 1;
  }
  while ((digit = *p - (unsigned)'0') < 10 && v <= limit) {
    v = v * 10 + digit;
    p++;
  }
  *value = v;
  return p == from || *p > ' ' || v > limit ? NULL : p;
}

static text unusual_address(text p, int64_t *value) {
  text end = skip(p);
  *value = *p == '-' && end == p + 1 ? ABSENT : IPV6;
  return *value == ABSENT || memchr(p, ':', end - p) ? end : NULL;
}

static inline text address(text p, int64_t *value) {
  uint32_t whole = 0;
  text start = p;
  for (int octet = 0; octet < 4; octet++) {
    unsigned v = 0, digit;
    text from = p;
    while ((digit = *p - (unsigned)'0') < 10 && p < from + 3) {
      v = v * 10 + digit;
      p++;
    }
    if (p == from || v > 255 || (octet < 3 ? *p != '.' : *p > ' ')) return unusual_address(start, value);
    p += octet < 3;
    whole = whole << 8 | v;
  }
  *value = whole;
  return p;
}

static inline text status(text p, int64_t *value) {
  text end = skip(p);
  if (end - p == 2 && memcmp(p, "OK", 2) == 0) *value = OK;
  else if (end - p == 6 && memcmp(p, "NODATA", 6) == 0) *value = NODATA;
  else if (end - p == 8 && memcmp(p, "SKIPDATA", 8) == 0) *value = SKIPDATA;
  else return NULL;
  return end;
}

#define READ(value) do { p = (value); if (!p || *p++ != ' ') return NULL; } while (0)

/* Reads a line in natflow's own format. Returns the beginning of the next line, or NULL. */
static inline text parse_shipped(text p, struct line *line) {
  int64_t *v = line->value;
  READ(number(p, UINT32_MAX, &v[VERSION]));
  READ(skip(p));
  READ(skip(p));
  READ(address(p, &v[SRC]));
  READ(address(p, &v[DST]));
  READ(number(p, UINT16_MAX, &v[SPORT]));
  READ(number(p, UINT16_MAX, &v[DPORT]));
  READ(number(p, UINT8_MAX, &v[PROTOCOL]));
  READ(number(p, UINT32_MAX, &v[PACKETS]));
  READ(number(p, UINT32_MAX, &v[OCTETS]));
  READ(number(p, UINT32_MAX, &v[START]));
  READ(number(p, UINT32_MAX, &v[END]));
  READ(skip(p));
  READ(status(p, &v[STATUS]));
  READ(skip(p));
  READ(skip(p));
  READ(number(p, UINT8_MAX, &v[FLAGS]));
  READ(skip(p));
  READ(address(p, &v[PKT_SRC]));
  READ(address(p, &v[PKT_DST]));
  for (int text_values = 0; text_values < 6; text_values++) READ(skip(p));
  p = skip(p);
  return *p == '\n' ? p + 1 : NULL;
}

static inline text parse_value(text p, enum kind kind, int64_t *value) {
  switch (kind) {
    case TEXT: return skip(p);
    case SRC: case DST: case PKT_SRC: case PKT_DST: return address(p, value);
    case STATUS: return status(p, value);
    case SPORT: case DPORT: return number(p, UINT16_MAX, value);
    case PROTOCOL: case FLAGS: return number(p, UINT8_MAX, value);
    default: return number(p, UINT32_MAX, value);
  }
}

/* Reads a line in the format of the header line. */
static inline text parse_any(text p, struct line *line) {
  for (int i = 0; i < columns; i++) {
    p = parse_value(p, kinds[i], &line->value[kinds[i]]);
    if (!p || *p++ != (i < columns - 1 ? ' ' : '\n')) return NULL;
  }
  return p;
}

static enum kind kind_of(text name, size_t length) {
  for (int kind = SRC; kind < KINDS; kind++) {
    if (strlen(names[kind]) == length && memcmp(names[kind], name, length) == 0) return kind;
  }
  return TEXT;
}

static void read_columns(text header) {
  columns = 0;
  for (text p = header, end; columns < COLUMNS; p = end + 1) {
    end = skip(p);
    kinds[columns++] = kind_of(p, end - p);
    if (*end == '\n') return;
  }
}
