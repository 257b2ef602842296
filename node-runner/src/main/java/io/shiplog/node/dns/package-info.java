/**
 * The cluster's name server: Kubernetes' DNS-Based Service Discovery for Services and pods, forwarding for everything else.
 * Answers are a pure function of the Services and the query; only {@link io.shiplog.node.dns.DnsServer} and {@link
 * io.shiplog.node.dns.Upstream} use sockets. Depends on the network's view of Services and on dnsjava, which is used only here.
 */
@NullMarked
package io.shiplog.node.dns;

import org.jspecify.annotations.NullMarked;
