/* Load for the benchmarks of TLS: one epoll loop over OpenSSL.
 *
 *   tls PORT PID echo CONNECTIONS SIZE SECONDS     each connection sends SIZE bytes, waits until they are back, again
 *   tls PORT PID bulk SIZE SECONDS                 one connection says "go" and reads what the server writes for ever
 *   tls PORT PID full|resumed IN_FLIGHT SECONDS    connections that only shake hands and are closed, one after another
 *   tls PORT PID idle CONNECTIONS                  each connection echoes one message and then only stays open
 *
 * PID is the server's process. The first tenth of the time warms up and is not counted. Prints one JSON object: the
 * units of work (messages, SIZE bytes, handshakes) per second, the server's processor time in nanoseconds for each, the
 * server's resident pages while all connections were open, and what was negotiated.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum step { SHAKING, ECHOING, LEAVING };

struct peer {
  int fd;
  enum step step;
  size_t got;
  SSL *ssl;
};

static SSL_CTX *context;
static SSL_SESSION *session;
static int loop, port, server;
static clockid_t server_clock;
static char *payload, scratch[256 * 1024];

static uint64_t clock_of(clockid_t which) {
  struct timespec t = {0};
  clock_gettime(which, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + t.tv_nsec;
}

static long server_pages(void) {
  char path[64];
  long size = 0, resident = 0;
  snprintf(path, sizeof path, "/proc/%d/statm", server);
  FILE *file = fopen(path, "r");
  if (file) {
    if (fscanf(file, "%ld %ld", &size, &resident) != 2) resident = 0;
    fclose(file);
  }
  return resident;
}

static void die(const char *what) {
  perror(what);
  ERR_print_errors_fp(stderr);
  exit(1);
}

static int on_session(SSL *ssl, SSL_SESSION *made) {
  (void)ssl;
  if (session) return 0;
  session = made;
  return 1;
}

/* One step of the handshake; 1 when it is done. */
static int shake(struct peer *p) {
  int result = SSL_connect(p->ssl);
  if (result != 1 && SSL_get_error(p->ssl, result) != SSL_ERROR_WANT_READ) die("handshake");
  return result == 1;
}

static void open_peer(struct peer *p, SSL_SESSION *resumed) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  /* See pingpong.c: a source address has only 28,000 ports. */
  static int count;
  struct sockaddr_in source = {.sin_family = AF_INET};
  int one = 1;
  p->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (p->fd < 0) die("socket");
  address.sin_addr.s_addr = htonl(0x7f000001);
  source.sin_addr.s_addr = htonl(0x7f010000u + ((uint32_t)getpid() % 60000u) * 16 + (uint32_t)(count++ / 5000));
  setsockopt(p->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  bind(p->fd, (struct sockaddr *)&source, sizeof source);
  if (connect(p->fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
  setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(p->fd, F_SETFL, O_NONBLOCK);
  p->ssl = SSL_new(context);
  SSL_set_fd(p->ssl, p->fd);
  SSL_set_tlsext_host_name(p->ssl, "localhost");
  if (resumed) {
    SSL_SESSION *copy = SSL_SESSION_dup(resumed); /* one that was used counts as used up */
    SSL_set_session(p->ssl, copy);
    SSL_SESSION_free(copy);
  }
  p->step = SHAKING;
  p->got = 0;
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = p};
  epoll_ctl(loop, EPOLL_CTL_ADD, p->fd, &e);
  shake(p);
}

static void close_peer(struct peer *p) {
  SSL_free(p->ssl);
  close(p->fd);
}

static void send_message(struct peer *p, size_t size) {
  p->got = 0;
  if (SSL_write(p->ssl, payload, size) != (int)size) die("write");
}

/* The bytes that are there; 0 when there are none. */
static int receive(struct peer *p) {
  int count = SSL_read(p->ssl, scratch, sizeof scratch);
  if (count > 0) return count;
  if (SSL_get_error(p->ssl, count) != SSL_ERROR_WANT_READ) die("the server closed a connection");
  return 0;
}

static void wait_for(struct peer *p, size_t size) {
  fcntl(p->fd, F_SETFL, 0);
  while (!shake(p)) continue;
  send_message(p, size);
  while (p->got < size) p->got += receive(p);
}

int main(int argc, char **argv) {
  if (argc < 5) {
    fprintf(stderr, "usage: tls PORT PID echo|bulk|full|resumed|idle ...\n");
    return 2;
  }
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  port = atoi(argv[1]);
  server = atoi(argv[2]);
  if (clock_getcpuclockid(server, &server_clock)) die("pid");
  const char *mode = argv[3];
  int echoes = !strcmp(mode, "echo"), bulk = !strcmp(mode, "bulk"), idles = !strcmp(mode, "idle");
  int resumes = !strcmp(mode, "resumed");
  int count = bulk ? 1 : atoi(argv[4]);
  size_t size = echoes ? strtoul(argv[5], NULL, 10) : bulk ? strtoul(argv[4], NULL, 10) : 8;
  double seconds = idles ? 0 : atof(argv[echoes ? 6 : 5]);
  payload = malloc(size);
  memset(payload, 'x', size);
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, on_session);
  struct peer *peers = calloc(count, sizeof *peers);
  loop = epoll_create1(0);
  uint64_t units = 0, reused = 0, used = 0;
  double counted = 1, spent = 0;
  long pages = 0;
  char negotiated[256];

  /* One connection before all others: it says what is negotiated, and has the ticket. */
  struct peer first;
  open_peer(&first, NULL);
  if (bulk) {
    fcntl(first.fd, F_SETFL, 0);
    while (!shake(&first)) continue;
  } else {
    wait_for(&first, size);
  }
  snprintf(negotiated, sizeof negotiated, "%s %s", SSL_get_version(first.ssl), SSL_get_cipher(first.ssl));
  snprintf(negotiated + strlen(negotiated), 64, " %s", OBJ_nid2sn(SSL_get_negotiated_group(first.ssl)));
  if (resumes && !session) die("the server has sent no ticket");

  close_peer(&first);
  for (int i = 0; i < count; i++) open_peer(&peers[i], resumes ? session : NULL);
  uint64_t start = clock_of(CLOCK_MONOTONIC), warm = start + (uint64_t)(seconds * 1e8);
  uint64_t stop = start + (uint64_t)(seconds * 1e9), bytes = 0;
  for (;;) {
    struct epoll_event ready[512];
    int n = epoll_wait(loop, ready, 512, 100);
    uint64_t t = clock_of(CLOCK_MONOTONIC);
    if (idles ? units == (uint64_t)count : t >= stop) break;
    if (!idles && !used && t >= warm) {
      warm = t;
      used = clock_of(server_clock);
      units = bytes = 0;
    }
    for (int i = 0; i < n; i++) {
      struct peer *p = ready[i].data.ptr;
      int got;
      if (p->step == LEAVING) { /* until the server has closed its side, too */
        ssize_t rest = recv(p->fd, scratch, sizeof scratch, 0);
        if (rest > 0 || (rest < 0 && errno == EAGAIN)) continue;
        close_peer(p);
        units++;
        open_peer(p, resumes ? session : NULL);
        continue;
      }
      if (p->step == SHAKING) {
        if (!shake(p)) continue;
        if (!echoes && !bulk && !idles) {
          if (resumes && !SSL_session_reused(p->ssl)) die("not resumed");
          reused += SSL_session_reused(p->ssl);
          SSL_shutdown(p->ssl);
          shutdown(p->fd, SHUT_WR);
          p->step = LEAVING;
          continue;
        }
        p->step = ECHOING;
        if (echoes || idles)
          send_message(p, size);
        else if (SSL_write(p->ssl, "go", 2) != 2)
          die("write");
      }
      while ((got = receive(p)) > 0) {
        bytes += got;
        p->got += got;
        if (!bulk && p->got >= size) {
          units++;
          p->got = 0;
          if (echoes) send_message(p, size);
        }
      }
    }
  }
  counted = (clock_of(CLOCK_MONOTONIC) - warm) / 1e9;
  spent = clock_of(server_clock) - used;
  if (bulk) units = bytes / size;
  pages = server_pages();
  printf("{\"units\": %.1f, \"cpu\": %.1f, \"pages\": %ld, \"reused\": %lu, \"negotiated\": \"%s\"}\n", units / counted,
         units ? spent / units : 0, pages, (unsigned long)reused, negotiated);
  fflush(stdout);
  if (bulk) return 0;
  /* Leave politely: closing with unread data would be a reset, which is not what is measured here. */
  for (int i = 0; i < count; i++) shutdown(peers[i].fd, SHUT_WR);
  for (int i = 0; i < count; i++) {
    struct timeval patience = {.tv_sec = 2};
    fcntl(peers[i].fd, F_SETFL, 0);
    setsockopt(peers[i].fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ssize_t got;
    while ((got = recv(peers[i].fd, scratch, sizeof scratch, 0)) > 0) continue;
    if (got < 0 && errno == EAGAIN) die("the server does not close");
    close(peers[i].fd);
  }
  return 0;
}
