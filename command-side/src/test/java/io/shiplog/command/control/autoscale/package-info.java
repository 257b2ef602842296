/** Tests of the HorizontalPodAutoscaler's controller in a cluster with driven time. */
@NullMarked
package io.shiplog.command.control.autoscale;

import org.jspecify.annotations.NullMarked;
