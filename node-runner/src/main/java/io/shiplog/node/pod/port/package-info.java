/**
 * The ports that one node's pods share: engine, network, folders, events, statuses, tokens, clock, and the node's settings. Interfaces
 * and values only, so that tests drive each of them.
 */
@NullMarked
package io.shiplog.node.pod.port;

import org.jspecify.annotations.NullMarked;
