/**
 * The group metrics.k8s.io: what nodes and pods use now, as metrics-server serves it. Nothing of it is stored. Depends on the readings of the projections
 * and on the packages http, view, select and read.
 */
@NullMarked
package io.shiplog.gateway.usage;

import org.jspecify.annotations.NullMarked;
