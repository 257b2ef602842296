/**
 * The cluster's name server: Kubernetes' DNS-Based Service Discovery for Services and pods, forwarding for everything else. What is
 * answered is a pure function of the Services and the query; {@link io.shiplog.node.dns.DnsServer} and {@link
 * io.shiplog.node.dns.Upstream} alone touch sockets. Depends on the network's view of Services and on dnsjava, which nothing else may
 * know.
 */
@NullMarked
package io.shiplog.node.dns;

import org.jspecify.annotations.NullMarked;
