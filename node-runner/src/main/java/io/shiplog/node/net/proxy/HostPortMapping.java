package io.shiplog.node.net.proxy;

/** A port of the machine forwarded to one pod: a container's hostPort. */
public record HostPortMapping(Frontend front, Target target) {}
