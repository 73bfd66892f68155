"""Handles over descriptors on one epoll: the fast path."""
