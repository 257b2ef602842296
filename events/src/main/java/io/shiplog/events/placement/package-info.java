/**
 * What a pod needs of a node, what a node offers, and whether the two fit. The scheduler chooses nodes by it, and node runners
 * admit pods by it, so that both decide alike. Pure; depends only on the kind and object packages.
 */
@NullMarked
package io.shiplog.events.placement;

import org.jspecify.annotations.NullMarked;
