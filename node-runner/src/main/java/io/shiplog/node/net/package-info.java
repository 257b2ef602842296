/**
 * How pods get addresses and how Services reach them. The pod package attaches sandboxes through the port {@link
 * io.shiplog.node.net.PodNetwork} and knows nothing of bridges, rules and name servers. Depends on events and projections;
 * nothing in it knows docker-java.
 */
@NullMarked
package io.shiplog.node.net;

import org.jspecify.annotations.NullMarked;
