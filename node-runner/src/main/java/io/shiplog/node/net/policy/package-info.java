/**
 * NetworkPolicies on this machine. From an image and the addresses of this machine's pods to a rule set (pure), from one rule set to the next
 * as one atomic change of an nftables table of our own (pure), and the thread that writes it. Depends on the image's policies, on addresses
 * and on the machine; knows no Services: by the time a packet is filtered, its destination is an endpoint.
 */
@NullMarked
package io.shiplog.node.net.policy;

import org.jspecify.annotations.NullMarked;
