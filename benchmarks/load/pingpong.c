/* Load for the socket benchmarks: one epoll loop, as little work per message as C can do.
 *
 *   pingpong HOST PORT ACTIVE IDLE SIZE SECONDS [bulk] [websocket] [broadcast] [pid=SERVER]
 *
 * Opens ACTIVE + IDLE connections. Each active one sends SIZE bytes, waits until SIZE bytes have come back, and
 * starts again; the idle ones only stay open. With "bulk" each active connection writes SIZE-byte pieces as fast
 * as the kernel takes them and reads what comes back. With "websocket" each connection begins with the handshake, and
 * what is sent are masked binary frames of SIZE bytes. With "broadcast" only the first active connection sends; the
 * next message follows when all active ones have it, and each that has it counts. The first tenth of the time warms up and is not counted.
 * Prints one JSON object: messages and bytes per second, and the median and 99th percentile round trip in
 * microseconds (ping-pong only). With the server's process number also its processor time in nanoseconds for each
 * message and each byte, from the same span, and its resident pages while all connections are open.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_SAMPLES 2000000

struct peer {
  int fd;
  size_t sent, got;
  uint64_t began;
};

static char *payload;
static int websocket;
static char scratch[256 * 1024];
static uint32_t *samples;
static size_t sampleCount;

static clockid_t server_clock;
static int server; /* 0 when nobody asked */

static uint64_t clock_of(clockid_t which) {
  struct timespec t = {0};
  clock_gettime(which, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + t.tv_nsec;
}

static uint64_t now(void) {
  return clock_of(CLOCK_MONOTONIC);
}

static uint64_t server_time(void) {
  return server ? clock_of(server_clock) : 0;
}

static long server_pages(void) {
  char path[64];
  long size = 0, resident = 0;
  snprintf(path, sizeof path, "/proc/%d/statm", server);
  FILE *file = server ? fopen(path, "r") : NULL;
  if (file) {
    if (fscanf(file, "%ld %ld", &size, &resident) != 2) resident = 0;
    fclose(file);
  }
  return resident;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void handshake(int fd) {
  static const char request[] =
      "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  char answer[4096];
  size_t got = 0;
  if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0) die("send");
  /* No frame follows before this side has sent one. */
  while (got < 4 || memcmp(answer + got - 4, "\r\n\r\n", 4)) {
    ssize_t n = recv(fd, answer + got, sizeof answer - got, 0);
    if (n <= 0) die("handshake");
    got += n;
  }
  if (memcmp(answer, "HTTP/1.1 101 ", 13)) die("no WebSocket");
}

static int open_peer(const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  /* One source address has only 28,000 ports, of which those of the last minute's connections are still taken; and
   * each process begins with one of its own. The port is chosen when it connects: bind() would try them one by one. */
  static int count;
  struct sockaddr_in source = {.sin_family = AF_INET};
  if (fd < 0) die("socket");
  inet_pton(AF_INET, host, &address.sin_addr);
  source.sin_addr.s_addr = htonl(0x7f010000u + ((uint32_t)getpid() % 60000u) * 16 + (uint32_t)(count++ / 5000));
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  bind(fd, (struct sockaddr *)&source, sizeof source);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (websocket) handshake(fd);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

/* A masked binary frame; returns its size. The server's are shorter by the key. */
static size_t make_frame(size_t size) {
  static const char key[] = {0x37, (char)0xfa, 0x21, 0x3d};
  size_t place = 0;
  payload = malloc(size + 14);
  payload[place++] = (char)0x82;
  if (size < 126) {
    payload[place++] = (char)(0x80 | size);
  } else {
    int width = size < 65536 ? 2 : 8;
    payload[place++] = (char)(0x80 | (width == 2 ? 126 : 127));
    while (width--) payload[place++] = (char)(size >> 8 * width);
  }
  memcpy(payload + place, key, 4);
  place += 4;
  for (size_t i = 0; i < size; i++) payload[place++] = 'x' ^ key[i & 3];
  return place;
}

/* Send what is left of the current message; 0 when the kernel's buffer is full. */
static int push(struct peer *p, size_t size) {
  while (p->sent < size) {
    ssize_t n = send(p->fd, payload + p->sent, size - p->sent, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EAGAIN) return 0;
      die("send");
    }
    p->sent += n;
  }
  return 1;
}

static int compare(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc < 7) {
    fprintf(stderr, "usage: pingpong HOST PORT ACTIVE IDLE SIZE SECONDS [bulk] [websocket] [broadcast]\n");
    return 2;
  }
  int port = atoi(argv[2]), active = atoi(argv[3]), idle = atoi(argv[4]);
  size_t size = strtoul(argv[5], NULL, 10);
  double seconds = atof(argv[6]);
  int bulk = 0, broadcast = 0;
  for (int i = 7; i < argc; i++)
    if (!strcmp(argv[i], "bulk"))
      bulk = 1;
    else if (!strcmp(argv[i], "websocket"))
      websocket = 1;
    else if (!strcmp(argv[i], "broadcast"))
      broadcast = 1;
    else if (sscanf(argv[i], "pid=%d", &server) != 1 || clock_getcpuclockid(server, &server_clock))
      die(argv[i]);
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  size_t incoming = size;
  if (websocket) {
    size = make_frame(size);
    incoming = size - 4;
  } else {
    payload = malloc(size);
    memset(payload, 'x', size);
  }
  samples = malloc(sizeof *samples * MAX_SAMPLES);
  struct peer *peers = calloc(active, sizeof *peers);
  int loop = epoll_create1(0);
  for (int i = 0; i < idle; i++) open_peer(argv[1], port);
  for (int i = 0; i < active; i++) {
    peers[i].fd = open_peer(argv[1], port);
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = &peers[i]};
    epoll_ctl(loop, EPOLL_CTL_ADD, peers[i].fd, &e);
  }
  uint64_t start = now(), warm = start + (uint64_t)(seconds * 1e8), stop = start + (uint64_t)(seconds * 1e9);
  uint64_t messages = 0, bytes = 0, used = 0;
  int waiting = active; /* for the message that is broadcast */
  for (int i = 0; i < active; i++) {
    peers[i].began = now();
    if (!broadcast || !i) push(&peers[i], size);
  }
  for (;;) {
    struct epoll_event ready[512];
    int n = epoll_wait(loop, ready, 512, 100);
    uint64_t t = now();
    if (t >= stop) break;
    if (!used && t >= warm) {
      warm = t;
      used = server_time();
    }
    for (int i = 0; i < n; i++) {
      struct peer *p = ready[i].data.ptr;
      if (bulk)
        while (push(p, size)) p->sent = 0;
      else if (!broadcast || p == peers)
        push(p, size);
      for (;;) {
        ssize_t got = recv(p->fd, scratch, sizeof scratch, 0);
        if (got < 0) {
          if (errno == EAGAIN) break;
          die("recv");
        }
        if (got == 0) {
          fprintf(stderr, "the server closed a connection\n");
          return 1;
        }
        if (t >= warm) bytes += got;
        p->got += got;
        if (broadcast) {
          if (p->got < incoming) continue;
          p->got -= incoming;
          if (t >= warm) messages++;
          if (--waiting) continue;
          waiting = active;
          peers->sent = 0;
          push(peers, size);
        } else if (!bulk && p->got >= incoming) {
          uint64_t done = now();
          if (t >= warm) {
            messages++;
            if (sampleCount < MAX_SAMPLES) samples[sampleCount++] = (uint32_t)((done - p->began) / 100);
          }
          p->got = p->sent = 0;
          p->began = done;
          push(p, size);
        }
      }
    }
  }
  double counted = (now() - warm) / 1e9, busy = server_time() - used;
  long pages = server_pages();
  /* Leave politely: closing with unread data would be a reset, which is not what is measured here. */
  for (int i = 0; i < active; i++) {
    struct timeval patience = {.tv_sec = 2};
    fcntl(peers[i].fd, F_SETFL, 0);
    setsockopt(peers[i].fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    shutdown(peers[i].fd, SHUT_WR);
    while (recv(peers[i].fd, scratch, sizeof scratch, 0) > 0) continue;
    close(peers[i].fd);
  }
  qsort(samples, sampleCount, sizeof *samples, compare);
  printf("{\"messages\": %.1f, \"bytes\": %.1f, \"median\": %.1f, \"p99\": %.1f, ", messages / counted, bytes / counted,
         sampleCount ? samples[sampleCount / 2] / 10.0 : 0, sampleCount ? samples[sampleCount * 99 / 100] / 10.0 : 0);
  printf("\"cpuPerMessage\": %.1f, \"cpuPerByte\": %.4f, \"pages\": %ld}\n", messages ? busy / messages : 0,
         bytes ? busy / bytes : 0, pages);
  return 0;
}
