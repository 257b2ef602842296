/**
 * NetworkPolicies as values, read from their objects: which pods each selects, and which connections it allows. Pure; used by nodes to
 * write their packet filters and by questions about connections. Depends on the objects of an image.
 */
@NullMarked
package io.shiplog.projections.network;

import org.jspecify.annotations.NullMarked;
