/* Counts what Python allocates in the thread that calls `install`. Loaded with ctypes; see counts.py. */
#include <Python.h>

static PyMemAllocatorEx before[2];
static unsigned long long count;
static __thread int isCounted;

static void *allocate(void *ctx, size_t size) {
    count += isCounted;
    PyMemAllocatorEx *own = ctx;
    return own->malloc(own->ctx, size);
}

static void *clear(void *ctx, size_t number, size_t size) {
    count += isCounted;
    PyMemAllocatorEx *own = ctx;
    return own->calloc(own->ctx, number, size);
}

static void *resize(void *ctx, void *memory, size_t size) {
    PyMemAllocatorEx *own = ctx;
    return own->realloc(own->ctx, memory, size);
}

static void release(void *ctx, void *memory) {
    PyMemAllocatorEx *own = ctx;
    own->free(own->ctx, memory);
}

void install(void) {
    const PyMemAllocatorDomain domains[2] = {PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};
    isCounted = 1;
    for (int index = 0; index < 2; index++) {
        PyMem_GetAllocator(domains[index], &before[index]);
        PyMemAllocatorEx counting = {&before[index], allocate, clear, resize, release};
        PyMem_SetAllocator(domains[index], &counting);
    }
}

unsigned long long counted(void) { return count; }
