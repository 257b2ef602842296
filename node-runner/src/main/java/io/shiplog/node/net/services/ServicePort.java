package io.shiplog.node.net.services;

/**
 * A port of a Service.
 *
 * @param name empty if it has none
 * @param nodePort 0 if it has none
 */
public record ServicePort(String name, Protocol protocol, int port, int nodePort) {}
