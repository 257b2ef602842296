package io.shiplog.node.net.services;

import java.util.List;

/** The IPv4 endpoints of one EndpointSlice: they share their ports. */
public record EndpointGroup(List<Port> ports, List<Endpoint> endpoints) {
    public EndpointGroup {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    /**
     * A port of all endpoints in the group.
     *
     * @param name that of the Service's port, empty if it has none
     */
    public record Port(String name, Protocol protocol, int port) {}
}
