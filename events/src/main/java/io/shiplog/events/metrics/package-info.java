/** The text format of metrics, which every part of the cluster writes. Depends on nothing. */
@NullMarked
package io.shiplog.events.metrics;

import org.jspecify.annotations.NullMarked;
