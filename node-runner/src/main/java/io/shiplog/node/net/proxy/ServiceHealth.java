package io.shiplog.node.net.proxy;

import io.shiplog.node.net.services.ServiceName;

/**
 * Whether a load balancer may send a Service's connections to this machine.
 *
 * @param endpoints how many of its endpoints this machine has; it must have one
 */
public record ServiceHealth(ServiceName service, int endpoints) {
    /** In kube-proxy's form. Names of Services need no escaping: the API takes lower case letters, digits and dashes. */
    String json() {
        return """
                {
                \t"service": {
                \t\t"namespace": "%s",
                \t\t"name": "%s"
                \t},
                \t"localEndpoints": %d,
                \t"serviceProxyHealthy": true
                }""".formatted(service.namespace(), service.name(), endpoints);
    }
}
