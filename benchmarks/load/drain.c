/* A client that downloads: `drain PORT SECONDS`. One connection after the other, each a whole answer, until the time is
   over. It prints the bytes and the seconds. MSG_TRUNC discards them in the kernel, so the server is the bottleneck. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static long download(int port) {
    static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    static char buffer[1 << 20];
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port)};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    long bytes = 0, count;
    if (connect(fd, (struct sockaddr *)&server, sizeof server) || write(fd, request, strlen(request)) < 0) {
        perror("connect");
        exit(1);
    }
    while ((count = recv(fd, buffer, sizeof buffer, MSG_TRUNC)) > 0) bytes += count;
    close(fd);
    return count < 0 ? -1 : bytes;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    double start = now(), end = start + atof(arguments[2]);
    long bytes = 0, one;
    do {
        one = download(atoi(arguments[1]));
        if (one < 0) {
            perror("recv");
            return 1;
        }
        bytes += one;
    } while (now() < end);
    printf("%ld %f\n", bytes, now() - start);
    return 0;
}
