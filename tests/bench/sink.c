/*
 * Receives v5 datagrams on a loopback port until its standard input ends, then reads what is still queued. Prints the
 * port first, and the digest and counts of the flows (JSON) last.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "content.h"

enum { BATCH = 64, SIZE = 2048, BUFFER_BYTES = 256 << 20 };

static uint8_t packets[BATCH][SIZE];
static struct mmsghdr messages[BATCH];
static struct iovec parts[BATCH];

static int receive(int fd, struct content *seen) {
  int count = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
  for (int i = 0; i < count; i++) add_content(seen, packets[i], messages[i].msg_len);
  return count;
}

static int listen_on_loopback(void) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), size = BUFFER_BYTES;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) < 0) return -1;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  getsockname(fd, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

int main(void) {
  struct content seen = {0};
  int fd = listen_on_loopback();
  if (fd < 0) return 1;
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){packets[i], SIZE};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  }
  struct pollfd wait[2] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
  while (!wait[1].revents) {
    if (poll(wait, 2, -1) < 0) return 1;
    if (wait[0].revents) receive(fd, &seen);
  }
  while (receive(fd, &seen) > 0) continue;
  printf("{\"packets\":%lu,\"records\":%lu,\"octets\":%lu,\"digest\":%u}\n", (unsigned long)seen.packets,
         (unsigned long)seen.records, (unsigned long)seen.octets, seen.digest);
  return 0;
}
