/** What the front door knows about the cluster's health, as Prometheus text. Depends on the exchange and on images. See docs/adr/0903. */
@NullMarked
package io.shiplog.gateway.metrics;

import org.jspecify.annotations.NullMarked;
