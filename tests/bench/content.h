/* A digest of the flows in v5 datagrams that does not depend on the sender or the order of the datagrams. */
#include <stdint.h>

enum { V5_HEADER = 24, V5_RECORD = 48, V5_RECORDS = 30, V5_PACKET = V5_HEADER + V5_RECORDS * V5_RECORD };

struct content {
  uint64_t packets, records, octets;
  uint32_t digest;
};

static inline uint32_t word_at(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint32_t mix(uint32_t hash, uint32_t word) {
  hash = (hash ^ word) * 0x9e3779b1u;
  return hash ^ hash >> 15;
}

/* Leaves out the header, the interface indexes and the uptimes: of First and Last only the difference counts. */
static uint32_t record_digest(const uint8_t *r) {
  uint32_t hash = mix(0, word_at(r + 28) - word_at(r + 24));
  for (int at = 0; at < V5_RECORD; at += 4) {
    if (at != 12 && at != 24 && at != 28) hash = mix(hash, word_at(r + at));
  }
  return hash;
}

static void add_content(struct content *c, const uint8_t *packet, long bytes) {
  long records = (bytes - V5_HEADER) / V5_RECORD;
  c->packets++;
  for (long i = 0; i < records; i++) {
    const uint8_t *r = packet + V5_HEADER + i * V5_RECORD;
    c->records++;
    c->octets += word_at(r + 20);
    c->digest += record_digest(r);
  }
}
