/**
 * The health of the cluster as one gateway sees it, as Prometheus text. Depends on the exchange and on images. See
 * docs/adr/0903.
 */
@NullMarked
package io.shiplog.gateway.metrics;

import org.jspecify.annotations.NullMarked;
