/**
 * The service proxy: which connections go where, as a value computed from the Services, and the least nftables script that leads
 * from one such value to the next. {@link io.shiplog.node.net.proxy.ServiceProxy} alone has effects. Depends on services, addresses
 * and the machine.
 */
@NullMarked
package io.shiplog.node.net.proxy;

import org.jspecify.annotations.NullMarked;
