/**
 * The service proxy: the routes of connections, as a value computed from the Services, and the minimal nftables script from one
 * such value to the next. Only {@link io.shiplog.node.net.proxy.ServiceProxy} has effects. Depends on services, addresses and
 * the machine.
 */
@NullMarked
package io.shiplog.node.net.proxy;

import org.jspecify.annotations.NullMarked;
