/*
 * The C reference: flow log text to NetFlow v5 in plain C.
 *   reference send HOST PORT FILE.gz    from gzip file to datagrams
 *   reference encode TIMES FILE         parse and encode a text in memory, TIMES times
 * Prints one line of JSON.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <zlib.h>

#include "content.h"
#include "flow-log.h"

enum { BATCH = 64, DAY_S = 86400, SPAN_S = 40 * DAY_S, IN_BYTES = 64 << 10, OUT_BYTES = 256 << 10 };

static uint8_t header[8192];
static size_t header_bytes;
static bool is_shipped;

static uint8_t packets[BATCH][V5_PACKET];
static int lengths[BATCH], closed, records;
static int64_t boot, newest;
static uint64_t flows, others, malformed, ipv6, datagrams;
static int target = -1;
static struct content *check;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static inline void store32(uint8_t *p, int64_t value) {
  uint32_t word = htonl((uint32_t)value);
  memcpy(p, &word, 4);
}

static inline void store16(uint8_t *p, int64_t value) {
  uint16_t word = htons((uint16_t)value);
  memcpy(p, &word, 2);
}

static void hand_over(void) {
  struct mmsghdr messages[BATCH] = {0};
  struct iovec parts[BATCH];
  for (int i = 0; i < closed; i++) {
    parts[i] = (struct iovec){packets[i], lengths[i]};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    if (check) add_content(check, packets[i], lengths[i]);
  }
  for (int sent = 0, count; target >= 0 && sent < closed; sent += count) {
    count = sendmmsg(target, messages + sent, closed - sent, 0);
    if (count <= 0) fail("sendmmsg");
  }
  datagrams += closed;
  closed = 0;
}

static void close_packet(void) {
  if (records == 0) return;
  uint8_t *p = packets[closed];
  store16(p, 5);
  store16(p + 2, records);
  store32(p + 4, (newest - boot) * 1000);
  store32(p + 8, newest);
  store32(p + 16, flows - records);
  lengths[closed++] = V5_HEADER + records * V5_RECORD;
  records = 0;
  newest = 0;
  if (closed == BATCH) hand_over();
}

static inline int64_t or_zero(int64_t value) {
  return value < 0 ? 0 : value;
}

static inline void encode(const int64_t *v, int64_t src, int64_t dst) {
  if (v[START] < boot || v[END] > boot + SPAN_S) {
    close_packet();
    boot = v[START] - DAY_S;
  }
  uint8_t *r = packets[closed] + V5_HEADER + records * V5_RECORD;
  store32(r, src);
  store32(r + 4, dst);
  store32(r + 16, or_zero(v[PACKETS]));
  store32(r + 20, or_zero(v[OCTETS]));
  store32(r + 24, (v[START] - boot) * 1000);
  store32(r + 28, (v[END] - boot) * 1000);
  store16(r + 32, or_zero(v[SPORT]));
  store16(r + 34, or_zero(v[DPORT]));
  r[37] = or_zero(v[FLAGS]);
  r[38] = or_zero(v[PROTOCOL]);
  if (v[END] > newest) newest = v[END];
  flows++;
  if (++records == V5_RECORDS) close_packet();
}

static inline void take(const int64_t *v) {
  int64_t src = v[PKT_SRC] == ABSENT ? v[SRC] : v[PKT_SRC];
  int64_t dst = v[PKT_DST] == ABSENT ? v[DST] : v[PKT_DST];
  if (v[STATUS] != OK || src == ABSENT || dst == ABSENT) others++;
  else if (src == IPV6 || dst == IPV6) ipv6++;
  else encode(v, src, dst);
}

static text take_header(text p) {
  text end = memchr(p, '\n', sizeof header);
  header_bytes = end + 1 - p;
  memcpy(header, p, header_bytes);
  is_shipped = header_bytes == sizeof SHIPPED - 1 && memcmp(header, SHIPPED, header_bytes) == 0;
  read_columns(header);
  return end + 1;
}

static text take_unread(text p, text end) {
  text next = (text)memchr(p, '\n', end - p) + 1;
  if ((size_t)(next - p) != header_bytes || memcmp(p, header, header_bytes) != 0) malformed++;
  return next;
}

/* Reads the complete lines of a text and returns their length in bytes. */
static size_t take_lines(text from, size_t bytes) {
  struct line line;
  memset(&line, 0xff, sizeof line);
  line.value[STATUS] = OK;
  text last = memrchr(from, '\n', bytes), end = last ? last + 1 : from, p = from, next;
  if (header_bytes == 0 && p < end) p = take_header(p);
  while (p < end) {
    next = is_shipped ? parse_shipped(p, &line) : parse_any(p, &line);
    if (next) take(line.value);
    p = next ? next : take_unread(p, end);
  }
  return p - from;
}

static void take_gzip(const char *path) {
  static uint8_t in[IN_BYTES], out[OUT_BYTES];
  FILE *file = fopen(path, "rb");
  z_stream z = {0};
  size_t kept = 0;
  if (!file || inflateInit2(&z, 15 + 16) != Z_OK) fail(path);
  while ((z.avail_in = fread(z.next_in = in, 1, sizeof in, file)) > 0) {
    do {
      z.next_out = out + kept;
      z.avail_out = sizeof out - kept;
      int state = inflate(&z, Z_NO_FLUSH);
      if (state == Z_STREAM_END) inflateReset(&z);
      else if (state != Z_OK && state != Z_BUF_ERROR) fail("inflate");
      size_t bytes = z.next_out - out, done = take_lines(out, bytes);
      memmove(out, out + done, kept = bytes - done);
      if (kept == sizeof out) exit((fputs("a line is too long\n", stderr), 1));
    } while (z.avail_in > 0 || z.avail_out == 0);
  }
}

static void finish(void) {
  close_packet();
  hand_over();
}

static void connect_to(const char *host, const char *port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
  target = socket(AF_INET, SOCK_DGRAM, 0);
  if (inet_pton(AF_INET, host, &to.sin_addr) != 1 || connect(target, (struct sockaddr *)&to, sizeof to)) fail(host);
}

/* The peak of this program only: getrusage includes the parent's memory before exec. */
static long peak_kb(void) {
  char row[128];
  long kb = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(row, sizeof row, status) && sscanf(row, "VmHWM: %ld", &kb) != 1) continue;
  return kb;
}

static void send_file(const char *host, const char *port, const char *path) {
  double start = now_s();
  connect_to(host, port);
  take_gzip(path);
  finish();
  printf("{\"seconds\":%.6f,\"flows\":%lu,\"malformed\":%lu,\"datagrams\":%lu,\"peakKb\":%ld}\n", now_s() - start,
         (unsigned long)flows, (unsigned long)malformed, (unsigned long)datagrams, peak_kb());
}

static uint8_t *read_file(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) fail(path);
  *bytes = ftell(file);
  rewind(file);
  uint8_t *text = malloc(*bytes);
  if (!text || fread(text, 1, *bytes, file) != *bytes) fail(path);
  return text;
}

static void encode_file(int times, const char *path) {
  struct content seen = {0};
  size_t bytes;
  uint8_t *text = read_file(path, &bytes);
  printf("{\"ns\":[");
  for (int i = 0; i < times; i++) {
    double start = now_s();
    header_bytes = flows = 0;
    take_lines(text, bytes);
    finish();
    printf("%s%.2f", i ? "," : "", (now_s() - start) * 1e9 / flows);
  }
  check = &seen;
  header_bytes = 0;
  take_lines(text, bytes);
  finish();
  printf("],\"packets\":%lu,\"records\":%lu,\"octets\":%lu,\"digest\":%u}\n", (unsigned long)seen.packets,
         (unsigned long)seen.records, (unsigned long)seen.octets, seen.digest);
}

int main(int argc, char **argv) {
  if (argc == 5 && strcmp(argv[1], "send") == 0) send_file(argv[2], argv[3], argv[4]);
  else if (argc == 4 && strcmp(argv[1], "encode") == 0) encode_file(atoi(argv[2]), argv[3]);
  else return fputs("usage: reference send HOST PORT FILE.gz | reference encode TIMES FILE\n", stderr), 2;
  return 0;
}
